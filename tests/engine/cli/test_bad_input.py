"""Bad input ends with its exit code, a message that names the file, and nothing left behind."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from affine import Affine
from rasterio.control import GroundControlPoint
from rasterio.rpc import RPC
from support.command import infer, refused
from support.planted_model import planted_model
from support.rasters import planted_pair, write_raster

SIZE = 300
TRANSFORM = Affine(0.5, 0, 620000.0, 0, -0.5, 3350000.0)


def picture(seed: int = 0, bands: int = 3, size: int = SIZE, dtype: str = "uint8") -> np.ndarray:
    values = np.random.default_rng(seed).integers(60, 190, (bands, size, size))
    return values.astype(dtype)


def test_no_crs(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "no crs.tif"
    write_raster(bad, picture(), crs=None, transform=TRANSFORM)
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "no crs.tif", "coordinate")


def test_no_transform(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "flat.tif"
    write_raster(bad, picture(), crs="EPSG:32614", transform=None)
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "flat.tif")


def test_rotated(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "turned.tif"
    write_raster(bad, picture(), crs="EPSG:32614", transform=TRANSFORM * Affine.rotation(20))
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "turned.tif", "rotated")


def test_ground_control_points_only(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "gcps.tif"
    points = [
        GroundControlPoint(row, col, 620000 + col * 0.5, 3350000 - row * 0.5)
        for row, col in ((0, 0), (0, 300), (300, 0), (300, 300))
    ]
    write_raster(bad, picture(), crs="EPSG:32614", transform=None, gcps=points)
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "gcps.tif", "control points")


def test_rational_polynomials_only(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "rpcs.tif"
    ones = [1.0] + [0.0] * 19
    model_of_the_sensor = RPC(
        height_off=0, height_scale=1, lat_off=30, lat_scale=1, line_den_coeff=ones,
        line_num_coeff=ones, line_off=0, line_scale=1, long_off=-97, long_scale=1,
        samp_den_coeff=ones, samp_num_coeff=ones, samp_off=0, samp_scale=1,
    )  # fmt: skip
    write_raster(bad, picture(), crs=None, transform=None, rpcs=model_of_the_sensor)
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "rpcs.tif", "RPC")


def test_no_overlap(tmp_path: Path, pair, model: Path) -> None:
    far = tmp_path / "far.tif"
    write_raster(
        far, picture(), crs="EPSG:32614", transform=Affine.translation(9000, 0) * TRANSFORM
    )
    out = tmp_path / "o.gpkg"
    refused(infer(pair.before, far, model, out), out, 3, "far.tif", "overlap")


def test_overlap_of_one_pixel(tmp_path: Path, model: Path) -> None:
    before, after = tmp_path / "a.tif", tmp_path / "b.tif"
    write_raster(before, picture(), crs="EPSG:32614", transform=TRANSFORM)
    moved = Affine.translation((SIZE - 1) * 0.5, 0) * TRANSFORM
    write_raster(after, picture(1), crs="EPSG:32614", transform=moved)
    out = tmp_path / "o.gpkg"
    refused(infer(before, after, model, out), out, 3, "overlap", "1 x 300 pixels")


def test_one_band(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "grey.tif"
    write_raster(bad, picture(bands=1), crs="EPSG:32614", transform=TRANSFORM)
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "grey.tif", "--bidx 1,1,1")


def test_a_band_that_is_not_there(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    done = infer(pair.before, pair.after, model, out, "--bidx", "1,2,7")
    refused(done, out, 3, "7", pair.before.name)


def test_different_band_counts_and_alpha_work(tmp_path: Path, model: Path) -> None:
    """B,G,R,NIR by colour interpretation against RGBA: both give red, green and blue."""
    ground = picture()
    after = ground.copy()
    after[:, 100:130, 100:140] = 250
    ground[:, 100:130, 100:140] = 60
    first, second = tmp_path / "bgrn.tif", tmp_path / "rgba.tif"
    write_raster(
        first,
        np.concatenate([ground[::-1], ground[:1]]),
        crs="EPSG:32614",
        transform=TRANSFORM,
        colorinterp=["blue", "green", "red", "undefined"],
    )
    alpha = np.full((1, SIZE, SIZE), 255, np.uint8)
    write_raster(
        second,
        np.concatenate([after, alpha]),
        crs="EPSG:32614",
        transform=TRANSFORM,
        colorinterp=["red", "green", "blue", "alpha"],
    )
    done = infer(first, second, model, tmp_path / "o.gpkg", "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["objects"] == 1


def test_complex_data(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "phase.tif"
    write_raster(bad, picture(dtype="complex64"), crs="EPSG:32614", transform=TRANSFORM)
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "phase.tif", "complex")


@pytest.mark.parametrize("dtype", ["float64", "int32", "uint16", "float32"])
def test_wide_data_types_with_nan_and_inf_work(tmp_path: Path, model: Path, dtype: str) -> None:
    smooth = np.linspace(90, 130, SIZE)[None, :, None] * np.ones((3, 1, SIZE))
    before, after = smooth.copy(), smooth.copy()
    after[:, 100:130, 100:140] = 255
    before[:, 0:8, 0:8] = 255
    after[:, 0:8, 0:8] = 255
    before[:, 20:28, 0:8] = 0
    after[:, 20:28, 0:8] = 0
    before, after = (before * 9).astype(dtype), (after * 9).astype(dtype)
    if dtype.startswith("float"):
        after[:, 200:220, 200:220] = np.nan
        before[:, 240:260, 200:220] = np.inf
    for name, values in (("a", before), ("b", after)):
        write_raster(tmp_path / f"{name}.tif", values, crs="EPSG:32614", transform=TRANSFORM)
    done = infer(
        tmp_path / "a.tif", tmp_path / "b.tif", model, tmp_path / "o.gpkg", "--json",
        "--stretch", "0,2295",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert json.loads(done.out)["objects"] == 1


def test_all_nodata(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "empty.tif"
    empty = np.zeros((3, SIZE, SIZE), np.uint8)
    write_raster(bad, empty, crs="EPSG:32614", transform=pair_transform(pair), nodata=0)
    out = tmp_path / "o.gpkg"
    refused(infer(pair.before, bad, model, out), out, 3, "nodata")


def test_constant_image(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "white.tif"
    flat = np.full((3, SIZE, SIZE), 255, np.uint8)
    write_raster(bad, flat, crs="EPSG:32614", transform=pair_transform(pair))
    out = tmp_path / "o.gpkg"
    refused(infer(pair.before, bad, model, out), out, 3, "white.tif", "255")


def pair_transform(pair) -> Affine:
    import rasterio

    with rasterio.open(pair.before) as source:
        return source.transform


def truncated(source: Path, target: Path, keep: float) -> Path:
    data = source.read_bytes()
    target.write_bytes(data[: int(len(data) * keep)])
    return target


def test_truncated_file(tmp_path: Path, model: Path) -> None:
    """A file cut in the middle: the tiles that are there are kept, the exit code says the rest."""
    big = planted_pair(tmp_path, width=700, height=700, compress="deflate", tiled=True)
    bad = truncated(big.after, tmp_path / "cut.tif", 0.6)
    out = tmp_path / "o.gpkg"
    done = infer(big.before, bad, model, out)
    assert done.code in (1, 3), done.err
    assert "cut.tif" in done.err
    assert "Traceback" not in done.err
    assert not out.exists()
    if done.code == 1:
        assert "--resume" in done.err
        partial = infer(big.before, bad, model, out, "--resume", "--allow-partial", "--json")
        assert partial.code == 6, partial.err
        result = json.loads(partial.out)
        assert result["partial"] and result["tiles"]["failed"] > 0 and result["tiles"]["ok"] > 0
        assert out.exists()


def test_not_a_raster(tmp_path: Path, pair, model: Path) -> None:
    bad = tmp_path / "notes.tif"
    bad.write_text("these are notes")
    out = tmp_path / "o.gpkg"
    refused(infer(bad, pair.after, model, out), out, 3, "notes.tif")


def test_a_directory(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    refused(infer(tmp_path, pair.after, model, out), out, 3, "directory")


def test_a_missing_file(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    done = infer(tmp_path / "nowhere.tif", pair.after, model, out)
    refused(done, out, 3, "nowhere.tif", "not exist")


def test_spaces_and_other_letters_in_paths_work(tmp_path: Path, pair, model: Path) -> None:
    room = tmp_path / "Ürümqi été 乌鲁木齐 {x} %d"
    room.mkdir()
    before, after = room / "vorher ß.tif", room / "nachher 'ü'.tif"
    shutil.copy(pair.before, before)
    shutil.copy(pair.after, after)
    out = room / "Änderungen.gpkg"
    done = infer(
        before, after, model, out, "--report", room / "Bericht é.html",
        "--mask-out", room / "Maske.tif", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert json.loads(done.out)["objects"] == len(pair.truth)
    assert out.exists() and (room / "Bericht é.html").exists() and (room / "Maske.tif").exists()


def test_aoi_outside(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    wkt = "POLYGON((0 0, 0 9, 9 9, 9 0, 0 0))"
    refused(infer(pair.before, pair.after, model, out, "--aoi", wkt), out, 3, "outside")


def test_aoi_that_is_no_area(tmp_path: Path, pair, model: Path) -> None:
    out = tmp_path / "o.gpkg"
    done = infer(pair.before, pair.after, model, out, "--aoi", tmp_path / "none.gpkg")
    refused(done, out, 3, "none.gpkg")


def test_gsd_far_out_of_range(tmp_path: Path, model: Path) -> None:
    coarse = planted_model(tmp_path / "m", gsd_m=(0.3, 1.0))
    big = planted_pair(tmp_path, gsd=10.0, width=SIZE, height=SIZE)
    out = tmp_path / "o.gpkg"
    refused(infer(big.before, big.after, coarse, out), out, 3, "10 m", "--force")
    # Forced, it runs and says so.
    done = infer(big.before, big.after, coarse, out, "--force", "--res", "10", "--json")
    assert done.code == 0, done.err
    assert "warning" in done.err


def test_model_with_a_wrong_hash(tmp_path: Path, pair) -> None:
    bad = planted_model(tmp_path / "bad")
    with (bad / "guide.onnx").open("ab") as stream:
        stream.write(b"x")
    out = tmp_path / "o.gpkg"
    refused(infer(pair.before, pair.after, bad, out), out, 4, "guide.onnx", "SHA-256")


def test_model_that_is_missing(tmp_path: Path, pair) -> None:
    out = tmp_path / "o.gpkg"
    done = infer(pair.before, pair.after, tmp_path / "nothing", out)
    refused(done, out, 4, "nothing", "engine models")


def test_model_that_is_no_onnx(tmp_path: Path, pair) -> None:
    import hashlib

    bad = planted_model(tmp_path / "bad")
    (bad / "guide.onnx").write_bytes(b"not a graph")
    facts = json.loads((bad / "model.json").read_text())
    facts["sha256"]["guide.onnx"] = hashlib.sha256(b"not a graph").hexdigest()
    (bad / "model.json").write_text(json.dumps(facts))
    out = tmp_path / "o.gpkg"
    refused(infer(pair.before, pair.after, bad, out), out, 4, "guide.onnx")


@pytest.mark.parametrize(
    ("options", "word"),
    [
        (("--tile-size", 0), "--tile-size"),
        (("--overlap", 200), "--overlap"),
        (("--bidx", "1,2"), "--bidx"),
        (("--before-date", "yesterday"), "--before-date"),
        (("--stretch", "9"), "--stretch"),
        (("--res", "-1"), "--res"),
        (("--device", "tpu"), "--device"),
        (("--progress", "dots"), "--progress"),
        (("--format", "shp"), "shp"),
        (("--dst-crs", "EPSG:1"), "EPSG:1"),
        (("--resampling", "magic"), "magic"),
        (("--bbox", "1,2,3"), "bbox"),
    ],
)
def test_options_that_make_no_sense(
    tmp_path: Path, pair, model: Path, options: tuple[object, ...], word: str
) -> None:
    out = tmp_path / "o.gpkg"
    done = infer(pair.before, pair.after, model, out, *options)
    assert done.code in (2, 3), done.err
    refused(done, out, done.code, word)


def test_cuda_where_there_is_none(tmp_path: Path, pair, model: Path) -> None:
    import onnxruntime

    if "CUDAExecutionProvider" in onnxruntime.get_available_providers():
        pytest.skip("this machine has CUDA")
    out = tmp_path / "o.gpkg"
    refused(infer(pair.before, pair.after, model, out, "--device", "cuda"), out, 2, "cuda")
