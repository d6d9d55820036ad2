import os

from rasterio.env import get_gdal_config

from engine.raster.env import CACHE_MB, gdal_env, strip_foreign_data


def test_cache_is_bounded_in_bytes_and_options_win():
    with gdal_env():
        assert int(get_gdal_config("GDAL_CACHEMAX")) == CACHE_MB * 2**20
    with gdal_env(GDAL_CACHEMAX=2**20):
        assert int(get_gdal_config("GDAL_CACHEMAX")) == 2**20


def test_data_folders_of_another_installation_are_dropped(monkeypatch):
    monkeypatch.setenv("PROJ_LIB", "/opt/other/share/proj")
    monkeypatch.setenv("GDAL_DATA", "/opt/other/share/gdal")
    assert set(strip_foreign_data()) == {"PROJ_LIB", "GDAL_DATA"}
    assert "PROJ_LIB" not in os.environ
