"""The batch: pairs side by side, each kept when it is done, a summary at the end."""

from __future__ import annotations

import dataclasses
import datetime as dt
import queue
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from engine.errors import CODES, Cancelled, EngineError, PartialResultError
from engine.guide.runtime import usable_cores
from engine.run.batch.jobs import Pair
from engine.run.batch.ledger import BatchLedger, Record
from engine.run.batch.summary import write_summary
from engine.run.batch.worker import Worker
from engine.run.events import Event, Events
from engine.run.settings import RunSettings

FAILED, STOPPED = "failed", "stopped"
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
                    with lock:
                        known = ledger.records.get(pair.job.name, {})
                        ledger.add({"pair": pair.job.name, "status": "started", "key": pair.key})
                    events.pair(pair.job.name, "started", {})
                    record = self._do(pair, known, worker, events, cancelled)
                    with lock:
                        ledger.add(record)
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
        self, pair: Pair, known: Record, worker: Worker, events: Events, cancelled: threading.Event
    ) -> Record:
        began, settings = time.monotonic(), self._settings(pair, known)
        warnings: list[str] = []

        def on_event(event: Event) -> None:
            if event["event"] == "warning":
                if len(warnings) < _WARNINGS_KEPT:
                    warnings.append(event["message"])
                events.warning(f"{pair.job.name}: {event['message']}")
            elif event["status"] == "failed":
                events.tile(f"{pair.job.name} {event['tile_id']}", "failed", event.get("reason"))

        record: Record = {
            "pair": pair.job.name, "key": pair.key, "before": settings.before,
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
            names = ("objects", "area_m2", "by_class", "tiles", "files", "imagery_range")
            record |= {"status": "partial" if result["partial"] else "done"}
            record |= {name: result[name] for name in names}
        return record | {
            "seconds": round(time.monotonic() - began, 1),
            "warnings": warnings,
            "ended": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        }

    def _settings(self, pair: Pair, known: Record) -> RunSettings:
        """The pair's settings, with what an earlier start left taken up or replaced."""
        settings = pair.settings
        same = known.get("key") == pair.key
        # Between the layers and their line in the ledger the machine may have gone down.
        ours = self.overwrite or bool(known)
        return dataclasses.replace(
            settings,
            threads=settings.threads or max(1, usable_cores() // self._workers),
            resume=same and settings.work_dir.exists(),
            overwrite=ours,
            allow_partial=settings.allow_partial or self._allow_partial,
        )

    def _record(self, pair: Pair, ledger: BatchLedger) -> Record:
        record = ledger.records.get(pair.job.name)
        if record is None or record.get("key") != pair.key:
            return {
                "pair": pair.job.name, "status": "open", "before": pair.settings.before,
                "after": pair.settings.after, "output": str(pair.settings.output),
            }  # fmt: skip
        return record if record["status"] != "started" else record | {"status": STOPPED}
