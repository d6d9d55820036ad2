"""A model folder for the engine: a guide, and a language model or an adapter of one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.models.folder import ALLOWED_SUFFIXES, MODEL_FILE, load_model, sha256_of
from training.files import write_text
from training.guide.card import write_description
from training.language.base_model import check_base
from training.language.merge import adapter_base

_GUIDE_PARTS = ("guide", "caption", "vocab")
_SPOKEN = " Language model: "
LARGE = "changevg-7b"
"""Id of a packed large model, unless another is asked for."""


def pack(
    out: Path,
    name: str | None,
    guide: str,
    adapter: Path | None = None,
    merged: Path | None = None,
    nano: Path | None = None,
    base: str | None = None,
    revision: str | None = None,
) -> Path:
    """Write a folder that ``engine tile-infer --model`` loads.

    Parameters
    ----------
    out : Path
        A folder that does not exist yet.
    name : str, optional
        The model's id; with ``nano`` the guide's own by default.
    guide : str
        Id or folder of the model whose guide it takes.
    adapter, merged, nano : Path, optional
        One of them: an adapter, whose base the engine loads by its name; whole weights; or the
        graphs of a nano model (``export``).
    base, revision : str, optional
        What the adapter is put on; what it names itself by default.

    Raises
    ------
    ModelError
        The guide's folder cannot be used, or the finished one cannot.
    FileNotFoundError
        No adapter there.
    ValueError
        ``out`` exists, or not exactly one of ``adapter``, ``merged`` and ``nano`` is given.
    """
    if sum(one is not None for one in (adapter, merged, nano)) != 1:
        raise ValueError("give an adapter, merged weights or a nano model, one of them")
    if out.exists():
        raise ValueError(f"{out} is there already; choose another folder")
    info = load_model(guide)
    content: dict[str, Any] = json.loads((info.path / MODEL_FILE).read_text("utf-8"))
    parts = {part: info.parts[part] for part in _GUIDE_PARTS if part in info.parts}
    files = [(info.path / file, file) for file in parts.values()]
    for key in ("base", "free_questions"):
        content.pop(key, None)
    if adapter is not None:
        named, pinned = adapter_base(adapter)
        content["base"] = {"id": base or named, "revision": revision if base else pinned}
        parts["adapter"] = "adapter"
        files += _inside(adapter, "adapter")
        spoken = f"an adapter for {content['base']['id']}, whose own licence holds for it"
    elif nano is not None:
        parts["language"] = "language"
        content["free_questions"] = False  # it was taught the tasks alone
        files += _inside(nano, "language")
        spoken = "academic and research use, as the images and sentences it learned from allow"
    else:
        assert merged is not None
        check_base(merged)
        parts["language"] = "language"
        files += _inside(merged, "language")
        spoken = "weights with an adapter merged; the base model's own licence holds for them"
    content["parts"] = parts
    if nano is None:
        content |= {"id": name or LARGE, "title": name or LARGE}
        told = f"The guide of {info.id} {info.version} with a large language model."
        content["description"] = told
    elif name is not None:
        content["id"] = name
    licence = info.licence_weights.partition(_SPOKEN)[0]
    content["licence_weights"] = f"{licence}{_SPOKEN}{spoken}.".strip()
    part = out.with_name(out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    for source, target in files:
        (part / target).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, part / target)
    content["sha256"] = {target: sha256_of(part / target) for _, target in files}
    if nano is None:
        write_text(part / MODEL_FILE, json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    else:
        write_description(part, content)
    load_model(part)
    part.replace(out)
    return out


def _inside(folder: Path, part: str) -> Iterable[tuple[Path, str]]:
    for file in sorted(folder.iterdir()):
        if file.is_file() and file.suffix in ALLOWED_SUFFIXES:
            yield file, f"{part}/{file.name}"
