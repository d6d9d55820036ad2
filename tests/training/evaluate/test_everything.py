"""The whole evaluation through its command, on a drawn data folder and a model of three nodes."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from onnx import TensorProto, helper  # noqa: E402

from engine.objects.components import count_cells  # noqa: E402
from training.change_imti.reading import Guide  # noqa: E402
from training.change_imti.sources.real_tiles import real_tiles  # noqa: E402
from training.evaluate.command import main  # noqa: E402
from training.evaluate.everything import Plan  # noqa: E402
from training.evaluate.targets import PARTS, ROWS, Target  # noqa: E402
from training.guide.card import measured  # noqa: E402
from training.guide.config import data_root  # noqa: E402
from training.guide.tiles import REPORT  # noqa: E402
from training.guide.vocabulary import STOCK  # noqa: E402

CLASSES = ("building", "road", "other")


def differing_graph(path: Path, gain: float = 1 / 200) -> None:
    """A guide that calls every difference of the red band a building: channels p, 0, 0."""
    shape = ["n", 3, "h", "w"]
    inputs = [
        helper.make_tensor_value_info(n, TensorProto.UINT8, shape) for n in ("before", "after")
    ]
    outputs = [
        helper.make_tensor_value_info("change", TensorProto.FLOAT, ["n", 3, "h", "w"]),
        helper.make_tensor_value_info("appeared", TensorProto.FLOAT, ["n", 1, "h", "w"]),
    ]
    constants = {
        "gain": np.array(gain, np.float32), "zero": np.array(0, np.float32),
        "top": np.array(0.95, np.float32), "steep": np.array(0.2, np.float32),
        "starts": np.array([0], np.int64), "ends": np.array([1], np.int64),
        "axes": np.array([1], np.int64),
    }  # fmt: skip
    nodes = [
        helper.make_node("Cast", ["before"], ["b"], to=TensorProto.FLOAT),
        helper.make_node("Cast", ["after"], ["a"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["a", "b"], ["all"]),
        helper.make_node("Slice", ["all", "starts", "ends", "axes"], ["d"]),
        helper.make_node("Mul", ["d", "steep"], ["s"]),
        helper.make_node("Sigmoid", ["s"], ["appeared"]),
        helper.make_node("Abs", ["d"], ["size"]),
        helper.make_node("Mul", ["size", "gain"], ["raw"]),
        helper.make_node("Clip", ["raw", "zero", "top"], ["p"]),
        helper.make_node("Mul", ["p", "zero"], ["none"]),
        helper.make_node("Concat", ["p", "none", "none"], ["change"], axis=1),
    ]
    values = [onnx.numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "differing", inputs, outputs, values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    onnx.save(model, str(path))


def model_folder(path: Path, gain: float = 1 / 200) -> Path:
    path.mkdir()
    differing_graph(path / "guide.onnx", gain)
    settings = {"classes": list(CLASSES), "parts": {"guide": "guide.onnx"}, "version": "9.9",
                "thresholds": {"change": 0.5, "min_area_m2": 5}}  # fmt: skip
    (path / "model.json").write_text(json.dumps(settings))
    return path


def draw_tile(levir: Path, name: str, rng: np.random.Generator) -> list[dict]:
    """Four crops: three with new bright houses on dark ground, one without a change."""
    before = rng.integers(20, 40, (512, 512, 3), dtype=np.uint8)
    after, mask = before.copy(), np.zeros((512, 512), np.uint8)
    items = []
    for row, column in ((0, 0), (0, 1), (1, 0), (1, 1)):
        changed = (row, column) != (1, 1)
        if changed:
            for _ in range(3):
                y, x = (int(v) for v in np.array((row, column)) * 256 + rng.integers(10, 200, 2))
                after[y : y + 30, x : x + 30], mask[y : y + 30, x : x + 30] = 230, 255
        sentences = ["a house appears", "houses are built"] * 2 + ["new houses show up"]
        item = {"id": f"{name}_{row}{column}", "tile": name, "row": row, "col": column}
        items.append(item | {"sentences": sentences if changed else sorted(STOCK)})
    for folder, image in (("A", before), ("B", after)):
        options = [cv2.IMWRITE_JPEG_QUALITY, 98]
        cv2.imwrite(str(levir / folder / f"{name}.jpg"), image, options)
    cv2.imwrite(str(levir / "label" / f"{name}.png"), mask)
    return items


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    root, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(1)
    for folder in ("A", "B", "label"):
        (root / "levir" / folder).mkdir(parents=True)
    items = [
        item for name in (*REPORT[:2], "test_17") for item in draw_tile(root / "levir", name, rng)
    ]
    (root / "levir" / "captions.json").write_text(json.dumps(items))
    clcd = root / "clcd" / "test"
    for folder in ("A", "B", "label"):
        (clcd / folder).mkdir(parents=True)
    image = rng.integers(20, 40, (256, 256, 3), dtype=np.uint8)
    house = image.copy()
    house[40:60, 40:60] = house[150:170, 150:170] = 230
    mask = np.zeros((256, 256), np.uint8)
    mask[140:180, 140:180] = 255
    for folder, picture in (("A", image), ("B", house)):
        cv2.imwrite(str(clcd / folder / "1.webp"), picture)
    cv2.imwrite(str(clcd / "label" / "1.png"), mask)
    for source in ("epfl", "cil"):
        for folder in ("images", "masks"):
            (root / "roads" / source / folder).mkdir(parents=True)
        for number in range(6):
            ground = rng.integers(80, 120, (128, 128, 3), dtype=np.uint8)
            road = np.zeros((128, 128), np.uint8)
            road[20 * number : 20 * number + 8] = 255
            cv2.imwrite(str(root / "roads" / source / "images" / f"i{number}.webp"), ground)
            cv2.imwrite(str(root / "roads" / source / "masks" / f"i{number}.png"), road)
    return root


def run(capsys, *arguments: object) -> tuple[int, dict, str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out) if code == 0 else {}, err


def test_a_model_that_sees_every_difference(tmp_path: Path, data: Path, capsys) -> None:
    model, page = model_folder(tmp_path / "model"), tmp_path / "docs" / "results.md"
    code, report, _ = run(
        capsys, "all", "--model", model, "--against", model, "--data", data, "--limit", 2,
        "--only", "tiles", "quiet", "roads", "scenes", "road-crops", "speed", "--scenes", 1,
        "--out", page,
    )  # fmt: skip
    assert code == 0 and report["page"] == str(page)
    numbers = json.loads(page.with_suffix(".json").read_text("utf-8"))
    values = {name: item["value"] for name, item in numbers["measures"].items()}
    assert values["building.pixel_f1"] > 0.95 and values["building.object_f1"] == 1.0
    assert values["flag.accuracy"] == values["swapped.direction"] == 1.0
    assert values["building.count_mae"] == 0.0 and values["building.cells_subset"] == 1.0
    assert values["quiet.levir.building_per_km2"] == 0.0
    # One of the two houses lies outside the mask: 1 in 65,536 - 1,600 pixels of 0.49 m².
    ground = (256 * 256 - 40 * 40) * 0.49e-6
    assert values["quiet.clcd.building_per_km2"] == pytest.approx(1 / ground, abs=0.01)
    assert values["roads.composed.iou"] == 0.0 and values["scenes.road.iou"] in (0.0, None)
    assert numbers["facts"]["road_pairs"] == {"epfl": 2, "cil": 2}
    for kind in ("crossed", "painted", "composed"):  # an image is in one unit, however often
        assert numbers["measures"][f"roads.{kind}.iou"]["units"] == 2
    assert all(item["difference"] in (0, None) for item in numbers["against"]["measures"].values())
    text = page.read_text("utf-8")
    for row in ROWS:
        assert row.name in text
    assert "not measured" in text and "no result" in text and "1 scenes instead of 24" in text
    assert (page.parent / "results-reliability.svg").is_file()
    said = f"--data {data} --only tiles quiet roads scenes road-crops speed --scenes 1 --limit 2"
    start = f"python -m training evaluate all --model {model}"
    assert f"`{start} --against {model} {said} --out {page}`" in text
    assert {name: numbers[name] for name in ("thresholds", "parts")} == measured(model)
    told = {item["measure"]: item for item in numbers["targets"]}
    again = {name: told[name]["command"].removeprefix(f"{start} --data {data} ") for name in told}
    assert again["building.object_recall"] == "--only tiles --limit 2"
    assert again["quiet.levir.building_per_km2"] == "--only quiet --limit 2"
    assert again["scenes.road.iou"] == "--only scenes --scenes 1 --limit 2"
    assert told["building.object_recall"]["data"] == "LEVIR tiles 35–47"
    assert "cropland only" in told["quiet.clcd.building_per_km2"]["data"]
    assert all(f"`--data {data} {options}`" in text for options in again.values())


def test_a_plan_tells_the_options_that_it_was_made_with() -> None:
    assert Plan(data_root()).options(PARTS) == []
    plan = Plan(data_root(), "middle", edits=10, scenes=30, paper=Path("paper.onnx"))
    assert plan.options(("speed",)) == [
        "--only",
        "speed",
        "--set",
        "middle",
        "--paper",
        "paper.onnx",
    ]
    assert plan.options(("edits", "scenes"))[-4:] == ["--edits", "10", "--scenes", "30"]


def test_seeds_give_mean_and_spread(tmp_path: Path, data: Path, capsys) -> None:
    models = [model_folder(tmp_path / f"seed{n}", gain) for n, gain in enumerate((0.005, 0.001))]
    code, report, _ = run(
        capsys, "all", "--model", *models, "--data", data, "--limit", 1, "--only", "tiles"
    )
    assert code == 0
    spread = report["seeds"]["spread"]["building.pixel_recall"]
    assert spread["models"] == 2 and spread["greatest"] > 0.95 and spread["least"] == 0.0
    assert spread["mean"] == pytest.approx((spread["least"] + spread["greatest"]) / 2, abs=1e-4)


def test_an_unknown_part_is_refused(tmp_path: Path, data: Path, capsys) -> None:
    model = model_folder(tmp_path / "model")
    code, _, err = run(capsys, "all", "--model", model, "--data", data, "--only", "roofs")
    assert code == 2 and "roofs" in err


@pytest.mark.parametrize("name", ["report", "demo", "mixed", "test_40"])
def test_nothing_is_chosen_on_the_report_set(name: str, tmp_path: Path, capsys) -> None:
    code, _, err = run(
        capsys, "choose", "--model", tmp_path, "--data", tmp_path, "--set", "seventeen", name
    )
    assert code == 2 and "report set" in err


def test_thresholds_are_chosen_elsewhere(tmp_path: Path, data: Path, capsys) -> None:
    model = model_folder(tmp_path / "model", gain=1 / 500)  # a house reaches 0.4
    code, report, _ = run(
        capsys, "choose", "--model", model, "--data", data, "--set", "seventeen", "--limit", 1
    )
    assert code == 0
    assert report["thresholds"]["change"]["building"] <= 0.4
    assert report["thresholds"]["change"]["road"] == 0.5  # nothing is known of roads there
    assert 0.2 < report["temperature"] < 5
    assert set(report["calibration_error"]) == {"before", "after"}
    best = max(
        row["pixel_f1"] or 0 for row in report["building"]["valley 0, gap 0"]["thresholds"].values()
    )
    assert best > 0.95


def test_a_run_is_shown_with_its_curves_confusion_and_worst_crops(
    tmp_path: Path, data: Path, capsys
) -> None:
    model, out = model_folder(tmp_path / "model", gain=1 / 500), tmp_path / "look"  # sees nothing
    line = {"entropy": 0.5, "dice": 0.4, "direction": 0.1, "flag": 0.1, "lr": 1e-3, "pairs_s": 7}
    lines = [json.dumps({"step": 50 * k} | line) + "\n" for k in (1, 2)]
    (model / "log.jsonl").write_text("".join(lines))
    code, report, _ = run(
        capsys, "run", "--model", model, "--data", data, "--set", "seventeen", "--out", out
    )
    assert code == 0 and report == json.loads((out / "report.json").read_text("utf-8"))
    truth = cv2.imread(str(data / "levir" / "label" / "test_17.png"), cv2.IMREAD_GRAYSCALE) > 0
    assert report["tiles"]["claimed"] == ["nothing", *CLASSES]
    assert report["tiles"]["truth"]["building"] == [int(truth.sum()), 0, 0, 0]
    assert sum(report["tiles"]["truth"]["nothing"]) == truth.size - truth.sum()
    assert sum(map(sum, report["scenes"]["truth"].values())) == 8 * 512 * 512
    wrong = [one["missed_px"] + one["false_px"] for one in report["worst"]]
    assert wrong == sorted(wrong, reverse=True) and sum(wrong) == truth.sum()
    assert cv2.imread(str(out / "worst.jpg")).shape == (4 * 260, 3 * 260, 3)
    assert "<svg" in (out / "curves.svg").read_text("utf-8")


def test_the_report_set_is_not_looked_at(tmp_path: Path, capsys) -> None:
    code, _, err = run(
        capsys, "run", "--model", tmp_path, "--data", tmp_path, "--set", "report", "--out", tmp_path
    )
    assert code == 2 and "report set" in err


def test_targets() -> None:
    least, most = Target("a", bound=0.9), Target("b", least=False, bound=2)
    assert least.met(0.9) is True and least.met(0.89) is False and least.met(None) is None
    assert most.met(2) is True and most.met(2.1) is False and Target("c").met(1) is None
    assert (least.text, most.text, Target("c").text) == ("≥ 0.9", "≤ 2", "")
    assert {row.part for row in ROWS} == set(PARTS)


def test_readings_are_those_of_places_the_guide_never_saw(
    tmp_path: Path, data: Path, capsys
) -> None:
    model, file = model_folder(tmp_path / "model"), tmp_path / "readings.json"
    arguments = ("readings", "--model", model, "--data", data, "--set", "test_17", "--out", file)
    code, report, _ = run(capsys, *arguments, "--trained-on", "middle")
    assert code == 0 and report["readings"] == 4
    pairs = {pair.image_id: pair for pair in real_tiles(data)}
    guide = Guide.load(file)
    for name in ("test_17_00", "test_17_11"):
        reading = guide.of(pairs[name])
        assert reading is not None and reading.changed == pairs[name].said_changed
        assert reading.counts["building"] == count_cells(pairs[name].masks["building"])[0]
    code, _, err = run(capsys, *arguments)
    assert code == 2 and "--trained-on" in err
    code, _, err = run(capsys, *arguments, "--trained-on", "seventeen")
    assert code == 2 and "read other places" in err
