"""Single-date images with road masks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import cv2
import numpy as np

from training.guide.road_split import held_out

GSD_M = {"epfl": 0.3, "cil": 0.5, "dubai": 0.9}
DUBAI_ROAD, DUBAI_VOID = 2, 0


@dataclasses.dataclass
class Single:
    """One image of one date.

    Attributes
    ----------
    image : ndarray
        uint8 (H, W, 3), RGB.
    road : ndarray
        bool (H, W).
    gsd : float
        Metres per pixel, nominal.
    """

    name: str
    source: str
    image: np.ndarray
    road: np.ndarray
    gsd: float


def road_singles(root: Path, source: str, held: bool = False) -> list[Single]:
    """Road images of one source; of EPFL and CIL the held-out third or, by default, the rest.

    Parameters
    ----------
    root : Path
        Data folder.
    source : {"epfl", "cil", "dubai"}
        Dubai has no held-out part: it is not reported on.

    Raises
    ------
    FileNotFoundError
        There is no such folder, or an image in it cannot be read.
    """
    folder = Path(root) / "roads" / source
    files = {file.stem: file for file in sorted((folder / "images").iterdir())}
    kept = set(held_out(files)) if source != "dubai" else set()
    singles = []
    for name, file in files.items():
        if (name in kept) != held:
            continue
        image = cv2.imread(str(file), cv2.IMREAD_COLOR)
        mask = cv2.imread(str(folder / "masks" / f"{name}.png"), cv2.IMREAD_UNCHANGED)
        if image is None or mask is None:
            raise FileNotFoundError(f"no readable image and mask for {name} in {folder}")
        road = mask == DUBAI_ROAD if source == "dubai" else mask > 0
        rgb = cv2.cvtColor(image, cv2.COLOR_BGR2RGB)
        singles.append(Single(name, source, rgb, road, GSD_M[source]))
    return singles
