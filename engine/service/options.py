"""What a request may ask for: the options of the command line as typed fields, nothing else.

Field names are the long options with underscores. Values become single arguments
``--option=value``, so no value can begin an option of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from engine.cli.options import pair_options
from engine.errors import UsageError
from engine.guide.card_fields import preset
from engine.language.quoting import QUESTION_MOST, checked_question
from engine.language.server import checked_url
from engine.layers import choose_format
from engine.raster.radiometry import parse_stretch
from engine.raster.reader import check_resampling
from engine.run.settings import PairOptions


def checked(check: Callable[[str], object]) -> AfterValidator:
    """A check of the engine that says no with a UsageError."""

    def run(value: str) -> str:
        try:
            check(value)
        except UsageError as error:
            raise ValueError(str(error)) from error
        return value

    return AfterValidator(run)


_NUMBER = r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?"
PathText = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=r"^[^\x00]+$")]
"""A path as the client writes it; confined before it is used."""
AreaText = Annotated[
    str, StringConstraints(min_length=1, max_length=100_000, pattern=r"^[^\x00]+$")
]
"""A vector file, WKT or GeoJSON."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f]+$")]
Question = Annotated[
    str, StringConstraints(min_length=1, max_length=QUESTION_MOST), checked(checked_question)
]
Bands = (
    Annotated[list[Annotated[int, Field(ge=1, le=100_000)]], Field(min_length=3, max_length=3)]
    | Annotated[str, StringConstraints(pattern=r"^[1-9]\d{0,4}(,[1-9]\d{0,4}){2}$")]
)
Box = (
    Annotated[list[float], Field(min_length=4, max_length=4)]
    | Annotated[
        str,
        StringConstraints(
            max_length=300, pattern=rf"^{_NUMBER}(,{_NUMBER}){{3}},?(\[?[A-Za-z]\w*:\w+\]?)?$"
        ),
    ]
)
Pixels = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]
Origin = (
    Annotated[list[Pixels], Field(min_length=2, max_length=2)]
    | Annotated[str, StringConstraints(pattern=r"^-?\d{1,6},-?\d{1,6}$")]
)
Day = Annotated[
    str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$"), AfterValidator(lambda day: _day(day))
]
_COMMON = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
_FILES = ("mask_out", "report", "picture", "layers")


def _day(text: str) -> str:
    dt.date.fromisoformat(text)
    return text


class PairFields(BaseModel):
    """How the pair is read and who speaks: what runs and questions share."""

    model_config = _COMMON

    aoi: AreaText | None = None
    bidx: Bands | None = None
    after_bidx: Bands | None = None
    nodata: float | None = None
    stretch: Annotated[str, checked(parse_stretch)] = "auto"
    coregister: bool = False
    model: Name | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    language_url: Annotated[Name, checked(checked_url)] | None = None
    language_model: Name | None = None
    card: Annotated[Name, checked(preset)] = "full"


class InfoOptions(PairFields):
    """The options of ``engine info``."""

    bbox: Box | None = None
    before_date: Day | None = None
    after_date: Day | None = None
    res: Annotated[float, Field(gt=0)] | None = None
    resampling: Annotated[str, checked(check_resampling)] = "bilinear"
    force: bool = False

    def pair_options(self) -> PairOptions:
        """How the pair is opened.

        Raises
        ------
        UsageError
            The values do not fit together.
        """
        given = {
            name: None if value is None else _text(value)
            for name, value in (
                ("bbox", self.bbox), ("bidx", self.bidx), ("after_bidx", self.after_bidx),
                ("before_date", self.before_date), ("after_date", self.after_date),
            )
        }  # fmt: skip
        return pair_options(
            aoi=self.aoi, nodata=self.nodata, stretch=self.stretch, res=self.res,
            resampling=self.resampling, coregister=self.coregister, force=self.force,
            **given,
        )  # fmt: skip


class RunOptions(InfoOptions):
    """The options of ``engine tile-infer``."""

    dst_crs: Annotated[str, StringConstraints(min_length=1, max_length=20_000)] | None = None
    guide_only: bool = False
    language: Literal["changed", "all", "none"] = "changed"
    question: Annotated[list[Question], Field(max_length=20)] | Question | None = None
    tile_size: Annotated[int, Field(ge=1, le=100_000)] | None = None
    overlap: Annotated[int, Field(ge=0, le=100_000)] | None = None
    tile_origin: Origin | None = None
    threshold: Annotated[float, Field(ge=0, le=1)] | None = None
    min_area: Annotated[float, Field(ge=0)] | None = None
    min_score: Annotated[float, Field(ge=0, le=1)] | None = None
    batch_size: Annotated[int, Field(ge=1, le=256)] = 4
    workers: Annotated[int, Field(ge=1, le=1024)] | None = None
    executor: Literal["threads", "inline", "ray"] = "threads"
    format: Literal["gpkg", "fgb", "parquet", "geojson"] | None = None
    mask_out: PathText | None = None
    report: PathText | None = None
    picture: PathText | None = None
    stac: bool = False
    tmp_dir: PathText | None = None
    overwrite: bool = False
    resume: bool = False
    allow_partial: bool = False

    def arguments(self) -> list[str]:
        """As arguments of ``engine tile-infer``; only what was given."""
        return [
            argument
            for name, value in self.model_dump(exclude_unset=True).items()
            for argument in _argument(f"--{name.replace('_', '-')}", value)
        ]


class AskOptions(PairFields):
    """The options of ``engine ask``."""

    bbox: Box | None = None
    layers: PathText | None = None


class RunRequest(BaseModel):
    """Body of ``POST /v1/runs``."""

    model_config = _COMMON

    before: PathText
    after: PathText
    output: PathText
    options: RunOptions = Field(default_factory=RunOptions)


class InfoRequest(BaseModel):
    """Body of ``POST /v1/info``."""

    model_config = _COMMON

    before: PathText
    after: PathText
    options: InfoOptions = Field(default_factory=InfoOptions)


class AskRequest(BaseModel):
    """Body of ``POST /v1/ask``."""

    model_config = _COMMON

    before: PathText
    after: PathText
    question: Question
    bbox: Box | None = None
    aoi: AreaText | None = None
    options: AskOptions = Field(default_factory=AskOptions)

    def pair_options(self) -> PairOptions:
        """How the pair is opened.

        Raises
        ------
        UsageError
            The values do not fit together.
        """
        given = self.options
        return InfoOptions(
            aoi=self.aoi if self.aoi is not None else given.aoi,
            bbox=self.bbox if self.bbox is not None else given.bbox,
            **given.model_dump(include={"bidx", "after_bidx", "nodata", "stretch", "coregister"}),
        ).pair_options()


def check_format(output: str, options: Mapping[str, Any]) -> None:
    """Refuse files of a kind that the engine would not write there.

    A report called ``.profile`` would replace a file that other programs execute.

    Raises
    ------
    UsageError
    """
    choose_format(output, options.get("format"))
    kinds = {
        "mask_out": (".tif", ".tiff"),
        "report": (".html", ".htm"),
        "picture": (".png",),
        "layers": (".gpkg",),
    }
    for name in _FILES:
        path = options.get(name)
        if path is not None and not str(path).lower().endswith(kinds[name]):
            raise UsageError(f"options.{name} must end with {' or '.join(kinds[name])}.")


def _argument(flag: str, value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if value is True:
        return [flag]
    if flag == "--question":
        return [f"{flag}={one}" for one in ([value] if isinstance(value, str) else value)]
    return [f"{flag}={_text(value)}"]


def _text(value: Any) -> str:
    return ",".join(map(repr, value)) if isinstance(value, list) else str(value)
