"""Searching an archive of finished runs: a phrase in, ranked tiles out."""

from engine.find.archive import find_runs
from engine.find.phrase import Phrase, read_phrase
from engine.find.search import Found, search

__all__ = ["Found", "Phrase", "find_runs", "read_phrase", "search"]
