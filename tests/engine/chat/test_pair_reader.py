"""Two plain images are read as a run reads: blended tiles, whole objects, the same limits."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.planted_model import CENTRE, planted_model

from engine.chat.pair_reader import PairReader


def scene(*houses: tuple[int, int, int, int], height: int = 400, width: int = 600) -> np.ndarray:
    image = np.full((height, width, 3), 60, np.uint8)
    for row, col, high, wide in houses:
        image[row : row + high, col : col + wide] = 220
    return image


@pytest.mark.parametrize(
    ("limits", "number"),
    [
        ({"change": 0.5, "min_area_m2": 0, "min_score": 0}, 3),
        ({"change": 0.5, "min_area_m2": {"building": 20, "road": 0}, "min_score": 0}, 2),
        ({"change": 0.5, "min_area_m2": 0, "min_score": 0.9}, 2),
    ],
)
def test_objects_are_kept_as_in_a_run(
    tmp_path: Path, limits: dict[str, object], number: int
) -> None:
    # One house lies over the seam of two tiles, one shed has 36 pixels: 9 m² at 0.5 m.
    # The shed differs so little that its score is 0.73.
    after = scene((40, 230, 20, 60), (300, 500, 20, 20))
    after[20:26, 20:26] = 60 + int(CENTRE) + 2
    planted_model(tmp_path / "m", ("building", "road"), card={"thresholds": limits})
    reader = PairReader(str(tmp_path / "m"), "cpu")
    reading = reader.read(scene(), after)
    building, road = reading.of("building"), reading.of("road")
    assert building is not None and road is not None
    assert (building.count, road.count) == (number, 0) and reading.changed
    assert [(one.action, one.count) for one in reading.findings] == [("appeared", number)]
    assert reading.change_score is not None and reading.change_score > 0.9
    assert "buildings appear" in str(reading.caption)
    gone = reader.read(after, scene())
    assert {one.action for one in gone.findings} <= {"disappeared"}


@pytest.mark.parametrize("size", [(64, 64), (256, 256), (256, 700), (90, 300)])
def test_images_of_any_size(tmp_path: Path, size: tuple[int, int]) -> None:
    planted_model(tmp_path / "m", ("building",))
    height, width = size
    after = scene((20, width - 40, 20, 20), height=height, width=width)
    reading = PairReader(str(tmp_path / "m"), "cpu").read(scene(height=height, width=width), after)
    assert [one.count for one in reading.classes] == [1] and reading.size == (width, height)
