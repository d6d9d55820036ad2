"""The options of ``engine tile-infer`` as settings, for that command and the pairs of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from engine.cli import options as o
from engine.errors import UsageError
from engine.run.settings import RunSettings

_PAIR = (
    "aoi", "bbox", "bidx", "after_bidx", "before_date", "after_date", "nodata", "stretch", "res",
    "resampling", "coregister", "force",
)  # fmt: skip
_AS_THEY_ARE = (
    "before", "after", "output", "model", "device", "batch_size", "tile_size", "overlap",
    "threshold", "min_area", "min_score", "dst_crs", "executor", "guide_only", "language",
    "language_url", "language_model", "card", "mask_out", "report", "picture", "profile", "stac",
    "tmp_dir", "overwrite", "resume", "allow_partial",
)  # fmt: skip
_CHOICES = {
    "--executor": ("threads", "inline", "ray"),
    "--language": ("changed", "all", "none"),
}


def settings_of(given: Mapping[str, Any]) -> RunSettings:
    """Settings of a run.

    Parameters
    ----------
    given : mapping
        Values by the parameter names of :func:`engine.cli.tile_infer.tile_infer`.

    Raises
    ------
    UsageError
        A value makes no sense.
    """
    # Late, so that help, usage errors and other commands answer at once.
    from engine.guide.card_fields import preset
    from engine.language.quoting import checked_question
    from engine.layers import choose_format

    for flag, known in _CHOICES.items():
        check_choice(flag, given[flag.removeprefix("--")], known)
    preset(given["card"])
    return RunSettings(
        **{name: given[name] for name in _AS_THEY_ARE},
        format=choose_format(given["output"], given["format_"]),
        pair=o.pair_options(**{name: given[name] for name in _PAIR}),
        threads=given["workers"],
        tile_origin=_origin(given["tile_origin"]),
        questions=tuple(checked_question(text) for text in given["question"] or ()),
    )


def check_choice(flag: str, value: str, known: Sequence[str]) -> None:
    """Refuse a word that an option does not know.

    Raises
    ------
    UsageError
    """
    if value not in known:
        listed = f"{', '.join(known[:-1])} or {known[-1]}"
        raise UsageError(f"{flag} {value!r} is unknown.", hint=f"{listed}.")


def _origin(text: str) -> tuple[int, int]:
    try:
        x, y = (int(part) for part in text.split(","))
    except ValueError as error:
        raise UsageError(f"--tile-origin {text!r} is not X,Y.", hint="As in 0,37.") from error
    return x, y
