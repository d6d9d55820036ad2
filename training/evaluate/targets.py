"""What the guide must reach: the rows of the results page."""

from __future__ import annotations

import dataclasses

from training.guide.sources import CLCD_GSD_M


@dataclasses.dataclass(frozen=True)
class Target:
    """One measure of a row.

    Attributes
    ----------
    measure : str
        Dotted name in the sections.
    least : bool
        Whether the bound is the least value rather than the most.
    bound : float, optional
        None where a number is only told beside the others.
    """

    measure: str
    label: str = ""
    least: bool = True
    bound: float | None = None

    def met(self, value: float | None) -> bool | None:
        """Whether a value reaches it; None without value or bound."""
        if value is None or self.bound is None:
            return None
        return value >= self.bound if self.least else value <= self.bound

    @property
    def text(self) -> str:
        """The bound as people write it."""
        return "" if self.bound is None else f"{'≥' if self.least else '≤'} {self.bound:g}"


@dataclasses.dataclass(frozen=True)
class Row:
    """Lines of the table "what it must reach" that are measured together, on the same data.

    Attributes
    ----------
    part : str
        The part of the evaluation that measures them (``--only``).
    data : str
        What all of them are measured on.
    """

    name: str
    part: str
    data: str
    targets: tuple[Target, ...]


REPORT = "LEVIR tiles 35–47"
HELD = "held-out third of EPFL and CIL"
CLCD = (
    f"CLCD test outside its masks, which show changed cropland only: a new building elsewhere "
    f"counts as false; {CLCD_GSD_M} m a pixel taken, the images have 0.5 to 2 m"
)
ROWS = (
    Row("building pixels", "tiles", REPORT, (
        Target("building.pixel_f1", "F1", bound=0.93),
        Target("building.pixel_iou", "IoU", bound=0.87),
    )),
    Row("change flag against the captions", "tiles", REPORT, (
        Target("flag.accuracy", "accuracy", bound=0.965),
        Target("flag_by_network.accuracy", "the network's output alone"),
    )),
    Row("building count", "tiles", REPORT, (
        Target("building.count_relative_mae", "relative MAE", least=False, bound=0.08),
        Target("building.count_mae", "MAE"),
    )),
    Row("building cells", "tiles", REPORT, (
        Target("building.cells_f1", "micro F1", bound=0.97),
        Target("building.cells_subset", "subset", bound=0.82),
    )),
    Row("building objects", "tiles", REPORT, (
        Target("building.object_recall", "recall", bound=0.85),
    )),
    Row("false building objects per km²", "quiet", f"unchanged crops of {REPORT}", (
        Target("quiet.levir.building_per_km2", "unchanged crops", least=False, bound=2),
    )),
    Row("building objects per km², farmland", "quiet", CLCD, (
        Target("quiet.clcd.building_per_km2", "CLCD, not all of them false"),
    )),
    Row("direction after date swap, matched objects", "tiles", REPORT, (
        Target("swapped.direction", "right", bound=0.98),
    )),
    Row("road change, composed real pairs", "roads", HELD, (
        Target("roads.composed.iou", "IoU", bound=0.5),
        Target("roads.composed.relaxed_f1", "relaxed F1 (3 px)", bound=0.7),
        Target("roads.crossed.iou", "two images: IoU"),
        Target("roads.crossed.relaxed_f1", "two images: relaxed F1"),
        Target("roads.painted.iou", "painted over: IoU"),
        Target("roads.painted.relaxed_f1", "painted over: relaxed F1"),
    )),
    Row("road change, generated scenes", "scenes", "held-out generated scenes", (
        Target("scenes.road.iou", "IoU", bound=0.6),
    )),
    Row("roads on changed crops, by their sentences", "road-crops", REPORT, (
        Target("road_crops.balanced_accuracy", "balanced accuracy", bound=0.7),
    )),
    Row("captions, changed crops, words", "captions", REPORT, (
        Target("captions.changed.s_m", "S*m", bound=39),
    )),
    Row("counterfactuals", "edits", f"real-texture edits of {REPORT}", (
        Target("edits.exact", "exactly its own claim", bound=0.97),
    )),
    Row("counterfactuals, roads", "edits", f"roads painted over in the {HELD}", (
        Target("edits_roads.exact", "exactly its own claim"),
    )),
    Row("pairs per second against `paper`", "speed", "256 px, onnxruntime, two cores", (
        Target("speed.ratio", "times", bound=8),
    )),
    Row("files of the guide", "speed", "model folder", (
        Target("size.mb", "MB", least=False, bound=12),
    )),
)  # fmt: skip
"""In the order of the issue that set them."""
PARTS = ("tiles", "quiet", "roads", "scenes", "road-crops", "captions", "edits", "speed")
"""Parts of an evaluation, in the order they run."""
