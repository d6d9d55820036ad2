"""``python -m training.evaluate.adapt``: what tuning on 50 reviewed boxes is worth on real places.

The reviewer is played by the truth masks: an object that touches true change is confirmed, any
other is rejected. The boxes with the lowest scores come first, as in the results list. Half of a
group's tiles are reviewed, the other half is held back; the other groups are the other places.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.adapt.choice import Values, choose, values_of, with_values
from training.adapt.ground import ANCHOR, Ground, Mark, verdicts
from training.evaluate.claims import Claims, Limits, class_map, filtered, objects_of
from training.evaluate.measure import Sums, divide, f1, recall
from training.evaluate.models import Subject, open_subject
from training.evaluate.on_tiles import MASKED
from training.evaluate.places import PIXEL_M
from training.evaluate.truths import ClassScores
from training.evaluate.window import Array, Model, slide
from training.guide.config import data_root
from training.guide.tiles import load_tiles

if TYPE_CHECKING:
    from training.adapt.decoder import GuideGraph

PIXEL_M2 = PIXEL_M**2
REVIEWS, SEEDS = 50, 10


@dataclasses.dataclass
class Place:
    """One tile as the model reads it, with its truth.

    Attributes
    ----------
    before, after : ndarray
        uint8 (H, W, 3).
    change : ndarray
        float32 (K, H, W).
    truth : ndarray
        bool (H, W).
    """

    name: str
    before: Array
    after: Array
    change: Array
    truth: Array
    limits: Limits

    def __post_init__(self) -> None:
        self._levels: dict[float, Claims] = {}
        self._scores: dict[Values, ClassScores] = {}
        self.original = self.claims(values_of(self.limits, MASKED))
        touched = np.unique(self.original.labels[self.truth])
        self.right = np.isin(np.arange(1, self.original.count + 1), touched)

    def claims(self, values: Values) -> Claims:
        """The buildings under some decision values."""
        if values.change not in self._levels:
            limits = with_values(self.limits, {MASKED: values})
            index = self.limits.classes.index(MASKED)
            mask = class_map(self.change, limits) == index + 1
            blank = np.zeros_like(self.change[index])
            self._levels[values.change] = objects_of(mask, self.change[index], blank)
        return filtered(
            self._levels[values.change], values.min_area_m2 / PIXEL_M2, values.min_score
        )

    def scores(self, values: Values) -> ClassScores:
        """What these buildings are worth; measured once."""
        if values not in self._scores:
            scores = ClassScores()
            scores.add(self.name, self.claims(values), self.truth, PIXEL_M)
            self._scores[values] = scores
        return self._scores[values]

    def ground(self, reviewed: set[int]) -> Ground:
        """The tile with the verdicts on some of its objects."""
        marks = tuple(
            Mark(MASKED, bool(right)) if index in reviewed else Mark(MASKED, True, ANCHOR)
            for index, right in enumerate(self.right)
        )
        km2 = self.truth.size * PIXEL_M2 / 1e6
        return Ground(
            self.name, self.change, self.original.labels, marks, km2, PIXEL_M2,
            self.before, self.after,
        )  # fmt: skip

    def read_by(self, run: Model) -> Place:
        """The same tile as another guide reads it."""
        change, _ = slide(run, self.before, self.after)
        return dataclasses.replace(self, change=change)


def read_places(subject: Subject, root: Path, group: str) -> list[Place]:
    """Read the tiles of a group, or of several joined by ``+``."""
    return [
        Place(
            tile.name,
            tile.before,
            tile.after,
            subject.read(tile.before, tile.after)[0],
            tile.truth[..., 0] > 0,
            subject.limits,
        )
        for tile in load_tiles(root, tuple(group.split("+")))
    ]


def review(places: Sequence[Place], count: int) -> list[Ground]:
    """The tiles on which the ``count`` boxes with the lowest scores were judged."""
    boxes = [
        (float(score), place, index)
        for place, tile in enumerate(places)
        for index, score in enumerate(tile.original.score)
    ]
    seen: dict[int, set[int]] = {}
    for _, place, index in sorted(boxes)[:count]:
        seen.setdefault(place, set()).add(index)
    return [places[place].ground(indices) for place, indices in sorted(seen.items())]


def measured(places: Sequence[Place], values: Values) -> dict[str, float | None]:
    """False objects per km², object recall and F1, pixel F1 of some tiles together."""
    pixels, things, ground = Sums("tp", "fp", "fn"), Sums("tp", "fp", "fn"), Sums("false", "km2")
    for place in places:
        scores = place.scores(values)
        for sums, part in (
            (pixels, scores.pixels),
            (things, scores.objects),
            (ground, scores.ground),
        ):
            sums.add(place.name, **{name: part.total(name) for name in sums.fields})
    return {
        "false_objects": ground.total("false"),
        "false_objects_per_km2": ground.measure(lambda s: divide(s["false"], s["km2"])).value,
        "object_recall": things.measure(recall).value,
        "object_f1": things.measure(f1).value,
        "pixel_f1": pixels.measure(f1).value,
    }


def tuned_once(
    group: Sequence[Place],
    others: Sequence[Place],
    limits: Limits,
    seed: int,
    reviews: int,
    graph: GuideGraph | None = None,
) -> dict[str, Any]:
    """Review one half of a group's tiles, drawn by ``seed``; measure the other and the others.

    Where a ``graph`` is given its weights are tuned, else the decision values.
    """
    order = np.random.default_rng(seed).permutation(len(group))
    half = (len(group) + 1) // 2
    shown, held = ([group[i] for i in part] for part in (order[:half], order[half:]))
    grounds = review(shown, reviews)
    before = after = values_of(limits, MASKED)
    tuned: list[list[Place]] = [held, list(others)]
    trial = None
    if graph is None:
        after = values_of(choose(grounds, limits), MASKED)
    elif all(verdicts(grounds)):
        from training.adapt.relearn import relearn

        learned = relearn(graph, grounds, limits, seed)
        trial = learned.trial.report()
        run = graph.runner(learned.decoder)
        tuned = [[place.read_by(run) for place in part] for part in tuned]
    confirmed, rejected = verdicts(grounds)
    return {
        "seed": seed,
        "confirmed": confirmed,
        "rejected": rejected,
        "values": after._asdict(),
        "trial": trial,
        "held_back": [measured(held, before), measured(tuned[0], after)],
        "elsewhere": [measured(others, before), measured(tuned[1], after)],
    }


def summary(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Means over the runs: false objects in sum, the others' mean change."""
    found: dict[str, Any] = {"runs": len(runs)}
    for where in ("held_back", "elsewhere"):
        before, after = (sum(run[where][i]["false_objects"] for run in runs) for i in (0, 1))
        part: dict[str, Any] = {
            "false_objects_per_km2": [
                _mean([run[where][i]["false_objects_per_km2"] for run in runs]) for i in (0, 1)
            ],
            "false_objects_change": round(after / before - 1, 4) if before else None,
        }
        for name in ("object_recall", "object_f1", "pixel_f1"):
            pairs = [(run[where][0][name], run[where][1][name]) for run in runs]
            changes = [two - one for one, two in pairs if one is not None and two is not None]
            part[name] = _mean([one for one, _ in pairs])
            part[f"{name}_change"] = _mean(changes)
            part[f"{name}_worst"] = round(min(changes), 4) if changes else None
        found[where] = part
    return found


def as_kept(runs: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The summary where models that are no better on what was held back are not kept."""
    kept = [run["trial"] is None or run["trial"]["better"] for run in runs]
    told = [
        run if own else run | {where: [run[where][0]] * 2 for where in ("held_back", "elsewhere")}
        for run, own in zip(runs, kept, strict=True)
    ]
    return {"kept": sum(kept)} | summary(told)


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(float(np.mean(known)), 4) if known else None


def evaluate(
    model: Path,
    root: Path,
    groups: Sequence[str],
    others: Sequence[str],
    seeds: int,
    reviews: int,
    weights: bool = False,
) -> dict[str, Any]:
    """Tune on each group in turn; the rest of the groups and ``others`` are the other places.

    ``weights``: the guide's decoder is tuned, not the decision values.
    """
    subject = open_subject(model)
    graph = None
    if weights:
        from training.adapt.decoder import GuideGraph

        graph = GuideGraph(model / subject.settings["parts"]["guide"])
    places = {name: read_places(subject, root, name) for name in dict.fromkeys([*groups, *others])}
    report: dict[str, Any] = {"reviews": reviews, "groups": {}}
    for group in groups:
        rest = [place for name, part in places.items() if name != group for place in part]
        runs = []
        for seed in range(seeds):
            runs.append(tuned_once(places[group], rest, subject.limits, seed, reviews, graph))
            print(json.dumps(runs[-1]), file=sys.stderr, flush=True)
        report["groups"][group] = {
            "summary": summary(runs), "as_kept": as_kept(runs), "runs": runs,
        }  # fmt: skip
    return report


def main(argv: list[str] | None = None) -> int:
    """Print the report as JSON; returns the exit code."""
    top = argparse.ArgumentParser(prog="python -m training.evaluate.adapt", description=__doc__)
    top.add_argument("--model", type=Path, required=True, help="model folder")
    top.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    top.add_argument("--group", nargs="+", required=True, help="LEVIR groups in turn; a+b is one")
    top.add_argument("--other", nargs="*", default=[], help="groups that are only measured")
    top.add_argument("--seeds", type=int, default=SEEDS, help="ways of halving a group")
    top.add_argument("--reviews", type=int, default=REVIEWS)
    top.add_argument("--weights", action="store_true", help="tune the decoder, not its limits")
    options = top.parse_args(argv)
    root = data_root(options.data)
    report = evaluate(
        options.model,
        root,
        options.group,
        options.other,
        options.seeds,
        options.reviews,
        options.weights,
    )
    print(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
