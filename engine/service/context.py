"""What the routes share: one service's runs, folders, questions and conversations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from engine.service.completions import Completions
from engine.service.paths import AllowedFolders
from engine.service.questions import Questions
from engine.service.runs import Runs
from engine.service.talks import Talks


@dataclass
class Context:
    """One service.

    Attributes
    ----------
    ending : callable
        Whether the service is about to end; open streams then close.
    """

    folders: AllowedFolders
    runs: Runs
    questions: Questions
    talks: Talks
    completions: Completions
    ending: Callable[[], bool] = lambda: False
    began: float = field(default_factory=time.monotonic)


def _context(request: Request) -> Context:
    return cast(Context, request.app.state.context)


Here = Annotated[Context, Depends(_context)]
"""A route's parameter of this type is the service's context."""
