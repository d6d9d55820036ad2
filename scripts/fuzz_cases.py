"""Hostile and odd raster pairs, one for each seed: what :mod:`fuzz_inputs` feeds to the readers."""

from __future__ import annotations

import json
import random
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from rasterio.io import MemoryFile

Rng = random.Random
SIDE = 72
ODD_NUMBERS = (
    0, 1, 2, 3, 7, 255, 256, 257, 32767, 32768, 65535, 65536, 2**24, 2**31 - 1, 2**31, 2**32 - 1,
)  # fmt: skip
ODD_FLOATS = (
    0.0, -0.0, 1.0, -1.0, 1e-300, 5e-324, 1e300, -1e300, 1e18, 180.0, 1e-9, float("nan"),
    float("inf"), float("-inf"),
)  # fmt: skip
_ODD_CRS = (
    "EPSG:4326", "EPSG:3857", "EPSG:32661", "EPSG:2193", "EPSG:4978", "EPSG:5703", "EPSG:27700",
    "+proj=ortho +lat_0=10", "+proj=geos +h=35785831", "+proj=lcc +lat_1=0 +lat_2=0.001",
    "+proj=utm +zone=31 +units=km", 'LOCAL_CS["x"]', "+proj=ob_tran +o_proj=longlat +o_lat_p=30",
)  # fmt: skip
_KINDS: tuple[dict[str, Any], ...] = (
    {"tiled": True, "blockxsize": 32, "blockysize": 32, "compress": "deflate"},
    {"compress": "lzw", "predictor": 2},
    {"dtype": "uint16", "nodata": 0},
    {"dtype": "float32", "compress": "deflate", "predictor": 3, "nodata": float("nan")},
    {"BIGTIFF": "YES", "tiled": True, "blockxsize": 16, "blockysize": 16},
    {"compress": "jpeg", "photometric": "ycbcr", "interleave": "pixel"},
    {"count": 4, "photometric": "RGB", "ALPHA": "YES"},
    {"dtype": "int16", "nodata": -32768, "interleave": "band"},
    {"compress": "packbits"},
    {"compress": "zstd"},
    {"ENDIANNESS": "BIG"},
)


@cache
def plain(kind: int, mask: bool = False, overviews: bool = False) -> bytes:
    """A sound GeoTIFF of 72 × 72 pixels."""
    profile: dict[str, Any] = {"driver": "GTiff", "count": 3, "dtype": "uint8"}
    profile |= _KINDS[kind % len(_KINDS)]
    noise = np.random.default_rng(kind).integers(1, 250, (profile["count"], SIDE, SIDE))
    with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), MemoryFile() as memory:
        with memory.open(
            width=SIDE, height=SIDE, crs="EPSG:32635",
            transform=Affine(0.5, 0, 600_000, 0, -0.5, 6_600_000), **profile,
        ) as ds:  # fmt: skip
            ds.write(noise.astype(profile["dtype"]))
            if mask:
                ds.write_mask(np.eye(SIDE, dtype=bool))
            if overviews:
                ds.build_overviews([2, 4])
        return bytes(memory.getbuffer())


def write_case(seed: int, folder: Path) -> dict[str, Any]:
    """Write ``before`` and ``after`` of a case.

    Returns
    -------
    dict
        ``kind``; ``before`` and ``after``, the names to open; ``options`` for the pair.
    """
    rng = Rng(seed)
    kind = rng.choice(sorted(KINDS))
    bad = folder / "bad.tif"
    name = str(KINDS[kind](rng, folder, bad) or bad)
    good = folder / "good.tif"
    good.write_bytes(plain(0))
    pair = [name, name if rng.random() < 0.15 else str(good)]
    if rng.random() < 0.4:
        pair.reverse()
    return {"kind": kind, "before": pair[0], "after": pair[1], "options": _options(rng)}


def _options(rng: Rng) -> dict[str, Any]:
    options: dict[str, Any] = {"force": rng.random() < 0.5}
    if rng.random() < 0.3:
        options["bidx"] = rng.choice([(1, 2, 3), (3, 2, 1), (1, 1, 1), (4, 3, 2), (1, 2, 65535)])
    if rng.random() < 0.1:
        options["nodata"] = rng.choice(ODD_FLOATS)
    if rng.random() < 0.1:
        options["coregister"] = True
    if rng.random() < 0.1:
        options["stretch"] = rng.choice(["none", "0,255", "0,1e-300", "-1e300,1e300"])
    if rng.random() < 0.1:
        options["aoi"] = rng.choice(_AREAS)
    return options


_AREAS = (
    "POLYGON ((0 0, 1 0, 1 1, 0 0))", "POLYGON EMPTY", "POINT (0 0)",
    "POLYGON ((0 0, nan 1, 1 1, 0 0))",
    '{"type":"Polygon","coordinates":[[[25,60],[1e999,60],[26,61],[25,60]]]}', "{", "[" * 5000,
    '{"type":"Polygon","coordinates":[]}', "MULTIPOLYGON (((25 59, 27 59, 27 61, 25 61, 25 59)))",
    "GEOMETRYCOLLECTION (" * 300,
)  # fmt: skip


def _bytes(rng: Rng, folder: Path, target: Path) -> None:
    """Bytes changed, cut, doubled or thrown in, anywhere or in the header."""
    data = bytearray(_some(rng))
    reach = len(data) if rng.random() < 0.4 else min(len(data), 700)
    for _ in range(rng.choice([1, 1, 2, 4, 16, 64])):
        at, how = rng.randrange(reach), rng.random()
        if how < 0.6:
            data[at] = rng.randrange(256)
        elif how < 0.8:
            data[at : at + 4] = struct.pack("<I", rng.choice(ODD_NUMBERS))
        elif how < 0.9:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 9)))
        else:
            del data[at : at + rng.randrange(1, 9)]
        reach = min(reach, len(data)) or 1
    target.write_bytes(data)


def _some(rng: Rng) -> bytes:
    return plain(rng.randrange(len(_KINDS)), rng.random() < 0.3, rng.random() < 0.2)


def _cut(rng: Rng, folder: Path, target: Path) -> None:
    data = _some(rng)
    target.write_bytes(data[: rng.randrange(len(data))])


_TAGS = (
    254, 256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 322, 323, 324, 325, 338, 339,
    33550, 33922, 34264, 34735, 34737, 42112, 42113,
)  # fmt: skip


def _tags(rng: Rng, folder: Path, target: Path) -> None:
    """Entries of the first directory with other tags, types, counts or values."""
    data = bytearray(plain(rng.choice([0, 1, 2, 3, 5, 6, 7, 8]), rng.random() < 0.3))
    (start,) = struct.unpack_from("<I", data, 4)
    (count,) = struct.unpack_from("<H", data, start)
    for _ in range(rng.choice([1, 1, 2, 3])):
        at = start + 2 + 12 * rng.randrange(count)
        field = rng.randrange(4)
        if field == 0:
            struct.pack_into("<H", data, at, rng.choice([*_TAGS, rng.randrange(65536)]))
        elif field == 1:
            struct.pack_into("<H", data, at + 2, rng.choice([0, 1, 2, 3, 4, 5, 7, 12, 13, 16, 18]))
        else:
            struct.pack_into("<I", data, at + (4 if field == 2 else 8), rng.choice(ODD_NUMBERS))
    target.write_bytes(data)


def tiff(tags: dict[int, tuple[int, list[Any]]], payload: bytes = b"") -> bytes:
    """A little-endian TIFF of one directory; ``payload`` begins at byte 8."""
    codes = {2: "B", 3: "H", 4: "I", 12: "d"}
    body, entries = bytearray(b"II*\0\0\0\0\0" + payload), []
    for tag, (kind, values) in sorted(tags.items()):
        raw = struct.pack(f"<{len(values)}{codes[kind]}", *values)
        if len(raw) > 4:
            where = struct.pack("<I", len(body))
            body += raw
        else:
            where = raw.ljust(4, b"\0")
        entries.append(struct.pack("<HHI", tag, kind, len(values)) + where)
    body[4:8] = struct.pack("<I", len(body))
    return bytes(body + struct.pack("<H", len(entries)) + b"".join(entries) + b"\0\0\0\0")


def _place(a: float, e: float, x: float, y: float) -> dict[int, tuple[int, list[Any]]]:
    keys = [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, 32635]
    return {33550: (12, [a, e, 0.0]), 33922: (12, [0.0, 0.0, 0.0, x, y, 0.0]), 34735: (3, keys)}


def _claims(rng: Rng, folder: Path, target: Path) -> None:
    """Gigapixels, or blocks of them, in a few bytes."""
    width, height = (rng.choice([1, 300, 65535, 10**6, 2**30, 2**31 - 1]) for _ in "wh")
    bands = rng.choice([3, 3, 4, 65535])
    side = rng.choice([16, 256, 65536, 2**24, 2**30])
    tags = {
        256: (4, [width]), 257: (4, [height]), 258: (3, [8] * min(bands, 4)), 259: (3, [1]),
        262: (3, [2]), 277: (3, [bands]), 284: (3, [rng.choice([1, 2])]),
        322: (4, [side]), 323: (4, [rng.choice([side, 16])]), 324: (4, [8]), 325: (4, [64]),
    }  # fmt: skip
    tags |= _place(0.5, 0.5, 600_000, 6_600_000)
    target.write_bytes(tiff(tags, bytes(64)))


@cache
def _bomb(megabytes: int) -> bytes:
    squeeze = zlib.compressobj(9)
    return b"".join(squeeze.compress(bytes(2**20)) for _ in range(megabytes)) + squeeze.flush()


def _bombs(rng: Rng, folder: Path, target: Path) -> None:
    """Deflate streams that say far more than the block takes, or blocks that take it."""
    payload = _bomb(rng.choice([1, 40, 100]))
    side = rng.choice([64, 256, 4096, 16384])
    tags = {
        256: (4, [max(side, SIDE)]), 257: (4, [max(side, SIDE)]), 258: (3, [8, 8, 8]),
        259: (3, [8]), 262: (3, [2]), 277: (3, [3]), 322: (4, [side]), 323: (4, [side]),
        324: (4, [8]), 325: (4, [len(payload)]),
    }  # fmt: skip
    target.write_bytes(tiff(tags | _place(0.5, 0.5, 600_000, 6_600_000), payload))


def _transforms(rng: Rng, folder: Path, target: Path) -> None:
    """Pixels of any size and place, in any system."""

    def odd(usual: float) -> float:
        return rng.choice([usual, usual, *ODD_FLOATS, usual * 10 ** rng.uniform(-12, 12)])

    transform = Affine(odd(0.5), rng.choice([0, 0, 0, odd(0.1)]), odd(600_000),
                       rng.choice([0, 0, 0, odd(0.1)]), odd(-0.5), odd(6_600_000))  # fmt: skip
    crs = "EPSG:32635" if rng.random() < 0.5 else rng.choice(_ODD_CRS)
    _vrt_over_plain(folder, target, crs, transform, rng)


def _vrt_over_plain(folder: Path, target: Path, crs: str, t: Affine, rng: Rng) -> None:
    (folder / "plain.tif").write_bytes(plain(rng.choice([0, 2, 3, 6])))
    numbers = ", ".join(repr(float(v)) for v in (t.c, t.a, t.b, t.f, t.d, t.e))
    target.write_text(vrt(bands=[_source("plain.tif", n) for n in (1, 2, 3)], srs=crs,
                          transform=numbers), encoding="utf-8")  # fmt: skip


def vrt(*, bands: list[str], srs: str = "EPSG:32635", size: tuple[int, int] = (SIDE, SIDE),
        transform: str = "600000, 0.5, 0, 6600000, 0, -0.5", more: str = "") -> str:  # fmt: skip
    """Text of a virtual raster."""
    srs = srs.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    body = "".join(
        f'<VRTRasterBand dataType="Byte" band="{n}">{one}</VRTRasterBand>'
        for n, one in enumerate(bands, 1)
    )
    return (
        f'<VRTDataset rasterXSize="{size[0]}" rasterYSize="{size[1]}"><SRS>{srs}</SRS>'
        f"<GeoTransform>{transform}</GeoTransform>{more}{body}</VRTDataset>"
    )


def _source(file: str, band: int | str, kind: str = "SimpleSource", inner: str = "") -> str:
    return (
        f'<{kind}><SourceFilename relativeToVRT="1">{file}</SourceFilename>'
        f"<SourceBand>{band}</SourceBand>{inner}</{kind}>"
    )


_NOWHERE = (
    "none.tif", "/etc/passwd", "/vsicurl/http://127.0.0.1:9/x.tif", ".", "/vsizip/plain.tif/x",
    "/dev/null", "/vsimem/x", "", "\u202e.tif",
)  # fmt: skip


def _virtual(rng: Rng, folder: Path, target: Path) -> Path:
    """VRTs that point at themselves, at each other, at nothing, at addresses, or are absurd."""
    (folder / "plain.tif").write_bytes(plain(rng.randrange(len(_KINDS))))
    target = target.with_suffix(".vrt")
    how = rng.randrange(9)
    size = (SIDE, SIDE)
    source = "plain.tif"
    if how == 0:
        source = target.name
    elif how == 1:
        source = "other.vrt"
        back = [_source(target.name, n) for n in (1, 2, 3)]
        (folder / "other.vrt").write_text(vrt(bands=back))
    elif how == 2:
        depth = rng.choice([5, 50, 300])
        for level in range(depth):
            inner = f"level{level + 1}.vrt" if level + 1 < depth else "plain.tif"
            (folder / f"level{level}.vrt").write_text(
                vrt(bands=[_source(inner, n) for n in (1, 2, 3)])
            )
        source = "level0.vrt"
    elif how == 3:
        source = rng.choice(_NOWHERE)
    elif how == 4:
        size = (rng.choice(ODD_NUMBERS), rng.choice(ODD_NUMBERS))
    rect = [rng.choice([0, SIDE, -1, *ODD_FLOATS, *ODD_NUMBERS]) for _ in range(8)]
    inner = ""
    if how == 5:
        inner = ('<SrcRect xOff="{}" yOff="{}" xSize="{}" ySize="{}"/>'
                 '<DstRect xOff="{}" yOff="{}" xSize="{}" ySize="{}"/>').format(*rect)  # fmt: skip
    kind = rng.choice(["SimpleSource", "ComplexSource", "AveragedSource"])
    bands = [_source(source, rng.choice([n, n, 0, 99, "mask,1"]), kind, inner) for n in (1, 2, 3)]
    text = vrt(bands=bands, size=size)
    if how == 6:
        laugh = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        text = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laugh}]>' + text.replace("EPSG:32635", "&l9;")
    elif how == 7:
        cut = rng.randrange(len(text))
        text = text[:cut] + rng.choice(["", "<", "\0", "&", "]]>"]) + text[cut + rng.randrange(9) :]
    elif how == 8:
        text = text.replace("<VRTRasterBand ", '<VRTRasterBand subClass="VRTDerivedRasterBand" ')
        text = text.replace(
            "<SimpleSource>",
            "<PixelFunctionType>f</PixelFunctionType><PixelFunctionLanguage>Python"
            "</PixelFunctionLanguage><PixelFunctionCode>def f(*a, **k): raise SystemExit"
            "</PixelFunctionCode><SimpleSource>",
        )
    target.write_text(text, encoding="utf-8")
    return target


def _masks(rng: Rng, folder: Path, target: Path) -> None:
    """Mask bands that are broken, of another size, or say odd things of nodata."""
    target.write_bytes(plain(rng.randrange(len(_KINDS)), mask=rng.random() < 0.5))
    side = bytearray(plain(1))
    if rng.random() < 0.7:
        side = side[: rng.randrange(len(side))]
    if rng.random() < 0.6:
        target.with_name(target.name + ".msk").write_bytes(side)
    nodata = rng.choice([*ODD_FLOATS, "none", "1e999", "0 0 0", ""])
    text = rng.choice([
        f'<PAMDataset><PAMRasterBand band="1"><NoDataValue>{nodata}</NoDataValue></PAMRasterBand>'
        f'<PAMRasterBand band="2"><Scale>{nodata}</Scale><Offset>nan</Offset></PAMRasterBand>'
        "</PAMDataset>", "<PAMDataset>", "", "<" * 1000,
        '<PAMDataset><Metadata><MDI key="INTERNAL_MASK_FLAGS_1">2</MDI></Metadata></PAMDataset>',
    ])  # fmt: skip
    target.with_name(target.name + ".aux.xml").write_text(text)


_STARTS = (
    b"", b"PK\x03\x04", b"\x89PNG\r\n\x1a\n", b"\x89HDF\r\n\x1a\n", b"CDF\x01", b"GIF89a", b"BM",
    b"\xff\xd8\xff\xe0", b"SQLite format 3\0", b"\x00\x00\x00\x0cjP  \r\n\x87\n", b"%PDF-1.5",
    b"NITF02.10", b"P6 99999 99999 255\n", b"ncols 999999\nnrows 999999\n", b"<OGRVRTDataSource>",
    json.dumps({"type": "raster", "stac_version": "1"}).encode(),
)  # fmt: skip
_NAMES = (
    "/dev/null", "/proc/self/mem", "", ".", "x" * 5000, "a\nb", "a\0b", "/vsimem/", "\ud800",
    "GTIFF_DIR:9:x.tif", "MEM:::DATAPOINTER=1,PIXELS=9,LINES=9", "NETCDF:x:y", "ZARR:x",
)  # fmt: skip


def _strangers(rng: Rng, folder: Path, target: Path) -> Path | None:
    """Files of other kinds under any name, and names that are no file."""
    noise = bytes(rng.randrange(256) for _ in range(rng.choice([0, 1, 100, 3000])))
    if rng.random() < 0.2:
        return Path(rng.choice(_NAMES))
    name = target.with_suffix(rng.choice([".tif", ".png", ".jp2", ".nc", ".asc", ".hdr", ".zip"]))
    name.write_bytes(rng.choice(_STARTS) + noise)
    return name


KINDS: dict[str, Callable[[Rng, Path, Path], Path | None]] = {
    "bytes": _bytes, "cut": _cut, "tags": _tags, "claims": _claims, "bombs": _bombs,
    "transforms": _transforms, "virtual": _virtual, "masks": _masks, "strangers": _strangers,
}  # fmt: skip
"""Makers of bad rasters by name; one that returns a path names the raster so."""
