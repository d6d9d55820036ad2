"""What the plugin says no with: one root, a message, and a hint what to do."""

from __future__ import annotations


class PluginError(Exception):
    """Root of all errors the plugin raises on purpose.

    Parameters
    ----------
    message : str
        What is wrong and where.
    hint : str, optional
        What the user can do about it.
    """

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}" if self.hint else self.message
