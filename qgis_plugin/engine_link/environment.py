"""The environment the engine and its installer start in: QGIS's own libraries do not leak into it.

QGIS sets where its Python, its GDAL and its PROJ find their data. The engine brings other versions
of all three; with QGIS's variables it would load the wrong files or none.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

UNWANTED = frozenset(
    {
        "CHANGEVG_TOKEN", "CURL_CA_BUNDLE", "DYLD_FRAMEWORK_PATH", "DYLD_LIBRARY_PATH",
        "GDAL_DATA", "GDAL_DRIVER_PATH", "GDAL_PYTHON_DRIVER_PATH", "GEOTIFF_CSV",
        "LD_LIBRARY_PATH", "LD_PRELOAD", "PIP_PREFIX", "PIP_TARGET", "PIP_USER", "PROJ_DATA",
        "PROJ_LIB", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "QGIS_PLUGINPATH",
        "QGIS_PREFIX_PATH", "QT_PLUGIN_PATH", "QT_QPA_PLATFORM_PLUGIN_PATH", "SSL_CERT_DIR",
        "SSL_CERT_FILE", "VIRTUAL_ENV", "__PYVENV_LAUNCHER__",
    }
)  # fmt: skip
# These may be the user's own (a company's certificates); they go only where they point into QGIS.
UNLESS_OUTSIDE = frozenset({"SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE"})


def scrubbed(
    environ: Mapping[str, str] | None = None, extra: Mapping[str, str] | None = None
) -> dict[str, str]:
    """A copy of the environment without what belongs to QGIS.

    Parameters
    ----------
    environ : mapping, optional
        This process's by default. It is not changed.
    extra : mapping, optional
        Variables that are set on top.
    """
    given = os.environ if environ is None else environ
    roots = _qgis_roots(given)
    kept = {
        name: value
        for name, value in given.items()
        if name.upper() not in UNWANTED
        or (name.upper() in UNLESS_OUTSIDE and not _inside(value, roots))
    }
    path = kept.get("PATH")
    if path and roots:
        # On Windows, libraries are looked for along the path: QGIS's must not be found.
        parts = [part for part in path.split(os.pathsep) if not _inside(part, roots)]
        kept["PATH"] = os.pathsep.join(parts)
    return kept | {"PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"} | dict(extra or {})


def _qgis_roots(environ: Mapping[str, str]) -> list[Path]:
    """Folders that belong to a QGIS with its own libraries; none where it uses the system's."""
    roots = [environ[name] for name in ("OSGEO4W_ROOT", "APPDIR") if environ.get(name)]
    if sys.platform == "darwin" and ".app/Contents" in sys.prefix:
        roots.append(sys.prefix.split(".app/Contents")[0] + ".app")
    return [Path(root) for root in roots]


def _inside(place: str, roots: list[Path]) -> bool:
    return any(root == Path(place) or root in Path(place).parents for root in roots)


def child_options() -> dict[str, Any]:
    """How a child starts: without a console window, and apart from signals sent to QGIS."""
    if os.name == "nt":
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        flags |= getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        return {"creationflags": flags}
    return {"start_new_session": True}
