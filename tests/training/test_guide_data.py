"""Crops are decided by seed and step, and labels stay with their pixels."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from training.guide import augment  # noqa: E402
from training.guide.config import FitConfig  # noqa: E402
from training.guide.data import Crops, batches, flag_of  # noqa: E402
from training.guide.gaps import gaps  # noqa: E402
from training.guide.losses import UNKNOWN  # noqa: E402
from training.guide.road_split import held_out  # noqa: E402
from training.guide.singles import Single  # noqa: E402
from training.guide.sources import CrossedRoads, PaintedRoads, Places, SameDate, draws  # noqa: E402
from training.guide.tiles import (  # noqa: E402
    BACKGROUND,
    BUILDING,
    GAP,
    OTHER,
    REPORT,
    ROAD,
    SAID,
    Pair,
    levir_pairs,
    names_of,
    speaks_of_removal,
)


def pair(seed: int = 0, size: int = 256) -> Pair:
    rng = np.random.default_rng(seed)
    before = rng.integers(60, 120, (size, size, 3), dtype=np.uint8)
    after = before.copy()
    after[80:120, 60:130] = 230
    allowed = np.full((size, size), BACKGROUND, np.uint8)
    allowed[80:120, 60:130] = BUILDING
    direction = np.where(allowed == BUILDING, 1, 0).astype(np.uint8)
    return Pair(f"pair_{seed}", before, after, allowed, direction)


def single(seed: int = 0) -> Single:
    rng = np.random.default_rng(seed)
    image = cv2.GaussianBlur(rng.integers(60, 160, (200, 200, 3), dtype=np.uint8), (0, 0), 2)
    road = np.zeros((200, 200), bool)
    road[90:106] = True
    image[road] = 200
    return Single(f"road_{seed}", "cil", image, road, 0.5)


CONFIG = FitConfig(steps=9, phases=((1.0, 64, 3),), shares=(("places", 0.7), ("same", 0.3)))
DRAWS = {"places": Places([pair()], 0.7), "same": SameDate([(pair(3).before, 0.5)])}


def test_batches_depend_on_the_step_alone() -> None:
    crops = Crops(DRAWS, CONFIG)
    whole = list(batches(crops, 0))
    later = list(batches(crops, 6, workers=2))
    assert len(whole) == 9 and len(later) == 3
    for left, right in zip(whole[6:], later, strict=True):
        assert all(torch.equal(a, b) for a, b in zip(left, right, strict=True))
    assert not torch.equal(whole[0][0], whole[1][0])
    assert whole[0][0].shape == (3, 3, 64, 64) and whole[0][2].shape == (3, 64, 64)
    assert all(part.dtype == torch.uint8 for part in whole[0])


def test_labels_follow_the_pixels() -> None:
    rng = np.random.default_rng(1)
    for _ in range(20):
        place = pair()
        matrix = augment.view(rng, (256, 256), 0.5, 96, np.array([95.0, 100.0]))
        image = augment.warp(place.after, matrix, 96)[..., 0] > 175
        labels = augment.warp(place.allowed, matrix, 96, cv2.INTER_NEAREST)
        assert set(np.unique(labels)) <= {BACKGROUND, BUILDING} and (labels == BUILDING).any()
        assert (image != (labels == BUILDING)).mean() < 0.03


@pytest.mark.parametrize("gsd", [0.25, 0.5, 1.0])
def test_views_are_drawn_around_half_a_metre(gsd: float) -> None:
    rng = np.random.default_rng(4)
    areas = []
    for _ in range(200):
        matrix = augment.view(rng, (800, 800), gsd, 64, np.array([400.0, 400.0]))
        areas.append(abs(np.linalg.det(matrix[:, :2])) ** 0.5 * gsd)
    assert 0.47 < np.exp(np.mean(np.log(areas))) < 0.53
    assert min(areas) > 0.5 * augment.SCALE[0] * 0.99 and max(areas) < 0.5 * augment.SCALE[1] * 1.01


def test_flags() -> None:
    labels = np.full((32, 32), BACKGROUND, np.uint8)
    assert flag_of(labels) == 0
    labels[0, 0] = BACKGROUND | OTHER
    assert flag_of(labels) == UNKNOWN
    labels[4:14, 4:14] = BUILDING
    assert flag_of(labels) == 1


def test_same_date_has_no_change() -> None:
    rng = np.random.default_rng(2)
    for _ in range(5):
        *images, allowed, direction = DRAWS["same"](rng, 64)
        assert (allowed == BACKGROUND).all() and not direction.any()
        assert all(image.shape == (64, 64, 3) and image.dtype == np.uint8 for image in images)


def test_crossed_roads_label_where_one_date_alone_has_one() -> None:
    before, after, allowed, direction = CrossedRoads([single(1), single(2)])(
        np.random.default_rng(0), 96
    )
    assert before.shape == after.shape == (96, 96, 3)
    assert set(np.unique(allowed)) <= {ROAD, BACKGROUND | BUILDING | OTHER}
    assert ((allowed == ROAD) == (direction > 0)).all()


def test_painted_roads_change_where_the_road_was() -> None:
    draw, seen = PaintedRoads([single(1)], 0.9), 0
    for seed in range(6):
        _, _, allowed, direction = draw(np.random.default_rng(seed), 96)
        seen += bool((allowed == ROAD).any())
        assert not (allowed == BUILDING).any() and (direction[allowed == ROAD] > 0).all()
    assert seen


def test_sentences_narrow_what_is_unknown(tmp_path: Path) -> None:
    levir = tmp_path / "levir"
    for folder in ("A", "B", "label"):
        (levir / folder).mkdir(parents=True)
        image = np.zeros((1024, 1024) if folder == "label" else (1024, 1024, 3), np.uint8)
        if folder == "label":
            image[600:640, 600:640] = 255
        suffix = "png" if folder == "label" else "jpg"
        cv2.imwrite(str(levir / folder / f"place.{suffix}"), image)
    stock = ["no change has occurred", "the two scenes seem identical"]
    told = [
        {"id": "a", "tile": "place", "row": 0, "col": 0, "sentences": stock},
        {"id": "b", "tile": "place", "row": 0, "col": 1, "sentences": ["some trees are gone"]},
        {
            "id": "c",
            "tile": "place",
            "row": 0,
            "col": 2,
            "sentences": ["houses are built along the road"],
        },
    ]
    (levir / "captions.json").write_text(json.dumps(told), "utf-8")
    (made,) = levir_pairs(tmp_path, ("place",))
    assert made.allowed[100, 100] == BACKGROUND
    assert made.allowed[100, 300] == BACKGROUND | OTHER | SAID
    assert made.allowed[100, 600] == BACKGROUND | ROAD | OTHER | SAID
    assert made.allowed[900, 900] == BACKGROUND | ROAD | OTHER
    (hinted,) = levir_pairs(tmp_path, ("place",), hints=True)
    assert hinted.allowed[100, 600] == BACKGROUND | ROAD | OTHER | SAID
    places = Places([made], changed_share=1.0)
    corners = places.points[0] // 256
    said = (corners[:, 1] == 0) & np.isin(corners[:, 0], (1, 2))
    built = (corners[:, 0] == 2) & (corners[:, 1] == 2)
    assert said.any() and built.any() and (said | built).all()
    assert made.allowed[620, 620] == BUILDING and made.direction[620, 620] == 1


def test_a_crop_that_people_call_changed_did() -> None:
    labels = np.full((256, 256), BACKGROUND | OTHER, np.uint8)
    assert flag_of(labels) == UNKNOWN
    labels[:100] |= SAID
    assert flag_of(labels) == 1
    labels[50:] &= ~np.uint8(SAID)
    assert flag_of(labels) == UNKNOWN, "the view may have missed what they saw"


def test_gaps_lie_between_neighbours_only() -> None:
    building = np.zeros((60, 80), bool)
    building[10:30, 10:30] = building[10:30, 35:50] = building[40:55, 10:30] = True
    found = gaps(building)
    assert found[12:28, 31:34].all(), "the middle of five pixels between two houses"
    assert not found[34:40].any(), "ten pixels are ground like any other"
    assert not (found & building).any() and not found[:, 52:].any()
    building[28:30, 30:35] = True
    assert not gaps(building).any(), "a court within one building"


def test_gaps_are_told_to_runs_that_want_them() -> None:
    def draw(rng: np.random.Generator, size: int) -> tuple[np.ndarray, ...]:
        blank = np.zeros((size, size, 3), np.uint8)
        allowed = np.full((size, size), BACKGROUND, np.uint8)
        allowed[10:20, 5:20] = allowed[10:20, 23:40] = BUILDING
        return blank, blank, allowed, np.zeros_like(allowed)

    for weight in (0.0, 0.5):
        config = FitConfig(phases=((1.0, 64, 2),), shares=(("real", 1.0),), gap=weight)
        _, _, allowed, _, flags = Crops({"real": draw}, config)[0]
        assert bool((allowed[:, 12:18, 20:23] & GAP).all()) == (weight > 0)
        assert int((allowed & GAP > 0).sum()) < 2 * 10 * 15 and flags.tolist() == [1, 1]


def test_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="dreams"):
        draws(FitConfig(shares=(("dreams", 1.0),)), tmp_path)


def test_every_third_road_image_is_held_out() -> None:
    names = [f"n{index:02}" for index in range(10)]
    assert held_out(reversed(names)) == ["n02", "n05", "n08"]


def test_swapping_turns_directions() -> None:
    turned = pair().swapped()
    assert (turned.direction[90, 70], turned.direction[0, 0]) == (2, 0)
    assert np.array_equal(turned.before, pair().after)


def test_sentences_of_removal() -> None:
    assert speaks_of_removal(["the old house is demolished"])
    assert speaks_of_removal(["some villas disappear in the wood"])
    assert not speaks_of_removal(["trees are cut down and many villas appear"])


def test_report_tiles_are_in_no_training_group() -> None:
    groups = ("west", "seventeen", "middle", "train")
    assert not set(names_of(groups)) & set(REPORT)
    assert len(names_of(groups)) == 22 and len(REPORT) == 13
