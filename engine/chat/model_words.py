"""What the layers do not know, put to the language model: its words are its opinion."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from pyproj import Transformer

from engine.chat.layers import RunLayers
from engine.chat.records import ChatOptions, TurnRecord
from engine.chat.restriction import around
from engine.errors import Cancelled
from engine.language.server import is_here
from engine.layers.crs import as_crs
from engine.models import DEFAULT_MODEL, find_model, read_model
from engine.run.ask import AskedAnswer, ask
from engine.run.conversation import TOLD_AGAIN
from engine.run.events import Events
from engine.run.settings import PairOptions, RunSettings

TILES_MOST = 100
"""Tiles that one question may make the engine look at: a minute or so."""
TOO_LARGE = (
    "This is a question for the language model, which looks at the images tile by tile, and there "
    "are too many here. Zoom in, or select some objects, and limit the question to them."
)
NOT_MEASURED = "The numbers in this are the model's own; they are not measured."
LOOK_SECONDS = 0.1
"""How often it is looked whether a question was cancelled."""
_NUMBER = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|thousand)\b",
    re.I,
)


@dataclass(frozen=True)
class Pair:
    """The two rasters, as paths that may be opened."""

    before: str
    after: str


def has_model(options: ChatOptions) -> bool:
    """Whether there is a language model to ask in free words.

    Raises
    ------
    ModelError
        The model that was named cannot be read.
    """
    if options.language_url is not None:
        return True
    return read_model(find_model(options.model or DEFAULT_MODEL)).answers_freely


def model_name(options: ChatOptions) -> str:
    """Who would answer."""
    own = options.model or DEFAULT_MODEL
    return (options.language_model or own) if options.language_url is not None else own


def leaves_machine(options: ChatOptions) -> bool:
    """Whether images and the question go to another machine."""
    return options.language_url is not None and not is_here(options.language_url)


def area(
    layers: RunLayers, limit: Sequence[float] | None, last: TurnRecord | None, points_back: bool
) -> list[float] | None:
    """The part of the layers that a question is about, in their CRS; None for all of it."""
    if limit is not None:
        return list(limit)
    if points_back and last is not None:
        shown = [one["bbox"] for one in last.sentences if one.get("bbox")]
        return around(shown[0]) if shown else None
    return None


def too_large(layers: RunLayers, bbox: Sequence[float] | None) -> bool:
    """Whether an area has more tiles than one question may cost."""
    if bbox is None or layers.extent is None:
        return layers.n_tiles > TILES_MOST
    whole = shapely.box(*layers.extent)
    share = whole.intersection(shapely.box(*bbox)).area / whole.area if whole.area else 1.0
    return share * layers.n_tiles > TILES_MOST


def ask_model(
    question: str,
    pair: Pair,
    layers: RunLayers,
    bbox: Sequence[float] | None,
    options: ChatOptions,
    earlier: Sequence[TurnRecord],
    cancelled: threading.Event,
) -> AskedAnswer:
    """The language model's answer about an area, read as the run before read the pair.

    Raises
    ------
    EngineError
        As ``engine ask`` does.
    """
    told = layers.told.get("parameters") or {}
    settings = RunSettings(
        before=pair.before,
        after=pair.after,
        output=Path(),
        pair=_pair_options(told.get("pair") or {}, _outline(layers, bbox)),
        model=options.model or DEFAULT_MODEL,
        device=options.device,
        language_url=options.language_url,
        language_model=options.language_model,
        card=options.card,
        earlier=tuple((one.question, one.text) for one in earlier[-TOLD_AGAIN:]),
    )
    return _until(cancelled, lambda: ask(settings, question, Events(), cancelled))


def sentences(answer: AskedAnswer) -> list[tuple[str, str]]:
    """What is said, each with its source: ``model`` for its own words, else ``map``."""
    if answer.source != "model":
        return [(answer.text, "map")]
    said = [(answer.text, "model")]
    if _NUMBER.search(answer.text):
        said.append((NOT_MEASURED, "map"))
    return said


def _until(cancelled: threading.Event, work: Callable[[], AskedAnswer]) -> AskedAnswer:
    """Wait for work, but no longer than until it is cancelled.

    A server is left at once; a sentence that a model of this machine is at cannot be interrupted:
    it ends by itself, and what it says is dropped.
    """
    done: Future[AskedAnswer] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, name="language model", daemon=True).start()
    while not done.done():
        wait([done], LOOK_SECONDS)
        if cancelled.is_set():
            raise Cancelled("Stopped by the user.")
    return done.result()


def _outline(layers: RunLayers, bbox: Sequence[float] | None) -> str | None:
    """The area as GeoJSON in longitude and latitude; the run's whole extent if not said."""
    edges = bbox if bbox is not None else layers.extent
    if edges is None:
        return None
    shape = shapely.box(*edges)
    move = Transformer.from_crs(as_crs(layers.crs), "EPSG:4326", always_xy=True)
    ring = np.stack(move.transform(*shapely.get_coordinates(shape).T), axis=1)
    return json.dumps({"type": "Polygon", "coordinates": [ring.tolist()]})


def _pair_options(told: dict[str, Any], aoi: str | None) -> PairOptions:
    """How the run opened the pair, without its area.

    The record travels in a file that anybody may have edited: of it only plain values of the right
    kind are taken.
    """
    kinds: dict[str, tuple[type, ...]] = {
        "nodata": (int, float), "stretch": (str,), "coregister": (bool,), "force": (bool,),
    }  # fmt: skip
    plain = {name: told[name] for name, types in kinds.items() if isinstance(told.get(name), types)}
    return PairOptions(
        bidx=_bands(told.get("bidx")),
        after_bidx=_bands(told.get("after_bidx")),
        before_date=_day(told.get("before_date")),
        after_date=_day(told.get("after_date")),
        aoi=aoi,
        **plain,
    )


def _bands(value: Any) -> tuple[int, ...] | None:
    good = isinstance(value, list) and len(value) == 3 and all(type(one) is int for one in value)
    return tuple(value) if good else None


def _day(value: Any) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value)
    except (TypeError, ValueError):
        return None
