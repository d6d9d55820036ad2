"""Results that conversations are about: read once for all of them, until their files change."""

from __future__ import annotations

import copy
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
from numpy.typing import NDArray

from engine.agent import Agent, VectorFile
from engine.agent.objects import MapObjects
from engine.agent.selection import Scene
from engine.agent.vectors import VectorLayers
from engine.layers.reading import layer_file, read_layer, read_provenance

KEPT_MOST = 3
"""Results in memory; some 1 kB an object."""
VECTORS_MOST = 8
"""Sets of vector layers in memory, of one result."""
_SOURCE = re.compile(r"^(?P<path>.*?)(?:\|layername=(?P<layer>[^|]+))?$", re.S)
Stamp = tuple[tuple[str, int, int], ...]


@dataclass
class RunLayers:
    """One result.

    Attributes
    ----------
    agent : Agent
        Without vector layers.
    bounds : float array, shape (n, 4)
        xmin, ymin, xmax, ymax of each object's box, in :attr:`crs`, in the order of the objects.
    crs : str
        ``EPSG:…``, or WKT.
    told : dict
        Provenance: what was compared, with what.
    n_tiles : int
        Tiles of the run.
    extent : (xmin, ymin, xmax, ymax) or None
        Of the tiles; None where there are none.
    """

    agent: Agent
    bounds: NDArray[np.float64]
    crs: str
    told: dict[str, Any]
    n_tiles: int
    extent: tuple[float, float, float, float] | None
    _places: dict[str, int] = field(default_factory=dict)
    _vectors: OrderedDict[tuple[Any, ...], VectorLayers] = field(default_factory=OrderedDict)

    @classmethod
    def open(cls, path: Path) -> RunLayers:
        """Read a result.

        Raises
        ------
        LayersError
            It is no output of this program.
        """
        agent = Agent(path)
        crs, edges = _edges(*layer_file(path, "boxes"))
        _, around = _edges(*layer_file(path, "tiles"))
        count, extent = len(around), None
        if count:
            low, high = around[:, :2].min(axis=0), around[:, 2:].max(axis=0)
            extent = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        told = read_provenance(path) or {}
        places = {str(box_id): at for at, box_id in enumerate(agent.scene.objects.box_id)}
        return cls(agent, edges, crs, told, count, extent, places)

    def positions(self, box_ids: Iterable[str]) -> NDArray[np.intp]:
        """Places of objects, without those that are not there."""
        found = list(map(self._places.get, box_ids))
        return np.array([at for at in found if at is not None] if None in found else found, np.intp)

    def bbox(self, box_ids: Iterable[str]) -> list[float] | None:
        """What holds the boxes of some objects, in :attr:`crs`; None for none."""
        edges = self.bounds[self.positions(box_ids)]
        if not len(edges):
            return None
        return [*edges[:, :2].min(axis=0).tolist(), *edges[:, 2:].max(axis=0).tolist()]

    def with_vectors(self, sources: Mapping[str, str]) -> Agent:
        """The agent with vector files by name; ``FILE|layername=NAME`` names a layer of a file."""
        if not sources:
            return self.agent
        files = {name: vector_file(source) for name, source in sources.items()}
        key = tuple((name, one.path, one.layer, _stamp(one.path)) for name, one in files.items())
        layers = self._vectors.get(key)
        if layers is None:
            layers = VectorLayers(files, self.agent.scene.objects.plane)
            self._vectors[key] = layers
            while len(self._vectors) > VECTORS_MOST:
                self._vectors.popitem(last=False)
        return with_scene(self.agent, Scene(self.agent.scene.objects, layers))


def _edges(file: Path, layer: str | None) -> tuple[str, NDArray[np.float64]]:
    """CRS of a layer, and xmin, ymin, xmax, ymax of its features, float64 (n, 4)."""
    if file.suffix != ".parquet":
        _, edges = pyogrio.read_bounds(file, layer=layer)
        return str(pyogrio.read_info(file, layer=layer)["crs"]), np.asarray(edges, np.float64).T
    frame = read_layer(file, columns=())
    named = frame.crs.to_authority()
    return ":".join(named) if named else frame.crs.to_wkt(), frame.bounds.to_numpy(np.float64)


def vector_file(source: str) -> VectorFile:
    """A file, and the layer in it, from a text as QGIS writes it."""
    match = _SOURCE.match(source)
    assert match is not None  # the pattern takes any text
    return VectorFile(Path(match["path"]), match["layer"])


def with_scene(agent: Agent, scene: Scene) -> Agent:
    """An agent for the same layers that looks at another scene."""
    twin = copy.copy(agent)
    twin.scene = scene
    return twin


def some_objects(objects: MapObjects, at: NDArray[np.intp]) -> MapObjects:
    """Some of the objects, as if the layers held no others."""
    columns = {
        "box_id": objects.box_id, "class": objects.class_name, "action": objects.action,
        "cell": objects.cell, "review": objects.review, "caption": objects.caption,
        "score": objects.score, "area_m2": objects.area_m2,
    }  # fmt: skip
    some = MapObjects(
        {name: values[at] for name, values in columns.items()},
        objects.outlines[at],
        objects.plane,
        objects.dates,
    )
    # Known already; working them out again would cost more than the answer.
    some.__dict__["centres"] = objects.centres[at]
    some.__dict__["points"] = objects.points[at]
    some.__dict__["length_m"] = objects.length_m[at]
    return some


class LayersCache:
    """The results asked about last; a file that changed on the disk is read again."""

    def __init__(self, most: int = KEPT_MOST) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._known: OrderedDict[Path, tuple[Stamp, RunLayers]] = OrderedDict()
        self._reading: dict[Path, threading.Lock] = {}

    def get(self, path: Path) -> RunLayers:
        """A result, read if need be; who comes while it is read waits for it.

        Raises
        ------
        LayersError
            It is no output of this program.
        """
        with self._lock:
            turn = self._reading.setdefault(path, threading.Lock())
        with turn:
            stamp = _stamp(path)
            with self._lock:
                known = self._known.get(path)
                if known is not None and known[0] == stamp:
                    self._known.move_to_end(path)
                    return known[1]
                # Gone before the new one comes, so that both are never in memory.
                self._known.pop(path, None)
            try:
                layers = RunLayers.open(path)
            except BaseException:
                with self._lock:
                    self._reading.pop(path, None)
                raise
            with self._lock:
                self._known[path] = (stamp, layers)
                while len(self._known) > self._most:
                    old, _ = self._known.popitem(last=False)
                    self._reading.pop(old, None)
            return layers


def _stamp(path: Path) -> Stamp:
    """Times and sizes of the files of a result, SQLite's log of what is being edited included."""
    beside = path.with_name(path.name + "-wal")
    files = sorted(path.iterdir()) if path.is_dir() else [path, beside]
    found = []
    for file in files:
        try:
            stat = file.stat()
        except OSError:
            continue  # not there, which opening it says better
        found.append((file.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)
