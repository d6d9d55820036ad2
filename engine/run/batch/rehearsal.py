"""``engine batch --dry-run``: which pairs would run, what they take, which do not fit."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.errors import CODES, Cancelled, EngineError, PairError
from engine.run.batch.batch import Batch
from engine.run.batch.ledger import check_free, read_records
from engine.run.dry_run import dry_run
from engine.run.events import Events


@dataclass(frozen=True)
class Rehearsal:
    """What a batch would take.

    Attributes
    ----------
    tiles : int
        Of the pairs to do.
    seconds : float
        Of one pair after the other, as this machine is now.
    memory_mb, disk_mb : float
        Of the pair that takes most.
    problems : sequence of (str, str)
        Pairs that would fail, and why.
    """

    pairs: int
    done_before: int
    tiles: int
    seconds: float
    memory_mb: float
    disk_mb: float
    problems: Sequence[tuple[str, str]]

    @property
    def exit_code(self) -> int:
        """0 where every pair fits."""
        return CODES[PairError][0] if self.problems else 0

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        problems = [{"pair": name, "message": message} for name, message in self.problems]
        return asdict(self) | {"problems": problems}

    def text(self) -> str:
        """Lines for people."""
        minutes = self.seconds / 60
        return "\n".join(
            [
                f"pairs: {self.pairs}, {self.done_before} of them done before",
                f"tiles: {self.tiles}",
                f"memory: about {self.memory_mb:.0f} MB for each pair at a time",
                f"temporary disk: about {self.disk_mb:.0f} MB for each pair at a time",
                f"time: about {minutes:.1f} min, one pair after the other",
                *(f"{name}: {message}" for name, message in self.problems),
            ]
        )


def rehearse(batch: Batch, events: Events, cancelled: threading.Event) -> Rehearsal:
    """Open every pair that is to be done; nothing is written.

    Raises
    ------
    Cancelled
    OutputExistsError
        The run itself would refuse: there is a batch already.
    """
    check_free(batch.output, resume=batch.resume, overwrite=batch.overwrite)
    records = read_records(batch.output) if batch.resume else {}
    todo = [pair for pair in batch.pairs if not batch.is_done(pair, records)]
    tiles, seconds, memory, disk = 0, 0.0, 0.0, 0.0
    problems = []
    for number, pair in enumerate(todo, 1):
        if cancelled.is_set():
            raise Cancelled("Stopped by the user.")
        try:
            # Words are not timed: loading a language model for each of thousands takes longer.
            one = dry_run(dataclasses.replace(pair.settings, guide_only=True))
        except EngineError as error:
            problems.append((pair.job.name, str(error)))
        else:
            tiles, seconds = tiles + one.tiles, seconds + one.seconds
            memory, disk = max(memory, one.memory_mb), max(disk, one.disk_mb)
        events.progress("plan", number, len(todo))
    done = len(batch.pairs) - len(todo)
    return Rehearsal(len(batch.pairs), done, tiles, round(seconds, 1), memory, disk, problems)
