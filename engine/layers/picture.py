"""The picture: before and after side by side, boxes and a legend, as PNG."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from .atomic import output_errors, part_of, remove, replace_file
from .imagery import View, image
from .palette import ACTION_COLOURS, CASING
from .records import BoxRecord
from .schema import ACTIONS

MARGIN = 24
GAP = 16
PAPER, INK, SOFT = "#ffffff", "#1b2228", "#5b6770"
MAX_LABELS = 60
"""With more boxes than this the labels would hide the picture."""


def write_picture(
    path: str | Path,
    view: View,
    records: Sequence[BoxRecord],
    *,
    before_label: str = "Before",
    after_label: str = "After",
    title: str | None = None,
) -> Path:
    """Write a PNG: the two dates side by side with the boxes on the later one, and a legend.

    Parameters
    ----------
    path : path
        The PNG; replaced in one step.
    view : View
        Both dates in display range; drawn pixel by pixel, so choose its size.
    records : sequence of BoxRecord
        Objects to draw, in the CRS of the view.
    before_label, after_label : str
        Words above the panels, for example with the dates.
    title : str, optional
        One line above all.
    """
    target = Path(path)
    sink = io.BytesIO()
    _compose(view, records, (before_label, after_label), title).save(sink, "PNG", optimize=True)
    made = part_of(target)
    try:
        with output_errors(target):
            made.write_bytes(sink.getvalue())
            replace_file(made, target)
    finally:
        remove(made)
    return target


def _compose(
    view: View, records: Sequence[BoxRecord], words: tuple[str, str], title: str | None
) -> Image.Image:
    head = (46 if title else 0) + 30
    foot = 44
    width = 2 * MARGIN + 2 * view.width + GAP
    height = MARGIN + head + view.height + foot + MARGIN // 2
    sheet = Image.new("RGB", (width, height), PAPER)
    draw = ImageDraw.Draw(sheet)
    top = MARGIN + head
    if title:
        draw.text((MARGIN, MARGIN - 4), _plain(title), fill=INK, font=_font(26))
    lefts = (MARGIN, MARGIN + view.width + GAP)
    for left, pixels, text in zip(lefts, (view.before, view.after), words, strict=True):
        panel = image(pixels)
        if pixels is view.after:
            _boxes(panel, view, records)
        sheet.paste(panel, (left, top))
        draw.text((left, top - 26), _plain(text), fill=SOFT, font=_font(17))
    _legend(draw, records, MARGIN, top + view.height + 14)
    return sheet


def _boxes(panel: Image.Image, view: View, records: Sequence[BoxRecord]) -> None:
    draw = ImageDraw.Draw(panel, "RGBA")
    labelled = len(records) <= MAX_LABELS
    for record in records:
        left, top, right, bottom = view.pixels(record.box)
        colour = ACTION_COLOURS[record.action]
        # A box of a pixel or two is still drawn as one that can be seen.
        spread = max(0.0, 5 - (right - left)) / 2, max(0.0, 5 - (bottom - top)) / 2
        frame = (left - spread[0], top - spread[1], right + spread[0], bottom + spread[1])
        draw.rectangle(_grown(frame, 1), outline=f"{CASING}b4", width=4)
        draw.rectangle(frame, outline=colour, width=2)
    if labelled:
        for record in records:
            _label(draw, view, record)


def _label(draw: ImageDraw.ImageDraw, view: View, record: BoxRecord) -> None:
    left, top, _, bottom = view.pixels(record.box)
    text = _plain(record.class_name)
    if record.score is not None:
        text += f" {record.score:.2f}"
    font = _font(12)
    wide = draw.textlength(text, font=font) + 8
    # Above the box; below it where the picture ends; never out at the right.
    y = top - 18 if top >= 18 else bottom + 3
    x = min(max(left - 1, 0), view.width - wide)
    draw.rectangle((x, y, x + wide, y + 15), fill=f"{CASING}c8")
    draw.text((x + 4, y + 1), text, fill="#ffffff", font=font)


def _legend(draw: ImageDraw.ImageDraw, records: Sequence[BoxRecord], x: float, y: float) -> None:
    font = _font(16)
    for action, word in ACTIONS.items():
        number = sum(record.action == action for record in records)
        text = f"{word}: {number}"
        draw.rectangle((x, y + 2, x + 16, y + 18), fill=ACTION_COLOURS[action])
        draw.text((x + 24, y), text, fill=INK, font=font)
        x += 24 + draw.textlength(text, font=font) + 32


def _grown(
    frame: tuple[float, float, float, float], by: float
) -> tuple[float, float, float, float]:
    return frame[0] - by, frame[1] - by, frame[2] + by, frame[3] + by


def _plain(text: str) -> str:
    """The font has Western letters only."""
    return text.replace("→", "to").encode("latin-1", "replace").decode("latin-1")


@cache
def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with Pillow: the picture looks the same on every machine."""
    return ImageFont.load_default(size)
