"""Everything a run can be told, and what makes two runs the same run."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from engine import __version__
from engine.models import DEFAULT_MODEL, ModelInfo
from engine.run.input_files import file_states, stat_of


@dataclass(frozen=True, kw_only=True)
class PairOptions:
    """How the two rasters are opened; the names are those of the command line.

    Attributes
    ----------
    bidx, after_bidx : tuple of int, optional
        1-based red, green and blue band of each date.
    bbox : str, optional
        ``xmin,ymin,xmax,ymax`` in the before raster's CRS, or with ``[EPSG:n]`` behind.
    aoi : str, optional
        File, WKT or GeoJSON.
    res : float, optional
        Working ground sample distance, metres.
    """

    bidx: tuple[int, ...] | None = None
    after_bidx: tuple[int, ...] | None = None
    before_date: date | None = None
    after_date: date | None = None
    nodata: float | None = None
    stretch: str = "auto"
    res: float | None = None
    resampling: str = "bilinear"
    coregister: bool = False
    force: bool = False
    aoi: str | None = None
    bbox: str | None = None

    def keywords(self) -> dict[str, Any]:
        """As keyword arguments of :meth:`engine.raster.RasterPair.open`."""
        return {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}


@dataclass(frozen=True, kw_only=True)
class RunSettings:
    """One ``tile-infer`` run.

    Attributes
    ----------
    before, after : str
        Paths or GDAL names (``/vsicurl/…``) of the two dates.
    output : Path
        GeoPackage, or the folder of the one-layer-a-file formats.
    min_area : float, optional
        m², geodesic, for every class; the model's own choice (perhaps one for each class) when
        None. ``min_score`` and ``threshold`` alike.
    language : {"changed", "all", "none"}
        Which tiles the language model sees, if there is one.
    language_url, language_model : str, optional
        A server that speaks OpenAI's protocol, and the model's name there.
    card : {"released", "figure", "full"}
        What of the guide's reading the language model is told.
    questions : tuple of str
        Each is answered in a field of its own.
    earlier : tuple of (str, str)
        Questions and answers that came before in a conversation, for the language model.
    threads : int, optional
        Of one inference; with the executor ``ray`` the number of workers.
    profile : Path, optional
        Where a trace of the run goes.
    tile_origin : (int, int)
        Moves the tiling by so many pixels; results do not depend on it but for rounding.
    """

    before: str
    after: str
    output: Path
    format: str = "gpkg"
    pair: PairOptions = dataclasses.field(default_factory=PairOptions)
    model: str = DEFAULT_MODEL
    device: str = "auto"
    threads: int | None = None
    batch_size: int = 4
    tile_size: int | None = None
    overlap: int | None = None
    tile_origin: tuple[int, int] = (0, 0)
    threshold: float | None = None
    min_area: float | None = None
    min_score: float | None = None
    dst_crs: str | None = None
    executor: Literal["threads", "inline", "ray"] = "threads"
    guide_only: bool = False
    language: Literal["changed", "all", "none"] = "changed"
    language_url: str | None = None
    language_model: str | None = None
    card: str = "full"
    questions: tuple[str, ...] = ()
    earlier: tuple[tuple[str, str], ...] = ()
    mask_out: Path | None = None
    report: Path | None = None
    picture: Path | None = None
    profile: Path | None = None
    stac: bool = False
    tmp_dir: Path | None = None
    overwrite: bool = False
    resume: bool = False
    allow_partial: bool = False

    @property
    def work_dir(self) -> Path:
        """Where the unfinished run is kept: beside the output, or under ``--tmp-dir``."""
        if self.tmp_dir is None:
            return self.output.with_name(self.output.name + ".work")
        tag = hashlib.sha256(str(self.output.resolve()).encode()).hexdigest()[:12]
        return self.tmp_dir / f"changevg-{self.output.name}-{tag}.work"

    def parameters(self) -> dict[str, Any]:
        """The options as JSON-able values, for provenance and the ledger."""
        return {
            name: _plain(value)
            for name, value in dataclasses.asdict(self).items()
            if name not in ("overwrite", "resume")
        }


_NOT_IN_PIXELS = {
    "output", "format", "dst_crs", "mask_out", "report", "picture", "stac", "tmp_dir", "min_area",
    "min_score", "executor", "allow_partial", "guide_only", "device", "threads", "batch_size",
    "language", "language_url", "language_model", "card", "questions", "earlier", "profile",
}  # fmt: skip
"""Parameters that do not change the stitched probabilities, so a resumed run may change them.

Device, threads and batch size move them by rounding at most; a run that ran out of memory goes on
with others. Words are asked for after the pixels, and kept by model and prompt.
"""


def fingerprint(settings: RunSettings, model: ModelInfo) -> str:
    """What a resumed run must share with the run it continues, as a hex digest.

    The files of the inputs and the area's (path, size, time of change), every parameter that
    reaches a pixel, what of the model reaches a tile's record, and the engine's version.
    """
    parameters = {k: v for k, v in settings.parameters().items() if k not in _NOT_IN_PIXELS}
    content = {
        "parameters": parameters,
        "inputs": [
            file_states(settings.before), file_states(settings.after),
            stat_of(settings.pair.aoi or ""),
        ],
        "weights": [model.part_sha256(part) for part in ("guide", "caption", "vocab")],
        "rules": model.model_dump(
            mode="json", include={"thresholds": {"change"}, "range_section": True, "captions": True}
        ),
        "engine": __version__,
    }  # fmt: skip
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, (Path, date)):
        return str(value)
    return value
