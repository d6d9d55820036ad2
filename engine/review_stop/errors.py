"""What asking for a stop can fail with."""

from __future__ import annotations

from engine.errors import UsageError


class SampleError(UsageError):
    """The sample or the list it was drawn from cannot be used."""
