"""From a run's event stream to Processing's feedback."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from qgis.core import QgsProcessingFeedback

from ..engine_link import EngineLinkError
from ..errors import PluginError
from ..translation import tr
from .engine import words

SHARES = {"open": (0.0, 2.0), "guide": (2.0, 80.0), "write": (80.0, 100.0)}
"""Part of the progress bar, in percent, that each stage of a run fills."""
FINAL = {"done", "error", "cancelled"}
WAIT_FOR_END_S = 1.5
"""After a cancel: so long the run may take to put its files away."""


class RunFailed(PluginError):
    """A run ended with an error; ``kind`` is the engine's name for it."""

    def __init__(self, message: str, hint: str | None = None, *, kind: str = "") -> None:
        super().__init__(message, hint)
        self.kind = kind


@dataclass
class Outcome:
    """How a run ended.

    Attributes
    ----------
    status : {"done", "partial", "cancelled"}
    result : dict
        The run's ``done`` event; empty when it was cancelled.
    tiles_done, tiles_total : int
        Tiles read until then.
    """

    status: str = "done"
    result: dict[str, Any] = field(default_factory=dict)
    tiles_done: int = 0
    tiles_total: int = 0


def follow(client: Any, run_id: str, feedback: QgsProcessingFeedback) -> Outcome:
    """Show a run's events until it ends, or stop it when the user asks.

    Raises
    ------
    RunFailed
        It ended with an error, or the engine died.
    """
    outcome, last = Outcome(), ""
    try:
        for event in client.events(run_id, stop=feedback.isCanceled):
            last = event["event"]
            _show(event, outcome, feedback)
            if last in FINAL or feedback.isCanceled():
                break
    except EngineLinkError as error:
        if not feedback.isCanceled():
            raise RunFailed(error.message, words(error.hint, _kept())) from error
    if last == "error":
        raise RunFailed(event.get("message", ""), event.get("hint"), kind=event.get("type", ""))
    if last == "done":
        outcome.status = "partial" if event.get("partial") else "done"
        outcome.result = event
        return outcome
    if feedback.isCanceled() or last == "cancelled":
        if last != "cancelled":
            _stop(client, run_id, feedback)
        outcome.status = "cancelled"
        return outcome
    raise RunFailed(tr("The engine stopped in the middle of the run."), _kept())


def _kept() -> str:
    return tr("The tiles read so far are kept: run it again with the same options to go on.")


def _stop(client: Any, run_id: str, feedback: QgsProcessingFeedback) -> None:
    """Cancel a run and give it a moment to end, so that it can be continued at once."""
    try:
        client.cancel(run_id)
        until = time.monotonic() + WAIT_FOR_END_S
        while client.run(run_id)["status"] in ("queued", "running"):
            if time.monotonic() > until:
                break
            time.sleep(0.05)
    except EngineLinkError as error:
        # The user wants to stop: an engine that is gone, or a run that has just ended, is stopped.
        feedback.pushDebugInfo(words(error.message, error.hint))


def _show(event: dict[str, Any], outcome: Outcome, feedback: QgsProcessingFeedback) -> None:
    kind = event["event"]
    if kind == "stage":
        feedback.setProgressText(event["message"])
        feedback.setProgress(max(feedback.progress(), SHARES.get(event["stage"], (0.0,))[0]))
    elif kind == "progress":
        start, stop = SHARES.get(event["stage"], (0.0, 100.0))
        total = max(1, event["total"])
        feedback.setProgress(start + (stop - start) * event["done"] / total)
        if event["stage"] == "guide":
            outcome.tiles_done, outcome.tiles_total = event["done"], event["total"]
    elif kind == "tile" and event["status"] == "failed":
        text = tr("Tile {} could not be read: {}")
        feedback.pushWarning(text.format(event["tile_id"], event.get("reason", "")))
    elif kind == "warning":
        feedback.pushWarning(event["message"])
