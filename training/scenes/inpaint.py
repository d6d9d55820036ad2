"""Ground where something stood: texture copied from beside it, patch by patch."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Floats = NDArray[np.float32]

FEATHER = 4
"""Pixels beyond a hole over which a patch fades out; nothing farther away is touched."""
REACH = (10.0, 110.0)
PATCH = (36, 24, 14)  # pixels of a patch in the first, second and last pass
TRIES = 16
COARSE = 4  # pixels of a cell of the grid of the tint
TINT = 40.0  # greatest correction of a patch's colour, in levels


def widen(mask: Mask, pixels: int) -> Mask:
    """The mask and everything within ``pixels`` of it."""
    if pixels <= 0:
        return mask.copy()
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * pixels + 1, 2 * pixels + 1))
    return cv2.dilate(mask.astype(np.uint8), kernel).astype(bool)


def lightness(image: Image) -> Floats:
    """Luma of an RGB image, float32 (H, W), 0..255."""
    grey: Floats = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)).astype(np.float32)
    return grey


def lit(image: Image) -> Mask:
    """Pixels with any band above 0: black ones are nodata. Three times faster than ``any``."""
    return np.asarray((image[..., 0] | image[..., 1] | image[..., 2]) > 0)


def feathered(hole: Mask) -> Floats:
    """Opacity that is 1 in the hole and falls to 0 at ``FEATHER`` pixels from it."""
    half = FEATHER // 2
    soft = cv2.blur(widen(hole, half).astype(np.float32), (2 * half + 1, 2 * half + 1))
    # The corners of the box reach farther than its sides.
    return np.asarray(soft * widen(hole, FEATHER), np.float32)


def settle(image: Image, source: Image, hole: Mask, trusted: Mask, tinted: float = 1.0) -> Image:
    """Set ``source`` into the hole of an image, tinted to meet its surroundings, edges feathered.

    The tint is the difference between image and source along the rim of the hole, spread
    smoothly over it: a membrane as in Poisson image editing (Perez et al. 2003), by box filters
    on a coarse grid instead of a solver.

    Parameters
    ----------
    image, source : ndarray
        uint8 (H, W, 3); the source is read in the hole and ``FEATHER`` pixels around it.
    hole, trusted : ndarray
        bool (H, W); the rim counts for the tint only where trusted.
    tinted : float
        Share of the tint.
    """
    height, width = hole.shape
    alpha = feathered(hole)
    rim = np.flatnonzero((alpha > 0) & ~hole & trusted)
    flat, texture = image.reshape(-1, 3), source.reshape(-1, 3)
    stack = np.zeros((height * width, 4), np.float32)
    stack[rim, :3] = np.clip(np.subtract(flat[rim], texture[rim], dtype=np.float32), -TINT, TINT)
    stack[rim, 3] = 1
    small = (max(1, width // COARSE), max(1, height // COARSE))
    coarse = cv2.resize(stack.reshape(height, width, 4), small, interpolation=cv2.INTER_AREA)
    for _ in range(2):
        coarse = cv2.blur(coarse, (7, 7), borderType=cv2.BORDER_CONSTANT)
    coarse = coarse[..., :3] / (coarse[..., 3:] + np.float32(1e-3))
    tint = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR).reshape(-1, 3)
    where = np.flatnonzero(alpha > 0)
    weight = alpha.reshape(-1)[where, None]
    mixed = flat[where] * (1 - weight) + (texture[where] + tinted * tint[where]) * weight
    out = image.copy()
    out.reshape(-1, 3)[where] = np.clip(mixed + 0.5, 0, 255)
    return out


def fill(
    image: Image,
    hole: Mask,
    usable: Mask,
    rng: np.random.Generator,
    price: tuple[float, float] = (0.2, 0.8),
) -> tuple[Image, Mask]:
    """Replace a hole by texture from its neighbourhood.

    The hole is cut into patches with wavy seams; each is copied from a shifted place that
    continues its rim best among random ones and those of the patches before it (the propagation
    of PatchMatch, Barnes et al. 2009), so that texture stays texture: nothing is smeared.

    Parameters
    ----------
    image : ndarray
        uint8 (H, W, 3).
    hole, usable : ndarray
        bool (H, W); pixels to replace, and those that may be copied.
    price : tuple of float
        Range of the price of busy texture: the higher, the plainer the ground that is laid.

    Returns
    -------
    filled : ndarray
        uint8 (H, W, 3), equal to ``image`` beyond ``FEATHER`` pixels from the hole.
    failed : ndarray
        bool (H, W); pixels of the hole for which nothing usable was found.
    """
    out = image.copy()
    left = hole.copy()
    usable = usable & ~widen(hole, 1)
    tone = float(rng.uniform(*price))
    for size in PATCH:
        if not left.any():
            break
        area = _window(left)
        source, good = _assemble(out[area], left[area], usable[area], rng, size, tone)
        done = left[area] & good
        trusted = usable[area] | (hole[area] & ~left[area])
        out[area] = settle(out[area], source, done, trusted)
        left[area] &= ~done
    return out, left


def _window(hole: Mask) -> tuple[slice, slice]:
    """Rows and columns around a hole within which texture for it is looked for."""
    x, y, width, height = cv2.boundingRect(hole.astype(np.uint8))
    room = int(REACH[1])
    rows = slice(max(0, y - room), min(hole.shape[0], y + height + room))
    columns = slice(max(0, x - room), min(hole.shape[1], x + width + room))
    return rows, columns


def _cells(shape: tuple[int, int], size: int, rng: np.random.Generator) -> NDArray[np.int32]:
    """Numbers of wavy patches of about ``size`` pixels, int32 (H, W)."""
    height, width = shape
    coarse = rng.uniform(-0.3, 0.3, (height // size + 3, width // size + 3, 2)).astype(np.float32)
    wave = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    start = rng.uniform(0, 1, 2) + 1
    rows = np.arange(height, dtype=np.float32)[:, None] / size + start[0] + wave[..., 0]
    columns = np.arange(width, dtype=np.float32)[None] / size + start[1] + wave[..., 1]
    return rows.astype(np.int32) * (width // size + 8) + columns.astype(np.int32)


def _assemble(
    image: Image,
    hole: Mask,
    usable: Mask,
    rng: np.random.Generator,
    size: int,
    price: float,
) -> tuple[Image, Mask]:
    """Patches for the hole: uint8 (H, W, 3), and where they are made of usable pixels."""
    reach = widen(hole, FEATHER)
    labels = _cells(reach.shape, size, rng)
    height, width = reach.shape
    texture = np.dstack([image, usable.view(np.uint8)]).astype(np.float32)
    total = np.zeros_like(texture)
    weights = np.full(reach.shape, 1e-6, np.float32)
    points = np.flatnonzero(reach)
    numbers = labels.ravel()[points]
    order = np.argsort(numbers, kind="stable")
    cuts = np.flatnonzero(np.diff(numbers[order])) + 1
    search = Search(lightness(image), usable, ~hole & usable, rng, price)
    for part in np.split(points[order], cuts):
        y, x = np.divmod(part, width)
        top, bottom = max(0, int(y.min()) - 2), min(height, int(y.max()) + 3)
        left, right = max(0, int(x.min()) - 2), min(width, int(x.max()) + 3)
        row, column = search.shift(part, (top, bottom, left, right))
        near = slice(top, bottom), slice(left, right)
        there = slice(top + row, bottom + row), slice(left + column, right + column)
        weight = cv2.blur((labels[near] == labels[y[0], x[0]]).astype(np.float32), (5, 5))
        total[near] += weight[..., None] * texture[there]
        weights[near] += weight
    where = np.flatnonzero(reach)
    mean = total.reshape(-1, 4)[where] / weights.reshape(-1)[where, None]
    source = np.zeros_like(image)
    source.reshape(-1, 3)[where] = mean[:, :3] + 0.5
    good = np.zeros_like(hole)
    good.reshape(-1)[where] = mean[:, 3] > 0.75
    return source, good


class Search:
    """Looks for shifts to texture that continues the rim of a hole.

    ``known`` are the pixels that the texture must continue. Busy texture costs more, by ``price``:
    roofs and cars beside a road are poor ground.
    """

    def __init__(
        self, grey: Floats, usable: Mask, known: Mask, rng: np.random.Generator, price: float
    ) -> None:
        self.shape = grey.shape
        self.grey, self.bad, self.known = grey.ravel(), ~usable.ravel(), known.ravel()
        self.price = price
        busy = cv2.blur(np.abs(grey - cv2.blur(grey, (9, 9))), (21, 21))
        self.busy = busy.ravel()
        self.rng = rng
        self.recent: list[tuple[int, int]] = []

    def shift(self, points: NDArray[np.intp], bounds: tuple[int, int, int, int]) -> tuple[int, int]:
        """Best shift (rows, columns) of a patch: flat indices of its pixels, and its bounds."""
        top, bottom, left, right = bounds
        height, width = self.shape
        angle = self.rng.uniform(0, 2 * np.pi, TRIES)
        far = np.exp(self.rng.uniform(np.log(REACH[0]), np.log(REACH[1]), TRIES))
        places = self.rng.random((TRIES // 4, 2)) * (height, width) - (top, left)
        nearby = np.column_stack([far * np.sin(angle), far * np.cos(angle)])
        before = np.array(self.recent, float).reshape(-1, 2)
        shifts = np.concatenate([nearby, places, before]).astype(np.intp)
        shifts[:, 0] = shifts[:, 0].clip(-top, height - bottom)
        shifts[:, 1] = shifts[:, 1].clip(-left, width - right)
        steps = shifts[:, 0] * width + shifts[:, 1]
        sample = points[:: max(1, len(points) // 80)]
        rim = sample[self.known[sample]]
        cost = 0.03 * np.hypot(shifts[:, 0], shifts[:, 1])
        cost += 300 * self.bad[sample + steps[:, None]].mean(axis=1)
        cost += self.price * self.busy[points[len(points) // 2] + steps]
        if len(rim):
            cost += np.abs(self.grey[rim + steps[:, None]] - self.grey[rim]).mean(axis=1)
        row, column = shifts[int(np.argmin(cost))].tolist()
        self.recent = [(row, column), *self.recent[:2]]
        return row, column
