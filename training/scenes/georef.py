"""Putting a generated picture on Earth: a transform whose pixels cover the asked ground metres."""

from __future__ import annotations

from affine import Affine
from pyproj import CRS, Geod, Transformer

_GEOD = Geod(ellps="WGS84")


def ground_step(crs: CRS, x: float, y: float) -> tuple[float, float]:
    """Ground metres of one CRS unit eastwards and northwards at a place.

    Parameters
    ----------
    crs : pyproj.CRS
        Geographic or projected, any unit.
    x, y : float
        The place in that CRS.

    Returns
    -------
    (float, float)
    """
    unit = 1e-3 if crs.is_geographic else 100.0
    lonlat = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    lon, lat = lonlat.transform(
        [x - unit / 2, x + unit / 2, x, x], [y, y, y - unit / 2, y + unit / 2]
    )
    _, _, across = _GEOD.inv(lon[0], lat[0], lon[1], lat[1])
    _, _, along = _GEOD.inv(lon[2], lat[2], lon[3], lat[3])
    return float(across) / unit, float(along) / unit


def place(crs: CRS, center: tuple[float, float], width: int, height: int, gsd: float) -> Affine:
    """The transform of a north-up picture around a place.

    Parameters
    ----------
    crs : pyproj.CRS
    center : (float, float)
        Longitude and latitude in degrees of the picture's middle.
    width, height : int
        Pixels.
    gsd : float
        Ground metres per pixel at the middle.

    Returns
    -------
    Affine
        Upper left corner on a whole pixel of the CRS's own lattice.

    Raises
    ------
    ValueError
        The CRS has no coordinates there.
    """
    into = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    x, y = into.transform(*center)
    if not (abs(x) < 1e15 and abs(y) < 1e15):
        raise ValueError(f"{crs.to_string()} has no coordinates at lon, lat {center}")
    across, along = ground_step(crs, x, y)
    if max(abs(across - 1), abs(along - 1)) < 0.002:
        across = along = 1.0  # a metre grid: people expect 0.5, not 0.49987
    dx, dy = gsd / across, gsd / along
    left = round((x - dx * width / 2) / dx) * dx
    top = round((y + dy * height / 2) / dy) * dy
    return Affine(dx, 0.0, left, 0.0, -dy, top)
