"""The plugin's settings: typed, with defaults, and variables of the environment that win."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings

PREFIX = "changevg"
# For administrators and for development: these win over what the options page says.
VARIABLES = {"program": "CHANGEVG_ENGINE", "url": "CHANGEVG_ENGINE_URL"}


@dataclass(frozen=True)
class Settings:
    """What the user chose.

    Parameters
    ----------
    program : str
        The engine's program; empty for the one the plugin installed.
    url : str
        An engine that runs already, as in ``http://127.0.0.1:8000``; empty to start one.
    auth : str
        Id of QGIS's authentication configuration that holds that engine's token.
    folders : tuple of str
        Folders the engine may read and write; empty for the home and the temporary folder.
    gpu : bool
        Use the graphics card where there is one.
    index : str
        Address of a package index to install from; empty for the installer's own.
    uv : str
        The program ``uv``; empty to look for it.
    """

    program: str = ""
    url: str = ""
    auth: str = ""
    folders: tuple[str, ...] = ()
    gpu: bool = True
    index: str = ""
    uv: str = ""

    @classmethod
    def load(cls) -> Settings:
        """Read QGIS's settings and the environment."""
        stored = cls.stored()
        return replace(
            stored,
            program=os.environ.get(VARIABLES["program"]) or stored.program,
            url=os.environ.get(VARIABLES["url"]) or stored.url,
        )

    @classmethod
    def stored(cls) -> Settings:
        """Read QGIS's settings only."""
        settings = QgsSettings()
        values: dict[str, object] = {}
        for field in fields(cls):
            key = f"{PREFIX}/{field.name}"
            if not settings.contains(key):
                continue
            if field.name == "gpu":
                values[field.name] = settings.value(key, True, type=bool)
            elif field.name == "folders":
                values[field.name] = tuple(settings.value(key, [], type=list) or ())
            else:
                values[field.name] = settings.value(key, "", type=str)
        return cls(**values)  # type: ignore[arg-type]

    def save(self) -> None:
        """Write QGIS's settings; what has its default is removed."""
        settings = QgsSettings()
        for field in fields(self):
            key, value = f"{PREFIX}/{field.name}", getattr(self, field.name)
            if value == field.default:
                settings.remove(key)
            else:
                settings.setValue(key, list(value) if isinstance(value, tuple) else value)

    def token(self) -> str:
        """The token of the user's own engine: from the environment, else QGIS's password store."""
        from_environment = os.environ.get("CHANGEVG_TOKEN", "")
        if from_environment or not self.auth:
            return from_environment
        config = QgsAuthMethodConfig()
        manager = QgsApplication.authManager()
        if not manager.loadAuthenticationConfig(self.auth, config, True):
            return ""
        return str(config.config("password") or "")


def default_folders() -> list[str]:
    """Folders an engine may use when the user names none: home, and the temporary folder."""
    return [str(Path.home()), tempfile.gettempdir()]


def overridden(name: str) -> str:
    """The variable of the environment that decides a setting now; empty if none does."""
    variable = VARIABLES.get(name, "")
    return variable if variable and os.environ.get(variable) else ""
