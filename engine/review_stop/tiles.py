"""The tiles of a result, ranked by how likely they changed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from engine.layers.reading import READ_ERRORS, layer_file, read_layer, read_provenance
from engine.review_stop.errors import SampleError

_FIELDS = ["tile_id", "status", "change_score", "range_score"]


@dataclass(frozen=True)
class RankedTiles:
    """The list that is reviewed: tiles with a change score, the likeliest first.

    Attributes
    ----------
    path : Path
        The result.
    crs : str
        WKT.
    ids : tuple of str
        In the order of the list; equal scores by name.
    scores : float64 array (n,)
        Change scores, not calibrated, falling.
    range_scores : float64 array (n,)
        How unlike the training imagery; NaN where not judged.
    shapes : object array (n,)
        Squares of the tiles, in the CRS.
    left_out : dict
        Tiles that are in no list, by status; ``no score`` for others without one.
    key : str
        Names these tiles of these dates: the same for a rerun, another one for another place.
    model : str
        What gave the scores.
    """

    path: Path
    crs: str
    ids: tuple[str, ...]
    scores: NDArray[np.float64]
    range_scores: NDArray[np.float64]
    shapes: NDArray[np.object_]
    left_out: dict[str, int]
    key: str
    model: str

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def out_of_range(self) -> tuple[int, int]:
        """Tiles that look unlike the training imagery, and tiles that were judged."""
        judged = np.isfinite(self.range_scores)
        return int(np.count_nonzero(self.range_scores[judged] > 1)), int(judged.sum())


def read_tiles(path: Path) -> RankedTiles:
    """Read and rank the layer ``tiles`` of a result.

    Raises
    ------
    SampleError
        It is no result of a run, or no tile of it has a score.
    """
    provenance = read_provenance(path)
    if provenance is None:
        raise SampleError(
            f"{path} is no result of a run.", hint="Give the output of engine tile-infer."
        )
    try:
        file, layer = layer_file(path, "tiles")
        frame = read_layer(file, layer)
    except READ_ERRORS as error:
        raise SampleError(f"The tiles of {path} cannot be read: {error}.") from error
    missing = [name for name in _FIELDS if name not in frame]
    if missing or frame.crs is None:
        raise SampleError(
            f"The tiles of {path} lack {missing[0] if missing else 'a CRS'}.",
            hint="Run engine tile-infer again with this version.",
        )
    scores = frame["change_score"].to_numpy(np.float64, na_value=np.nan)
    read = (frame["status"] == "ok").to_numpy(bool)
    listed = read & np.isfinite(scores) & frame.geometry.notna().to_numpy(bool)
    left_out = frame["status"][~read].value_counts().to_dict()
    if unscored := int(np.count_nonzero(read & ~listed)):
        left_out["no score"] = unscored
    frame, scores = frame[listed], scores[listed]
    if frame.empty:
        raise SampleError(f"No tile of {path} has a change score.", hint="There is nothing to rank")
    names = frame["tile_id"].astype(str).to_numpy()
    order = np.lexsort((names, -scores))
    shapes = np.asarray(frame.geometry.array, object)[order]
    ids = tuple(names[order].tolist())
    crs = frame.crs.to_wkt()
    return RankedTiles(
        path, crs, ids, scores[order],
        frame["range_score"].to_numpy(np.float64, na_value=np.nan)[order], shapes,
        {str(name): int(count) for name, count in left_out.items()},
        _key(ids, shapes, crs, provenance),
        f"{provenance.get('model_id', '')} {provenance.get('model_version', '')}".strip(),
    )  # fmt: skip


def _key(
    ids: tuple[str, ...], shapes: NDArray[np.object_], crs: str, provenance: dict[str, Any]
) -> str:
    """Checksum of which ground is listed and which dates were compared; not of the scores."""
    lines = [crs, str(provenance.get("date_before")), str(provenance.get("date_after"))]
    bounds = shapely.bounds(shapes).reshape(-1, 4)
    # Seven decimals: a degree CRS to a centimetre; GeoJSON keeps no more.
    lines += sorted(
        f"{name} {' '.join(f'{value:.7f}' for value in row)}"
        for name, row in zip(ids, bounds, strict=True)
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
