"""The batch: pairs side by side, each kept when it is done, a summary at the end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import queue
import threading
import time
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import CODES, Cancelled, EngineError, PartialResultError
from engine.guide.runtime import usable_cores
from engine.run.batch.jobs import Pair
from engine.run.batch.ledger import BatchLedger, Record
from engine.run.batch.made import could_make, still_there, taken_up
from engine.run.batch.summary import write_summary
from engine.run.batch.worker import Worker
from engine.run.events import Event, Events
from engine.run.settings import RunSettings

STARTED, BEGUN, FAILED, STOPPED = "started", "begun", "failed", "stopped"
"""A pair that was ``begun`` has passed the checks of its outputs."""
_WARNINGS_KEPT = 20


@dataclass
class BatchResult:
    """What became of all pairs.

    Attributes
    ----------
    records : list
        One for each pair, in the order of the jobs; of a pair that was not begun, status ``open``.
    before : int
        Pairs that an earlier start had done.
    """

    records: list[Record]
    before: int
    seconds: float
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def counts(self) -> Counter[str]:
        """Pairs by status."""
        return Counter(str(record["status"]) for record in self.records)

    def exit_code(self, allow_partial: bool) -> int:
        """0 when every pair is done as a whole; see the table of exit codes in cli.md."""
        counts = self.counts
        if counts[STOPPED] or counts["open"]:
            return CODES[Cancelled][0]
        if counts["done"] == len(self.records):
            return 0
        some = counts["done"] + counts["partial"]
        return CODES[PartialResultError][0] if allow_partial and some else CODES[EngineError][0]

    def as_dict(self) -> dict[str, Any]:
        """JSON-able: totals, without the pairs."""
        totals: Counter[tuple[str, str]] = Counter()
        areas: Counter[tuple[str, str]] = Counter()
        for record in self.records:
            for one in record.get("by_class", ()):
                totals[one["class"], one["action"]] += one["objects"]
                areas[one["class"], one["action"]] += one["area_m2"]
        return {
            "pairs": len(self.records),
            "status": dict(sorted(self.counts.items())),
            "done_before": self.before,
            "objects": sum(totals.values()),
            "area_m2": round(sum(areas.values()), 1),
            "by_class": [
                {"class": name, "action": action, "objects": totals[name, action],
                 "area_m2": round(areas[name, action], 1)}
                for name, action in sorted(totals)
            ],
            "seconds": round(self.seconds, 1),
            "files": {name: str(path) for name, path in self.files.items()},
        }  # fmt: skip


class Batch:
    """Does pairs.

    Parameters
    ----------
    pairs : sequence of Pair
    output : Path
        Folder of the layers, the ledger and the summary.
    workers : int
        Pairs at a time.
    resume, overwrite : bool
        What to do where there is a batch already.
    """

    def __init__(
        self, pairs: Sequence[Pair], output: Path, *, workers: int = 1, resume: bool = False,
        overwrite: bool = False, allow_partial: bool = False,
    ) -> None:  # fmt: skip
        self.pairs, self.output = pairs, output
        self._workers = max(1, min(workers, len(pairs)))
        self.resume, self.overwrite = resume, overwrite
        self._allow_partial = allow_partial

    def run(self, events: Events, cancelled: threading.Event) -> BatchResult:
        """Do what is not done; failures of a pair are kept and stop no other.

        Raises
        ------
        OutputError
            The folder cannot be written, or holds a batch already.
        """
        started = time.monotonic()
        with BatchLedger(self.output, resume=self.resume, overwrite=self.overwrite) as ledger:
            todo = [pair for pair in self.pairs if not self.is_done(pair, ledger.records)]
            before = len(self.pairs) - len(todo)
            events.stage(
                "pairs", f"{len(todo)} pairs to do, {before} done before, {self._workers} at a time"
            )
            self._work_off(todo, before, ledger, events, cancelled)
            result = BatchResult(
                [self._record(pair, ledger) for pair in self.pairs],
                before,
                time.monotonic() - started,
            )
            result.files = write_summary(self.output, result.as_dict(), result.records)
        return result

    def is_done(self, pair: Pair, records: dict[str, Record]) -> bool:
        """Whether an earlier start has done a pair as it is asked for now."""
        record = records.get(pair.job.name)
        return (
            record is not None
            and record.get("key") == pair.key
            and (
                record["status"] == "done"
                or (self._allow_partial and record["status"] == "partial")
            )
            and all(Path(path).exists() for path in record["files"].values())
        )

    def _work_off(
        self, todo: list[Pair], before: int, ledger: BatchLedger, events: Events,
        cancelled: threading.Event,
    ) -> None:  # fmt: skip
        waiting: queue.SimpleQueue[Pair] = queue.SimpleQueue()
        for pair in todo:
            waiting.put(pair)
        lock = threading.Lock()
        faults: list[BaseException] = []
        done = before

        def work() -> None:
            nonlocal done
            worker = Worker()
            try:
                while not cancelled.is_set() and not faults:
                    try:
                        pair = waiting.get_nowait()
                    except queue.Empty:
                        return
                    record = self._do(pair, ledger, worker, events, cancelled)
                    ledger.add(record)
                    with lock:
                        done += record["status"] != STOPPED
                        events.progress("pairs", done, len(self.pairs))
                    shown = ("seconds", "objects", "area_m2", "error")
                    facts = {name: record[name] for name in shown if name in record}
                    events.pair(pair.job.name, record["status"], facts)
            except BaseException as error:  # raised in the caller's thread
                faults.append(error)
            finally:
                worker.close()

        threads = [threading.Thread(target=work, name=f"pair-{n}") for n in range(self._workers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():  # with a limit, so that signals are heard on every system
                thread.join(0.5)
        if faults:
            raise faults[0]

    def _do(
        self, pair: Pair, ledger: BatchLedger, worker: Worker, events: Events,
        cancelled: threading.Event,
    ) -> Record:  # fmt: skip
        name, began = pair.job.name, time.monotonic()
        made = ledger.made(name)
        settings = self._settings(pair, made)
        ours = could_make(self.output, made, settings)
        warnings: list[str] = []

        def note(status: str) -> None:
            ledger.add({"pair": name, "status": status, "key": pair.key, "made": made})

        def on_event(event: Event) -> None:
            nonlocal made
            if event["event"] == "stage":
                made = ours
                note(BEGUN)
            elif event["event"] == "warning":
                if len(warnings) < _WARNINGS_KEPT:
                    warnings.append(event["message"])
                events.warning(f"{name}: {event['message']}")
            else:
                events.tile(f"{name} {event['tile_id']}", event["status"], event.get("reason"))

        note(STARTED)
        events.pair(name, STARTED, {})
        record: Record = {
            "pair": name, "key": pair.key, "before": settings.before,
            "after": settings.after, "output": str(settings.output),
        }  # fmt: skip
        try:
            result = worker.run(settings, on_event, cancelled)
        except Cancelled:
            record["status"] = STOPPED
        except EngineError as error:
            record |= {
                "status": FAILED,
                "error": {
                    "type": type(error).__name__, "code": error.exit_code,
                    "message": error.message, "hint": error.hint,
                },
            }  # fmt: skip
        else:
            facts = ("objects", "area_m2", "by_class", "tiles", "files", "imagery_range")
            record |= {"status": "partial" if result["partial"] else "done"}
            record |= {fact: result[fact] for fact in facts}
        return record | {
            "made": still_there(self.output, made),
            "seconds": round(time.monotonic() - began, 1),
            "warnings": warnings,
            "ended": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        }

    def _settings(self, pair: Pair, made: Collection[str]) -> RunSettings:
        """The pair's settings, with what an earlier start left taken up or replaced."""
        settings = dataclasses.replace(
            pair.settings,
            threads=pair.settings.threads or max(1, usable_cores() // self._workers),
            overwrite=self.overwrite,
            allow_partial=pair.settings.allow_partial or self._allow_partial,
        )
        return taken_up(settings, self.output, made, pair.fingerprint if self.resume else None)

    def _record(self, pair: Pair, ledger: BatchLedger) -> Record:
        record = ledger.records.get(pair.job.name)
        if record is None or record.get("key") != pair.key:
            return {
                "pair": pair.job.name, "status": "open", "before": pair.settings.before,
                "after": pair.settings.after, "output": str(pair.settings.output),
            }  # fmt: skip
        return record | {"status": STOPPED} if record["status"] in (STARTED, BEGUN) else record
