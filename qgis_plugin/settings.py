"""The plugin's settings: typed, with defaults, and variables of the environment that win."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, fields, replace
from pathlib import Path

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsSettings

PREFIX = "changevg"
# For administrators and for development: these win over what the options page says.
LANGUAGE_KEY = "CHANGEVG_LANGUAGE_KEY"
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
    model : str
        Id or folder of the model that answers in the chat; empty for the bundled one.
    language_url : str
        A language model's server that the chat may ask, up to and with ``/v1``; empty for none.
    language_model : str
        The model's name on that server.
    language_auth : str
        Id of QGIS's authentication configuration that holds that server's key.
    reviewer : str
        Name written beside verdicts; empty for :func:`user_name`.
    """

    program: str = ""
    url: str = ""
    auth: str = ""
    folders: tuple[str, ...] = ()
    gpu: bool = True
    index: str = ""
    uv: str = ""
    model: str = ""
    language_url: str = ""
    language_model: str = ""
    language_auth: str = ""
    reviewer: str = ""

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
        return os.environ.get("CHANGEVG_TOKEN", "") or _password(self.auth)

    def language_key(self) -> str:
        """The key of the language model's server: from the environment, else QGIS's store."""
        if not self.language_url:
            return ""
        return os.environ.get(LANGUAGE_KEY, "") or _password(self.language_auth)


def _password(auth: str) -> str:
    """The password of one of QGIS's authentication configurations; empty where there is none."""
    config = QgsAuthMethodConfig()
    manager = QgsApplication.authManager()
    if not auth or not manager.loadAuthenticationConfig(auth, config, True):
        return ""
    return str(config.config("password") or "")


def user_name() -> str:
    """The user's full name as QGIS knows it (``@user_full_name``), else the account's."""
    return str(QgsApplication.userFullName().strip() or QgsApplication.userLoginName())


def default_folders() -> list[str]:
    """Folders an engine may use when the user names none: home, and the temporary folder."""
    return [str(Path.home()), tempfile.gettempdir()]


def overridden(name: str) -> str:
    """The variable of the environment that decides a setting now; empty if none does."""
    variable = VARIABLES.get(name, "")
    return variable if variable and os.environ.get(variable) else ""
