"""Road pairs composed from single-date images."""

from __future__ import annotations

import numpy as np
import pytest

from training.evaluate.on_roads import crossed, grouped, near, painted
from training.evaluate.on_scenes import FIRST_SEED, held_scenes
from training.guide.config import data_root
from training.guide.road_split import held_out
from training.guide.singles import Single, road_singles


def single(name: str, top: int) -> Single:
    rng = np.random.default_rng(top)
    road = np.zeros((96, 96), bool)
    road[top : top + 9] = True
    image = rng.integers(90, 110, (96, 96, 3), dtype=np.uint8)
    image[road] = 200
    return Single(name, "drawn", image, road, 0.5)


def test_the_change_of_two_images_is_the_exclusive_or() -> None:
    singles = [single("a", 10), single("b", 14), single("c", 60)]
    pairs = list(crossed(singles))
    assert [pair.name for pair in pairs] == [f"crossed/drawn/{name}" for name in "abc"]
    assert (pairs[0].change == (singles[0].road ^ singles[1].road)).all()
    assert (pairs[2].after == singles[0].image).all()


def test_a_road_painted_over_is_gone_and_nothing_else_is() -> None:
    singles = [single("a", 40), single("b", 40)]
    built, removed = painted(singles)
    assert (built.after == singles[0].image).all() and (removed.before == singles[1].image).all()
    bare = built.before
    assert bare[42:47].mean() < 130 < built.after[42:47].mean()
    assert (bare[:25] == built.after[:25]).all() and (bare[65:] == built.after[65:]).all()
    again = next(iter(painted(singles)))
    assert (again.before == built.before).all()


@pytest.mark.parametrize("count", [0, 1, 2, 3, 5, 6, 26])
def test_no_image_is_in_two_groups(count: int) -> None:
    singles = [single(str(number), number) for number in range(count)]
    of_group: dict[bytes, set[int]] = {}
    for kind in ("crossed", "painted"):
        made = grouped(kind, singles)
        assert sum(map(len, made)) == count
        assert all(3 <= len(pairs) <= 5 for pairs in made) or count < 3
        for number, pairs in enumerate(made):
            # One of the two dates may be painted; what is real is an image's own.
            shown = {image.tobytes() for pair in pairs for image in (pair.before, pair.after)}
            for one in singles:
                if one.image.tobytes() in shown:
                    of_group.setdefault(one.image.tobytes(), set()).add(number)
    assert len(of_group) == count and all(len(places) == 1 for places in of_group.values())


def test_near_is_a_disc() -> None:
    mask = np.zeros((15, 15), bool)
    mask[7, 7] = True
    around = near(mask)
    assert around[7, 10] and around[4, 7] and around[9, 9] and not around[10, 10]
    assert not near(np.zeros((5, 5), bool)).any()


def test_no_image_is_on_both_sides_of_the_split() -> None:
    root = data_root()
    if not (root / "roads" / "epfl").is_dir():
        pytest.skip("the road images are not here")
    names = sorted(file.stem for file in (root / "roads" / "epfl" / "images").iterdir())
    held = {item.name for item in road_singles(root, "epfl", held=True)}
    rest = {item.name for item in road_singles(root, "epfl")}
    assert held == {name for index, name in enumerate(names) if index % 3 == 2}
    assert held == set(held_out(names)) and len(held) == 26
    assert held.isdisjoint(rest) and held | rest == set(names)


def test_held_scenes_have_seeds_of_their_own_and_come_again() -> None:
    (name, one), (_, two) = next(held_scenes(1, side=64)), next(held_scenes(1, side=64))
    assert name == "scene_0" and one.seed == FIRST_SEED >= 10**9
    assert (one.before == two.before).all() and (one.after == two.after).all()
