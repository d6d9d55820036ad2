"""A change of any file that an input consists of is noticed; what only looks like one is not."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import rasterio
from rasterio.shutil import copy
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.models import load_model
from engine.run.input_files import DEPTH_MOST, file_states
from engine.run.settings import RunSettings, fingerprint


@pytest.fixture
def pair(tmp_path: Path) -> Any:
    return planted_pair(tmp_path, width=96, height=96, n=1)


@pytest.fixture
def mosaic(tmp_path: Path, pair: Any) -> Path:
    """A virtual raster of the pair's first one."""
    return virtual(tmp_path / "mosaic.vrt", Path(pair.before))


def virtual(path: Path, source: Path) -> Path:
    copy(str(source), str(path), driver="VRT")
    assert 'relativeToVRT="1"' in path.read_text()
    return path


def touched(path: Path) -> None:
    os.utime(path, ns=(1, 1))


def test_a_source_of_a_virtual_raster(mosaic: Path, pair: Any) -> None:
    old = file_states(str(mosaic))
    assert file_states(str(mosaic)) == old
    touched(pair.before)
    assert file_states(str(mosaic)) != old


@pytest.mark.parametrize("ending", [".ovr", ".msk"])
def test_overviews_and_masks_beside_a_source(mosaic: Path, pair: Any, ending: str) -> None:
    old = file_states(str(mosaic))
    Path(f"{pair.before}{ending}").write_bytes(b"x")
    assert file_states(str(mosaic)) != old


def test_virtual_rasters_in_each_other(tmp_path: Path, mosaic: Path, pair: Any) -> None:
    folder = tmp_path / "other" / "folder"
    folder.mkdir(parents=True)
    outer = folder / "outer.vrt"
    outer.write_text(mosaic.read_text().replace("before.tif", "../../mosaic.vrt"))
    names = {os.path.realpath(name) for name, _ in file_states(str(outer))}
    assert names == {str(outer), str(mosaic), str(pair.before)}


def test_a_ring_and_a_tower_end(tmp_path: Path, mosaic: Path) -> None:
    text = mosaic.read_text()
    for number in range(30):
        one = tmp_path / f"{number}.vrt"
        one.write_text(text.replace("before.tif", f"{number + 1}.vrt"))
    assert len(file_states(str(tmp_path / "0.vrt"))) == DEPTH_MOST + 1
    (tmp_path / "3.vrt").write_text(text.replace("before.tif", "0.vrt"))
    assert len(file_states(str(tmp_path / "0.vrt"))) == 4


def test_a_linked_virtual_raster_has_the_sources_of_its_target(
    tmp_path: Path, mosaic: Path, pair: Any
) -> None:
    (tmp_path / "links").mkdir()
    link = tmp_path / "links" / "link.vrt"
    link.symlink_to(mosaic)
    with rasterio.open(link) as dataset:
        assert dataset.read(1).any()
    assert str(pair.before) in dict(file_states(str(link)))


def test_a_virtual_raster_of_any_name_and_names_with_signs(
    tmp_path: Path, mosaic: Path, pair: Any
) -> None:
    odd = Path(pair.before).rename(tmp_path / "a & b.tif")
    other = tmp_path / "mosaic.xml"
    other.write_text(mosaic.read_text().replace("before.tif", "a &amp; b.tif"))
    assert str(odd) in dict(file_states(str(other)))


def test_sources_elsewhere_are_not_asked(
    tmp_path: Path, mosaic: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = mosaic.read_text().replace('relativeToVRT="1"', 'relativeToVRT="0"')
    far = tmp_path / "far.vrt"
    far.write_text(text.replace("before.tif", "/vsis3/bucket/before.tif"))
    monkeypatch.setattr(rasterio, "open", None)  # whoever calls it fails
    assert dict(file_states(str(far)))["/vsis3/bucket/before.tif"] is None
    assert file_states("/vsicurl/https://example.org/a.tif") == [
        ("/vsicurl/https://example.org/a.tif", None)
    ]


def test_statistics_that_somebody_writes_beside_it_do_not_count(pair: Any) -> None:
    old = file_states(str(pair.before))
    side = Path(f"{pair.before}.aux.xml")
    side.write_text("<PAMDataset><Metadata/></PAMDataset>")
    with rasterio.open(pair.before) as dataset:
        assert str(side) in dataset.files
    assert file_states(str(pair.before)) == old


def test_files_of_other_formats(tmp_path: Path, pair: Any) -> None:
    raw = tmp_path / "raw.img"
    copy(str(pair.before), str(raw), driver="ENVI")
    assert str(tmp_path / "raw.hdr") in dict(file_states(str(raw)))


def test_what_is_no_raster_is_a_file_all_the_same(tmp_path: Path) -> None:
    text = tmp_path / "a.tif"
    text.write_text("no raster")
    ((name, state),) = file_states(str(text))
    assert name == str(text) and state is not None
    assert file_states(str(tmp_path))[0][1] is not None  # a folder


def test_a_run_over_changed_sources_is_another_run(tmp_path: Path, mosaic: Path, pair: Any) -> None:
    model = planted_model(tmp_path / "model")
    settings = RunSettings(
        before=str(mosaic), after=str(pair.after), output=tmp_path / "o.gpkg", model=str(model)
    )
    old = fingerprint(settings, load_model(str(model)))
    assert fingerprint(settings, load_model(str(model))) == old
    touched(pair.before)
    assert fingerprint(settings, load_model(str(model))) != old
