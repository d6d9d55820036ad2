"""Questions one after the other: numbers, evidence, follow-ups, limits, actions."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from support.chat_runs import many, new_buildings, write_run

from engine.chat import ChatContext
from engine.chat.errors import NoSuchSessionError, OtherLayersError
from engine.chat.suggestions import FIRST
from engine.errors import UsageError
from engine.layers import BoxRecord


def test_events_come_in_order_and_the_sentences_are_the_answer(talker: Any) -> None:
    said = talker.ask("What changed?")
    names = [name for name, _ in said.events]
    assert names[:3] == ["session", "step", "result"]
    assert names[-2:] == ["suggestions", "done"]
    assert names.count("token") == names.count("sentence") > 1
    done = said.all("done")[0]
    assert done["kind"] == "answer" and done["text"] == said.text
    assert "".join(one["text"] for one in said.all("token")) == said.text
    about = said.all("session")[0]
    assert about["crs"] == "EPSG:32633" and about["turn"] == 1 and not about["leaves_machine"]


def test_numbers_and_evidence_are_those_of_the_layers(
    talker: Any, layers: Path, records: list[BoxRecord]
) -> None:
    wanted = set(new_buildings(records))
    said = talker.ask("How many new houses are there?")
    (sentence,) = said.all("sentence")
    (result,) = said.all("result")
    assert f"There are {len(wanted)} new buildings." == said.text
    assert set(sentence["box_ids"]) == wanted and sentence["n_features"] == len(wanted)
    assert result["value"] == len(wanted) and result["unit"] == "count"
    boxes = [one.box.bounds for one in records if one.box_id in wanted]
    edges = [min(b[0] for b in boxes), min(b[1] for b in boxes),
             max(b[2] for b in boxes), max(b[3] for b in boxes)]  # fmt: skip
    assert sentence["bbox"] == pytest.approx(edges)
    area = talker.ask("How much area do they take?").all("result")[0]
    frame = pyogrio.read_dataframe(layers, layer="boxes", read_geometry=False)
    total = frame.area_m2[frame.box_id.isin(wanted)].sum()
    assert area["unit"] == "m2" and area["value"] == pytest.approx(total, rel=1e-12)


def test_a_follow_up_rests_on_the_last_call(make_talker: Any, records: list[BoxRecord]) -> None:
    first = make_talker()
    first.ask("How many new buildings are there?")
    first.ask("Who built them?")
    # Another program goes on with it: nothing of it was in memory only.
    second = make_talker(session=first.session)
    said = second.ask("And roads?")
    roads = [r for r in records if r.class_name == "road" and r.action == "appeared"]
    assert said.all("result")[0]["value"] == len(roads)


def test_a_context_limits_the_tools_and_is_said(talker: Any, records: list[BoxRecord]) -> None:
    wanted = set(new_buildings(records))
    shape = (500_000.0, 4_600_000.0, 500_700.0, 4_601_000.0)
    new = [one for one in records if one.box_id in wanted]
    inside = [one.box_id for one in new if one.outline.bounds[0] < shape[2]]
    assert 1 < len(inside) < len(new)
    said = talker.ask("How many new buildings are there?", ChatContext(bbox=shape))
    assert said.text == f"Within the map's extent: There are {len(inside)} new buildings."
    assert set(said.ids) == set(inside)
    web = talker.ask(
        "How many new buildings are there?",
        ChatContext(bbox=(1.66e6, 5.0e6, 1.68e6, 5.2e6), crs="EPSG:3857"),
    )
    assert web.all("result")[0]["n_features"] == len(wanted)
    some = (*sorted(wanted)[:2], "no-such-object")
    said = talker.ask("How many new buildings are there?", ChatContext(selection=some))
    assert said.text == "Of the 2 selected objects: There are 2 new buildings."
    empty = talker.ask("Which is the largest?", ChatContext(selection=("no-such-object",)))
    assert empty.last == "done" and not empty.ids
    # Without one, everything again.
    assert len(talker.ask("How many new buildings are there?").ids) == len(wanted)


@pytest.mark.parametrize(
    "context",
    [
        {"bbox": (1, 1, 1, 2)}, {"bbox": (0, 0, 1, 1), "crs": "/etc/passwd"},
        {"bbox": (0, 0, 1, 1), "crs": "+proj=utm +nadgrids=x"},
        {"bbox": (0, 0, 1, 1), "crs": "EPSG:1"},
        {"bbox": (0, 0, 1, 1), "crs": "EPSG:5773"}, {"bbox": (0, 0, 1, 1), "crs": "LOCAL_CS[1]"},
        {"bbox": (9e8, 9e8, 9.9e8, 9.9e8), "crs": "EPSG:4326"},
    ],
)  # fmt: skip
def test_a_context_that_is_none_is_refused(talker: Any, context: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        talker.ask("How many?", ChatContext(**context))
    assert talker.chats.store.newest_first() == []


@pytest.mark.parametrize(
    ("message", "name", "part"),
    [
        ("Zoom to the largest new building", "zoom", "bbox"),
        ("Show only new roads", "filter", "expression"),
        ("Show the new roads.", "select", "box_ids"),
        ("Save the new buildings", "export", "expression"),
        ("clear the filter", "filter", "clear"),
        ("Zoom to the whole map", "zoom", "bbox"),
        ("Swipe", "swipe", None),
        ("Open the report", "report", None),
    ],
)
def test_actions_are_offered(talker: Any, message: str, name: str, part: str | None) -> None:
    said = talker.ask(message)
    found = {one["name"]: one["arguments"] for one in said.all("action")}
    assert name in found and (part is None or found[name][part])


def test_a_filter_says_the_same_as_its_expression(talker: Any, layers: Path) -> None:
    said = talker.ask("Show only new roads larger than 100 m²")
    (action,) = said.all("action")
    where = action["arguments"]["expression"]
    found = pyogrio.read_dataframe(layers, layer="boxes", where=where)["box_id"]
    assert sorted(found) == sorted(action["arguments"]["box_ids"]) and len(found)
    limited = talker.ask("Show only new roads", ChatContext(bbox=(5e5, 4.6e6, 5.004e5, 4.601e6)))
    assert limited.all("action")[0]["arguments"]["expression"] is None


def test_suggestions_are_understood(talker: Any) -> None:
    asked = list(FIRST)
    for _ in range(4):
        for question in asked:
            said = talker.ask(question)
            assert said.all("done")[0]["kind"] == "answer", question
        asked = said.all("suggestions")[0]["questions"]
        assert asked


def test_what_is_not_known_is_said_and_kept(talker: Any) -> None:
    assert talker.ask("Who built them?").all("done")[0]["kind"] == "beyond"
    assert talker.ask("How many houses are near the river?").all("done")[0]["kind"] == "ask"
    long = talker.ask("how many " * 300)
    assert long.all("done")[0]["kind"] == "ask" and "1,000" in long.text
    # The tool finds no dates in a selection of nothing, and says so in an answer.
    assert talker.ask("How many changed per year?").last == "done"
    shown = talker.chats.show(talker.session)
    assert [one["kind"] for one in shown["turns"]][:3] == ["beyond", "ask", "ask"]


def test_vector_layers_by_name(make_talker: Callable[..., Any], tmp_path: Path) -> None:
    import geopandas
    from shapely.geometry import box

    frame = geopandas.GeoDataFrame(
        {"name": ["West", "East"]},
        geometry=[box(5e5, 4.6e6, 5.005e5, 4.601e6), box(5.005e5, 4.6e6, 5.01e5, 4.601e6)],
        crs="EPSG:32633",
    )
    frame.to_file(tmp_path / "areas.gpkg", layer="first")
    frame.iloc[:1].to_file(tmp_path / "areas.gpkg", layer="half")
    one = make_talker(vectors={"districts": str(tmp_path / "areas.gpkg")})
    said = one.ask("How many new buildings are there per district?")
    (result,) = said.all("result")
    assert len(result["rows"]) >= 2
    assert any(sentence["features"] for sentence in said.all("sentence"))
    half = make_talker(vectors={"districts": f"{tmp_path}/areas.gpkg|layername=half"})
    fewer = half.ask("How many new buildings are there inside the districts?")
    everywhere = len(half.ask("How many new buildings are there?").ids)
    assert 0 < fewer.all("result")[0]["value"] < everywhere


def test_layers_that_change_are_read_again(make_talker: Callable[..., Any], tmp_path: Path) -> None:
    path = write_run(tmp_path / "run.gpkg", many(10))
    one = make_talker(path)
    assert "10 changed objects" in one.ask("What changed?").text
    path.unlink()
    write_run(path, many(12, seed=1))
    os.utime(path)
    assert "12 changed objects" in one.ask("What changed?").text
    path.unlink()
    with pytest.raises(UsageError):
        one.ask("What changed?")


def test_a_conversation_is_about_one_result(talker: Any, tmp_path: Path) -> None:
    talker.ask("What changed?")
    other = type(talker)(talker.chats, write_run(tmp_path / "o.gpkg", many(3)))
    from engine.chat import Ask

    with pytest.raises(OtherLayersError):
        talker.chats.begin(Ask(message="How many?", layers=other.layers), talker.session)
    with pytest.raises(UsageError):
        talker.chats.begin(Ask(message="How many?"))
    with pytest.raises(NoSuchSessionError):
        talker.chats.begin(Ask(message="How many?"), "../../etc")
