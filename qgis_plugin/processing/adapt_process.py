"""``python -m training adapt`` of the engine's environment, run as a process of its own."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from ..engine_link.commands import stream
from ..engine_link.environment import scrubbed
from ..engine_link.errors import EngineMissingError
from ..engine_link.locate import engine_program
from ..settings import Settings
from ..translation import tr
from .engine import words

MODULE = ["-P", "-m", "training", "adapt"]
MISSING = "No module named"
STAGES = {"guide": (0.0, 30.0), "tune": (30.0, 95.0)}
"""Shares of the progress, in percent."""


def python_beside(program: Path) -> Path:
    """The Python of the environment that an engine's program lies in."""
    return program.with_name("python.exe" if os.name == "nt" else "python")


def at_hand() -> tuple[bool, str]:
    """Whether there is an environment to run it in, and what to do if not; starts nothing."""
    try:
        program = engine_program(Settings.load())
    except EngineMissingError as error:
        return False, words(error.message, error.hint)
    if python_beside(program).is_file():
        return True, ""
    return False, tr(
        "There is no Python beside the engine {}. Adapting needs an engine that is installed on "
        "this computer: install it in Settings ▸ Options ▸ ChangeVG."
    ).format(program)


def run(arguments: Sequence[str], feedback: QgsProcessingFeedback) -> dict[str, Any]:
    """Run it to its end; show its progress.

    Returns
    -------
    dict
        What it reports; empty when it was stopped.

    Raises
    ------
    QgsProcessingException
        There is no engine here, it has no training part, or it failed; with its own words.
    """
    ready, why = at_hand()
    if not ready:
        raise QgsProcessingException(why)
    python = python_beside(engine_program(Settings.load()))
    command = [str(python), *MODULE, *arguments]
    feedback.pushCommandInfo(" ".join(shlex.quote(word) for word in command))
    feedback.setProgressText(tr("Reading the reviewed places"))
    told: list[str] = []
    report: dict[str, Any] = {}

    def line(text: str) -> None:
        event = _event(text)
        if event.get("event") == "progress":
            start, stop = STAGES.get(event["stage"], (0.0, 95.0))
            feedback.setProgress(start + (stop - start) * event["done"] / max(1, event["total"]))
            if event["stage"] == "tune" and event["done"] == 1:
                feedback.setProgressText(tr("Tuning, and trying on places held back"))
        elif event.get("event") == "done":
            report.update(event)
        elif text.strip():
            told.append(text)
            feedback.pushDebugInfo(text)

    try:
        code = stream([*command, "--progress", "json"], scrubbed(), line, feedback.isCanceled)
    except OSError as error:
        raise QgsProcessingException(
            tr("{} cannot be started: {}").format(python, error.strerror or error)
        ) from error
    if code is None:
        return {}
    if code or not report:
        raise QgsProcessingException(_failure(told))
    return report


def _event(text: str) -> dict[str, Any]:
    if not text.startswith("{"):
        return {}
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _failure(told: Sequence[str]) -> str:
    """What it said last, or what to do where it is missing."""
    last = told[-1] if told else ""
    if MISSING in last or "unknown part" in last:
        return tr(
            "This engine has no training part, which adapting needs: update the engine in "
            "Settings ▸ Options ▸ ChangeVG."
        )
    return last.removeprefix("error: ") or tr("The process ended without a word.")
