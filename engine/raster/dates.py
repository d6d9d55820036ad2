"""The day a raster shows: the option, a tag of its acquisition, its name, a tag of its file."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import PurePath

from engine.errors import UsageError

ACQUISITION_TAGS = (
    "ACQUISITIONDATETIME",
    "ACQUISITION_DATETIME",
    "ACQUISITION_DATE",
    "DATE_ACQUIRED",
    "SENSING_TIME",
    "DATATAKE_1_DATATAKE_SENSING_START",
    "PRODUCT_START_TIME",
    "IMAGING_DATE",
    "FIRSTLINETIME",
)
"""Tags that hold the day, most telling first."""

WRITING_TAGS = ("DATETIME", "TIFFTAG_DATETIME", "DATE")
"""Tags that may hold the day, but where photogrammetry writes the one of processing."""

_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})([-_.:/]?)(\d{2})\2(\d{2})(?!\d)")


def parse_date(text: str) -> dt.date | None:
    """First valid year-month-day in a text; ``None`` if there is none.

    Examples
    --------
    >>> parse_date("S2A_20230501T103021_T32")
    datetime.date(2023, 5, 1)
    >>> parse_date("scene 2023-13-45") is None
    True
    """
    # A time glued to the day by "T" or "_" must not hide it: T103021 is no digit run of the day.
    for match in _DAY.finditer(text):
        year, _, month, day = match.groups()
        try:
            return dt.date(int(year), int(month), int(day))
        except ValueError:
            continue
    return None


def find_date(
    path: str, tags: Mapping[str, str], option: str | dt.date | None = None
) -> dt.date | None:
    """The day of a raster: the option's, that of acquisition, the name's, that of writing.

    Parameters
    ----------
    path : str
        Path or address of the raster; only its last part is looked at.
    tags : mapping
        The raster's metadata, any domain.
    option : str or date, optional
        What the user said; it wins.

    Returns
    -------
    datetime.date or None
        ``None`` when nothing tells.

    Raises
    ------
    UsageError
        The option is no day.
    """
    if isinstance(option, dt.datetime):
        return option.date()
    if isinstance(option, dt.date):
        return option
    if option:
        day = parse_date(option)
        if day is None:
            raise UsageError(
                f"{option!r} is not a day.", hint="Write it as YYYY-MM-DD, e.g. 2023-05-01."
            )
        return day
    upper = {key.upper(): value for key, value in tags.items()}
    texts = [upper.get(tag, "") for tag in (*ACQUISITION_TAGS, *WRITING_TAGS)]
    texts.insert(len(ACQUISITION_TAGS), PurePath(path).name)
    return next(filter(None, map(parse_date, texts)), None)
