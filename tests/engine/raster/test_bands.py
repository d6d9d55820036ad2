import numpy as np
import pytest
import rasterio
from support.rasters import write_raster

from engine.errors import BandError
from engine.raster.bands import choose_bands


def bands_of(tmp_path, count, bidx=None, warn=None, **kwargs):
    path = write_raster(tmp_path / "a.tif", np.ones((count, 4, 4), np.uint8), **kwargs)
    with rasterio.open(path) as ds:
        return choose_bands(ds, bidx, warn=warn)


def test_colour_interpretation_decides(tmp_path):
    order = ["blue", "green", "red", "undefined"]
    assert bands_of(tmp_path, 4, colorinterp=order) == (3, 2, 1)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Blue", "Green", "Red", "NIR"], (3, 2, 1)),
        (["nir", "red edge", "red", "green", "blue"], (3, 4, 5)),
        (["B02", "B03", "B04", "B08"], (3, 2, 1)),
        (["b", "g", "r", "near_ir"], (3, 2, 1)),
    ],
)
def test_descriptions_decide_where_colours_do_not(tmp_path, names, expected):
    grey = ["gray"] + ["undefined"] * (len(names) - 1)
    found = bands_of(tmp_path, len(names), colorinterp=grey, descriptions=names)
    assert found == expected


def test_alpha_is_never_a_colour(tmp_path):
    order = ["alpha", "undefined", "undefined", "undefined"]
    told = []
    assert bands_of(tmp_path, 4, colorinterp=order, warn=told.append) == (2, 3, 4)


def test_guess_is_told(tmp_path):
    told = []
    assert bands_of(tmp_path, 5, warn=told.append) == (1, 2, 3)
    assert "1,2,3" in told[0] and "--bidx" in told[0]


def test_user_decides(tmp_path):
    assert bands_of(tmp_path, 1, (1, 1, 1)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("count", "kwargs", "message"),
    [
        (1, {}, "one band"),
        (2, {}, "2 bands"),
        (2, {"colorinterp": ["gray", "alpha"]}, "--bidx 1,1,1"),
        (3, {"bidx": (1, 2, 4)}, "no band 4"),
        (3, {"bidx": (1, 2)}, "names 2 bands"),
    ],
)
def test_too_few_bands_are_refused_with_a_way_out(tmp_path, count, kwargs, message):
    with pytest.raises(BandError) as error:
        bands_of(tmp_path, count, **kwargs)
    assert message in str(error.value)


def test_palette_is_refused(tmp_path):
    with pytest.raises(BandError, match="palette"):
        bands_of(tmp_path, 1, colorinterp=["palette"])
