"""The runs of a service: one at work, the others waiting in order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from contextlib import suppress
from typing import Any

from engine.errors import Cancelled
from engine.service.crash import error_event
from engine.service.errors import QueueFullError, RunEndedError, StateError
from engine.service.eventlog import Event, EventLog
from engine.service.options import RunRequest
from engine.service.process import RunProcess
from engine.service.records import RunRecord, Status, new_id, now
from engine.service.store import RunStore

QUEUE_MOST = 16
_ENDS: dict[str, Status] = {"done": "done", "error": "failed", "cancelled": "cancelled"}

log = logging.getLogger("changevg.service")


class Runs:
    """Takes requests, runs them one after the other, and ends them.

    Parameters
    ----------
    store : RunStore
        Where records and events are kept.
    """

    def __init__(self, store: RunStore) -> None:
        self.store = store
        self._waiting: deque[str] = deque()
        self._process: RunProcess | None = None
        self._running: str | None = None
        self._worker: asyncio.Task[None] | None = None
        self._closing = False

    def counts(self) -> dict[str, int]:
        """How many wait and how many are at work."""
        return {"queued": len(self._waiting), "running": int(self._running is not None)}

    def position(self, record: RunRecord) -> int | None:
        """How many runs come before a waiting one; None for others."""
        if record.id not in self._waiting:
            return None
        return self._waiting.index(record.id) + int(self._running is not None)

    def public(self, record: RunRecord) -> dict[str, Any]:
        """A record as clients see it."""
        return record.public(self.position(record))

    def submit(self, request: RunRequest) -> RunRecord:
        """Put a run into the queue.

        Parameters
        ----------
        request : RunRequest
            Its paths are confined already.

        Raises
        ------
        QueueFullError, StateError
        """
        if len(self._waiting) >= QUEUE_MOST:
            raise QueueFullError(
                f"{QUEUE_MOST} runs are waiting already.", hint="Send it again when one has ended."
            )
        record = RunRecord(
            id=new_id(),
            service=self.store.service,
            created_at=now(),
            before=request.before,
            after=request.after,
            output=request.output,
            options=request.options.model_dump(mode="json", exclude_unset=True),
        )
        try:
            self.store.save(record)
        except StateError:
            self.store.give_up(record.id)
            raise
        self._waiting.append(record.id)
        if self._worker is None or self._worker.done():
            self._worker = asyncio.create_task(self._work())
        return record

    def cancel(self, record: RunRecord) -> RunRecord:
        """End a run, within two seconds; what it computed is kept.

        Raises
        ------
        RunEndedError
            It has ended already, or another service looks after it.
        """
        if not record.active:
            raise RunEndedError(f"The run has ended: {record.status}.")
        if not self.store.is_mine(record):
            raise RunEndedError(
                "Another service looks after this run.", hint="Cancel it where it was started."
            )
        if record.id in self._waiting:
            self._waiting.remove(record.id)
            events = EventLog(self.store.events_path(record.id))
            stop = Cancelled("Stopped by the user.", hint="Nothing was done yet.")
            self._end(record, events, error_event(stop) | {"event": "cancelled"})
            events.close()
        elif record.id == self._running and self._process is not None:
            self._process.stop()
        return self.store.get(record.id)

    async def close(self) -> None:
        """Stop the run at work and give up the waiting ones: all can be resumed."""
        self._closing = True
        for run_id in list(self._waiting):
            self.store.interrupt(self.store.get(run_id))
        self._waiting.clear()
        if self._process is not None:
            self._process.stop()
        if self._worker is not None:
            await self._worker

    async def _work(self) -> None:
        while self._waiting and not self._closing:
            self._running = self._waiting.popleft()
            record = self.store.get(self._running)
            try:
                await self._one(record)
            except Exception:
                # Whatever it was, the next run gets its turn.
                log.exception("run lost", extra={"run": record.id})
                self.store.give_up(record.id)
            finally:
                self._process, self._running = None, None
            with suppress(OSError):
                self.store.forget_oldest()

    async def _one(self, record: RunRecord) -> None:
        record = record.model_copy(update={"status": "running", "started_at": now()})
        self._keep(record)
        log.info("run started", extra={"run": record.id})
        events = EventLog(self.store.events_path(record.id))
        try:
            self._process = RunProcess(record, self.store.empty, events.append)
            try:
                last = await self._process.run()
            except OSError as error:
                why = StateError(f"The run could not be started: {error.strerror}.")
                last = error_event(why)
            if self._closing and last["event"] == "cancelled":
                self.store.interrupt(record)
                return
            self._end(record, events, last)
        finally:
            events.close()

    def _end(self, record: RunRecord, events: EventLog, last: Event) -> None:
        """Note how a run ended: the record first, so that who sees the last event finds it so."""
        update: dict[str, Any] = {"status": _ENDS[last["event"]], "ended_at": now()}
        if last["event"] == "done":
            update["result"] = last
        else:
            update["error"] = {
                "type": last.get("type"), "message": last.get("message"), "hint": last.get("hint"),
                "exit_code": last.get("code"),
            }  # fmt: skip
        self._keep(record.model_copy(update=update))
        events.append(last)
        log.info("run ended", extra={"run": record.id, "status": update["status"]})

    def _keep(self, record: RunRecord) -> None:
        """Keep a record; where that cannot be done, in memory: a run does not end for it."""
        try:
            self.store.save(record)
        except StateError as error:
            log.warning("record lost", extra={"run": record.id, "reason": error.message})
