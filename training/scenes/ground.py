"""The ground before anything stands on it: grass, scrub, soil, fields, lawns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes import draw
from training.scenes.look import Look
from training.scenes.noise import fractal, smooth
from training.scenes.plan import World
from training.scenes.scene import Floats, Points

DRY = np.array((166, 146, 110), dtype=np.float32)
GRASS = np.array((104, 118, 70), dtype=np.float32)
LAWN = np.array((98, 124, 66), dtype=np.float32)
SOIL = np.array((178, 146, 114), dtype=np.float32)
CALICHE = np.array((206, 194, 172), dtype=np.float32)
BRUSH = np.array((112, 104, 76), dtype=np.float32)


@dataclass(frozen=True)
class Fields:
    """Random fields both dates share, each float32 (h, w), about unit deviation.

    ``moisture`` and ``patchy`` are broad, ``tuft`` and ``grain`` fine.
    """

    moisture: Floats
    patchy: Floats
    tuft: Floats
    grain: Floats
    woods: Floats


def make_fields(rng: np.random.Generator, height: int, width: int, gsd: float) -> Fields:
    """Draw the shared fields of a place."""
    return Fields(
        moisture=fractal(rng, height, width, 90 / gsd, 10 / gsd),
        patchy=fractal(rng, height, width, 30 / gsd, 2.0 / gsd),
        tuft=fractal(rng, height, width, 3.5 / gsd, 1.0, 0.8),
        grain=smooth(rng, height, width, 1.0),
        woods=fractal(rng, height, width, 140 / gsd, 14 / gsd),
    )


def paint_ground(world: World, fields: Fields, look: Look, when: int) -> Floats:
    """Paint one date's open ground.

    Parameters
    ----------
    world : World
    fields : Fields
    look : Look
    when : int
        0 before, 1 after.

    Returns
    -------
    float32 array (h, w, 3), 0..255
    """
    height, width = fields.grain.shape
    # Wild land: dry grass, greener in hollows, brown brush in patches.
    green = np.clip(look.green * 0.9 + 0.22 * fields.moisture + 0.10 * fields.patchy, 0, 1)
    image = np.empty((height, width, 3), dtype=np.float32)
    image[:] = DRY
    draw.mix(image, green, GRASS)
    brush = np.clip(0.35 * fields.patchy + 0.25 * fields.woods, 0, 0.75)
    draw.mix(image, brush, BRUSH)
    draw.mix(image, np.clip(0.5 * fields.patchy - 0.35 * fields.moisture - 0.75, 0, 0.6), SOIL)
    draw.scale(image, 1 + 0.06 * fields.tuft + 0.04 * fields.grain)

    texture = 1 + 0.045 * fields.tuft + 0.03 * fields.grain
    for patch in world.patches:
        if not (patch.before, patch.after)[when]:
            continue
        if patch.kind == "suburb":
            draw.fill(image, patch.polygon, DRY * 0.55 + GRASS * 0.4, grain=texture, opacity=0.6)
        elif patch.kind == "lawn":
            lush = np.clip(look.green * 0.8 + 0.55 * (patch.tone - 0.45), 0, 1)
            colour = (DRY * 0.92) * (1 - lush) + LAWN * lush
            draw.fill(image, patch.polygon, colour * (0.92 + 0.16 * ((patch.tone * 13) % 1)),
                      grain=texture, opacity=0.8)  # fmt: skip
        elif patch.kind == "rough":
            draw.fill(image, patch.polygon, DRY * 0.95, grain=texture, opacity=0.45)
        elif patch.kind == "field":
            _field(image, patch.polygon, fields, look, patch.tone, patch.angle, world.frame.gsd)
        elif patch.kind == "graded":
            _graded(image, patch.polygon, fields, texture, patch.tone)
    return image


def _field(
    image: Floats, polygon: Points, fields: Fields, look: Look, tone: float, angle: float,
    gsd: float,
) -> None:  # fmt: skip
    """A mown or ploughed field: rows in one direction, over the broad pattern of the soil."""
    found = draw.coverage(polygon, image.shape[0], image.shape[1])
    if found is None:
        return
    rows, cols, alpha = found
    y, x = np.mgrid[rows, cols].astype(np.float32)
    across = (x * np.cos(angle) + y * np.sin(angle)) * np.float32(gsd)
    across = across + 1.5 * fields.moisture[rows, cols]
    furrow = np.sin(2 * np.pi * across / (3.0 + 4 * tone)) * (0.5 + 0.5 * fields.patchy[rows, cols])
    green = np.clip(look.green * (0.4 + tone) + 0.2 * fields.moisture[rows, cols] - 0.1, 0, 1)
    colour = DRY * (0.85 + 0.25 * tone) + green[..., None] * (GRASS - DRY)
    colour = colour * (1 + 0.05 * furrow + 0.035 * fields.tuft[rows, cols])[..., None]
    weight = alpha[..., None] * np.float32(0.85)
    part = image[rows, cols]
    part += weight * (colour - part)


def _graded(image: Floats, polygon: Points, fields: Fields, texture: Floats, tone: float) -> None:
    """Ground a machine has scraped: soil to pale caliche, with a ragged rim and wheel tracks."""
    found = draw.coverage(polygon, image.shape[0], image.shape[1])
    if found is None:
        return
    rows, cols, alpha = found
    moisture, patchy = fields.moisture[rows, cols], fields.patchy[rows, cols]
    pale = np.clip(0.45 + 0.3 * moisture + 0.16 * patchy, 0, 1)[..., None]
    soil = (SOIL + pale * (CALICHE - SOIL)) * (texture[rows, cols, None] * np.float32(tone))
    keep = np.clip(0.96 - 0.35 * np.clip(patchy - 1.1, 0, 1), 0, 1)
    part = image[rows, cols]
    part += (alpha * keep)[..., None] * (soil - part)
