"""The tuned model as a folder: the original's files, other decision values, where it comes from."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.models import ModelInfo
from engine.models.folder import MODEL_FILE, sha256_of
from training.evaluate.claims import Limits


def write_model(
    parent: ModelInfo,
    out: Path,
    name: str,
    limits: Limits,
    made_from: Mapping[str, Any],
    today: dt.date | None = None,
    guide: bytes | None = None,
) -> Path:
    """Write a model folder, atomically; an older one of this name is replaced.

    The files are the parent's, byte by byte, but a tuned guide; ``thresholds`` are the tuned ones.

    Parameters
    ----------
    parent : ModelInfo
        The model that was tuned, with its files checked.
    out : Path
        The folder.
    name : str
        Id of the tuned model.
    made_from : mapping
        Numbers of reviews, seed, report … as they go into ``model.json`` under ``adapted``.

    guide : bytes, optional
        The guide's ONNX file with tuned weights.

    Raises
    ------
    ValueError
        ``out`` is there and is no tuned model, or is the parent's own folder.
    """
    check_target(out, parent)
    source = parent.path / MODEL_FILE
    settings: dict[str, Any] = json.loads(source.read_text("utf-8"))
    day = (today or dt.date.today()).isoformat()
    settings["id"] = name
    settings["version"] = f"{parent.version}+adapted.{day.replace('-', '')}"
    settings["title"] = f"{parent.title or parent.id}, adapted"
    settings["parent"] = {
        "id": parent.id,
        "version": parent.version,
        "model_json_sha256": sha256_of(source),
        "guide_sha256": parent.part_sha256("guide"),
    }
    settings["adapted"] = {"date": day, **made_from}
    marks = settings.setdefault("thresholds", {})
    for key in ("change", "min_area_m2", "min_score"):
        marks[key] = dict(getattr(limits, key))
    settings["measured_weights"] = (
        f"the metrics are those of {parent.id} {parent.version} with its own "
        + ("thresholds" if guide is None else "weights and thresholds")
    )
    if guide is not None:
        settings["sha256"][parent.parts["guide"]] = hashlib.sha256(guide).hexdigest()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as room:
        made = Path(room) / "model"
        made.mkdir()
        for file in parent.sha256:
            (made / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(parent.path / file, made / file)
        if guide is not None:
            (made / parent.parts["guide"]).write_bytes(guide)
        text = json.dumps(settings, indent=1, ensure_ascii=False)
        (made / MODEL_FILE).write_text(text + "\n", "utf-8")
        if out.exists():
            os.replace(out, Path(room) / "replaced")
        os.replace(made, out)
    return out


def check_target(out: Path, parent: ModelInfo) -> None:
    """Refuse a folder that holds something else.

    Raises
    ------
    ValueError
        See :func:`write_model`.
    """
    if not out.exists():
        return
    if out.resolve() == parent.path.resolve():
        raise ValueError(f"{out} is the model that is tuned: name another folder")
    file = out / MODEL_FILE
    known = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    if "adapted" not in known and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out} is there and is no adapted model: it is not replaced")
