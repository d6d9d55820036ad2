"""Objects against a layer of the caller: new, already mapped, gone."""

from __future__ import annotations

import numpy as np

from engine.agent.arguments import CompareArguments
from engine.agent.calls import ToolCall
from engine.agent.neighbours import nearest
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Scene
from engine.agent.wording import metres, objects


def compare_with_layer(scene: Scene, call: ToolCall, args: CompareArguments) -> Result:
    """By geodesic distance between outlines and features, up to the tolerance."""
    at = scene.pick(args.where)
    layer, known = scene.vectors[args.layer], scene.objects
    found = nearest(known.outlines[at], layer.shapes, known.plane, args.tolerance_m)
    near, lost = found.target >= 0, known.action[at] == "disappeared"
    far = f"within {metres(args.tolerance_m)}"
    sentences: list[Sentence] = []
    rows: list[dict[str, object]] = []
    evidence: list[str] = []

    def add(kind: str, words: str, mask: np.ndarray, fids: tuple[int, ...], value: int) -> None:
        names = ids(known.box_id[at[mask]])
        sentences.append(Sentence(words, names, tuple((layer.name, fid) for fid in fids)))
        evidence.extend(names)
        rows.append({"find": kind, "count": value, "fids": list(fids)})

    if args.find in ("all", "new"):
        new = ~near & ~lost
        count = int(new.sum())
        words = f"Not in '{layer.name}' ({far}): {objects(args.where, count)}."
        add("new", words, new, (), count)
    if args.find in ("all", "mapped"):
        mapped = near & ~lost
        count = int(mapped.sum())
        fids = tuple(layer.fids[one] for one in np.unique(found.target[mapped]))
        words = f"Already in '{layer.name}' ({far}): {objects(args.where, count)}."
        add("mapped", words, mapped, fids, count)
    if args.find in ("all", "gone"):
        back = nearest(layer.shapes, known.outlines[at[lost]], known.plane, args.tolerance_m)
        hit = np.flatnonzero(back.target >= 0)
        gone = np.zeros(len(at), np.bool_)
        gone[np.flatnonzero(lost)[np.unique(back.target[hit])]] = True
        fids = tuple(layer.fids[one] for one in hit)
        words = f"In '{layer.name}', but removed on the ground ({far}): {len(fids):,} features."
        add("gone", words, gone, fids, len(fids))
    value = None if args.find == "all" else float(str(rows[0]["count"]))
    return Result(call, tuple(sentences), tuple(evidence), value, "count", tuple(rows))
