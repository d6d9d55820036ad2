"""Files that refer to others: local ones inside the folders pass, anything else is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import rasterio
from rasterio.shutil import copy as copy_raster
from rasterio.vrt import WarpedVRT
from support.command import PROJECT, environment
from support.rasters import PlantedPair, planted_pair

from engine.service.errors import PathRefusedError
from engine.service.offline import OFFLINE
from engine.service.paths import AllowedFolders
from engine.service.references import check_references


@pytest.fixture(scope="module")
def rasters(tmp_path_factory: pytest.TempPathFactory) -> PlantedPair:
    return planted_pair(tmp_path_factory.mktemp("rasters"), width=64, height=64, n=0)


@pytest.fixture
def inside(tmp_path: Path, rasters: PlantedPair) -> Path:
    """An allowed folder with a raster in it; another raster lies beside the folder."""
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(rasters.before, folder / "a.tif")
    shutil.copy(rasters.before, tmp_path / "outside.tif")
    return folder


def check(path: Path) -> None:
    check_references(path, AllowedFolders([path.parent]), "before")


def vrt(source: str, relative: int = 1, tag: str = "SourceFilename", more: str = "") -> str:
    return f"""<VRTDataset rasterXSize="64" rasterYSize="64">
  <SRS dataAxisToSRSAxisMapping="1,2">EPSG:32614</SRS>
  <GeoTransform>500000, 0.5, 0, 3000000, 0, -0.5</GeoTransform>{more}
  <VRTRasterBand dataType="Byte" band="1"><SimpleSource>
    <{tag} relativeToVRT="{relative}">{source}</{tag}><SourceBand>1</SourceBand>
  </SimpleSource></VRTRasterBand></VRTDataset>"""


def written(folder: Path, text: str, name: str = "v.vrt") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_rasters_and_missing_files_pass(inside: Path) -> None:
    check(inside / "a.tif")
    check(inside / "missing.tif")


def test_virtual_rasters_that_gdal_writes_pass(inside: Path) -> None:
    copy_raster(inside / "a.tif", inside / "copy.vrt", driver="VRT")
    with rasterio.open(inside / "a.tif") as raster, WarpedVRT(raster, crs="EPSG:3857") as warped:
        copy_raster(warped, inside / "warped.vrt", driver="VRT")
    for name in ("copy.vrt", "warped.vrt"):
        check(inside / name)
        with rasterio.open(inside / name) as opened:
            assert opened.count == 3
    check(written(inside, vrt("copy.vrt"), "nested.vrt"))
    check(written(inside, vrt(str(inside / "a.tif"), relative=0), "absolute.vrt"))


REFUSED = [
    vrt("../outside.tif"),
    vrt("{outside}", relative=0),
    vrt("a.tif", relative=0),
    vrt("/etc/passwd", relative=0),
    vrt("/vsicurl/http://127.0.0.1:1/a.tif", relative=0),
    vrt("/vsi&#99;url/http://127.0.0.1:1/a.tif", relative=0),
    vrt("<![CDATA[/vsicurl/http://127.0.0.1:1/a.tif]]>", relative=0),
    vrt("http://127.0.0.1:1/a.tif", relative=1),
    vrt("vrt://a.tif?bands=1"),
    vrt("NETCDF:a.nc:b"),
    vrt("a.zip/b.tif"),
    vrt("../outside.tif", tag="SourceDataset"),
    vrt("a.tif", more='<OverviewList><X path="/vsis3/a"/></OverviewList>'),
    vrt("a.tif", more="<PixelFunctionLanguage>Python</PixelFunctionLanguage>"),
    vrt("a.tif", more="<Unknown>/etc/passwd</Unknown>"),
    '<!DOCTYPE x [<!ENTITY a "/vsicurl/">]>' + vrt("&a;http://127.0.0.1/a.tif", relative=0),
    "<VRTDataset rasterXSize='1'",
    "<GDAL_WMS><Service name='TMS'><ServerUrl>http://127.0.0.1:1/</ServerUrl></Service></GDAL_WMS>",
    "<OGRVRTDataSource><OGRVRTLayer><SrcDataSource>x</SrcDataSource></OGRVRTLayer>"
    "</OGRVRTDataSource>",
    '{"stac_version": "1.0.0"}',
    '{"type": "gdal_streamed_alg", "command_line": "gdal vector pipeline ! read /etc/passwd"}',
    '<?xml version="1.0"?><Other><href>/vsicurl/http://127.0.0.1:1/</href></Other>',
]


@pytest.mark.parametrize("text", REFUSED)
@pytest.mark.parametrize("name", ["v.vrt", "harmless.tif"])
def test_references_elsewhere_are_refused(inside: Path, text: str, name: str) -> None:
    text = text.replace("{outside}", str(inside.parent / "outside.tif"))
    with pytest.raises(PathRefusedError) as refusal:
        check(written(inside, text, name))
    assert refusal.value.http_status == 403 and "before" in refusal.value.message


def test_a_chain_of_virtual_rasters_is_followed(inside: Path) -> None:
    written(inside, vrt("../outside.tif"), "last.vrt")
    written(inside, vrt("last.vrt"), "middle.vrt")
    with pytest.raises(PathRefusedError):
        check(written(inside, vrt("middle.vrt"), "first.vrt"))
    check(written(inside, vrt("round.vrt"), "round.vrt"))  # GDAL itself says no to this one


def test_a_link_out_of_the_folder_is_followed(inside: Path) -> None:
    (inside / "link.tif").symlink_to(inside.parent / "outside.tif")
    with pytest.raises(PathRefusedError):
        check(written(inside, vrt("link.tif")))


def test_side_files_are_looked_at(inside: Path) -> None:
    side = '<PAMDataset><Metadata domain="OVERVIEWS"><MDI key="OVERVIEW_FILE">/x</MDI></Metadata>'
    written(inside, side + "</PAMDataset>", "a.tif.aux.xml")
    with pytest.raises(PathRefusedError, match="side file"):
        check(inside / "a.tif")


@pytest.mark.parametrize("suffix", [".ovr", ".msk"])
def test_overviews_and_masks_are_looked_at(inside: Path, suffix: str) -> None:
    written(inside, vrt("../outside.tif"), "a.tif" + suffix)
    with pytest.raises(PathRefusedError):
        check(inside / "a.tif")
    written(inside, vrt("other.tif"), "a.tif" + suffix)
    check(inside / "a.tif")


def test_pipes_are_refused(inside: Path) -> None:
    os.mkfifo(inside / "pipe.tif")
    with pytest.raises(PathRefusedError, match="no file"):
        check(inside / "pipe.tif")


def test_gdal_cannot_reach_the_network(tmp_path: Path, inside: Path) -> None:
    """What slips through the check finds no network."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_GET  # noqa: N815

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    wms = (
        f"<GDAL_WMS><Service name='TMS'><ServerUrl>{address}/${{z}}/${{x}}/${{y}}.png</ServerUrl>"
        "</Service><DataWindow><UpperLeftX>0</UpperLeftX><UpperLeftY>1</UpperLeftY><LowerRightX>1"
        "</LowerRightX><LowerRightY>0</LowerRightY><TileLevel>0</TileLevel><TileCountX>1"
        "</TileCountX><TileCountY>1</TileCountY></DataWindow><BandsCount>3</BandsCount></GDAL_WMS>"
    )
    names = [f"/vsicurl/{address}/a.tif", f"{address}/b.tif", f"{written(tmp_path, wms, 'w.xml')}"]
    code = (
        "import sys, rasterio\nfrom engine.service.offline import go_offline\n"
        "if sys.argv[1] == 'yes': go_offline()\n"
        "from engine.raster.env import gdal_env\n"
        "for name in sys.argv[2:]:\n"
        "    with gdal_env():\n"
        "        try:\n            rasterio.open(name).read(1)\n"
        "        except Exception: pass\n"
    )
    clean = {k: v for k, v in environment().items() if k not in OFFLINE}
    for offline in ("yes", "no"):
        subprocess.run(
            [sys.executable, "-c", code, offline, *names],
            cwd=PROJECT, env=clean | {"NO_PROXY": ""}, check=True, capture_output=True,
        )  # fmt: skip
        # The control: without it they are asked for.
        assert bool(asked) == (offline == "no"), asked
    server.shutdown()
    assert os.environ.get("GDAL_HTTP_PROXY") is None


@pytest.mark.parametrize("text", ["", "a", ".", "..", "//", "/", "C:\\a", "\\\\server\\share\\a"])
def test_what_is_no_path_inside(inside: Path, text: str) -> None:
    with pytest.raises(PathRefusedError):
        AllowedFolders([inside]).confine(text, "before")


def test_the_folder_named_home_by_default(tmp_path: Path) -> None:
    folders = AllowedFolders()
    assert Path.home().resolve() in folders.roots
    assert folders.confine(str(Path.home() / "x.tif"), "before").is_absolute()
