"""What is kept of a run."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel

Status = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
ACTIVE = ("queued", "running")


class RunRecord(BaseModel):
    """One run, from its request to its end.

    Attributes
    ----------
    id : str
        Sorts by the time of creation.
    service : str
        Which service's run it is; not shown.
    result : dict, optional
        The command line's ``done`` event.
    error : dict, optional
        Type, message, hint and exit code, as in any answer of the service.
    """

    id: str
    service: str
    status: Status = "queued"
    created_at: str
    started_at: str | None = None
    ended_at: str | None = None
    before: str
    after: str
    output: str
    options: dict[str, Any]
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    @property
    def active(self) -> bool:
        """Whether it is waiting or at work."""
        return self.status in ACTIVE

    def public(self, position: int | None = None) -> dict[str, Any]:
        """As clients see it; ``position`` is the number of runs before it."""
        return self.model_dump(exclude={"service"}) | {"position": position}


def new_id() -> str:
    """An id that sorts by time and cannot be guessed."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S-%f}-{secrets.token_hex(4)}"


def now() -> str:
    """The time, ISO 8601 in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
