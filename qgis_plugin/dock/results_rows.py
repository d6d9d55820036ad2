"""The changes of a result in memory: what the list sorts and filters by, and nothing more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from ..layers.result import Result
from .results_filter import Filter

KEYS = ("class", "action", "score", "area_m2", "review")
TEXTS = ("caption", "note", "cell", "box_id")
CLASS, ACTION, SCORE, AREA, REVIEW = range(len(KEYS))
BATCH, PAGE = 1500, 120


class Rows:
    """Keys of all changes, read straight from the file; texts are read when they are shown.

    Reading through QGIS's features takes five times as long. What lies in the layer's edit buffer
    is laid over what the file says.

    Parameters
    ----------
    layer : QgsVectorLayer
        The layer ``boxes`` of a result.
    """

    def __init__(self, layer: Any, result: Result) -> None:
        self.layer, self._package = layer, result.package
        self.fids: list[int] = []
        self.keys: list[list[Any]] = [[] for _ in KEYS]
        self.place: dict[int, int] = {}
        self.reviewed = 0
        self._texts: dict[int, tuple[str, ...]] = {}
        names = layer.fields().names()
        self._index = {names.index(name): at for at, name in enumerate(KEYS) if name in names}
        self._keys_there, self._texts_there = (
            [name if name in names else "" for name in wanted] for wanted in (KEYS, TEXTS)
        )

    def __len__(self) -> int:
        return len(self.fids)

    def read(self) -> Iterator[None]:
        """Read the keys, a batch at a time."""
        buffer = self.layer.editBuffer()
        gone = set(buffer.deletedFeatureIds()) if buffer is not None else set()
        with closing(self._open()) as db:
            cursor = db.execute(self._select(self._keys_there, self._subset()))
            while batch := cursor.fetchmany(BATCH):
                self._take([row for row in batch if row[0] not in gone] if gone else batch)
                yield
        if buffer is not None and self.layer.editBuffer() is not None:
            self._overlay(self.layer.editBuffer())
        yield

    def key(self, row: int, column: int) -> Any:
        """One key of one change."""
        return self.keys[column][row]

    def change(self, fid: int, field: int, value: Any) -> int | None:
        """Take over an edit; return the row it is in, or None where it shows nowhere."""
        row = self.place.get(fid)
        self._texts.pop(fid, None)
        if row is not None and field in self._index:
            column = self._index[field]
            value = _plain(value)
            if column == REVIEW:
                self.reviewed += (value is not None) - (self.keys[REVIEW][row] is not None)
            self.keys[column][row] = value
        return row

    def text(self, row: int, order: list[int], position: int) -> tuple[str, ...]:
        """Caption, note, place and id of one row; its neighbours in the list are read with it."""
        fid = self.fids[row]
        if fid not in self._texts:
            start = max(0, position - PAGE // 3)
            stop = start + PAGE
            near = [self.fids[one] for one in order[start:stop]]
            if fid not in near:
                near = [fid]
            if len(self._texts) > 50 * PAGE:
                self._texts.clear()
            self._texts |= self._read_texts(near)
        return self._texts.get(fid, ("",) * len(TEXTS))

    def arrange(self, wanted: Filter, column: int | None, backwards: bool) -> Iterator[list[int]]:
        """Rows that pass a filter, sorted; the last list that comes is the whole of it."""
        speaking = self._speaking(wanted) if wanted.text else None
        if speaking is not None:
            while (said := next(speaking, None)) is None:
                yield []
        else:
            said = None
        key = None if column is None else _sort_key(self.keys[column])
        found: list[int] = []
        total = len(self.fids)
        for start in range(0, total, BATCH):
            part = [
                row
                for row in range(start, min(start + BATCH, total))
                if wanted.fits(*(keys[row] for keys in self.keys))
                and (said is None or self.fids[row] in said)
            ]
            # Sorted parts make the sorting of the whole, which cannot be cut up, a quick merge.
            found += sorted(part, key=key, reverse=backwards) if key else part
            yield []
        yield sorted(found, key=key, reverse=backwards) if key else found

    def _speaking(self, wanted: Filter) -> Iterator[set[int] | None]:
        """Features whose texts contain the wanted one; None while it is still looking."""
        found: set[int] = set()
        with closing(self._open()) as db:
            cursor = db.execute(self._select(self._texts_there, self._subset()))
            while batch := cursor.fetchmany(BATCH):
                found |= {row[0] for row in batch if wanted.says(*row[1:])}
                yield None
        buffer = self.layer.editBuffer()
        if buffer is not None:
            for fid in [*buffer.changedAttributeValues(), *buffer.addedFeatures()]:
                found.discard(fid)
                feature = self.layer.getFeature(fid)
                if wanted.says(*(_text(feature, name) for name in TEXTS)):
                    found.add(fid)
        yield found

    def _take(self, batch: list[tuple[Any, ...]]) -> None:
        start = len(self.fids)
        self.fids += [row[0] for row in batch]
        self.place.update({row[0]: at for at, row in enumerate(batch, start)})
        for column, keys in enumerate(self.keys, 1):
            keys += [row[column] for row in batch]
        self.reviewed += sum(row[1 + REVIEW] is not None for row in batch)

    def _overlay(self, buffer: Any) -> None:
        for fid, feature in buffer.addedFeatures().items():
            values = [_plain(_value(feature, name)) for name in KEYS]
            self._take([(fid, *values)])
        for fid, changes in buffer.changedAttributeValues().items():
            for field, value in changes.items():
                self.change(fid, field, value)

    def _read_texts(self, fids: list[int]) -> dict[int, tuple[str, ...]]:
        buffer = self.layer.editBuffer()
        edited = set(buffer.changedAttributeValues()) if buffer is not None else set()
        stored = [fid for fid in fids if fid >= 0 and fid not in edited]
        query = self._select(self._texts_there, f"rowid IN ({', '.join(map(str, stored))})")
        with closing(self._open()) as db:
            found = {row[0]: tuple(text or "" for text in row[1:]) for row in db.execute(query)}
        for fid in set(fids) - set(stored):
            feature = self.layer.getFeature(fid)
            found[fid] = tuple(_text(feature, name) for name in TEXTS)
        return found

    def _select(self, columns: list[str], where: str) -> str:
        wanted = ", ".join(f'"{name}"' if name else "NULL" for name in columns)
        # Columns are of the schema, numbers are numbers, and the filter is the user's own.
        query = f"SELECT rowid, {wanted} FROM boxes"  # nosec B608
        return f"{query} WHERE {where}" if where else query

    def _subset(self) -> str:
        return str(self.layer.subsetString())

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(f"{Path(self._package).absolute().as_uri()}?mode=ro", uri=True)


def _sort_key(keys: list[Any]) -> Any:
    """NULL sorts below everything."""
    if any(isinstance(value, str) for value in keys):
        return lambda row: keys[row] or ""
    return lambda row: -1.0 if keys[row] is None else keys[row]


def _plain(value: Any) -> Any:
    """QGIS's NULL as None."""
    return None if value is None or (hasattr(value, "isNull") and value.isNull()) else value


def _value(feature: Any, name: str) -> Any:
    return feature.attribute(name) if feature.fields().indexOf(name) >= 0 else None


def _text(feature: Any, name: str) -> str:
    value = _plain(_value(feature, name))
    return "" if value is None else str(value)
