"""What can go wrong between the plugin and the engine."""

from __future__ import annotations

from ..errors import PluginError


class EngineLinkError(PluginError):
    """The engine cannot be used, or said no.

    Parameters
    ----------
    message : str
    hint : str, optional
    kind : str
        The engine's own name of the error, as in ``NoOverlapError``; empty when it is not its.
    status : int, optional
        HTTP status of its answer.
    exit_code : int, optional
        What the command line would have ended with.
    """

    def __init__(
        self,
        message: str,
        hint: str | None = None,
        *,
        kind: str = "",
        status: int | None = None,
        exit_code: int | None = None,
    ) -> None:
        super().__init__(message, hint)
        self.kind = kind
        self.status = status
        self.exit_code = exit_code


class EngineMissingError(EngineLinkError):
    """No engine is installed and none is named."""


class EngineStartError(EngineLinkError):
    """The engine's program does not start, or ends at once."""


class EngineVersionError(EngineLinkError):
    """Engine and plugin speak different versions of the interface."""


class EngineUnreachableError(EngineLinkError):
    """Nothing answers at the engine's address, or it stopped answering."""


class EngineAnswerError(EngineLinkError):
    """The engine answered with an error, or with something that is not its answer."""


class LinkCancelled(EngineLinkError):
    """The user stopped waiting for the engine."""


class InstallError(EngineLinkError):
    """The engine could not be installed."""
