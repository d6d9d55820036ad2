"""From two rasters to layers.

First pass: tiles are read, the guide runs, strips are stitched, kept and merged into objects, side
by side. Second pass: with every object judged, tiles are counted and the mask is written. Last:
layers, report, picture and item appear at once.
"""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from engine import __version__
from engine.errors import Cancelled, OutOfMemoryError
from engine.guide import GuideSession
from engine.guide.card_fields import preset
from engine.guide.device import choose_device
from engine.guide.runtime import usable_cores
from engine.language.backend import Backend
from engine.language.server import is_here
from engine.layers import LayerWriter, Provenance, open_writer
from engine.layers.mask import MaskWriter
from engine.models import load_model
from engine.models.thresholds import for_classes
from engine.objects import ObjectMerger, Strip
from engine.objects.measure import Measurer
from engine.raster.env import gdal_env
from engine.run.answers import AnswerBook
from engine.run.cluster import RaySource, require_ray
from engine.run.cluster.build import ray_source
from engine.run.collect import Collector, Filters
from engine.run.endings import stopped, tiles_failed
from engine.run.estimate import check_room
from engine.run.events import Events
from engine.run.imagery import ImageryRange
from engine.run.infer import infer_rows
from engine.run.ledger import Ledger, TileState
from engine.run.opening import (
    open_captions,
    open_language,
    open_pair,
    place_of,
    plan_tiles,
    takes_questions,
)
from engine.run.outputs import check_outputs
from engine.run.result import RunResult
from engine.run.reviews import Reviews
from engine.run.settings import RunSettings, fingerprint
from engine.run.speak import Speaker
from engine.run.stopwatch import Stopwatch
from engine.run.telling import Telling
from engine.run.tiles import WriteRows, write_tiles
from engine.run.timed_map import time_maps


def run(
    settings: RunSettings, events: Events | None = None, cancelled: threading.Event | None = None
) -> RunResult:
    """Do one ``tile-infer`` run.

    Parameters
    ----------
    cancelled : threading.Event, optional
        Set it to stop the run; what is done is kept for ``resume``.

    Raises
    ------
    EngineError
        Of the kind that says what went wrong; its ``exit_code`` is the command line's.
    """
    events = events or Events()
    cancelled = cancelled or threading.Event()
    try:
        with gdal_env():
            job = _Run(settings, events, cancelled)
            try:
                return job.go()
            finally:
                job.end()
    except MemoryError as error:
        raise OutOfMemoryError(
            "This machine has no memory left for the run.",
            hint="`--dry-run` says what it needs; a smaller --batch-size needs less. "
            "What was done is kept: add --resume.",
        ) from error
    except KeyboardInterrupt as error:
        raise stopped(settings) from error
    except Cancelled as error:
        raise stopped(settings) from error


class _Run:
    """One run's state; each method is a part of it."""

    def __init__(self, settings: RunSettings, events: Events, cancelled: threading.Event) -> None:
        self.settings, self.events, self.cancelled = settings, events, cancelled
        self.began = datetime.now(UTC)
        self.watch = Stopwatch()
        self.device_note = ""

    def go(self) -> RunResult:
        settings, events = self.settings, self.events
        if settings.executor == "ray":
            require_ray()
        check_outputs(settings)
        if settings.profile is not None:
            self.watch = Stopwatch(settings.profile)
        self.spans = self.watch.spans
        with self.spans.span("opening"):
            self.model = load_model(settings.model)
            events.stage("open", "Opening the pair")
            opened = open_pair(settings, self.model, events)
        with opened as pair:
            self.pair = pair
            time_maps(pair, self.spans)
            with self.spans.span("planning"):
                self.plan = plan_tiles(settings, pair, self.model)
            if settings.format == "geojson" and settings.dst_crs:
                events.warning("GeoJSON is always EPSG:4326: --dst-crs is ignored.")
            with self.spans.span("loading"):
                self.guide = self._guide()
                self.captions = open_captions(self.model, self.guide)
            if not settings.resume:
                check_room(self.plan, self.guide, settings.work_dir)
            self.device_note = self.guide.device_note
            events.stage(
                "guide", f"{self.plan.total} tiles, guide on {self.device_note}",
                device=self.device_note, tiles=self.plan.total, executor=settings.executor,
            )  # fmt: skip
            self.backend = self._backend()
            self.provenance = self._provenance()
            # The ledger first: it keeps a second run away from the first one's files.
            with (
                Ledger(
                    settings.work_dir,
                    fingerprint(settings, self.model),
                    settings.parameters(),
                    resume=settings.resume,
                    overwrite=settings.overwrite,
                ) as self.ledger,
                open_writer(
                    settings.output,
                    pair.grid.crs,
                    settings.format,
                    self.provenance,
                    dst_crs=settings.dst_crs,
                ) as writer,
            ):
                try:
                    result = self._work(writer)
                finally:
                    if self.backend is not None:
                        self.backend.close()
                if self.speaker is None or not self.speaker.failed:
                    self.ledger.remove()
        self.end()
        events.done(result.as_dict())
        return result

    def _work(self, writer: LayerWriter) -> RunResult:
        settings, events, pair = self.settings, self.events, self.pair
        thresholds, classes = self.model.thresholds, self.model.classes
        self.measurer = Measurer(pair.grid.crs, pair.grid.transform)
        self.merger = ObjectMerger(
            classes,
            pair.grid.width,
            first_row=self.plan.row_start(self.plan.active.start),
        )
        self.failed: list[TileState] = []
        self.done_tiles = 0
        check = self.guide.range_check
        self.imagery = ImageryRange(check.warn_share) if check else None

        reviews = Reviews(settings.output, pair.grid.crs, writer.write_boxes)
        self.collector = Collector(
            measurer=self.measurer,
            plan=self.plan,
            filters=Filters(
                for_classes(thresholds.min_area_m2, classes, settings.min_area),
                for_classes(thresholds.min_score, classes, settings.min_score),
            ),
            place=place_of(pair),
            dates=pair.dates,
            write=self.spans.timed("writing", reviews.write),
            outside=pair.outside_area,
        )
        source = self._source()
        infer_rows(
            pair,
            self.plan,
            self.guide,
            self.ledger,
            thresholds=list(for_classes(thresholds.change, classes, settings.threshold).values()),
            batch_size=settings.batch_size,
            on_strip=self._on_strip,
            on_tile=self._on_tile,
            cancelled=self.cancelled,
            inline=settings.executor == "inline",
            source=source,
            spans=self.spans,
        )
        if source is not None:
            self.device_note = source.device_note or self.device_note
        with self.spans.span("merging"):
            self.collector.add(self.merger.close())
            self.collector.flush()
        if self.failed and not settings.allow_partial:
            raise tiles_failed(self.failed, self.plan.total, settings)
        if self.imagery and (unlike := self.imagery.warning()):
            events.warning(unlike)
        events.stage("write", "Counting tiles and writing layers")
        self.speaker = self._speaker()
        with self.spans.span("counting"):
            statuses = self._second_pass(writer)
        if self.speaker is not None and self.speaker.failed:
            events.warning(
                f"The language model gave no words for {self.speaker.failed} of "
                f"{self.speaker.asked} tiles: they have the guide's. A run with --resume asks "
                f"about these only; '{settings.work_dir.name}' is kept for it."
            )
        # As late as can be: people may review the old result while the new one is made.
        reviews.finish(events.warning)
        in_range = self.imagery.as_dict() if self.imagery else None
        self.provenance.counts = self.collector.totals.as_dict() | {"tiles": dict(statuses)}
        if in_range is not None:
            self.provenance.counts["imagery_range"] = in_range
        self.provenance.warnings = list(events.warnings)
        self.provenance.finished = datetime.now(UTC)
        self.provenance.device = self.device_note
        self.provenance.timings = self.watch.timings()
        with self.spans.span("writing"):
            files = {"layers": writer.commit()}
        reviews.keep_lost()
        if self.mask is not None:
            files["mask"] = self.mask
        if settings.report or settings.picture or settings.stac:
            with self.spans.span("companions"):
                # Late: what they are made with takes a tenth of a second to load.
                from engine.run import companions

                files |= companions.write(
                    settings, pair, self.provenance, self.collector.totals, files, events.warning
                )
        return RunResult(
            device=self.device_note,
            timings=self.watch.timings(),
            totals=self.collector.totals,
            files=files,
            tiles=dict(statuses),
            warnings=list(events.warnings),
            seconds=self.watch.seconds,
            carried_reviews=reviews.carried,
            partial=bool(self.failed),
            imagery_range=in_range,
        )

    def _second_pass(self, writer: LayerWriter) -> Counter[str]:
        rows = len(self.plan.active)
        self.mask: Path | None = None
        speaker = self.speaker

        wordings = None if self.captions is None else self.captions.wordings
        captions = wordings and self.spans.timed("captions", wordings)
        threads = 0 if self.settings.executor == "inline" else usable_cores()

        def second(write_mask: WriteRows | None) -> Counter[str]:
            with Telling(captions, threads) as telling:
                return write_tiles(
                    self.plan,
                    self.ledger,
                    self.merger,
                    self.collector.fates(),
                    self.model.classes,
                    self.measurer,
                    write=self.spans.timed("writing", writer.write_tiles),
                    write_mask=write_mask,
                    progress=lambda done: self._on_row(done, rows),
                    telling=telling,
                    speak=self.spans.timed("language", speaker.speak) if speaker else None,
                    sketched=speaker is not None and speaker.fields.sketches,
                )

        if self.settings.mask_out is None:
            return second(None)
        grid = self.pair.grid
        with MaskWriter(
            self.settings.mask_out, grid.crs, grid.transform, grid.width, grid.height,
            self.model.classes,
        ) as mask:  # fmt: skip
            statuses = second(self.spans.timed("writing", mask.write))
            with self.spans.span("writing"):
                self.mask = mask.commit()
        return statuses

    def _on_strip(self, strip: Strip, states: list[TileState]) -> None:
        self.failed += [state for state in states if state.status == "failed"]
        if self.imagery:
            self.imagery.add(states)
        with self.spans.span("merging"):
            for objects in self.merger.add_in_parts(strip):
                self.collector.add(objects)
        self.watch.mark()

    def _on_tile(self, state: TileState) -> None:
        self.done_tiles += 1
        if state.status != "ok":
            self.events.tile(state.tile_id, state.status, state.reason)
        self.events.progress("guide", self.done_tiles, self.plan.total)

    def _on_row(self, done: int, rows: int) -> None:
        self._stop_if_cancelled()
        self.events.progress("write", done, rows)

    def _guide(self) -> GuideSession:
        """The guide; where workers run it, only to know what it is."""
        settings = self.settings
        if settings.executor != "ray":
            return GuideSession(self.model, settings.device, settings.threads)
        choose_device(settings.device)
        return GuideSession(self.model, "cpu", 1)

    def _source(self) -> RaySource | None:
        """Workers of a Ray cluster, where they are wanted."""
        if self.settings.executor != "ray":
            return None
        return ray_source(
            self.settings, self.model, self.pair, self.plan.grid,
            events=self.events, cancelled=self.cancelled, spans=self.spans, trace=self.watch.trace,
        )  # fmt: skip

    def end(self) -> None:
        """Complete the profile, however the run ended."""
        settings = self.settings
        fault = self.watch.close(
            {
                "engine": __version__, "device": self.device_note, "began": self.began,
                "executor": settings.executor, "workers": settings.threads,
                "parameters": settings.parameters(),
            }
        )  # fmt: skip
        if fault is not None:
            self.events.warning(f"There is no profile: {fault.message}")

    def _backend(self) -> Backend | None:
        """The language model, where one is wanted and there is one."""
        settings = self.settings
        if settings.guide_only or settings.language == "none":
            return None
        backend = open_language(settings, self.model)
        if backend is None:
            self.events.stage("language", "No language model: captions come from the guide.")
            return None
        self.events.stage("language", f"Language model: {backend.name}")
        if settings.language_url is not None and not is_here(settings.language_url):
            self.events.warning(
                f"Images of the tiles that changed are sent to {settings.language_url}."
                if settings.language == "changed"
                else f"Images of all tiles are sent to {settings.language_url}."
            )
        return backend

    def _speaker(self) -> Speaker | None:
        """What puts words into the tiles; None where nobody asks and nobody speaks."""
        settings = self.settings
        if self.backend is None and not settings.questions:
            return None
        return Speaker(
            self.pair, self.backend, settings.language, preset(settings.card),
            settings.questions, AnswerBook(settings.work_dir), self.events.warning,
            self._stop_if_cancelled, takes_questions(settings, self.model), settings.earlier,
        )  # fmt: skip

    def _stop_if_cancelled(self) -> None:
        if self.cancelled.is_set():
            raise Cancelled("Stopped by the user.")

    def _provenance(self) -> Provenance:
        facts = self.pair.describe()
        return Provenance(
            before=self.settings.before,
            after=self.settings.after,
            date_before=self.pair.dates[0],
            date_after=self.pair.dates[1],
            engine_version=__version__,
            model_id=self.model.id,
            model_version=self.model.version,
            model_sha256=self.model.sha256,
            model_licence=self.model.licence_weights or None,
            device=self.device_note,
            grid=facts["grid"],
            stretch=facts["maps"],
            parameters=self.settings.parameters(),
            pair=facts,
            questions=self.settings.questions,
            language=self.backend.name if self.backend else None,
            started=self.began,
        )
