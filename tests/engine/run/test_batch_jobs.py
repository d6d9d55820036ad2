"""Lists of pairs: tables and STAC search results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.errors import UsageError
from engine.run.batch import read_jobs


def table(folder: Path, text: str) -> Path:
    path = folder / "jobs.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_table_gives_names_paths_and_options(tmp_path: Path, sign: str) -> None:
    (tmp_path / "a.tif").touch()
    lines = [
        "after,before,output,min_area,guide-only,question,#note",
        "/far/b.tif,a.tif,one,20,yes,How many? | Where?,ignore",
        ",,,,,,",
        "c.tif,http://x/y.tif,,,no,,",
    ]
    jobs = read_jobs(table(tmp_path, "\ufeff" + "\r\n".join(lines).replace(",", sign)))
    assert [(j.name, j.before, j.after) for j in jobs] == [
        ("one", str(tmp_path / "a.tif"), "/far/b.tif"),
        ("pair-00002", "http://x/y.tif", "c.tif"),
    ]
    assert jobs[0].arguments() == [
        "--min-area=20", "--guide-only", "--question=How many?", "--question=Where?",
    ]  # fmt: skip
    assert jobs[1].arguments() == []
    assert jobs[1].where == "jobs.csv line 4"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no pair"),
        ("before,after\n", "names no pair"),
        ("before,output\na,b\n", "no column 'after'"),
        ("before,after,resume\na,b,yes\n", "resume"),
        ("before,after,after\na,b,c\n", "two columns"),
        ("before,after\na,b,c\n", "3 cells"),
        ("before,after\na,\n", "line 2 has no 'after'"),
        ("before,after,force\na,b,perhaps\n", "perhaps"),
        ("before,after,output\na,b,../x\n", "plain file name"),
        ("before,after,output\na,b,x\nc,d,X\n", "is that of jobs.csv line 2"),
        ("before,after,output\na,b,summary.csv\n", "taken"),
        ('before,after\n"a,b\n', "line"),
        ("{", "no JSON"),
        ('{"type": "Feature"}', "no STAC"),
    ],
)
def test_bad_lists_are_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_jobs(table(tmp_path, text))


def item(name: str, day: str, box: tuple[float, ...], **more: object) -> dict[str, object]:
    properties = {"datetime": f"{day}T10:00:00Z", **more}
    assets = {"visual": {"href": f"{name}.tif"}, "thumbnail": {"href": "t.png"}}
    return {"id": name, "bbox": box, "properties": properties, "assets": assets, "collection": "c"}


def search_result(folder: Path, *items: object) -> Path:
    path = folder / "found.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": items}))
    return path


def test_items_of_a_place_at_two_dates_make_a_pair(tmp_path: Path) -> None:
    there, beside = (25, 60, 26, 61), (25.9, 60, 26.9, 61)
    path = search_result(
        tmp_path,
        item("late", "2024-06-01", (25.01, 60, 26.01, 61)),
        item("alone", "2024-06-01", beside),
        item("early", "2020-06-01", there),
        item("middle", "2022-06-01", (25, 60, 0, 26, 61, 500)),  # with heights
        item("same day", "2020-06-01", there),
        item("code a", "2021-01-01", there, **{"grid:code": "MGRS-35VLG"}),
        item("code b", "2022-01-01", beside, **{"grid:code": "MGRS-35VLG"}),
    )
    first_last = read_jobs(path)
    assert [j.name for j in first_last] == ["code_a_code_b", "early_late"]
    assert first_last[1].before == str(tmp_path / "early.tif")
    assert dict(first_last[1].options) == {"before-date": "2020-06-01", "after-date": "2024-06-01"}
    each = read_jobs(path, pairs="consecutive")
    assert [j.name for j in each] == ["code_a_code_b", "early_middle", "middle_late"]


def test_an_address_of_a_search_result_is_no_gdal_name(tmp_path: Path) -> None:
    one = item("a", "2020-06-01", (0, 0, 1, 1))
    one["assets"] = {"x": {"href": "/vsicurl/http://elsewhere/a.tif", "type": "image/tiff"}}
    with pytest.raises(UsageError, match="not read"):
        read_jobs(search_result(tmp_path, one))
    with pytest.raises(UsageError, match="no asset 'visual'"):
        read_jobs(search_result(tmp_path, one), asset="visual")
