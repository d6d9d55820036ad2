"""Where review of a ranked list of tiles can end, from a reviewed random sample of that list."""

from engine.review_stop.bound import Limits, stop_rank
from engine.review_stop.decision import Decision, decide
from engine.review_stop.sample import Sample, draw
from engine.review_stop.sample_files import read_sample, sample_path, write_sample
from engine.review_stop.tiles import RankedTiles, read_tiles

__all__ = [
    "Decision",
    "Limits",
    "RankedTiles",
    "Sample",
    "decide",
    "draw",
    "read_sample",
    "read_tiles",
    "sample_path",
    "stop_rank",
    "write_sample",
]
