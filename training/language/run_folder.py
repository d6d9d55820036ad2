"""What a run folder knows of itself: what it is made with, and from where it goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.files import write_text

RUN = "run.json"


def remember(folder: Path, now: Mapping[str, Any]) -> None:
    """Write what a run is made with, or compare it with what an earlier start wrote.

    Raises
    ------
    ValueError
        The folder holds a run that was made with something else.
    """
    then = remembered(folder)
    if then is None:
        write_text(folder / RUN, json.dumps(now, indent=1) + "\n")
        return
    now = json.loads(json.dumps(now))  # tuples as the file has them
    if changed := sorted(name for name in now if now[name] != then.get(name)):
        raise ValueError(
            f"{folder} holds a run with other {' and '.join(changed)}; take another folder"
        )


def remembered(folder: Path) -> dict[str, Any] | None:
    """What a run is made with; None where the folder does not say."""
    file = folder / RUN
    return dict(json.loads(file.read_text("utf-8"))) if file.exists() else None


def last_checkpoint(folder: Path) -> Path | None:
    """The last whole one; its state is what transformers' Trainer writes last."""
    whole = [path.parent for path in folder.glob("checkpoint-*/trainer_state.json")]
    return max(whole, key=lambda path: int(path.name.split("-")[1]), default=None)
