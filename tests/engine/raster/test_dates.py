import datetime as dt

import pytest

from engine.errors import UsageError
from engine.raster.dates import find_date

DAY = dt.date(2023, 5, 1)


@pytest.mark.parametrize(
    "name",
    [
        "S2A_MSIL2A_20230501T103021_N0509.tif",
        "ortho_2023-05-01.tif",
        "2023_05_01 Straße.tif",
        "x.2023.05.01.tif",
        "17_20230501_a20240101.tif",
    ],
)
def test_file_name_tells_the_day(name):
    assert find_date(f"/data/2001-01-01/{name}", {}) == DAY


@pytest.mark.parametrize(
    "name", ["ortho.tif", "tile_12345678.tif", "a20231301.tif", "x120230501.tif", "scene_2023.tif"]
)
def test_other_names_tell_nothing(name):
    assert find_date(name, {}) is None


def test_option_wins_over_day_of_acquisition_and_that_over_name():
    tags = {"Acquisition_Date": "2023-05-01"}
    assert find_date("a_20200101.tif", tags) == DAY
    assert find_date("a_20200101.tif", tags, "2021-02-03") == dt.date(2021, 2, 3)
    assert find_date("a_20200101.tif", tags, dt.date(2021, 2, 3)) == dt.date(2021, 2, 3)


@pytest.mark.parametrize("tag", ["TIFFTAG_DATETIME", "DateTime", "DATE"])
def test_name_wins_over_day_of_writing(tag):
    tags = {tag: "2024:01:01 00:00:00"}
    assert find_date("ortho_2023-05-01.tif", tags) == DAY
    assert find_date("ortho.tif", tags) == dt.date(2024, 1, 1)


def test_day_of_acquisition_wins_over_day_of_processing():
    tags = {"TIFFTAG_DATETIME": "2024:01:01 00:00:00", "AcquisitionDateTime": "2023-05-01T10:20:30"}
    assert find_date("a.tif", tags) == DAY


@pytest.mark.parametrize("text", ["yesterday", "2023", "2023-02-30"])
def test_option_that_is_no_day_is_refused(text):
    with pytest.raises(UsageError, match="not a day"):
        find_date("a.tif", {}, text)
