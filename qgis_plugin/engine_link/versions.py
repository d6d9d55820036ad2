"""Whether engine and plugin understand each other."""

from __future__ import annotations

from typing import Any

from ..translation import tr
from .errors import EngineVersionError

API = 1


def require_api(api: Any, version: str) -> None:
    """Accept an engine whose interface version is this plugin's.

    Parameters
    ----------
    api : int
        What the engine says of itself.
    version : str
        The engine's version, for the message.

    Raises
    ------
    EngineVersionError
        With one line on what to update.
    """
    if api == API and not isinstance(api, bool):
        return
    newer = isinstance(api, int) and api > API
    hint = (
        tr("Update the plugin: Plugins ▸ Manage and Install Plugins ▸ Upgradeable.")
        if newer
        else tr("Update the engine: Settings ▸ Options ▸ ChangeVG ▸ Install or update.")
    )
    raise EngineVersionError(
        tr("Engine {version} speaks interface {api}; this plugin needs {need}.").format(
            version=version, api=api, need=API
        ),
        hint,
    )
