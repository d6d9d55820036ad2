"""``evaluate language`` through its command: drawn tiles, a guide of a few nodes, known answers."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

onnx = pytest.importorskip("onnx")
pytest.importorskip("onnxruntime")

from onnx import TensorProto, helper  # noqa: E402
from support.planted_captions import write_captions  # noqa: E402
from support.planted_model import planted_model  # noqa: E402

from engine.language.answers import written  # noqa: E402
from engine.language.backend import Inquiry, Reply, Turn  # noqa: E402
from engine.objects.components import count_cells  # noqa: E402
from training.evaluate import caption_scores  # noqa: E402
from training.evaluate.command import main  # noqa: E402
from training.evaluate.language import own, results, wordings  # noqa: E402
from training.evaluate.language.cases import report_cases  # noqa: E402
from training.evaluate.language.models import open_language  # noqa: E402
from training.evaluate.language.published import CAPTION_COLUMNS, CAPTIONS, TASKS  # noqa: E402
from training.evaluate.language.retrieval import retrieved  # noqa: E402
from training.evaluate.models import open_subject  # noqa: E402
from training.evaluate.places import Places  # noqa: E402
from training.guide.tiles import REPORT  # noqa: E402
from training.guide.told import crops_by_tile  # noqa: E402
from training.guide.vocabulary import STOCK  # noqa: E402

CLASSES = ("building", "road", "other")
TOLD = ("three houses are built", "houses are built", "houses appear in the woods",
        "new houses show up", "some villas are built")  # fmt: skip
GUIDE = "houses are built along the road"


def guide_graph(path: Path) -> None:
    """Every difference of the red band is a building; memory and features are its mean."""
    shape = ["n", 3, "h", "w"]
    names = {"change": ["n", 3, "h", "w"], "appeared": ["n", 1, "h", "w"], "flag": ["n", 1],
             "features": ["n", 2], "memory": ["n", 1, 1]}  # fmt: skip
    constants = {
        "gain": np.float32(1 / 200), "zero": np.float32(0), "top": np.float32(0.95),
        "steep": np.float32(0.2), "starts": np.array([0]), "ends": np.array([1]),
        "axes": np.array([1]), "row": np.array([-1, 1]), "cube": np.array([-1, 1, 1]),
    }  # fmt: skip
    node = helper.make_node
    nodes = [
        node("Cast", ["before"], ["b"], to=TensorProto.FLOAT),
        node("Cast", ["after"], ["a"], to=TensorProto.FLOAT),
        node("Sub", ["a", "b"], ["all"]),
        node("Slice", ["all", "starts", "ends", "axes"], ["d"]),
        node("Mul", ["d", "steep"], ["s"]),
        node("Sigmoid", ["s"], ["appeared"]),
        node("Abs", ["d"], ["size"]),
        node("Mul", ["size", "gain"], ["raw"]),
        node("Clip", ["raw", "zero", "top"], ["p"]),
        node("Mul", ["p", "zero"], ["none"]),
        node("Concat", ["p", "none", "none"], ["change"], axis=1),
        node("GlobalMaxPool", ["p"], ["most"]),
        node("GlobalAveragePool", ["p"], ["mean"]),
        node("Reshape", ["most", "row"], ["flag"]),
        node("Reshape", ["mean", "row"], ["level"]),
        node("Concat", ["level", "flag"], ["features"], axis=1),
        node("Reshape", ["most", "cube"], ["memory"]),
    ]
    inputs = [helper.make_tensor_value_info(n, TensorProto.UINT8, shape)
              for n in ("before", "after")]  # fmt: skip
    outputs = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in names.items()]
    values = [onnx.numpy_helper.from_array(np.asarray(v), n) for n, v in constants.items()]
    graph = helper.make_graph(nodes, "differing", inputs, outputs, values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)])
    model.ir_version = 9
    onnx.save(model, str(path))


def draw_tile(levir: Path, name: str, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Two crops with three new houses and one without a change."""
    before = rng.integers(20, 24, (512, 512, 3), dtype=np.uint8)
    after, mask = before.copy(), np.zeros((512, 512), np.uint8)
    items = []
    for row, column in ((0, 0), (0, 1), (1, 0)):
        changed = row == 0
        for x in (20, 90, 160) if changed else ():
            y, x = row * 256 + int(rng.integers(10, 200)), column * 256 + x
            after[y : y + 30, x : x + 30], mask[y : y + 30, x : x + 30] = 230, 255
        said = list(TOLD) if changed else sorted(STOCK)
        where = {"tile": name, "row": row, "col": column}
        items.append({"id": f"{name}_{row}{column}", "sentences": said} | where)
    for folder, image in (("A", before), ("B", after)):
        options = [cv2.IMWRITE_JPEG_QUALITY, 100]
        cv2.imwrite(str(levir / folder / f"{name}.jpg"), image, options)
    cv2.imwrite(str(levir / "label" / f"{name}.png"), mask)
    return items


@pytest.fixture(scope="module")
def data(tmp_path_factory) -> Path:
    root, rng = tmp_path_factory.mktemp("data"), np.random.default_rng(3)
    for folder in ("A", "B", "label"):
        (root / "levir" / folder).mkdir(parents=True)
    names = (*REPORT[:2], "test_15", "test_16")
    items = [item for name in names for item in draw_tile(root / "levir", name, rng)]
    (root / "levir" / "captions.json").write_text(json.dumps(items))
    return root


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("model")
    guide_graph(folder / "guide.onnx")
    parts = {"guide": "guide.onnx"} | write_captions(folder, (GUIDE, "nothing changed"))
    settings = {"classes": list(CLASSES), "parts": parts, "version": "9.9",
                "thresholds": {"change": 0.5, "min_area_m2": 5}}  # fmt: skip
    (folder / "guide.json").write_text("{}")
    (folder / "model.json").write_text(json.dumps(settings))
    return folder


class Knower:
    """Says what people said first, and counts the mask; without the image it says nothing."""

    name = "knower"

    def __init__(self, root: Path, wrong: int = 0) -> None:
        self.wrong, self.known, self.open = wrong, {}, True
        for crops in crops_by_tile(root).values():
            for crop in crops:
                label = cv2.imread(str(root / "levir" / "label" / f"{crop.tile}.png"), 0)
                image = cv2.imread(str(root / "levir" / "B" / f"{crop.tile}.jpg"))[..., ::-1]
                self.known[image[crop.where].tobytes()] = (crop, label[crop.where] > 0)

    def answer(self, inquiries: Sequence[Inquiry]) -> list[tuple[Reply, ...]]:
        return [tuple(self._reply(one, turn) for turn in one.turns) for one in inquiries]

    def close(self) -> None:
        self.open = False

    def _reply(self, inquiry: Inquiry, turn: Turn) -> Reply:
        task: Any = turn.asked
        found = self.known.get(np.ascontiguousarray(inquiry.images["after"]).tobytes())
        if found is None:
            return Reply("road road road")
        crop, mask = found
        count, cells = count_cells(mask) if task.class_name == "building" else (0, [])
        typed = {"binary": crop.changed, "count": count + self.wrong, "localise": tuple(cells)}
        said = crop.sentences[0] if task.kind == "caption" else written(typed[task.kind])
        return Reply(said)


class Drawer(Knower):
    """Knows it only in words that are drawn."""

    drawn, temperature = 0, 1.0

    def _reply(self, inquiry: Inquiry, turn: Turn) -> Reply:
        drawn = (super()._reply(inquiry, turn).text, GUIDE, GUIDE)[: self.drawn]
        return Reply("trees are trees", others=drawn)


@pytest.fixture
def models(monkeypatch, data: Path) -> dict[str, Knower]:
    """Folders by name, instead of real ones; scores by quick stand-ins for METEOR's Java."""
    known = {"first": Knower(data), "second": Knower(data, 1), "rival": Knower(data, 3)}
    monkeypatch.setattr(
        results, "open_language", lambda path, *_: known.get(path.name, known["first"])
    )
    monkeypatch.setattr(caption_scores, "_meteor", quick_meteor)
    return known


def run(capsys, *arguments: object) -> tuple[int, dict[str, Any], str]:
    code = main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, json.loads(out) if code == 0 else {}, err


def quick_meteor(texts: Any, truths: Any) -> tuple[float, list[float]]:
    """Stands in for METEOR, which needs Java."""
    hits = [float(texts[i][0] in truths[i]) for i in texts]
    return float(np.mean(hits)), hits


scored = pytest.mark.skipif(own.why_not() is not None, reason=str(own.why_not()))


@scored
def test_settings_of_the_lot_are_compared(monkeypatch, data: Path, model: Path, capsys) -> None:
    monkeypatch.setattr(caption_scores, "_meteor", quick_meteor)
    monkeypatch.setattr(wordings, "open_language", lambda _: Drawer(data))
    options = ("wordings", "--model", model, "--data", data, "--limit", 2, "--set")
    code, report, _ = run(capsys, *options, "west")
    assert code == 0 and report["crops"] == 4
    said = {(row["drawn"], row["votes"]): row["said"] for row in report["settings"]}
    assert said[0, 0] == said[0, 3] < report["guide"] == said[4, 3]
    monkeypatch.setattr(wordings, "open_language", lambda _: Knower(data))
    assert run(capsys, *options, "west")[0] == 2


@pytest.mark.parametrize("name", ["report", "test_40"])
def test_wordings_are_not_chosen_on_report_tiles(name: str, tmp_path: Path, capsys) -> None:
    options = ("wordings", "--model", tmp_path, "--data", tmp_path, "--set", "seventeen", name)
    code, _, err = run(capsys, *options)
    assert code == 2 and "nor for choices" in err


@scored
def test_one_who_knows_reaches_everything_and_a_page_says_so(
    tmp_path: Path, data: Path, model: Path, models: dict[str, Knower], capsys
) -> None:
    page = tmp_path / "docs" / "language-results.md"
    code, report, _ = run(
        capsys, "language", "--model", model, "--data", data, "--limit", 2, "--out", page,
        "--language-model", "first", "second", "--rival", "fewer=rival", "--generated", 2,
        "--conditions", "oracle", "shuffled", "none", "no-images",
    )  # fmt: skip
    assert code == 0 and report["page"] == str(page)
    assert not any(one.open for one in models.values())
    numbers = json.loads(page.with_suffix(".json").read_text("utf-8"))
    values = {name: item["value"] for name, item in numbers["measures"].items()}
    assert numbers["crops"] == 6 and numbers["changed"] == 4
    for part, system in itertools.product(("changed", "all"), ("language", "greedy")):
        facts = numbers["facts"][f"captions.{system}.{part}"]
        assert facts["bleu1"] == facts["bleu4"] == facts["meteor"] == facts["rouge_l"] == 100
    assert values["captions.language.changed.s_m"] >= 75
    assert values["stated.flag.accuracy"] == values["stated.building.count_exact"] == 1
    assert values["final.flag.accuracy"] == values["final.building.cells_f1"] == 1
    assert values["text.language.fallback"] == 0 == values["text.shown.map.object"] - 1
    assert values["captions.product.all.s_m"] < values["captions.language.all.s_m"]
    # Other words than the layers' own for nothing: the product asks of changed crops only.
    assert values["captions.shown.all.s_m"] == values["captions.language.all.s_m"]
    assert set(numbers["gains"]) == {"template", "retrieval", "guide"}
    assert numbers["gains"]["guide"]["changed"]["difference"] > 0
    met = {(line["row"], line["label"]): line["met"] for line in numbers["targets"]}
    assert met["captions, S*m", "changed crops, best liked wording"] is True
    assert met["captions, S*m", "changed crops, greedy"] is None
    assert met["gain over: the guide's caption decoder", "changed, best liked wording"] is True
    assert numbers["gains_greedy"]["language"]["changed"]["difference"] == 0
    assert numbers["wordings"] == {"drawn": 0, "temperature": None}
    assert met["never below the guide", "flag.accuracy, difference"] is True
    assert {line["value"] for line in numbers["targets"] if line["row"].startswith("never")} == {0}
    seeds = numbers["seeds"]["stated.building.count_mae"]
    assert seeds["models"] == 2 and seeds["mean"] == 0.5
    rows = numbers["conditions"]
    assert list(rows) == ["full", "oracle", "shuffled", "none", "no-images", "fewer"]
    assert len(rows["none"]["values"]["stated.flag.accuracy"]) == 2
    assert rows["no-images"]["values"]["stated.flag.accuracy"][0] < 1
    assert rows["no-images"]["values"]["text.language.degenerate"] == [1, 1]
    same = rows["none"]["against"]["stated.building.count_relative_mae"]
    assert same["difference"] == 0 and rows["fewer"]["against"]
    assert values["generated.text.degenerate"] == 1  # it never saw those
    texts = json.loads(page.with_suffix(".texts.json").read_text("utf-8"))
    assert [one["people"][0] == one["shown"] for one in texts] == [True] * 6
    assert all(False not in (one["map"] | one["there"]).values() for one in texts)
    assert "texts" not in numbers
    text = page.read_text("utf-8")
    for words in ("are the same here", "| language model, greedy | changed |",
                  "S*m changed, greedy", "What it must reach", "Not comparable",
                  "ChangeVG (2025)", "`shuffled`", "±", "a quick look, no result", "--rival",
                  "mean of 1,000 resamples"):  # fmt: skip
        assert words in text, words


@scored
def test_a_page_says_how_many_wordings_there_were_and_who_votes(
    tmp_path: Path, data: Path, model: Path, monkeypatch, capsys
) -> None:
    monkeypatch.setattr(caption_scores, "_meteor", quick_meteor)
    teller = Drawer(data)
    teller.drawn, teller.temperature = 3, 0.4
    monkeypatch.setattr(results, "open_language", lambda *_: teller)
    page = tmp_path / "words.md"
    options = ("--data", data, "--limit", 1, "--threads", 2, "--out", page)
    assert run(capsys, "language", "--model", model, *options)[0] == 0
    text = " ".join(page.read_text("utf-8").split())
    assert "said 4 times, once in the likeliest words and 3 times by lot at temperature 0.4" in text
    assert "counted 2 times among them" in text and f"--data {data}" in text
    assert "--threads 2" in text
    values = json.loads(page.with_suffix(".json").read_text("utf-8"))["measures"]
    told = [values[f"captions.{name}.changed.s_m"]["value"] for name in ("greedy", "language")]
    assert told[0] < told[1]  # what is drawn is liked; the likeliest words are trees
    first = json.loads(page.with_suffix(".texts.json").read_text("utf-8"))[0]
    assert first["greedy"] == "trees are trees" and first["model"] == GUIDE


def test_without_scorers_all_else_is_measured(
    data: Path, model: Path, models: dict[str, Knower], monkeypatch, capsys
) -> None:
    monkeypatch.setattr(own, "why_not", lambda: "not scored: no Java")
    code, report, _ = run(
        capsys, "language", "--model", model, "--data", data, "--limit", 1, "--no-images",
        "--card", "figure", "--conditions", "figure", "no-images",
    )  # fmt: skip
    assert code == 0 and report["missing"]["captions"] == "not scored: no Java"
    assert report["condition"]["name"] == "figure, no-images"
    # "figure" with images is another condition; "no-images" is the main one.
    assert list(report["conditions"]) == ["figure, no-images", "figure"]
    assert report["measures"]["stated.readable"]["value"] == 0
    whys = {line["why"] for line in report["targets"] if line["value"] is None}
    assert whys == {"not scored: no Java", "none to judge", "not asked for (`--generated 10000`)"}


def test_retrieval_says_what_people_said_of_like_crops(data: Path, model: Path) -> None:
    subject = open_subject(model)
    places, known = (Places(data, subject, (name,)) for name in (REPORT[0], "test_15"))
    cases = report_cases(places)
    found = retrieved(cases, places, known)
    assert found is not None and [found[case.name] in TOLD for case in cases] == [True, True, False]
    assert all(case.reading.changed == case.changed for case in cases)
    assert [case.guide for case in cases] == [GUIDE, GUIDE, "nothing changed"]
    # The decoder's sentence stands on the card only where a pixel changed.
    assert [case.reading.caption is None for case in cases] == [False, False, True]
    assert cases[0].oracle is not None and cases[0].oracle.of("building").count == 3
    assert retrieved(cases, places, Places(data, subject, ())) is None


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (["--card", "half"], "no such condition"),
        (["--conditions", "half"], "no such condition"),
        (["--rival", "rival"], "NAME=FOLDER"),
        (["--set", "test_99"], "test_99"),
    ],
)
def test_what_cannot_be_measured(
    options: list[str], why: str, data: Path, model: Path, models: dict[str, Knower], capsys
) -> None:
    code, _, err = run(capsys, "language", "--model", model, "--data", data, *options)
    assert code == 2 and why in err


def test_a_folder_without_a_language_model(tmp_path: Path, data: Path, capsys) -> None:
    code, _, err = run(capsys, "language", "--model", tmp_path, "--data", data)
    assert code == 2 and "no language model" in err
    (tmp_path / "graphs.json").write_text("{}")
    with pytest.raises(ValueError, match=r"tokenizer\.json"):
        open_language(tmp_path)
    with pytest.raises(FileNotFoundError, match="--language-model"):
        open_language(planted_model(tmp_path / "silent"))


def test_published_rows_are_whole() -> None:
    assert all(len(row) == 1 + len(CAPTION_COLUMNS) for row in CAPTIONS)
    for row in CAPTIONS:
        four = [row[4], *row[5:8]]
        if "–" not in four and not row[8].startswith("≈"):
            assert float(row[8]) == pytest.approx(np.mean([float(v) for v in four]), abs=0.03)
    assert len({name for _, name, _ in TASKS}) == len(TASKS) == 16
