"""``python -m training change-imti``: write instruction data from captions, masks and reviews."""

from __future__ import annotations

import argparse
from itertools import chain
from pathlib import Path
from typing import Any

from training.change_imti.build import build
from training.change_imti.item import TASKS
from training.change_imti.pair import FLAVOURS, SPLITS
from training.change_imti.reading import Guide
from training.change_imti.source import SourceOptions, open_source
from training.guide.config import data_root


def parser() -> argparse.ArgumentParser:
    """The options of the command."""
    top = argparse.ArgumentParser(prog="python -m training change-imti", description=__doc__)
    top.add_argument("--flavour", required=True, choices=FLAVOURS)
    top.add_argument(
        "--from", required=True, action="append", dest="sources", metavar="KIND:WHERE",
        help="mci:FOLDER, text:FOLDER, tiles:FOLDER, scenes:NUMBER or reviewed:LAYERS; repeatable",
    )  # fmt: skip
    top.add_argument("--out", required=True, type=Path, help="folder to make")
    top.add_argument("--seed", type=int, default=0, help="of wordings and dialogues")
    top.add_argument("--guide", type=Path, help="readings of guides, JSON or JSONL, by fold")
    top.add_argument(
        "--keep-contradictions", action="store_true", help="clean: keep contradictory pairs"
    )
    top.add_argument(
        "--val", action="append", default=[], metavar="GROUP", help="tiles: for validation"
    )
    top.add_argument(
        "--split", default="train", choices=SPLITS, help="scenes, reviewed: their split"
    )
    top.add_argument("--first-scene", type=int, default=1, help="scenes: number of the first")
    top.add_argument("--before", help="reviewed: the earlier raster, where it was moved")
    top.add_argument("--after", help="reviewed: the later raster, where it was moved")
    top.add_argument(
        "--complete", action="store_true",
        help="reviewed: what was missed was added too; places without boxes are unchanged",
    )  # fmt: skip
    top.add_argument("--data", type=Path, help="data folder (default ../shared/data)")
    return top


def main(argv: list[str] | None = None) -> int:
    """Parse the arguments, write the dataset and print its counts.

    Parameters
    ----------
    argv : list of str, optional

    Returns
    -------
    int
        0 written; a wrong argument or missing file ends the program with 2.
    """
    top = parser()
    given = top.parse_args(argv)
    options = SourceOptions(
        tuple(given.val), given.split, given.first_scene, given.before, given.after,
        given.complete, data_root(given.data),
    )  # fmt: skip
    try:
        opened = [open_source(text, options) for text in given.sources]
        manifest = build(
            chain.from_iterable(pairs for pairs, _ in opened),
            given.out,
            given.flavour,
            seed=given.seed,
            guide=Guide.load(given.guide) if given.guide else None,
            keep_contradictions=given.keep_contradictions,
            terms=[terms for _, terms in opened],
        )
    except (ValueError, FileNotFoundError) as error:
        top.error(str(error))
    print(summary(manifest))
    return 0


def summary(manifest: dict[str, Any]) -> str:
    """Items by task and split, how many of them have a label, and what was left out."""
    lines = [f"{'split':6}{'task':20}{'items':>9}{'labelled':>10}"]
    for split in SPLITS:
        counts, known = (manifest[name].get(split, {}) for name in ("items", "labelled"))
        if not counts:
            continue
        lines += [
            f"{split:6}{task:20}{counts.get(task, 0):9,}{known.get(task, 0):10,}" for task in TASKS
        ]
    total, labelled = manifest["items_total"], manifest["labelled_total"]
    lines.append(f"{'total':26}{total:9,}{labelled:10,}")
    dropped = sum(manifest["contradictory_pairs_dropped"].values())
    lines.append(
        f"{len(manifest['contradictions'])} contradictions, {dropped} pairs left out for them, "
        f"{manifest['duplicate_pairs_skipped']} pairs given twice"
    )
    return "\n".join(lines)
