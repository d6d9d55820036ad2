import json

import geopandas as gpd
import pytest
import shapely
from pyproj import Transformer
from rasterio.crs import CRS

from engine.errors import AoiError
from engine.raster.aoi import load_aoi

UTM = CRS.from_epsg(32614)
EXTENT = (600000.0, 3300000.0, 600200.0, 3300100.0)
INNER = shapely.box(600050, 3300020, 600150, 3300080)


def load(aoi=None, bbox=None, crs=UTM, extent=EXTENT):
    told = []
    return load_aoi(aoi, bbox, crs, extent=extent, warn=told.append), told


def lonlat(geometry):
    forth = Transformer.from_crs(32614, 4326, always_xy=True)
    return shapely.transform(geometry, forth.transform, interleaved=False)


def same(one, other):
    return one.symmetric_difference(other).area < 1e-3 * other.area


def test_nothing_asked_is_nothing():
    assert load()[0] is None


@pytest.mark.parametrize("name", ["area.geojson", "area.gpkg", "Fläche 1.fgb", "area.shp"])
def test_vector_files_in_their_own_system(tmp_path, name):
    path = tmp_path / name
    gpd.GeoDataFrame(geometry=[lonlat(INNER)], crs=4326).to_file(path)
    area, told = load(path)
    assert same(area, INNER) and not told


def test_several_polygons_and_lines_count_as_their_areas(tmp_path):
    path = tmp_path / "area.gpkg"
    parts = [INNER, shapely.box(600000, 3300000, 600010, 3300010)]
    gpd.GeoDataFrame(geometry=[shapely.MultiPolygon(parts)], crs=32614).to_file(path)
    assert load(path)[0].area == pytest.approx(6000 + 100)


def test_wkt_is_in_the_grids_system_unless_it_says_so():
    assert same(load(INNER.wkt)[0], INNER)
    assert same(load(f"SRID=4326;{lonlat(INNER).wkt}")[0], INNER)


def test_geojson_is_longitude_and_latitude():
    geometry = shapely.geometry.mapping(lonlat(INNER))
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    for document in (geometry, feature, {"type": "FeatureCollection", "features": [feature]}):
        assert same(load(json.dumps(document))[0], INNER)


def test_boxes():
    assert load(bbox="600050,3300020,600150,3300080")[0].equals(INNER)
    assert load(bbox=(600050, 3300020, 600150, 3300080))[0].equals(INNER)
    west, south, east, north = lonlat(INNER).bounds
    for text in (
        f"{west},{south},{east},{north}[EPSG:4326]",
        f"{west}, {south}, {east}, {north}, EPSG:4326",
    ):
        assert load(bbox=text)[0].intersection(INNER).area > 0.95 * INNER.area


def test_both_mean_what_they_share():
    area, _ = load(INNER.wkt, "600100,3300000,600200,3300100")
    assert area.bounds == (600100, 3300020, 600150, 3300080)
    with pytest.raises(AoiError, match="in common"):
        load(INNER.wkt, "600160,3300000,600200,3300100")


def test_area_is_cut_to_the_extent():
    assert load(bbox="0,0,9e6,9e6")[0].bounds == EXTENT
    assert load(bbox="-180,-90,180,90[EPSG:4326]")[0].area == pytest.approx(20000)


def test_invalid_polygons_are_repaired_and_told(tmp_path):
    bow = shapely.Polygon(
        [(600050, 3300020), (600150, 3300080), (600150, 3300020), (600050, 3300080)]
    )
    area, told = load(bow.wkt)
    assert area.is_valid and area.area == pytest.approx(3000) and "repaired" in told[0]
    path = tmp_path / "bow.gpkg"
    gpd.GeoDataFrame(geometry=[bow], crs=32614).to_file(path)
    area, told = load(path)
    assert area.area == pytest.approx(3000) and "repaired" in told[0]


def test_file_without_a_system_is_taken_to_be_in_the_grids(tmp_path):
    path = tmp_path / "area.shp"
    gpd.GeoDataFrame(geometry=[INNER]).to_file(path)
    area, told = load(path)
    assert same(area, INNER) and "reference system" in told[0]


@pytest.mark.parametrize(
    ("kwargs", "message"),
    [
        ({"aoi": "missing.gpkg"}, "is no file"),
        ({"aoi": "POLYGON ((0 0, 1"}, "no valid WKT"),
        ({"aoi": "POLYGON ((0 0, nan 1, 1 1, 0 0))"}, "no numbers"),
        ({"aoi": '{"type": ' + "[" * 100_000}, "no valid GeoJSON"),
        ({"aoi": '{"type": "Polygon"}'}, "no valid GeoJSON"),
        ({"aoi": '{"type": "Point", "coordinates": [0, 0]}'}, "has no area"),
        ({"aoi": "POLYGON EMPTY"}, "has no area"),
        ({"aoi": "POLYGON ((0 0, 1 0, 1 1, 0 0))"}, "outside"),
        (
            {"aoi": '{"type":"Polygon","coordinates":[[[10,50],[11,50],[11,51],[10,50]]]}'},
            "outside",
        ),
        ({"aoi": f"SRID=999999;{INNER.wkt}"}, "no reference system"),
        ({"bbox": "1,2,3"}, "is no box"),
        ({"bbox": "a,b,c,d"}, "is no box"),
        ({"bbox": "5,5,1,1"}, "is no box"),
        ({"bbox": "0,0,1,1"}, "outside"),
        ({"bbox": "0,0,1,1[EPSG:999999]"}, "no reference system"),
    ],
)
def test_bad_areas_are_refused(kwargs, message):
    with pytest.raises(AoiError) as error:
        load(**kwargs)
    assert message in error.value.message and error.value.hint


def test_file_without_areas_is_refused(tmp_path):
    path = tmp_path / "points.gpkg"
    gpd.GeoDataFrame(geometry=[shapely.Point(600100, 3300050)], crs=32614).to_file(path)
    with pytest.raises(AoiError, match="no area"):
        load(path)
    path.write_text("nothing")
    with pytest.raises(AoiError, match="cannot be read"):
        load(path)


def test_area_across_the_antimeridian():
    geographic = CRS.from_epsg(4326)
    extent = (179.0, 10.0, 181.0, 11.0)
    crossing, _ = load(bbox="179.5,10.2,-179.5,10.8", crs=geographic, extent=extent)
    assert crossing.bounds == pytest.approx((179.5, 10.2, 180.5, 10.8))
    other_turn, _ = load(bbox="-181,10,-179,11", crs=geographic, extent=extent)
    assert other_turn.bounds == pytest.approx(extent)
    east_of_it, _ = load(bbox="-180,10,-179,11", crs=geographic, extent=extent)
    assert east_of_it.bounds == pytest.approx((180, 10, 181, 11))
    utm60 = CRS.from_epsg(32660)
    frame = (820000.0, 1105000.0, 835000.0, 1120000.0)
    area, _ = load(bbox="179,9,-179,11[EPSG:4326]", crs=utm60, extent=frame)
    assert area.area == pytest.approx(15000**2)


def test_area_in_the_other_polar_system():
    polar = CRS.from_epsg(3413)
    extent = (-1000.0, -1000.0, 1000.0, 1000.0)
    area, _ = load(bbox="-500,-500,500,500[EPSG:3575]", crs=polar, extent=extent)
    assert area.area == pytest.approx(0.9406e6, rel=1e-3)  # the other system's scale
