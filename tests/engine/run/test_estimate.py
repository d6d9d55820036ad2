"""What a dry run tells people."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from engine.language.backend import Inquiry, Reply
from engine.run.estimate import SPOKEN, Estimate, _seconds_to_speak

KNOWN = Estimate(
    tiles=1000, tile_rows=10, tile_columns=100, width=9000, height=900, gsd_m=(0.5, 0.5),
    crs="EPSG:32633", memory_mb=500, disk_mb=1, disk_bound_mb=2, free_mb=3, work_dir="/x",
    seconds=61.2, device="cpu",
)  # fmt: skip


def test_words_are_told_apart_from_the_guides_time() -> None:
    assert "time: about 1 min 1 s on cpu" in KNOWN.text() and "words" not in KNOWN.text()
    spoken = dataclasses.replace(KNOWN, language_s=0.12).text().splitlines()
    assert spoken[:-1] == KNOWN.text().splitlines()
    assert spoken[-1] == (
        "words: about 0 min 12 s more if one tile in ten changed, 2 min 0 s if all did"
    )


def test_a_language_model_is_timed_with_a_batch() -> None:
    class Model:
        name, asked = "toy", 0

        def answer(self, inquiries: Sequence[Inquiry]) -> list[tuple[Reply, ...]]:
            self.asked += len(inquiries)
            assert {image.shape for image in inquiries[0].images.values()} == {(64, 64, 3)}
            return [(Reply("a road"),)] * len(inquiries)

        def close(self) -> None:
            """It stays open: whoever opened it closes it."""
            raise AssertionError

    model = Model()
    assert _seconds_to_speak(model, 64) >= 0
    assert model.asked == SPOKEN
