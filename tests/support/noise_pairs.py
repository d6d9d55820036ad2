"""Small pairs and roads made of noise, for the tests of composition."""

from __future__ import annotations

import cv2
import numpy as np

from training.guide.tiles import ANY, BUILDING, Pair

SIZE = 160


def texture(rng: np.random.Generator, size: int = SIZE, mean: float = 110) -> np.ndarray:
    coarse = rng.normal(0, 14, (size // 8, size // 8, 3)).astype(np.float32)
    fine = rng.normal(0, 6, (size, size, 3))
    return np.clip(mean + cv2.resize(coarse, (size, size)) + fine, 1, 255).astype(np.uint8)


def pair(seed: int, houses: int = 4, size: int = SIZE) -> Pair:
    """Ground of noise on which bright houses with a shadow to the upper left appear."""
    rng = np.random.default_rng(seed)
    before = texture(rng, size)
    after = np.clip(before.astype(int) + rng.integers(-6, 7, before.shape) + 8, 1, 255)
    after = after.astype(np.uint8)
    allowed = np.full((size, size), ANY - BUILDING, np.uint8)
    direction = np.zeros((size, size), np.uint8)
    for index in range(houses):
        row, column = divmod(index, 2)
        y, x = 24 + row * 70, 24 + column * 70
        high, wide = rng.integers(14, 28, 2)
        after[y - 6 : y + high - 6, x - 6 : x + wide - 6] //= 3
        after[y : y + high, x : x + wide] = texture(rng, 32, 215)[:high, :wide]
        allowed[y : y + high, x : x + wide] = BUILDING
        direction[y : y + high, x : x + wide] = 1
    return Pair(f"noise_{seed}", before, after, allowed, direction)


def place_with_road(seed: int, size: int = SIZE) -> tuple[np.ndarray, np.ndarray]:
    """Dark ground of noise with a bright road across and one down; image and mask."""
    rng = np.random.default_rng(seed)
    image = texture(rng, size, 80)
    road = np.zeros((size, size), bool)
    y, x = rng.integers(30, size - 40, 2)
    road[y : y + 12] = True
    road[:, x : x + 9] = True
    image[road] = texture(rng, size, 190)[road]
    return image, road
