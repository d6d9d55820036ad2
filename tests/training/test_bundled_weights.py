"""The weights in the package find generated houses and tell new ones from old ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("onnxruntime")

from training.evaluate.guide import measure, predict
from training.evaluate.models import folder_settings, open_model
from training.evaluate.on_scenes import scene_tiles

FOLDER = Path(__file__).parents[2] / "engine" / "models" / "bundled" / "changevg-nano"


@pytest.mark.slow
def test_a_generated_scene() -> None:
    settings, model = folder_settings(FOLDER), open_model(FOLDER)
    tiles = scene_tiles(1, 3_000_000_000, 512)
    predictions = [(tile, *predict(model, tile, settings)) for tile in tiles]
    total, _ = measure(predictions, **_filters(settings))
    summary = total.summary()
    assert summary["f1"] > 0.7 and summary["direction_accuracy"] > 0.9


def test_swapping_dates_turns_the_direction_and_nothing_else() -> None:
    rng = np.random.default_rng(0)
    before, after = (rng.integers(0, 256, (1, 3, 64, 96), dtype=np.uint8) for _ in range(2))
    model = open_model(FOLDER)
    (change, appeared), (turned_change, turned) = model(before, after), model(after, before)
    np.testing.assert_allclose(turned_change, change, atol=1e-4)
    np.testing.assert_allclose(turned, 1 - appeared, atol=1e-4)


def _filters(settings: dict) -> dict[str, float]:
    limits = settings["thresholds"]
    return {
        "threshold": limits["change"],
        "min_area_m2": limits["min_area_m2"],
        "min_score": limits["min_score"],
    }
