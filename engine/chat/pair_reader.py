"""Two plain images, without a place on Earth, read by the guide and put into words."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rasterio.windows import Window

from engine.errors import UsageError
from engine.guide import CaptionSession, GuideSession
from engine.guide.agreement import best_wording, completed
from engine.guide.card_fields import preset
from engine.guide.reading import tile_caption
from engine.guide.tile_reading import ACTIONS, TileReading, read_tile
from engine.language.backend import Backend, Inquiry, Turn
from engine.language.captions import parse_reply
from engine.language.open import open_backend
from engine.language.prompts import opening
from engine.language.routing import is_description, map_answer, map_question
from engine.models import ModelInfo, load_model
from engine.models.thresholds import for_classes
from engine.objects import ChangeObject, ObjectMerger, Stitcher
from engine.raster import TileGrid
from engine.run.collect import DROPPED

Image = NDArray[np.uint8]
SIDE_MOST = 2048
"""Pixels of a side: larger pairs are for ``engine tile-infer``."""
BATCH = 4
CARD = "full"
NO_MODEL = "There is no language model here for that question. What the guide sees: "


@dataclasses.dataclass(frozen=True)
class ImageAnswer:
    """What is said of two images.

    Attributes
    ----------
    text : str
    reading : TileReading
        What was measured, in pixels.
    source : {"map", "model"}
        Measured, or said by the language model.
    """

    text: str
    reading: TileReading
    source: str


class PairReader:
    """One model, kept open; one pair at a time.

    Parameters
    ----------
    model : str
        Id, or folder.
    device : {"auto", "cpu", "cuda"}

    Raises
    ------
    ModelError
        It cannot be loaded.
    """

    def __init__(self, model: str, device: str = "auto") -> None:
        self.info: ModelInfo = load_model(model)
        self._guide = GuideSession(self.info, device)
        paths, rule = self.info.caption_paths, self.info.captions
        self._captions: CaptionSession | None = None
        if paths is not None and self._guide.gives_memory:
            self._captions = CaptionSession(paths, self._guide.device, rule)
        self._language: Backend | None = None
        if self.info.answers_freely:
            self._language = open_backend(self.info, self._guide.device)
        self._turn = threading.Lock()

    def answer(self, question: str, before: Image, after: Image) -> ImageAnswer:
        """Answer a question about two images.

        What the guide measures (what changed, how many, where) it answers itself; anything else is
        put to the model folder's language model, if it brings one that was taught such questions.

        Parameters
        ----------
        question : str
            Checked (:func:`engine.language.quoting.checked_question`).
        before, after : uint8 array (h, w, 3)
            RGB, of one size, at most :data:`SIDE_MOST` pixels a side.

        Raises
        ------
        UsageError
            The images do not fit each other.
        EngineError
            Of the guide or the language model.
        """
        if before.shape != after.shape:
            sizes = " and ".join(f"{one.shape[1]} × {one.shape[0]}" for one in (before, after))
            raise UsageError(f"The two images have {sizes} pixels.", hint="Send one size.")
        with self._turn:
            reading = self.read(before, after)
            measured = map_question(question)
            told = None if measured is None else map_answer(measured, reading)
            if told is not None:
                return ImageAnswer(told, reading, "map")
            seen = f"{(reading.caption or '').capitalize()}."
            if is_description(question):
                return ImageAnswer(seen, reading, "map")
            if self._language is None:
                return ImageAnswer(NO_MODEL + seen, reading, "map")
            messages = opening(question, reading, preset(CARD))
            inquiry = Inquiry({"before": before, "after": after}, (Turn(question, messages),))
            ((reply,),) = self._language.answer([inquiry])
            if reply.error is not None:
                raise reply.error
            prompt = messages[-1].as_text("")
            said = parse_reply(reply.text, prompt=prompt, finished=reply.finished)
            if said.value is None:
                return ImageAnswer(seen, reading, "map")
            return ImageAnswer(said.value, reading, "model")

    def read(self, before: Image, after: Image) -> TileReading:
        """What the guide measures: counts and cells by class, and a sentence that agrees.

        Tiles are blended, and objects made and judged, as in a run. Areas are those at the model's
        own ground sample distance, because nobody says how large the images' pixels are.
        """
        info = self.info
        height, width = before.shape[:2]
        grid = TileGrid(width, height, tile_size=info.tile_size, overlap=info.overlap)
        stitcher = Stitcher(
            width, height, tile_size=info.tile_size, overlap=info.overlap,
            n_classes=len(info.classes),
            threshold=list(for_classes(info.thresholds.change, info.classes).values()),
        )  # fmt: skip
        windows = [tile.window for tile in grid]
        seen = np.ones((info.tile_size, info.tile_size), bool)
        for first in range(0, len(windows), BATCH):
            batch = windows[first : first + BATCH]
            outputs = self._guide.read(_cut(before, batch), _cut(after, batch))
            for window, change, appeared in zip(
                batch, outputs.change, outputs.appeared, strict=True
            ):
                stitcher.add(window, change, appeared, seen)
        strip = stitcher.finish_rows(height)
        merger = ObjectMerger(info.classes, width)
        actions = self._fates([*merger.add(strip), *merger.close()])[merger.object_of(strip)]
        alone = len(windows) == 1
        flag = outputs.flag if alone else None
        reading = read_tile(
            np.where(actions == DROPPED, 0, strip.class_map), actions, info.classes,
            change_score=float(strip.prob.max() / 255 if flag is None else flag[0, 0]),
            probability=np.asarray(strip.prob / 255, np.float32),
        )  # fmt: skip
        sentence = tile_caption(reading.findings)
        # The decoder was taught on single tiles, and only what agrees with the map is said.
        if self._captions is not None and alone and reading.changed:
            assert outputs.memory is not None  # as `gives_memory` said
            (wordings,) = self._captions.wordings(outputs.memory)
            said = best_wording(wordings, reading.findings)
            sentence = (said and completed(said, reading.findings)) or sentence
        return dataclasses.replace(reading, caption=sentence)

    def close(self) -> None:
        """Give back what the language model holds."""
        if self._language is not None:
            self._language.close()

    def _fates(self, objects: Sequence[ChangeObject]) -> NDArray[np.uint8]:
        """By object number, index into ``ACTIONS``, or ``DROPPED``; as a run's collector has it."""
        limits = self.info.thresholds
        least_area = for_classes(limits.min_area_m2, self.info.classes)
        least_score = for_classes(limits.min_score, self.info.classes)
        fates = np.full(len(objects) + 1, DROPPED, np.uint8)
        for one in objects:
            area = one.pixels * self.info.native_gsd_m**2
            kept = round(one.score, 3) >= least_score[one.class_name]
            if kept and area >= least_area[one.class_name]:
                fates[one.number] = ACTIONS.index(one.action)
        return fates


def _cut(image: Image, windows: Sequence[Window]) -> NDArray[np.uint8]:
    """Tiles (n, 3, side, side); the edge is repeated beyond the image."""
    side = int(windows[0].width)
    more = [(0, max(0, side - length)) for length in image.shape[:2]]
    padded = np.pad(image, (*more, (0, 0)), "edge")
    tiles = [
        padded[row : row + side, col : col + side]
        for row, col in ((int(w.row_off), int(w.col_off)) for w in windows)
    ]
    return np.ascontiguousarray(np.stack(tiles).transpose(0, 3, 1, 2))


def facts(reading: TileReading) -> dict[str, int | bool | Sequence[str]]:
    """What was measured, by the names that a JSON answer may ask for."""
    found: dict[str, int | bool | Sequence[str]] = {"changed": bool(reading.changed)}
    for one in reading.classes:
        found[f"n_{one.class_name}"] = one.count
        found[f"{one.class_name}_cells"] = list(one.cells)
        for action in ACTIONS:
            fitting = [finding for finding in one.findings if finding.action == action]
            found[f"n_{one.class_name}_{action}"] = sum(finding.count for finding in fitting)
    return found
