"""What a conversation can fail with."""

from __future__ import annotations

from engine.errors import DiskFullError, EngineError, UsageError


class ChatError(EngineError):
    """Root of what goes wrong in keeping a conversation."""


class NoSuchSessionError(UsageError, ChatError):
    """There is no conversation of this id."""

    @property
    def http_status(self) -> int:
        """Status of the service's answer."""
        return 404


class OtherLayersError(UsageError, ChatError):
    """A conversation is about one result, and another one was named."""


class HistoryError(DiskFullError, ChatError):
    """The conversation cannot be kept: the disk is full, or the folder cannot be written."""
