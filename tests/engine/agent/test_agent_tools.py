from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyproj import Geod, Transformer

from engine.agent import Agent, Result, schemas
from engine.agent.errors import ToolCallError, UnknownFactError, VectorLayerError

NEW_HOUSES = {"class_name": "building", "action": "appeared"}
ROAD = {"class_name": "road", "action": "appeared"}


@pytest.fixture(scope="module")
def agent(layers: Path, vectors: dict[str, Path]) -> Agent:
    return Agent(layers, vectors)


def numbers(result: Result) -> set[str]:
    return set(result.box_ids)


def ids(*last: int) -> set[str]:
    return {f"building-aaaa{n:04d}" for n in last}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ({"class_name": "building"}, ids(1, 2, 3, 4, 5)),
        (NEW_HOUSES, ids(1, 2, 3, 4)),
        ({"not_class": "building"}, {"road-aaaa0001", "other-aaaa0001"}),
        (NEW_HOUSES | {"min_score": 0.8}, ids(1, 4)),
        # A score that is not known is neither above nor below a limit.
        ({"class_name": "other", "max_score": 1.0}, set()),
        (NEW_HOUSES | {"min_area_m2": 110, "max_area_m2": 200}, ids(1, 4)),
        ({"min_length_m": 500}, {"road-aaaa0001"}),
        ({"place": "north"}, ids(5)),
        (NEW_HOUSES | {"place": "left"}, ids(3, 4)),
        ({"review": "confirmed"}, ids(4)),
        ({"class_name": "building", "review": "none"}, ids(1, 2, 3)),
        ({"class_name": "building", "not_review": "rejected"}, ids(1, 2, 3, 4)),
        (NEW_HOUSES | {"relations": [{"kind": "east", "of": ROAD}]}, ids(1, 2)),
        (NEW_HOUSES | {"relations": [{"kind": "west", "of": ROAD}]}, ids(3, 4)),
        (NEW_HOUSES | {"relations": [{"kind": "north", "of": ROAD}]}, set()),
        (NEW_HOUSES | {"relations": [{"kind": "within", "of": ROAD, "distance_m": 45.1}]}, ids(1)),
        (NEW_HOUSES | {"relations": [{"kind": "within", "of": ROAD, "distance_m": 44.9}]}, set()),
        (NEW_HOUSES | {"relations": [{"kind": "beyond", "of": ROAD, "distance_m": 300}]},
         ids(3, 4)),
        (NEW_HOUSES | {"relations": [{"kind": "inside", "of": {"layer": "districts"}}]},
         ids(1, 2, 3, 4)),
        (NEW_HOUSES | {"relations": [{"kind": "outside", "of": {"layer": "districts"}}]}, set()),
        ({"box_ids": ["building-aaaa0002"]}, ids(2)),
    ],
)  # fmt: skip
def test_a_filter_finds_exactly_its_objects(
    agent: Agent, where: dict[str, Any], expected: set[str]
) -> None:
    result = agent.call("count", {"where": where})
    assert numbers(result) == expected
    assert result.value == len(expected)
    assert numbers(agent.call("select", {"where": where})) == expected


def test_an_object_is_not_near_itself(agent: Agent) -> None:
    near = {"kind": "within", "of": NEW_HOUSES, "distance_m": 30}
    found = agent.call("count", {"where": NEW_HOUSES | {"relations": [near]}})
    assert numbers(found) == ids(3, 4)


def test_sums_means_and_lengths(agent: Agent) -> None:
    total = agent.call("measure", {"where": NEW_HOUSES, "unit": "ha"})
    assert total.value == pytest.approx(1020.0)
    assert "0.10 ha" in total.text
    mean = agent.call("measure", {"where": NEW_HOUSES, "statistic": "mean"})
    assert mean.value == pytest.approx(255.0)
    road = agent.call("measure", {"where": ROAD, "quantity": "length"})
    assert road.value == pytest.approx(800.0, rel=1e-3)
    unknown = agent.call(
        "measure", {"where": {"class_name": "other"}, "quantity": "score", "statistic": "mean"}
    )
    assert unknown.value is None and "not known" in unknown.text


@pytest.mark.parametrize(
    ("tool", "more"),
    [("count", {}), ("measure", {"quantity": "area"}), ("list_sorted", {"by": "area"}),
     ("locate", {}), ("group_by_field", {"by": "action"}), ("change_per_year", {})],
)  # fmt: skip
def test_a_number_with_rejected_objects_says_so(
    agent: Agent, tool: str, more: dict[str, Any]
) -> None:
    told = agent.call(tool, {"where": {"class_name": "building"}, **more}).sentences[-1]
    assert told.text == "A person has rejected 1 of them." and set(told.box_ids) == ids(5)
    for where in ({"not_review": "rejected"}, {"review": "rejected"}, NEW_HOUSES):
        assert "has rejected" not in agent.call(tool, {"where": where, **more}).text


def test_order_and_ties(agent: Agent) -> None:
    largest = agent.call("list_sorted", {"where": NEW_HOUSES, "limit": 1})
    assert largest.box_ids == ("building-aaaa0002",) and largest.value == 600.0
    assert "600 m²" in largest.text
    least = agent.call("list_sorted", {"by": "score", "order": "asc", "limit": 2})
    assert least.box_ids == ("building-aaaa0003", "building-aaaa0002")
    # Three objects score 0.8 or so they say: ids decide, whatever the order of the file.
    every = agent.call("list_sorted", {"by": "score", "limit": 1000})
    assert len(every.box_ids) == 6


def test_the_nearest_is_told_in_geodesic_metres(agent: Agent) -> None:
    found = agent.call("nearest", {"where": NEW_HOUSES, "to": ROAD})
    assert found.box_ids == ("building-aaaa0001",)
    assert found.value == pytest.approx(45 / 0.9996, abs=0.01)
    lon, lat = Transformer.from_crs("EPSG:32633", "EPSG:4326", always_xy=True).transform(
        500_900.0, 4_600_440.0
    )
    near = agent.call("nearest", {"where": NEW_HOUSES, "to": {"lon": lon, "lat": lat}})
    edge = Transformer.from_crs("EPSG:32633", "EPSG:4326", always_xy=True).transform(
        500_730.0, 4_600_440.0
    )
    assert near.box_ids == ("building-aaaa0002",)
    assert near.value == pytest.approx(Geod(ellps="WGS84").inv(lon, lat, *edge)[2], abs=0.01)


def test_the_densest_circle(agent: Agent) -> None:
    found = agent.call("densest", {"where": NEW_HOUSES, "radius_m": 50})
    assert numbers(found) == ids(3, 4) and found.value == 2


def test_groups(agent: Agent) -> None:
    classes = agent.call("group_by_field", {"by": "class"})
    assert {row["group"]: row["value"] for row in classes.rows} == {
        "building": 5, "road": 1, "other": 1,
    }  # fmt: skip
    reviews = agent.call("group_by_field", {"by": "review", "where": {"class_name": "building"}})
    assert {row["group"]: row["value"] for row in reviews.rows} == {
        "confirmed": 1, "rejected": 1, "unsure": 0, "not reviewed": 3,
    }  # fmt: skip
    districts = agent.call("group_by_polygons", {"layer": "districts", "where": NEW_HOUSES})
    assert [row["value"] for row in districts.rows] == [2, 2]
    most = agent.call(
        "group_by_polygons",
        {
            "layer": "districts",
            "where": NEW_HOUSES,
            "quantity": "area",
            "order": "most",
            "limit": 1,
        },
    )
    assert most.value == 800.0 and numbers(most) == ids(1, 2)
    assert most.sentences[0].features == (("districts", 1),)


def test_a_register_is_compared(agent: Agent) -> None:
    arguments = {"layer": "osm_buildings", "where": {"class_name": "building"}}
    strict = agent.call("compare_with_layer", arguments | {"tolerance_m": 2.9})
    assert [row["count"] for row in strict.rows] == [4, 0, 1]
    loose = agent.call("compare_with_layer", arguments | {"tolerance_m": 3.1})
    assert [row["count"] for row in loose.rows] == [3, 1, 1]
    gone = loose.sentences[2]
    assert gone.box_ids == ("building-aaaa0005",) and gone.features == (("osm_buildings", 2),)


def test_a_rate_needs_two_dates(
    agent: Agent, tmp_path: Path, write_run: Callable[..., Path]
) -> None:
    rate = agent.call("change_per_year", {"where": NEW_HOUSES})
    assert rate.value == pytest.approx(1.0, rel=1e-3)
    undated = Agent(write_run(tmp_path / "none.gpkg", [], date_before=None))
    with pytest.raises(UnknownFactError):
        undated.call("change_per_year", {})


def test_every_sentence_with_a_number_cites_its_objects(agent: Agent) -> None:
    calls: list[tuple[str, dict[str, Any]]] = [
        ("count", {}), ("measure", {}), ("list_sorted", {}), ("locate", {}), ("describe", {}),
        ("nearest", {"to": ROAD}), ("densest", {}), ("change_per_year", {}), ("select", {}),
    ]  # fmt: skip
    known = set(agent.scene.objects.box_id)
    for tool, arguments in calls:
        for sentence in agent.call(tool, arguments).sentences:
            assert sentence.box_ids and set(sentence.box_ids) <= known, sentence


def test_an_empty_run_answers_with_nothing(
    tmp_path: Path, vectors: dict[str, Path], write_run: Callable[..., Path]
) -> None:
    empty = Agent(write_run(tmp_path / "empty.gpkg", []), vectors)
    more: dict[str, dict[str, Any]] = {
        "nearest": {"to": ROAD}, "group_by_field": {"by": "class"},
        "group_by_polygons": {"layer": "districts"},
        "compare_with_layer": {"layer": "osm_buildings"},
    }  # fmt: skip
    for schema in schemas():
        result = empty.call(schema["name"], more.get(schema["name"], {}))
        assert result.box_ids == () and result.as_dict()["text"]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("drop_table", {}),
        ("count", {"path": "/etc/passwd"}),
        ("count", {"where": {"class_name": "tree"}}),
        ("count", {"where": {"min_score": 0.9, "max_score": 0.1}}),
        ("list_sorted", {"limit": 10**9}),
        ("measure", {"quantity": "area", "unit": "km"}),
        ("nearest", {}),
        ("nearest", {"to": {"lon": 500, "lat": 0}}),
        ("count", {"where": {"relations": [{"kind": "within", "of": ROAD}]}}),
        ("densest", {"radius_m": float("nan")}),
    ],
)
def test_calls_that_are_not_allowed_are_refused(
    agent: Agent, tool: str, arguments: dict[str, Any]
) -> None:
    with pytest.raises(ToolCallError):
        agent.call(tool, arguments)


def test_layers_and_objects_that_are_not_there(agent: Agent) -> None:
    with pytest.raises(VectorLayerError):
        agent.call("group_by_polygons", {"layer": "/etc/passwd"})
    with pytest.raises(UnknownFactError):
        agent.call("describe", {"where": {"box_ids": ["building-zzzz9999"]}})
