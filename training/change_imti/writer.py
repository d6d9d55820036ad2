"""Writes a dataset's folder: ShareGPT JSON by task, JSONL by split, pictures and a manifest."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TextIO

import cv2
import numpy as np

from training.change_imti.item import MARKER, SPOKEN, Item
from training.change_imti.pair import LabelledPair

MANIFEST = "manifest.json"
_TAGS = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt"}


class DatasetWriter:
    """Takes items one by one; the folder appears at once when :meth:`commit` is called.

    Leaving the context without :meth:`commit` discards everything.

    Parameters
    ----------
    out : Path
        A folder that does not exist yet, or is empty.

    Raises
    ------
    ValueError
        There is something in the folder, or an unfinished build beside it.
    """

    def __init__(self, out: Path) -> None:
        self.out = Path(out)
        if self.out.exists() and (not self.out.is_dir() or any(self.out.iterdir())):
            raise ValueError(f"{self.out} is there already; choose another folder or remove it")
        self._part = self.out.with_name(self.out.name + ".part")
        if self._part.exists():
            raise ValueError(
                f"{self._part} is there, of a build that goes on or was killed; remove it first"
            )
        self._part.mkdir(parents=True)
        self._lines: dict[str, TextIO] = {}
        self._arrays: dict[tuple[str, str], TextIO] = {}
        self.items: dict[str, Counter[str]] = {}
        self.labelled: dict[str, Counter[str]] = {}
        self.partial = 0

    def add(self, pair: LabelledPair, items: list[Item]) -> None:
        """Write the items of one pair; pictures that are no files yet become PNG files."""
        images = self._images(pair)
        for item in items:
            split, task = pair.split, item.task
            self.items.setdefault(split, Counter())[task] += 1
            self._jsonl(split).write(_dump(record(item, images)) + "\n")
            if not item.labelled:
                continue
            self.partial += len(item.answered) < len(item.turns)
            self.labelled.setdefault(split, Counter())[task] += 1
            array = self._array(split, task)
            array.write(",\n" if array.tell() > 2 else "")
            array.write(_dump(sharegpt(item, images)))

    def commit(self, manifest: dict[str, Any]) -> None:
        """Write the manifest and LLaMA-Factory's description, and put the folder in place."""
        for array in self._arrays.values():
            array.write("\n]\n")
        self._close()
        info = {
            f"change_imti_{split}_{task}": {
                "file_name": f"{split}/{task}.json",
                "formatting": "sharegpt",
                "columns": {"messages": "conversations", "images": "images"},
                "tags": _TAGS,
            }
            for split, task in self._arrays
        }
        for name, content in (("dataset_info.json", info), (MANIFEST, manifest)):
            text = json.dumps(content, indent=2, ensure_ascii=False)
            (self._part / name).write_text(text + "\n", "utf-8")
        if self.out.exists():
            self.out.rmdir()
        self._part.replace(self.out)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()
        shutil.rmtree(self._part, ignore_errors=True)

    def _close(self) -> None:
        for file in (*self._lines.values(), *self._arrays.values()):
            file.close()

    def _jsonl(self, split: str) -> TextIO:
        if split not in self._lines:
            self._lines[split] = (self._part / f"{split}.jsonl").open("w", encoding="utf-8")
        return self._lines[split]

    def _array(self, split: str, task: str) -> TextIO:
        if (split, task) not in self._arrays:
            (self._part / split).mkdir(exist_ok=True)
            file = (self._part / split / f"{task}.json").open("w", encoding="utf-8")
            file.write("[\n")
            self._arrays[split, task] = file
        return self._arrays[split, task]

    def _images(self, pair: LabelledPair) -> list[str]:
        if pair.images is None:
            return []
        names = []
        for date, image in zip("AB", pair.images, strict=True):
            if isinstance(image, Path):
                names.append(image.as_posix())
                continue
            name = f"images/{date}/{pair.image_id}.png"
            target = self._part / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if not cv2.imwrite(str(target), cv2.cvtColor(np.asarray(image), cv2.COLOR_RGB2BGR)):
                raise OSError(f"{target} could not be written; is the disk full?")
            names.append(name)
        return names


def sharegpt(item: Item, images: list[str]) -> dict[str, Any]:
    """An item as ShareGPT: one marker per image in the first question, if there are images."""
    conversations = []
    for question, answer in item.exchanges(MARKER if images else SPOKEN):
        conversations += [{"from": "human", "value": question}, {"from": "gpt", "value": answer}]
    content: dict[str, Any] = {"id": item.id, "conversations": conversations, "images": images}
    return content | ({"references": list(item.references)} if item.references else {})


def record(item: Item, images: list[str]) -> dict[str, Any]:
    """An item as a line for ``datasets``: every line has the same keys and types.

    ``messages`` holds what is labelled, in words without markers or the guide's sentence; that is
    how TRL takes them, which puts ``images`` in front. ``turns`` holds every turn, its ``answer``
    empty where there is no label. ``guide`` is the reading as JSON text, or empty.
    """
    messages = []
    for question, answer in item.exchanges(hints=False):
        messages += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer},
        ]
    pair = item.pair
    return {
        "id": item.id,
        "image_id": pair.image_id,
        "place": pair.place,
        "split": pair.split,
        "source": pair.source,
        "task": item.task,
        "labelled": item.labelled,
        "images": images,
        "messages": messages if item.labelled else [],
        "turns": [
            {
                "asks": turn.asks,
                "class": turn.class_name,
                "question": turn.question,
                "answer": turn.answer or "",
                "answer_by": turn.answer_by,
            }
            for turn in item.turns
        ],
        "references": list(item.references),
        "guide": item.reading.as_json() if item.reading else "",
    }


def _dump(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False)
