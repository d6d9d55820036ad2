"""The runs of an archive and what of them is searched."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.agent.errors import LayersError
from engine.errors import EngineError
from engine.layers.flat import DESCRIPTION
from engine.layers.reading import READ_ERRORS, layer_file, read_layer, read_provenance

_FIELDS = ["tile_id", "changed", "change_score", "caption"]


@dataclass(frozen=True)
class Run:
    """Tiles of a finished run that have a caption.

    Attributes
    ----------
    path : Path
    crs : str
        WKT.
    tile_ids, captions : list of str
    changed : bool array (n,)
    scores : float array (n,)
        Change score; NaN where not known.
    bounds : float array (n, 4)
        Of the tiles, in the CRS.
    """

    path: Path
    crs: str
    tile_ids: list[str]
    captions: list[str]
    changed: NDArray[np.bool_]
    scores: NDArray[np.float64]
    bounds: NDArray[np.float64]


def find_runs(paths: Iterable[Path]) -> list[Path]:
    """Outputs of runs: those named, and all below the folders named.

    Raises
    ------
    LayersError
        A path is missing, or a file is no output of a run; or there is none at all.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise LayersError(f"{path} does not exist.", hint="Check the path.")
        if path.is_file() or (path / DESCRIPTION).is_file():
            if read_provenance(path) is None:
                raise LayersError(
                    f"{path} is no result of a run.", hint="Give the output of engine tile-infer."
                )
            found[path] = None
            continue
        inside = [*path.rglob("*.gpkg"), *(file.parent for file in path.rglob(DESCRIPTION))]
        for one in sorted(inside):
            # Other people's files lie in folders too.
            if not _unfinished(one.relative_to(path)) and read_provenance(one) is not None:
                found[one] = None
    if not found:
        raise LayersError("No result of a run is there.", hint="Name outputs of engine tile-infer.")
    return list(found)


def read_runs(paths: Iterable[Path], warn: Callable[[str], None]) -> Iterator[Run]:
    """Read runs one by one; one that cannot be read is told and left out."""
    for path in paths:
        try:
            yield _read(path)
        except EngineError as error:
            warn(str(error))


def _read(path: Path) -> Run:
    try:
        file, layer = layer_file(path, "tiles")
        frame = read_layer(file, layer, columns=_FIELDS)
        missing = [name for name in _FIELDS if name not in frame]
        if missing or frame.crs is None:
            raise LayersError(f"The tiles of {path} lack {missing[0] if missing else 'a CRS'}.")
    except READ_ERRORS as e:
        raise LayersError(f"The tiles of {path} cannot be read: {e}.") from e
    frame = frame[frame["caption"].notna() & ~frame.geometry.is_empty & frame.geometry.notna()]
    changed: Any = frame["changed"].to_numpy()
    return Run(
        path,
        frame.crs.to_wkt(),
        [str(one) for one in frame["tile_id"]],
        [str(one) for one in frame["caption"]],
        np.array([one is not None and one == 1 for one in changed.tolist()], np.bool_),
        frame["change_score"].to_numpy(np.float64, na_value=np.nan),
        shapely.bounds(np.asarray(frame.geometry.array, object)).reshape(-1, 4),
    )


def _unfinished(path: Path) -> bool:
    return any(part.startswith(".") or part.endswith(".work") for part in path.parts)
