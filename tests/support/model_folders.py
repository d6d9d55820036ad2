"""Model folders that are made wrong on purpose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.models.folder import MODEL_FILE, sha256_of


def describe(folder: Path, **changes: Any) -> Path:
    """Change what a model folder says of itself; mappings are added to, all else is replaced."""
    facts = json.loads((folder / MODEL_FILE).read_text("utf-8"))
    for key, value in changes.items():
        facts[key] = facts.get(key, {}) | value if isinstance(value, Mapping) else value
    (folder / MODEL_FILE).write_text(json.dumps(facts), "utf-8")
    return folder


def vouch(folder: Path, name: str, content: str | bytes | None = None) -> Path:
    """Put a file into a model folder, or take the one there, with its checksum."""
    file = folder / name
    if content is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    describe(folder, sha256={name: sha256_of(file)})
    return file
