"""Planted differences are found within one pixel whatever the files look like."""

import cv2
import numpy as np
import onnxruntime
import pytest
import rasterio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rasterio.windows import Window
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.models.folder import read_model
from engine.raster import RasterPair


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = planted_model(tmp_path_factory.mktemp("planted") / "model")
    return read_model(folder), onnxruntime.InferenceSession(folder / "guide.onnx")


def assert_found(pair, model):
    """Each planted rectangle, and nothing else, within a pixel and with its action."""
    info, session = model
    with RasterPair.open(pair.before, pair.after, model=info) as found:
        pixels = found.read(Window(0, 0, found.grid.width, found.grid.height))
        with rasterio.open(pair.before) as ds:
            scale = ds.transform.a / found.grid.transform.a
    inputs = {"before": pixels.before[None], "after": pixels.after[None]}
    change, appeared = (output[0, 0] for output in session.run(None, inputs))
    mask = ((change > 0.5) & pixels.valid).astype(np.uint8)
    n, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert n - 1 == len(pair.truth)
    edges = np.column_stack([stats[:, :2], stats[:, :2] + stats[:, 2:4]])[1:]
    for row in pair.truth.itertuples():
        expected = np.array([row.c0, row.r0, row.c1, row.r1]) * scale
        distance = np.abs(edges - expected).max(axis=1)
        assert distance.min() <= 1.01, (row, distance.min())
        direction = appeared[labels == distance.argmin() + 1].mean()
        assert (direction > 0.5) == (row.action == "appeared")


PLACES = {
    "EPSG:32614": None,
    "EPSG:4326": (25, 60),
    "EPSG:3857": (25, 60),
    "EPSG:2278": (-95, 29),
    "EPSG:3413": (-45, 89.9995),
    "EPSG:3031": (15, -79),
    "EPSG:32760": (179.9995, -10),
}


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    crs=st.sampled_from(list(PLACES)),
    other=st.sampled_from([None, "same", "utm", "degrees"]),
    dtypes=st.tuples(*[st.sampled_from(["uint8", "uint16", "int16", "float32", "float64"])] * 2),
    gsd=st.sampled_from([0.3, 0.5, 1.0]),
    ratio=st.floats(0.5, 1.4),
    collar=st.booleans(),
    size=st.tuples(st.integers(200, 320), st.integers(200, 320)),
    seed=st.integers(0, 1000),
)
def test_found_in_any_system_type_and_size(
    tmp_path, model, crs, other, dtypes, gsd, ratio, collar, size, seed
):
    after_crs = {None: None, "same": crs, "degrees": "EPSG:4326", "utm": _utm(PLACES[crs])}[other]
    if crs in ("EPSG:3413", "EPSG:3031") and after_crs is not None:
        after_crs = {"EPSG:3413": "EPSG:3575", "EPSG:3031": "EPSG:32733"}[crs]
    nodata = {"uint8": 0, "uint16": 0, "int16": -32768, "float32": -9999.0, "float64": np.nan}
    # Dates of two types get a stretch each, from their percentiles: change must be rare there.
    n = 4 if dtypes[0] == dtypes[1] else 2
    pair = planted_pair(
        tmp_path, crs=crs, lonlat=PLACES[crs], gsd=gsd, width=size[0], height=size[1],
        dtype=dtypes[0], after_dtype=dtypes[1], after_crs=after_crs,
        after_gsd=None if after_crs is None else gsd * ratio, n=n, seed=seed, sizes=(10, 24),
        nodata=nodata[dtypes[1]] if collar else None,
    )  # fmt: skip
    assert_found(pair, model)


def _utm(lonlat):
    if lonlat is None:
        return "EPSG:4326"
    zone = min(60, int((lonlat[0] + 180) // 6) + 1)
    return f"EPSG:{(32600 if lonlat[1] >= 0 else 32700) + zone}"


def test_found_across_the_antimeridian(tmp_path, model):
    place = 179.9996, 10
    for i, (one, two) in enumerate(
        [
            ("EPSG:32660", "EPSG:32601"), ("EPSG:32660", "EPSG:4326"),
            ("EPSG:4326", "EPSG:32601"), ("EPSG:4326", "EPSG:4326"),
        ]
    ):  # fmt: skip
        (tmp_path / str(i)).mkdir()
        pair = planted_pair(
            tmp_path / str(i), crs=one, after_crs=two, after_gsd=0.6, lonlat=place, n=6
        )
        assert_found(pair, model)
