"""A start of the engine loads no pandas, and takes it from nobody who wants it."""

import re
import subprocess
import sys

from support.command import command, environment
from support.planted_model import planted_model
from support.rasters import planted_pair


def loaded(arguments, **options):
    python, *rest = arguments
    done = subprocess.run(
        [python, "-X", "importtime", *rest],
        capture_output=True, text=True, env=environment(), check=True, timeout=120, **options,
    )  # fmt: skip
    return set(re.findall(r"\| +([\w.]+)$", done.stderr, re.M)), done


def test_a_run_loads_no_pandas_and_nothing_for_what_nobody_asked(tmp_path):
    pair, model = planted_pair(tmp_path, width=300, height=300), planted_model(tmp_path / "model")
    out = tmp_path / "changes.gpkg"
    names, _ = loaded(command("tile-infer", pair.before, pair.after, out, "--model", model))
    assert out.is_file()
    assert "pyogrio" in names
    assert not {"pandas", "geopandas", "httpx", "pystac", "PIL.Image"} & names


def test_data_frames_are_there_for_who_wants_them_later(tmp_path):
    path = str(tmp_path / "points.fgb")
    code = (
        "from engine.ogr import pyogrio; import sys; assert 'pandas' not in sys.modules\n"
        "import geopandas as gpd, shapely\n"
        "frame = gpd.GeoDataFrame({'n': [1, 2]}, geometry=shapely.points([0, 1], 2), crs=4326)\n"
        f"frame.to_file({path!r})\n"
        f"print(pyogrio.read_dataframe({path!r}).equals(gpd.read_file({path!r})), len(frame))"
    )
    names, done = loaded([sys.executable, "-c", code])
    assert done.stdout == "True 2\n"
    assert "pandas.core.frame" in names
