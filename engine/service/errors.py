"""What the service says no with, and how every error looks on the wire."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from engine.errors import EngineError, UsageError
from engine.plain_text import encodable


class ServiceError(EngineError):
    """Root of what only the service can refuse; ``status`` is its HTTP status."""

    status = 500

    @property
    def http_status(self) -> int:
        """Status of the service's answer."""
        return self.status


class RequestRefusedError(ServiceError):
    """The request is none of HTTP, or of a kind that this resource does not take."""

    def __init__(self, message: str, *, status: int, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.status = status


class TokenError(ServiceError):
    """The bearer token is missing or wrong."""

    status = 401


class HostError(ServiceError):
    """The request was addressed to another host (DNS rebinding)."""

    status = 421


class OriginError(ServiceError):
    """The request comes from a web page."""

    status = 403


class PathRefusedError(ServiceError):
    """A path is no local path, or lies outside the allowed folders, or refers outside them."""

    status = 403


class OptionError(ServiceError, UsageError):
    """The body has an unknown, missing, or wrong field."""

    status = 422


class BodyTooLargeError(ServiceError):
    """The request's body is larger than the service reads."""

    status = 413


class BodyTooSlowError(ServiceError):
    """The request's body did not arrive in time."""

    status = 408


class NoSuchRunError(ServiceError):
    """There is no run of this id."""

    status = 404


class NoSuchModelError(ServiceError):
    """There is no model of this name."""

    status = 404


class RunEndedError(ServiceError):
    """The run has ended, or belongs to another service."""

    status = 409


class QueueFullError(ServiceError):
    """Too much is waiting already."""

    status = 429


class StateError(ServiceError):
    """The service cannot keep its records (disk full, no permission)."""

    status = 507


class PortTakenError(ServiceError):
    """The port cannot be listened on."""


class InterruptedRunError(ServiceError):
    """The service ended while the run was waiting or at work."""


class RunCrashedError(ServiceError):
    """The run's process ended without saying why."""


class FailureFacts(BaseModel):
    """What went wrong and what to do; ``exit_code`` is the command line's."""

    type: str
    message: str
    hint: str | None
    exit_code: int


class Failure(BaseModel):
    """The body of every answer that is an error."""

    error: FailureFacts


def error_body(error: EngineError) -> dict[str, Any]:
    """An error as every answer of the service carries it."""
    return {
        "error": {
            "type": type(error).__name__,
            "message": encodable(error.message),
            "hint": None if error.hint is None else encodable(error.hint),
            "exit_code": error.exit_code,
        }
    }
