"""What changed, in a few sentences from the objects' own fields."""

from __future__ import annotations

import numpy as np

from engine.agent.arguments import Where, WhereArguments
from engine.agent.calls import ToolCall
from engine.agent.result import Result, Sentence, ids
from engine.agent.selection import Scene
from engine.agent.tools.ordering import row
from engine.agent.wording import area, objects, place
from engine.layers.schema import ACTIONS, CLASSES
from engine.plain_text import plain_line

SINGLY = 5
"""Up to so many objects are described one by one."""
CAPTION_MOST = 200
"""Characters of a caption that are quoted."""


def describe(scene: Scene, call: ToolCall, args: WhereArguments) -> Result:
    """A sentence for each class and action that is there, or for each of few objects.

    Captions stand in the layer, where anybody may have edited them: they are quoted as text.
    """
    at = scene.pick(args.where)
    known = scene.objects
    found = ids(known.box_id[at])
    verb = "is" if len(found) == 1 else "are"
    sentences = [Sentence(f"There {verb} {objects(args.where, len(found))}.", found)]
    if len(at) <= SINGLY:
        for one in at:
            words = f"{known.box_id[one]}: {known.class_name[one]}, {known.action[one]}"
            if np.isfinite(known.area_m2[one]):
                words += f", {area(float(known.area_m2[one]))}"
            if known.cell[one]:
                words += f", {place(known.cell[one])}"
            if known.caption[one]:
                words += f", “{plain_line(str(known.caption[one]), CAPTION_MOST)}”"
            sentences.append(Sentence(f"{words}.", (str(known.box_id[one]),)))
    else:
        for name in CLASSES:
            for action in ACTIONS:
                here = at[(known.class_name[at] == name) & (known.action[at] == action)]
                if len(here):
                    what = objects(Where.model_validate(_of(name, action)), len(here))
                    total = area(float(np.nansum(known.area_m2[here])))
                    cells = [cell for cell in known.cell[here] if cell]
                    most = f", most {place(max(sorted(set(cells)), key=cells.count))}"
                    text = f"{what}, {total} in total{most if cells else ''}."
                    sentences.append(Sentence(text, ids(known.box_id[here])))
    rows = tuple(row(scene, int(one)) for one in at[:SINGLY]) if len(at) <= SINGLY else ()
    return Result(call, tuple(sentences), found, float(len(found)), "count", rows)


def _of(name: str, action: str) -> dict[str, str]:
    return {"class_name": name, "action": action}
