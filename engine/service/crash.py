"""The final event of a run whose process gave none, or whose event was not kept."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import Cancelled, EngineError
from engine.service.errors import RunCrashedError, error_body
from engine.service.eventlog import Event
from engine.service.records import RunRecord


def error_event(error: EngineError, code: int | None = None) -> Event:
    """An error as the command line would have said it; ``code`` is the process's own."""
    body = error_body(error)["error"]
    own = body.pop("exit_code")
    return {"event": "error", **body, "code": own if code is None else code}


def unsaid_end(code: int, tail: Sequence[str], *, stopped: bool) -> Event:
    """Why a process ended.

    Parameters
    ----------
    code : int
        Its exit code; negative for a signal.
    tail : sequence of str
        The last lines it wrote that are no events.
    stopped : bool
        Whether it was asked to.
    """
    if stopped:
        hint = "What was computed is kept: send the same request with options.resume true."
        return error_event(Cancelled("Stopped by the user.", hint=hint))
    if code < 0 or code > 128:
        crash = RunCrashedError(
            f"The run's process was ended from outside (code {code}).",
            hint="Perhaps the machine's memory ran out. What was computed is kept: send the same "
            "request with options.resume true.",
        )
        return error_event(crash)
    lines = [line for line in tail if line.strip()] or ["it said nothing."]
    # The command line says "error: ..." and its hint below; a fault of a library ends its report.
    at = next((i for i, line in enumerate(lines) if line.startswith("error: ")), len(lines) - 1)
    message = lines[at].removeprefix("error: ")
    crash = RunCrashedError(
        f"The run ended with code {code}: {message}", hint=" ".join(lines[at + 1 :]) or None
    )
    return error_event(crash, code)


def kept_end(record: RunRecord) -> Event | None:
    """The final event as the run's record has it: the disk may have had no room for the event."""
    if record.result is not None:
        return record.result
    if record.error is None:
        return None
    kind = "cancelled" if record.status == "cancelled" else "error"
    error = {name: value for name, value in record.error.items() if name != "exit_code"}
    return {"event": kind, **error, "code": record.error.get("exit_code")}
