"""The mask: codes, unseen pixels, overviews, strips of any height."""

import os

import numpy as np
import pytest
import rasterio
from affine import Affine

from engine.errors import OutputError, OutputFolderError
from engine.layers import mask as mask_module
from engine.layers.mask import UNSEEN, MaskWriter

TRANSFORM = Affine(0.5, 0, 500_000, 0, -0.5, 4_600_000)
CLASSES = ("building", "road", "other")


def make(height, width, seed=0):
    random = np.random.default_rng(seed)
    codes = np.kron(random.integers(0, 4, (height // 8 + 1, width // 8 + 1)), np.ones((8, 8)))
    seen = np.ones((height, width), dtype=bool)
    seen[: height // 3, : width // 4] = False
    return codes[:height, :width].astype(np.uint8), seen


def write(path, codes, seen, strips):
    height, width = codes.shape
    with MaskWriter(path, "EPSG:32633", TRANSFORM, width, height, CLASSES) as mask:
        row = 0
        while row < height:
            rows = min(next(strips), height - row)
            mask.write(codes[row : row + rows], seen[row : row + rows])
            row += rows
        mask.commit()
    return path


@pytest.mark.parametrize("heights", [[1], [192], [512], [700], [3, 511, 0, 90]])
def test_what_goes_in_comes_out_whatever_the_strips(tmp_path, heights):
    codes, seen = make(1100, 900)

    def strips():
        while True:
            yield from heights

    path = write(tmp_path / "mask.tif", codes, seen, strips())
    with rasterio.open(path) as source:
        found = source.read(1)
        assert np.array_equal(found[seen], codes[seen])
        assert (found[~seen] == UNSEEN).all()
        assert source.nodata == UNSEEN
        assert source.crs.to_epsg() == 32633
        assert source.transform == TRANSFORM


def test_is_a_cog_with_overviews_colours_and_names(tmp_path):
    codes, seen = make(1100, 1500)
    path = write(tmp_path / "mask.tif", codes, seen, iter([1100]))
    with rasterio.open(path) as source:
        assert source.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert source.block_shapes == [(512, 512)]
        assert source.compression.value == "DEFLATE"
        assert source.overviews(1) == [2, 4]
        assert source.colormap(1)[1][:3] == (0xE6, 0x9F, 0x00)
        assert source.tags(1)["CLASS_2"] == "road"
        small = source.read(1, out_shape=(275, 375))
        assert set(np.unique(small)) <= {0, 1, 2, 3, UNSEEN}
    assert {p.name for p in tmp_path.iterdir()} == {"mask.tif", "mask.qml"}


def test_leaving_without_commit_leaves_nothing(tmp_path):
    codes, seen = make(600, 64)
    with MaskWriter(tmp_path / "m.tif", "EPSG:32633", TRANSFORM, 64, 600, CLASSES) as mask:
        mask.write(codes, seen)
    assert not list(tmp_path.iterdir())


def test_missing_folder(tmp_path):
    with pytest.raises(OutputFolderError, match="does not exist"):
        MaskWriter(tmp_path / "x" / "m.tif", "EPSG:32633", TRANSFORM, 64, 64, CLASSES)


def test_a_file_cut_short_is_noticed(tmp_path, monkeypatch):
    codes, seen = make(1100, 900)
    copy = mask_module.copy

    def cut(source, target, **options):
        copy(source, target, **options)
        os.truncate(target, os.path.getsize(target) // 2)

    monkeypatch.setattr(mask_module, "copy", cut)
    with pytest.raises(OutputError, match=r"mask\.tif"):
        write(tmp_path / "mask.tif", codes, seen, iter([1100]))
    assert not list(tmp_path.iterdir())
