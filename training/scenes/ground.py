"""The ground before anything stands on it: grass, scrub, soil, fields, lawns, hills, water."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.scenes import draw
from training.scenes.layer import Layer
from training.scenes.look import Look
from training.scenes.plan import Patch, Plan
from training.scenes.relief import Field, grid, pixel_noise
from training.scenes.river import world_river
from training.scenes.scene import Floats, Points
from training.scenes.view import View
from training.scenes.woods import WOODS

DRY = np.array((166, 146, 110), dtype=np.float32)
GRASS = np.array((104, 118, 70), dtype=np.float32)
LAWN = np.array((98, 124, 66), dtype=np.float32)
SOIL = np.array((178, 146, 114), dtype=np.float32)
CALICHE = np.array((206, 194, 172), dtype=np.float32)
BRUSH = np.array((112, 104, 76), dtype=np.float32)
SHALLOW = np.array((132, 128, 96), dtype=np.float32)
DEEP = np.array((58, 74, 68), dtype=np.float32)

_MOISTURE = Field(salt=3, largest=90.0, smallest=10.0)
_PATCHY = Field(salt=4, largest=30.0, smallest=2.0)
_TUFT = Field(salt=5, largest=3.5, smallest=0.3, persistence=0.8)
_HILLS = Field(salt=6, largest=420.0, smallest=90.0, persistence=0.5)
_GRAIN = 7


@dataclass(frozen=True)
class Fields:
    """Random fields both dates share, each float32 (h, w), about unit deviation.

    ``moisture`` and ``patchy`` are broad, ``tuft`` and ``grain`` fine; ``east`` and ``south`` are
    the slopes of the ground in the same units.
    """

    moisture: Floats
    patchy: Floats
    tuft: Floats
    grain: Floats
    woods: Floats
    east: Floats
    south: Floats


def make_fields(seed: int, view: View) -> Fields:
    """The shared fields of a window."""
    height = grid(seed, _HILLS, view)
    south, east = np.gradient(height, view.gsd)
    return Fields(
        moisture=grid(seed, _MOISTURE, view),
        patchy=grid(seed, _PATCHY, view),
        tuft=grid(seed, _TUFT, view),
        grain=pixel_noise(seed, _GRAIN, view),
        woods=grid(seed, WOODS, view),
        east=np.asarray(east * 100, dtype=np.float32),
        south=np.asarray(south * 100, dtype=np.float32),
    )


def paint_ground(
    seed: int, plan: Plan, fields: Fields, look: Look, when: int, view: View
) -> Floats:
    """Paint one date's open ground.

    Parameters
    ----------
    seed : int
    plan : Plan
        What is in sight.
    fields : Fields
    look : Look
    when : int
        0 before, 1 after.
    view : View

    Returns
    -------
    float32 array (h, w, 3), 0..255
    """
    # Wild land: dry grass, greener in hollows, brown brush in patches.
    green = np.clip(look.green * 0.9 + 0.22 * fields.moisture + 0.10 * fields.patchy, 0, 1)
    image = np.empty((view.height, view.width, 3), dtype=np.float32)
    image[:] = DRY
    draw.mix(image, green, GRASS)
    draw.mix(image, np.clip(0.35 * fields.patchy + 0.25 * fields.woods, 0, 0.75), BRUSH)
    draw.mix(image, np.clip(0.5 * fields.patchy - 0.35 * fields.moisture - 0.75, 0, 0.6), SOIL)
    draw.scale(image, 1 + 0.06 * fields.tuft + 0.04 * fields.grain)

    texture = np.asarray(1 + 0.045 * fields.tuft + 0.03 * fields.grain, dtype=np.float32)
    here = [patch for patch in plan.patches if (patch.before, patch.after)[when]]
    for patch in here:
        if patch.kind == "field":
            _field(image, patch, fields, look, view)
    _soft(image, [p for p in here if p.kind == "suburb"], look, view, texture)
    for patch in here:
        if patch.kind == "graded":
            _graded(image, patch, fields, view, texture)
    rings = [fence.ring for fence in plan.fences if (fence.before, fence.after)[when]]
    lots = [patch for patch in here if patch.kind in ("lawn", "rough")]
    _soft(image, lots, look, view, texture, rings)
    slope = np.cos(look.sun) * fields.east + np.sin(look.sun) * fields.south
    draw.scale(image, np.clip(1 - np.float32(0.11) * slope, 0.7, 1.3).astype(np.float32))
    _water(seed, image, [p for p in here if p.kind == "water"], fields, look, view)
    return image


def _soft(
    image: Floats, patches: list[Patch], look: Look, view: View, texture: Floats,
    fences: list[Points] | None = None,
) -> None:  # fmt: skip
    """Lawns, rough lots and the trodden ground of a suburb: thin colour over the ground."""
    layer = Layer(view)
    for patch, ring in zip(patches, layer.corners([p.polygon for p in patches]), strict=True):
        if patch.kind == "suburb":
            layer.fill(ring, DRY * 0.55 + GRASS * 0.4, 0.6)
        elif patch.kind == "rough":
            layer.fill(ring, DRY * 0.95, 0.45)
        else:
            lush = min(1.0, max(0.0, look.green * 0.8 + 0.55 * (patch.tone - 0.45)))
            colour = (DRY * 0.92) * (1 - lush) + LAWN * lush
            layer.fill(ring, colour * (0.92 + 0.16 * ((patch.tone * 13) % 1)), 0.8)
    for ring in layer.corners(fences or []):
        layer.stroke(ring, (104, 92, 74), 0.32, opacity=0.8, closed=True)
    layer.blend(image, texture)


def _field(image: Floats, patch: Patch, fields: Fields, look: Look, view: View) -> None:
    """A mown or ploughed field: rows in one direction, over the broad pattern of the soil."""
    found = draw.coverage(view.to_px(patch.polygon), image.shape[0], image.shape[1])
    if found is None:
        return
    rows, cols, alpha = found
    tone, angle = patch.tone, patch.angle
    x, y = view.centres()
    corner = patch.polygon[0]
    across = (x[cols] - corner[0])[None, :] * np.cos(angle + np.pi / 2)
    across = across + ((y[rows] - corner[1])[:, None] * np.sin(angle + np.pi / 2))
    across = across.astype(np.float32) + 1.5 * fields.moisture[rows, cols]
    wave = 3.0 + 4 * tone
    contrast = 0.05 if wave > 4 * view.gsd else 0.0  # finer rows would beat against the pixels
    furrow = np.sin(2 * np.pi * across / wave) * (0.5 + 0.5 * fields.patchy[rows, cols])
    # What stands on a field differs from date to date: the crop's season, not a change.
    season = 0.35 * np.sin(2 * np.pi * (look.crop + 1.7 * tone))
    green = look.green * (0.4 + tone) + 0.2 * fields.moisture[rows, cols] - 0.1 + season
    colour = DRY * (0.85 + 0.25 * tone) + np.clip(green, 0, 1)[..., None] * (GRASS - DRY)
    colour = colour * (1 + contrast * furrow + 0.035 * fields.tuft[rows, cols])[..., None]
    part = image[rows, cols]
    part += alpha[..., None] * np.float32(0.85) * (colour.astype(np.float32) - part)


def _graded(image: Floats, patch: Patch, fields: Fields, view: View, texture: Floats) -> None:
    """Ground a machine has scraped: soil to pale caliche, with a ragged rim."""
    found = draw.coverage(view.to_px(patch.polygon), image.shape[0], image.shape[1])
    if found is None:
        return
    rows, cols, alpha = found
    moisture, patchy = fields.moisture[rows, cols], fields.patchy[rows, cols]
    pale = np.clip(0.45 + 0.3 * moisture + 0.16 * patchy, 0, 1)[..., None]
    soil = (SOIL + pale * (CALICHE - SOIL)) * (texture[rows, cols, None] * np.float32(patch.tone))
    keep = np.clip(0.96 - 0.35 * np.clip(patchy - 1.1, 0, 1), 0, 1)
    part = image[rows, cols]
    part += (alpha * keep)[..., None] * (soil - part)


def _water(
    seed: int, image: Floats, ponds: list[Patch], fields: Fields, look: Look, view: View
) -> None:
    """Rivers and ponds: brown at the rim, dark green where they are deep."""
    shore = world_river(seed).distance_map(view)
    deep = DEEP * (0.9 + 0.3 * look.green)
    if shore is not None:
        wet = np.clip(0.5 - shore / view.gsd, 0, 1).astype(np.float32)
        depth = np.clip(-shore / 5.0, 0, 1).astype(np.float32)[..., None]
        colour = (SHALLOW + depth * (deep - SHALLOW)) * (1 + 0.02 * fields.patchy[..., None])
        sand = np.clip(0.8 - np.abs(shore - 0.8) / 2.4, 0, 0.7).astype(np.float32)
        draw.mix(image, sand, CALICHE * 0.9)
        image += wet[..., None] * (colour - image)
    for pond in ponds:
        found = draw.coverage(view.to_px(pond.polygon), image.shape[0], image.shape[1])
        if found is None:
            continue
        rows, cols, alpha = found
        grain = 1 + 0.03 * fields.patchy[rows, cols, None]
        colour = (deep + (SHALLOW - deep) * np.float32(0.25 * pond.tone)) * grain
        part = image[rows, cols]
        part += alpha[..., None] * (colour - part)
