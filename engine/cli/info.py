"""``engine info``: what a pair is, and whether it fits together and to the model."""

from __future__ import annotations

import json
import sys
from typing import Any

from engine.cli import options as o
from engine.cli.text import area_text
from engine.models import DEFAULT_MODEL


def info(
    before: o.Before,
    after: o.After,
    aoi: o.Aoi = None,
    bbox: o.Bbox = None,
    bidx: o.Bidx = None,
    after_bidx: o.AfterBidx = None,
    before_date: o.BeforeDate = None,
    after_date: o.AfterDate = None,
    nodata: o.Nodata = None,
    stretch: o.Stretch = "auto",
    res: o.Res = None,
    resampling: o.Resampling = "bilinear",
    coregister: o.Coregister = False,
    force: o.Force = False,
    model: o.Model = DEFAULT_MODEL,
    as_json: o.AsJson = False,
) -> None:
    """What the pair is and whether it fits: grid, bands, dates, radiometry, shift.

    Exit code 0 when it fits, 3 when it does not (the reason on stderr).

    $ engine info before.tif after.tif --json
    """
    from engine.run.pair_info import pair_info  # late: keeps the other commands quick to start

    pair_options = o.pair_options(
        aoi=aoi, bbox=bbox, bidx=bidx, after_bidx=after_bidx, before_date=before_date,
        after_date=after_date, nodata=nodata, stretch=stretch, res=res, resampling=resampling,
        coregister=coregister, force=force,
    )  # fmt: skip
    facts = pair_info(before, after, pair_options, model)
    if as_json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    for line in _lines(facts):
        print(line)
    for warning in facts["warnings"]:
        print(f"warning: {warning}", file=sys.stderr)


def _lines(facts: dict[str, Any]) -> list[str]:
    grid = facts["grid"]
    lines = []
    for name in ("before", "after"):
        one = facts[name]
        lines.append(
            f"{name}: {one['path']} · {one['width']}×{one['height']} px, {one['dtype']}, "
            f"bands {one['bands']}, {one['crs']}, "
            f"{one['gsd_m'][0]:.3f} × {one['gsd_m'][1]:.3f} m, date {one['date'] or 'unknown'}"
        )
        lines.append(f"  radiometry: {facts['maps'][name]['source']}")
    lines.append(
        f"working grid: {grid['width']}×{grid['height']} px, {grid['gsd_m'][0]:.3f} × "
        f"{grid['gsd_m'][1]:.3f} m, {grid['crs']} ({grid['reason']})"
    )
    lines.append(f"common area: {area_text(facts['overlap_m2'])}")
    shift = facts.get("shift")
    if shift:
        lines.append(
            f"shift of the after date: {shift['dx_px']:+.2f} px east, {shift['dy_px']:+.2f} px "
            f"south, from {shift['n_windows']} windows"
        )
    lines.append("The pair fits.")
    return lines
