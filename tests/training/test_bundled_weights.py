"""The weights in the package find generated houses and tell new ones from old ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from training.evaluate.models import open_model, open_subject
from training.evaluate.on_scenes import measure_scenes

FOLDER = Path(__file__).parents[2] / "engine" / "models" / "bundled" / "changevg-nano"


@pytest.mark.slow
def test_a_generated_scene() -> None:
    measures = measure_scenes(open_subject(FOLDER), 1).measures
    values = {name: measure.value for name, measure in measures.items()}
    assert values["scenes.building.pixel_f1"] > 0.7
    assert values["scenes.building.direction"] > 0.9


def test_swapping_dates_turns_the_direction_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    before, after = (rng.integers(0, 256, (1, 3, 64, 96), dtype=np.uint8) for _ in range(2))
    model = open_model(FOLDER)
    (change, appeared), (turned_change, turned) = model(before, after), model(after, before)
    np.testing.assert_allclose(turned_change, change, atol=1e-4)
    np.testing.assert_allclose(turned, 1 - appeared, atol=1e-4)
