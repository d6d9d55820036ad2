"""Tuning the guide's decoder on verdicts: what learns, what stays, what is written."""

from __future__ import annotations

import dataclasses
import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch")
pytest.importorskip("onnx")

import torch
from support.planted_model import planted_model

from engine.models import load_model
from engine.run.pipeline import run
from engine.run.settings import RunSettings
from training.__main__ import main as training
from training.adapt.choice import choose
from training.adapt.decoder import GuideGraph
from training.adapt.ground import Ground, Mark
from training.adapt.relearn import relearn
from training.adapt.weights import WINDOW, read_again, tune
from training.evaluate.claims import Limits, read_claims
from training.evaluate.models import Subject, open_subject
from training.evaluate.window import batch_of
from training.guide.reading import CLASSES, Reading
from training.guide.settle import Settle
from training.scenes import write_pair
from training.scenes.pair import generate_pair

NANO = Path(__file__).parents[2] / "engine" / "models" / "bundled" / "changevg-nano"


@pytest.fixture(scope="module")
def subject() -> Subject:
    return open_subject(NANO)


@pytest.fixture(scope="module")
def graph() -> GuideGraph:
    return GuideGraph(NANO / "guide.onnx", 2)


def scene(seed: int, side: int) -> tuple[np.ndarray, np.ndarray]:
    """A generated pair, uint8 (side, side, 3) each."""
    pair = generate_pair(seed, side, side, 0.5, change=0.6)
    before, after = (
        np.ascontiguousarray(date.transpose(1, 2, 0)) for date in (pair.before, pair.after)
    )
    return before, after


@pytest.fixture(scope="module")
def grounds(subject: Subject) -> list[Ground]:
    """Two places as the bundled guide reads them; the three smallest buildings were rejected."""
    made = []
    for seed in (11, 12):
        before, after = scene(seed, 320)
        change, appeared = subject.read(before, after)
        claims = read_claims(change, appeared, subject.limits, 0.5)["building"]
        assert claims.count >= 4
        large = claims.pixels > np.sort(claims.pixels)[2]
        marks = tuple(Mark("building", bool(right)) for right in large)
        made.append(
            Ground(str(seed), change, claims.labels, marks, 0.0256, 0.25, before, after,
                   np.ones(claims.labels.shape, bool))
        )  # fmt: skip
    return made


def test_the_decoder_says_what_the_graph_says(subject: Subject, graph: GuideGraph) -> None:
    before, after = scene(5, 256)
    images = batch_of([before]), batch_of([after])
    with torch.no_grad():
        logits = graph.decoder()(graph.maps(*images))
    nothing = torch.zeros(1)
    reading = Reading(logits[:, :-1], nothing, nothing, nothing, nothing, logits[:, -1:])
    chance = Settle.of(subject.settings)(reading).numpy()
    assert chance.shape[1] == len(CLASSES) and chance.max() > 0.5
    np.testing.assert_allclose(chance, subject.graph(*images)["change"], atol=1e-5)
    again, _ = graph.runner(graph.decoder())(*images)
    np.testing.assert_allclose(again, chance, atol=1e-5)


def chances(grounds: list[Ground], right: bool) -> float:
    """Mean probability of a building inside the objects of one verdict."""
    values = []
    for ground in grounds:
        for number, mark in enumerate(ground.marks, 1):
            if mark.right == right:
                values.append(float(ground.change[0][ground.numbers == number].mean()))
    return float(np.mean(values))


def test_what_was_rejected_fades_and_the_rest_stays(
    graph: GuideGraph, grounds: list[Ground]
) -> None:
    seen: list[tuple[int, int]] = []
    learned = tune(graph, grounds, CLASSES, 0, 25, lambda done, total: seen.append((done, total)))
    assert seen[-1] == (25, 25)
    after = [read_again(ground, graph.runner(learned), 256, 64) for ground in grounds]
    fell = chances(grounds, False) - chances(after, False)
    kept = chances(grounds, True) - chances(after, True)
    assert fell > 0.05 and kept < 0.8 * fell, (fell, kept)
    empty = [ground.numbers == 0 for ground in grounds]
    drift = [
        np.abs(one.change - two.change).mean(axis=0)[where].mean()
        for one, two, where in zip(grounds, after, empty, strict=True)
    ]
    assert max(drift) < 0.05, drift
    for one, two in zip(grounds, after, strict=True):
        assert two.marks == one.marks and two.numbers is one.numbers
    same = [tune(graph, grounds, CLASSES, 0, 2) for _ in range(2)]
    assert all(torch.equal(a, b) for a, b in zip(*(d.parameters() for d in same), strict=True))


def test_places_smaller_than_a_window_can_teach(graph: GuideGraph, grounds: list[Ground]) -> None:
    rows, columns = WINDOW - 60, WINDOW - 100
    small = [
        dataclasses.replace(
            one,
            change=one.change[:, :rows, :columns],
            near=None,
            **{
                name: getattr(one, name)[:rows, :columns] for name in ("numbers", "before", "after")
            },
        )
        for one in grounds
    ]
    learned = tune(graph, small, CLASSES, 0, 2)
    read = read_again(small[0], graph.runner(learned), 256, 64)
    assert read.change.shape == small[0].change.shape


def test_one_kind_of_verdict_teaches_nothing(graph: GuideGraph, grounds: list[Ground]) -> None:
    marks = tuple(Mark("building", True) for _ in grounds[0].marks)
    agreed = Ground("x", grounds[0].change, grounds[0].numbers, marks, 0.1, 0.25, *scene(11, 320))
    with pytest.raises(ValueError, match="one kind is missing"):
        tune(graph, [agreed], CLASSES, 0, 1)


def test_parts_are_judged_by_what_did_not_learn_from_them(
    subject: Subject, graph: GuideGraph, grounds: list[Ground]
) -> None:
    seen: list[tuple[int, int]] = []
    learned = relearn(
        graph, grounds, subject.limits, 0, steps=4,
        progress=lambda done, total: seen.append((done, total)),
    )  # fmt: skip
    # One lesson for each of two parts, and one for all.
    assert seen[-1] == (12, 12) and [done for done, _ in seen] == list(range(1, 13))
    report = learned.trial.report()
    confirmed = sum(ground.verdicts[0] for ground in grounds)
    assert report["confirmed"] == confirmed
    assert report["rejected"] == sum(ground.verdicts[1] for ground in grounds)


def test_weights_are_judged_with_the_values_that_are_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nothing was learned: whatever other values would make of the ground is not theirs."""
    from training.adapt import relearn as relearning

    class Unchanged:
        def runner(self, decoder: object) -> None:
            return None

    def place(name: str, sides: list[int]) -> Ground:
        change = np.zeros((1, 40, 40 * len(sides)), np.float32)
        numbers = np.zeros(change.shape[1:], np.int32)
        for index, side in enumerate(sides):
            where = np.s_[4 : 4 + side, 40 * index + 4 : 40 * index + 4 + side]
            change[0][where], numbers[where] = 0.9, index + 1
        marks = tuple(Mark("building", side == 24) for side in sides)
        return Ground(name, change, numbers, marks, 0.01, 0.25)

    monkeypatch.setattr(relearning, "tune", lambda *_: None)
    monkeypatch.setattr(relearning, "read_again", lambda ground, *_: ground)
    grounds = [place("a", [24] * 6 + [8] * 4), place("b", [24] * 6), place("c", [24] * 6)]
    limits = Limits({"building": 0.4}, {"building": 10.0}, {"building": 0.6})
    stub: Any = Unchanged()
    learned = relearn(stub, grounds, limits, 0)
    assert choose(grounds, limits) != limits
    assert learned.trial.before.false == learned.trial.after.false == 4
    assert not learned.trial.better


def test_a_guide_with_another_decoder_is_refused(tmp_path: Path) -> None:
    model = load_model(str(planted_model(tmp_path / "planted")))
    with pytest.raises(ValueError, match="no decoder"):
        GuideGraph(model.path / model.parts["guide"])


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of the bundled model on a generated pair; every third building was rejected."""
    folder = tmp_path_factory.mktemp("reviewed")
    write_pair(folder, seed=21, width=768, height=640, change=0.4)
    result = folder / "changes.gpkg"
    run(
        RunSettings(
            before=str(folder / "before.tif"), after=str(folder / "after.tif"), output=result,
            guide_only=True, executor="inline",
        )
    )  # fmt: skip
    with closing(sqlite3.connect(result)) as db, db:
        triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'boxes'"
        for (name,) in db.execute(triggers).fetchall():
            db.execute(f'DROP TRIGGER "{name}"')
        assert db.execute("SELECT count(*) FROM boxes").fetchone()[0] >= 12
        db.execute("UPDATE boxes SET review = iif(fid % 3, 'confirmed', 'rejected')")
    return result


def test_tuned_weights_become_a_model(
    reviewed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Kept or not is the reviews' affair; here it is made to be kept."""
    from training.adapt.trial import Trial

    monkeypatch.setattr(Trial, "better", True)
    out = tmp_path / "here"
    arguments = ["--layers", str(reviewed), "--out", str(out), "--tune", "weights"]
    assert training(["adapt", *arguments, "--steps", "3", "--progress", "json"]) == 0
    said = capsys.readouterr()
    report = json.loads(said.out)
    assert report["kept"] and report["tuned"] == "weights"
    stages = {json.loads(line)["stage"] for line in said.err.splitlines()}
    assert stages == {"guide", "tune"}
    made, parent = load_model(str(out)), load_model("changevg-nano")
    assert made.part_sha256("guide") != parent.part_sha256("guide")
    other = {name: sha for name, sha in made.sha256.items() if name != made.parts["guide"]}
    assert other.items() <= parent.sha256.items() and len(other) == len(parent.sha256) - 1
    before, after = (batch_of([image]) for image in scene(5, 256))
    one, two = (open_subject(info.path).graph(before, after) for info in (parent, made))
    assert 0 < np.abs(one["change"] - two["change"]).max() < 0.9
    np.testing.assert_array_equal(one["features"], two["features"])


def test_without_torch_values_are_tuned_and_it_says_so(
    reviewed: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from training.adapt import tune as tuning

    monkeypatch.setattr(tuning, "NEEDED", ("torch", "no_such_package"))
    arguments = ["adapt", "--layers", str(reviewed), "--out", str(tmp_path / "here")]
    assert training(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["tuned"] == "values" and "no_such_package" in report["why_values"]
    assert training([*arguments, "--tune", "weights"]) == 2
    assert "extra `adapt`" in capsys.readouterr().err
