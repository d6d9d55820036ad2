"""ChangeVG's engine: two georeferenced rasters of one place in, change layers out."""

__version__ = "0.1.0"
