"""The engine as the algorithms see it; its errors become Processing's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from qgis.core import QgsProcessingException, QgsProcessingFeedback

from .. import engine_link
from ..engine_link.locate import has_engine
from ..settings import Settings
from ..translation import tr


def words(message: str | None, hint: str | None) -> str:
    """What is wrong and what to do, as one text."""
    return "\n".join(part for part in (message, hint) if part)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Turn an :class:`EngineLinkError` into a ``QgsProcessingException`` with its hint."""
    try:
        yield
    except engine_link.EngineLinkError as error:
        raise QgsProcessingException(words(error.message, error.hint)) from error


def connect(feedback: QgsProcessingFeedback) -> Any:
    """A client of the running engine, which is started where it is not running.

    Raises
    ------
    QgsProcessingException
        There is no engine, or it does not answer; the text says what to do.
    """
    with engine_errors():
        return engine_link.running_engine(feedback)


def at_hand() -> tuple[bool, str]:
    """Whether there is an engine to start or to talk to, and what to do if not; asks nobody."""
    if has_engine(Settings.load()):
        return True, ""
    return False, tr(
        "No engine is installed. Install it in Settings ▸ Options ▸ ChangeVG, or name one there."
    )
