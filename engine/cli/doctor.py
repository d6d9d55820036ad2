"""``engine doctor``: what is installed, which device will be used, and why not a better one."""

from __future__ import annotations

import json
import os
import platform
import sys
from importlib import metadata
from typing import Any

from engine import __version__
from engine.cli.options import AsJson
from engine.errors import EngineError
from engine.guide.device import choose_device, gpu_name
from engine.guide.runtime import usable_cores
from engine.models import list_models, unreadable_models
from engine.models.folder import check_files

PACKAGES = (
    "numpy", "rasterio", "pyogrio", "pyproj", "shapely", "geopandas", "opencv-python-headless",
    "onnxruntime", "onnxruntime-gpu", "torch", "transformers", "peft", "ray",
)  # fmt: skip


def doctor(as_json: AsJson = False) -> None:
    """Say what is installed, which device and provider will be used, and why not a better one."""
    report = examine()
    if as_json:
        print(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        for line in _lines(report):
            print(line)
    if report["problems"]:
        raise EngineError(
            f"{len(report['problems'])} problem(s) found.", hint="They are listed above."
        )


def examine() -> dict[str, Any]:
    """The facts ``engine doctor`` prints; ``problems`` is empty when everything works."""
    import pyogrio
    import rasterio

    problems: list[str] = []
    packages = {name: _version(name) for name in PACKAGES}
    if packages["onnxruntime"] and packages["onnxruntime-gpu"]:
        problems.append(
            "onnxruntime and onnxruntime-gpu are both installed; they overwrite each other. "
            "Uninstall both, then install one."
        )
    try:
        device = choose_device("auto")
        device_note, providers = device.note, list(device.providers)
    except EngineError as error:
        problems.append(str(error))
        device_note, providers = "none", []
    models = []
    for info in list_models():
        state = "whole"
        try:
            check_files(info)
        except EngineError as error:
            state = str(error)
            problems.append(str(error))
        models.append(
            {
                "id": info.id,
                "version": info.version,
                "classes": list(info.classes),
                "captions": "own" if info.caption_paths else "measured",
                "language": info.has_language,
                "free_questions": info.answers_freely,
                "judges_imagery": info.range_section is not None,
                "path": str(info.path),
                "state": state,
            }
        )
    problems += [str(error) for error in unreadable_models()]
    if not models:
        problems.append("No model was found. `engine models add FOLDER` adds one.")
    inherited = [
        name for name in ("PROJ_LIB", "PROJ_DATA", "GDAL_DATA", "PYTHONPATH") if name in os.environ
    ]
    return {
        "engine": __version__,
        "python": platform.python_version(),
        "executable": sys.executable,
        "system": platform.platform(),
        "cores": usable_cores(),
        "memory_gb": _memory_gb(),
        "gdal": {"rasterio": rasterio.__gdal_version__, "pyogrio": pyogrio.__gdal_version_string__},
        "packages": packages,
        "gpu": gpu_name(),
        "device": device_note,
        "providers": providers,
        "language": _spoken(models),
        "models": models,
        "inherited_environment": inherited,
        "problems": problems,
    }


def _spoken(models: list[dict[str, Any]]) -> str:
    if speaking := [model["id"] for model in models if model["language"]]:
        told = f"a language model comes with {', '.join(speaking)}"
        if not any(model["free_questions"] for model in models):
            told += "; it describes tiles, free questions need a server (--language-url)"
        return told
    return "no language model: captions come from the guide, or from a server (--language-url)"


def _lines(report: dict[str, Any]) -> list[str]:
    lines = [
        f"engine {report['engine']} · Python {report['python']} · {report['system']}",
        f"{report['cores']} cores, {report['memory_gb']} GB memory",
        f"GDAL {report['gdal']['rasterio']} (rasterio), {report['gdal']['pyogrio']} (pyogrio)",
        f"device: {report['device']}",
        f"providers: {', '.join(report['providers']) or 'none'}",
        f"language: {report['language']}",
        "packages:",
        *(f"  {name} {version or '–'}" for name, version in report["packages"].items()),
        "models:",
        *(f"  {m['id']} {m['version']}: {m['state']} ({m['path']})" for m in report["models"]),
    ]
    if report["inherited_environment"]:
        lines.append(
            f"inherited: {', '.join(report['inherited_environment'])} "
            "(may point to another GDAL or Python)"
        )
    lines += [f"PROBLEM: {problem}" for problem in report["problems"]] or ["no problems found"]
    return lines


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _memory_gb() -> float | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
