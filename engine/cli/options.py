"""Options that several commands share: the same flag means the same thing everywhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from engine.errors import UsageError
from engine.run.settings import PairOptions

Before = Annotated[str, typer.Argument(help="Raster of the earlier date (what GDAL reads).")]
After = Annotated[str, typer.Argument(help="Raster of the later date.")]

_PAIR = "The pair"
Aoi = Annotated[
    str | None,
    typer.Option(
        "--aoi",
        help="Area of interest: vector file in any CRS, GeoJSON text (lon/lat) or WKT.",
        rich_help_panel=_PAIR,
    ),
]
Bbox = Annotated[
    str | None,
    typer.Option(
        "--bbox",
        help="xmin,ymin,xmax,ymax in the before raster's CRS, or with [EPSG:n] behind.",
        rich_help_panel=_PAIR,
    ),
]
Bidx = Annotated[
    str | None,
    typer.Option(
        "--bidx",
        help="Red, green and blue band of the before raster, 1-based: 3,2,1.",
        rich_help_panel=_PAIR,
    ),
]
AfterBidx = Annotated[
    str | None,
    typer.Option(
        "--after-bidx",
        help="The same for the after raster; --bidx when not given.",
        rich_help_panel=_PAIR,
    ),
]
BeforeDate = Annotated[
    str | None,
    typer.Option("--before-date", help="Date of the before raster, YYYY-MM-DD."),
]
AfterDate = Annotated[
    str | None,
    typer.Option("--after-date", help="Date of the after raster, YYYY-MM-DD."),
]
Nodata = Annotated[
    float | None, typer.Option("--nodata", help="Nodata value of both rasters, if not in the file.")
]
Stretch = Annotated[
    str,
    typer.Option("--stretch", help="auto, none, or LO,HI: the values that become 0 and 255."),
]
Res = Annotated[
    float | None, typer.Option("--res", help="Work at this ground sample distance, metres.")
]
Resampling = Annotated[str, typer.Option("--resampling", help="nearest, bilinear, cubic, average…")]
Coregister = Annotated[
    bool, typer.Option("--coregister", help="Remove the estimated shift between the dates.")
]
Force = Annotated[
    bool, typer.Option("--force", help="Go on with a ground sample distance far out of range.")
]
WORDS = "Words"
LanguageUrl = Annotated[
    str | None,
    typer.Option(
        "--language-url",
        help="A language server instead (OpenAI's protocol, up to /v1); images go there. Its key: "
        "environment variable CHANGEVG_LANGUAGE_KEY.",
        rich_help_panel=WORDS,
    ),
]
LanguageModel = Annotated[
    str | None,
    typer.Option(
        "--language-model", help="The model's name on that server.", rich_help_panel=WORDS
    ),
]
Card = Annotated[
    str,
    typer.Option(
        "--card",
        help="What the language model is told: released, figure or full.",
        rich_help_panel=WORDS,
    ),
]
Model = Annotated[str, typer.Option("--model", help="Model id or model folder.")]
Device = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
Progress = Annotated[
    str, typer.Option("--progress", help="auto, bar, json (one event a line) or none; on stderr.")
]
LogJson = Annotated[
    bool,
    typer.Option("--log-json", help="Log lines and events on stderr, each a JSON object."),
]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Only warnings and errors.")]
Verbose = Annotated[int, typer.Option("-v", "--verbose", count=True, help="Say more.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def pair_options(
    *,
    aoi: str | None,
    bbox: str | None,
    bidx: str | None,
    after_bidx: str | None,
    before_date: str | None,
    after_date: str | None,
    nodata: float | None,
    stretch: str,
    res: float | None,
    resampling: str,
    coregister: bool,
    force: bool,
) -> PairOptions:
    """The shared options, parsed.

    Raises
    ------
    UsageError
        A value that is no date, no list of bands, or no positive length.
    """
    if res is not None and res <= 0:
        raise UsageError(f"--res {res} is no length.", hint="Give metres per pixel, as in 0.5.")
    bands = _bands("--bidx", bidx)
    return PairOptions(
        aoi=aoi,
        bbox=bbox,
        bidx=bands,
        after_bidx=_bands("--after-bidx", after_bidx) or bands,
        before_date=_date("--before-date", before_date),
        after_date=_date("--after-date", after_date),
        nodata=nodata,
        stretch=stretch,
        res=res,
        resampling=resampling,
        coregister=coregister,
        force=force,
    )


def _bands(flag: str, text: str | None) -> tuple[int, ...] | None:
    if text is None:
        return None
    try:
        bands = tuple(int(part) for part in text.split(","))
    except ValueError:
        bands = ()
    if len(bands) != 3 or min(bands, default=0) < 1:
        raise UsageError(f"{flag} {text!r} is not three band numbers.", hint=f"As in {flag} 3,2,1.")
    return bands


def _date(flag: str, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{flag} {text!r} is not a date.", hint="Write YYYY-MM-DD.") from error
