"""What is shown beside the layers is what the rasters hold."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from shapely.geometry import box
from support.layer_records import make_boxes, make_provenance
from support.limits import Limits
from support.rasters import north_up, write_raster

from engine.layers.totals import Totals
from engine.raster import RasterPair
from engine.raster.geodesy import place
from engine.run import companions
from engine.run.settings import RunSettings

SIZE = 200


def test_where_a_date_has_no_data_the_report_shows_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bands = np.random.default_rng(0).integers(60, 200, (3, SIZE, SIZE)).astype(np.uint8)
    grid = north_up("EPSG:32614", 0.5)
    before = write_raster(tmp_path / "a.tif", bands, transform=grid)
    bands[:, :, : SIZE // 2] = 0
    after = write_raster(tmp_path / "b.tif", bands, transform=grid, nodata=0)
    (record,), totals = make_boxes(1), Totals()
    x, y = place(grid, SIZE // 2, SIZE // 2)
    record.box = record.outline = box(x - 10, y - 10, x + 10, y + 10)
    totals.add([record])
    shown: dict[str, Any] = {}
    monkeypatch.setattr(companions, "write_report", lambda *_, **more: shown.update(more))
    settings = RunSettings(
        before=str(before), after=str(after), output=tmp_path / "o.gpkg", report=tmp_path / "r.html"
    )
    with RasterPair.open(before, after, model=Limits()) as pair:
        companions.write(settings, pair, make_provenance(), totals, {}, pytest.fail)
    (crop,) = shown["crops"]
    half = crop.view.width // 2
    assert not crop.view.after[:, :, : half - 1].any()
    assert crop.view.after[:, :, half + 1 :].all()
    assert crop.view.before.all()
