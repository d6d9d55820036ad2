"""Two plain images, without a place on Earth, read by the guide and put into words."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import UsageError
from engine.guide import CaptionSession, GuideSession
from engine.guide.agreement import agrees
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
from engine.objects.components import label
from engine.objects.objects import action_of

Image = NDArray[np.uint8]
SIDE_MOST = 2048
"""Pixels of a side: larger pairs are for ``engine tile-infer``."""
BATCH = 4
CARD = "full"
NO_MODEL = "There is no language model here for that question. What the guide sees: "


@dataclass(frozen=True)
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
        self._language: Backend | None = open_backend(self.info, self._guide.device)
        self._turn = threading.Lock()

    def answer(self, question: str, before: Image, after: Image) -> ImageAnswer:
        """Answer a question about two images.

        What the guide measures (what changed, how many, where) it answers itself; anything else is
        put to the model folder's language model, if it brings one.

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
        """What the guide measures: counts and cells by class, and a sentence that agrees."""
        height, width = before.shape[:2]
        dates = [_tiles(image, self.info.tile_size) for image in (before, after)]
        change, appeared, flags, memory = [], [], [], []
        for first in range(0, len(dates[0]), BATCH):
            batch = slice(first, first + BATCH)
            outputs = self._guide.read(dates[0][batch], dates[1][batch])
            change.append(outputs.change)
            appeared.append(outputs.appeared)
            flags.append(outputs.flag)
            memory.append(outputs.memory)
        rows = -(-height // self.info.tile_size)
        whole = _joined(np.concatenate(change), rows)[:, :height, :width]
        late = _joined(np.concatenate(appeared), rows)[0, :height, :width]
        codes, chance = self._classes(whole)
        flag = flags[0]
        score = float(chance.max(initial=0.0))
        if flag is not None and len(dates[0]) == 1:
            score = float(flag[0, 0])
        reading = read_tile(
            codes, self._actions(codes, late, chance), self.info.classes,
            change_score=score, probability=chance,
        )  # fmt: skip
        sentence = tile_caption(reading.findings)
        # The decoder was taught on single tiles, and only what agrees with the map is said.
        if self._captions is not None and len(dates[0]) == 1 and reading.changed:
            remembered = memory[0]
            assert remembered is not None  # as `gives_memory` said
            (said,) = self._captions.sentences(remembered)
            if said and agrees(said, reading.findings):
                sentence = said
        return TileReading(
            reading.classes, reading.changed, reading.change_score, sentence, reading.size
        )

    def close(self) -> None:
        """Give back what the language model holds."""
        if self._language is not None:
            self._language.close()

    def _classes(
        self, change: NDArray[np.float32]
    ) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """Class codes and the probability of that class; the rule is the stitcher's."""
        limits = for_classes(self.info.thresholds.change, self.info.classes)
        levels = np.array(list(limits.values()), np.float32)[:, None, None]
        chosen = (change / levels).argmax(axis=0)
        chance = np.take_along_axis(change, chosen[None], 0)[0]
        changed = chance >= levels[chosen, 0, 0]
        codes = np.where(changed, chosen + 1, 0).astype(np.uint8)
        return codes, np.where(changed, chance, np.float32(0))

    def _actions(
        self,
        codes: NDArray[np.uint8],
        late: NDArray[np.float32],
        chance: NDArray[np.float32],
    ) -> NDArray[np.uint8]:
        actions = np.zeros(codes.shape, np.uint8)
        for code, name in enumerate(self.info.classes, 1):
            labels, count = label(codes == code)
            if not count:
                continue
            inside = labels.ravel()
            weight = np.bincount(inside, chance.ravel(), count + 1)
            mean = np.bincount(inside, (chance * late).ravel(), count + 1).astype(np.float64)
            mean[1:] /= np.maximum(weight[1:], 1e-9)
            done = [0, *(ACTIONS.index(action_of(float(one), name)) for one in mean[1:])]
            actions = np.where(labels > 0, np.array(done, np.uint8)[labels], actions)
        return actions


def _tiles(image: Image, side: int) -> NDArray[np.uint8]:
    """Tiles (n, 3, side, side) side by side, row by row; the edge is repeated beyond the image."""
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, -height % side), (0, -width % side), (0, 0)), "edge")
    rows, cols = padded.shape[0] // side, padded.shape[1] // side
    blocks = padded.reshape(rows, side, cols, side, 3).transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(blocks.reshape(rows * cols, 3, side, side))


def _joined(tiles: NDArray[np.float32], rows: int) -> NDArray[np.float32]:
    """The map (k, h, w) that :func:`_tiles` cut up."""
    count, k, side = tiles.shape[:3]
    cols = count // rows
    grid = tiles.reshape(rows, cols, k, side, side).transpose(2, 0, 3, 1, 4)
    return grid.reshape(k, rows * side, cols * side)


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
