"""Model folders: what a model is, where models live, and whether they are whole."""

from engine.models.folder import CaptionRule, ModelInfo, Stretch, load_model, read_model
from engine.models.imagery_range import RangeSection
from engine.models.registry import (
    DEFAULT_MODEL,
    add_model,
    find_model,
    list_models,
    remove_model,
    unreadable_models,
)
from engine.models.thresholds import Thresholds

__all__ = [
    "DEFAULT_MODEL",
    "CaptionRule",
    "ModelInfo",
    "RangeSection",
    "Stretch",
    "Thresholds",
    "add_model",
    "find_model",
    "list_models",
    "load_model",
    "read_model",
    "remove_model",
    "unreadable_models",
]
