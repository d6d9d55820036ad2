"""What makes a pair of a batch the same pair as before."""

from __future__ import annotations

import hashlib
import json

from engine.models import ModelInfo
from engine.run.settings import RunSettings

_NOT_IN_LAYERS = (
    "tmp_dir", "device", "threads", "batch_size", "executor", "allow_partial", "profile",
)  # fmt: skip


def job_key(settings: RunSettings, model: ModelInfo, fingerprint: str) -> str:
    """Digest of a pair's inputs, options, model and engine.

    It differs from its :func:`engine.run.settings.fingerprint` in what changes the layers without
    changing a pixel: limits of area and score, words, further outputs.
    """
    parameters = {k: v for k, v in settings.parameters().items() if k not in _NOT_IN_LAYERS}
    content = json.dumps([fingerprint, model.sha256, parameters], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:32]
