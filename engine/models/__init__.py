"""Model folders: what a model is, where models live, and whether they are whole."""

from engine.models.folder import ModelInfo, Stretch, Thresholds, load_model, read_model
from engine.models.registry import DEFAULT_MODEL, add_model, find_model, list_models

__all__ = [
    "DEFAULT_MODEL",
    "ModelInfo",
    "Stretch",
    "Thresholds",
    "add_model",
    "find_model",
    "list_models",
    "load_model",
    "read_model",
]
