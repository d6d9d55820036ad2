"""Finding, installing, starting and talking to the engine.

The rest of the plugin needs :func:`running_engine` and :class:`EngineLinkError` only.
"""

from __future__ import annotations

from typing import Any

from .client import EngineClient
from .errors import EngineLinkError, EngineMissingError, LinkCancelled
from .link import EngineLink

__all__ = [
    "EngineClient",
    "EngineLink",
    "EngineLinkError",
    "EngineMissingError",
    "LinkCancelled",
    "engine_link",
    "running_engine",
]

_link = EngineLink()


def engine_link() -> EngineLink:
    """The engine of this QGIS."""
    return _link


def running_engine(feedback: Any = None) -> EngineClient:
    """A client of a running engine, which is started if need be. Blocks: not for the main thread.

    Parameters
    ----------
    feedback : QgsFeedback, optional
        Cancelling it stops waiting for the start.

    Raises
    ------
    EngineLinkError
        With a message for the user and, as ``hint``, what to do: no engine is installed, it does
        not start, does not answer, or is too old or too new.
    """
    return _link.client(feedback)
