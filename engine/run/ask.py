"""One question about one area: a run of its own, and an answer with the objects it rests on."""

from __future__ import annotations

import dataclasses
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyogrio

from engine.guide.reading import UNCHANGED
from engine.language.answers import written
from engine.language.routing import MapQuestion, is_description, map_question
from engine.models import find_model, read_model
from engine.objects.cells import CELL_ORDER
from engine.run.events import Events
from engine.run.opening import takes_questions
from engine.run.pipeline import run
from engine.run.settings import RunSettings

TILES_MOST = 12
"""Tiles whose answers are given, those with the most change first."""
CANNOT = (
    "I cannot tell that from these images. Ask what changed, how many buildings or roads appeared "
    "or disappeared, or where."
)
UNKNOWN = "I cannot tell: it is not known of every object there whether it came or went."
NOTHING = "Nothing changed there that can be seen"
UNSEEN = "Nothing can be seen there: there is no data, or it could not be read, on one date or both"
LEAST_SEEN = 1.0
"""Percent of a place without data that an answer about it does not pass over."""


@dataclass(frozen=True)
class AskedAnswer:
    """An answer and what it rests on.

    Attributes
    ----------
    text : str
    source : {"map", "model", "none"}
        Measured on the objects, said by the language model, or not answered.
    features : tuple of str
        ``box_id`` of the objects.
    tiles : tuple of (str, str)
        Where the model answered for several tiles: tile and answer.
    warnings : tuple of str
    """

    text: str
    source: str
    features: tuple[str, ...] = ()
    tiles: tuple[tuple[str, str], ...] = ()
    warnings: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """JSON-able."""
        return dataclasses.asdict(self)


def ask(
    settings: RunSettings,
    question: str,
    events: Events | None = None,
    cancelled: threading.Event | None = None,
) -> AskedAnswer:
    """Answer a question about a pair, or the part of it that the settings' area names.

    Parameters
    ----------
    settings : RunSettings
        ``output`` is where the layers are kept; the empty path keeps none.
    question : str
        Checked (:func:`engine.language.quoting.checked_question`).

    Raises
    ------
    EngineError
        As a run does.
    """
    routed = map_question(question)
    on_map = routed is not None or is_description(question)
    spoken = not on_map and takes_questions(settings, read_model(find_model(settings.model)))
    with tempfile.TemporaryDirectory(prefix="changevg-ask-") as folder:
        kept = settings.output != Path()
        chosen = dataclasses.replace(
            settings,
            output=settings.output if kept else Path(folder) / "ask.gpkg",
            questions=() if on_map else (question,),
            language=settings.language if spoken else "none",
        )
        result = run(chosen, events, cancelled)
        layers = result.files["layers"]
        if on_map:
            answer = from_map(routed, layers)
        else:
            answer = from_tiles(_records(layers, "tiles"), _records(layers, "boxes"))
    return dataclasses.replace(answer, warnings=(*result.warnings, *answer.warnings))


def from_map(asked: MapQuestion | None, layers: Path) -> AskedAnswer:
    """The answer of a run's layers; without a question, all that changed.

    What nobody could see is no answer: where a part has no data a warning says so.
    """
    tiles = _records(layers, "tiles")
    if not any(tile["status"] == "ok" for tile in tiles):
        return AskedAnswer(UNSEEN, "none")
    boxes = _records(layers, "boxes")
    answer = describe(boxes) if asked is None else from_objects(asked, boxes)
    lost = [float(tile["nodata_pct"] or 0) if tile["status"] == "ok" else 100.0 for tile in tiles]
    unseen = sum(lost) / len(lost)
    if unseen < LEAST_SEEN:
        return answer
    warning = f"About {unseen:.0f} % of the place could not be seen: the answer is about the rest."
    return dataclasses.replace(answer, warnings=(warning,))


def from_objects(asked: MapQuestion, boxes: Sequence[dict[str, Any]]) -> AskedAnswer:
    """How many, where or whether, counted on the objects; each counts once.

    No answer where one came or went is asked for, and an object may have done either.
    """
    same = [box for box in boxes if asked.class_name in (None, box["class"])]
    fitting = [box for box in same if asked.action in (None, box["action"])]
    unknown = asked.action is not None and any(box["action"] == "changed" for box in same)
    if unknown and not (asked.kind == "binary" and fitting):
        return AskedAnswer(UNKNOWN, "none")
    ids = tuple(box["box_id"] for box in fitting)
    if asked.kind == "count":
        return AskedAnswer(written(len(fitting)), "map", ids)
    if asked.kind == "binary":
        return AskedAnswer(written(bool(fitting)), "map", ids)
    cells = {box["cell"] for box in fitting}
    places = written(tuple(cell for cell in CELL_ORDER if cell in cells))
    return AskedAnswer(places, "map", ids)


def describe(boxes: Sequence[dict[str, Any]]) -> AskedAnswer:
    """All that changed, in one measured sentence."""
    groups: dict[tuple[str, str], list[float]] = {}
    for box in boxes:
        groups.setdefault((box["class"], box["action"]), []).append(float(box["area_m2"] or 0.0))
    if not groups:
        return AskedAnswer(UNCHANGED, "map")
    parts = [
        f"{len(areas)} {_noun(name, len(areas))} {action} ({sum(areas):,.0f} m²)"
        for (name, action), areas in sorted(groups.items(), key=lambda item: -len(item[1]))
    ]
    return AskedAnswer(", ".join(parts), "map", tuple(box["box_id"] for box in boxes))


def from_tiles(tiles: Sequence[dict[str, Any]], boxes: Sequence[dict[str, Any]]) -> AskedAnswer:
    """What the language model answered, tile by tile, with the objects of those tiles."""
    told = [tile for tile in tiles if tile["answer_1"] and tile["answer_1_source"] == "model"]
    if not any(tile["status"] == "ok" for tile in tiles):
        return AskedAnswer(UNSEEN, "none")
    if not told:
        seen = [tile for tile in tiles if tile["status"] == "ok"]
        unchanged = bool(seen) and not any(tile["changed"] for tile in seen)
        return AskedAnswer(NOTHING, "map") if unchanged else AskedAnswer(CANNOT, "none")
    told.sort(key=lambda tile: -(tile["changed_area_m2"] or 0.0))
    told = told[:TILES_MOST]
    names = {tile["tile_id"] for tile in told}
    ids = tuple(box["box_id"] for box in boxes if names & set(str(box["tile_ids"]).split(", ")))
    answers = tuple((tile["tile_id"], tile["answer_1"]) for tile in told)
    different = list(dict.fromkeys(text for _, text in answers))
    return AskedAnswer("; ".join(different), "model", ids, answers)


def _noun(name: str, count: int) -> str:
    noun = "other change" if name == "other" else name
    return noun if count == 1 else noun + "s"


def _records(layers: Path, layer: str) -> list[dict[str, Any]]:
    """A layer's attributes as plain records."""
    table = pyogrio.read_dataframe(layers, layer=layer, read_geometry=False)
    plain: list[dict[str, Any]] = table.astype(object).where(table.notna(), None).to_dict("records")
    return plain
