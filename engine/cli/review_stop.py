"""``engine review-stop``: where a person may stop looking at tiles."""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.cli.options import AsJson

if TYPE_CHECKING:
    from engine.review_stop import RankedTiles


def review_stop(
    changes: Annotated[Path, typer.Argument(help="Output of tile-infer.")],
    draw: Annotated[
        int | None,
        typer.Option("--draw", help="Draw so many tiles to review, or enlarge the draw.", min=1),
    ] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of the draw.", min=0)] = 0,
    sample: Annotated[
        Path | None,
        typer.Option("--sample", help="The sample, .gpkg or .csv; beside CHANGES when not given."),
    ] = None,
    missed: Annotated[
        str, typer.Option("--missed", help="Most changed tiles that may be missed, percent.")
    ] = "5",
    confidence: Annotated[
        str, typer.Option("--confidence", help="How sure that has to be, percent.")
    ] = "95",
    looks: Annotated[
        int,
        typer.Option("--looks", help="Stops that will be read off this sample, at most.", min=1),
    ] = 1,
    out_of_range: Annotated[
        str,
        typer.Option(
            "--max-out-of-range", help="No stop with more tiles unlike the training, percent."
        ),
    ] = "20",
    output: Annotated[
        Path | None,
        typer.Option("--output", help="Also write the ranked list: .gpkg or .csv."),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the list or, with --draw, the sample.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say where review of the ranked tiles can end.

    Draw a random sample of the tiles, fill in its field review (changed, unchanged, unsure) in the
    order of the draw, and ask again.

    $ engine review-stop changes.gpkg --draw 200
    $ engine review-stop changes.gpkg --output ranked.gpkg
    """
    from engine.errors import UsageError
    from engine.review_stop import Limits, decide, read_sample, read_tiles, sample_path
    from engine.review_stop.decision import ASSUMPTIONS
    from engine.review_stop.list_file import check_list, write_list
    from engine.review_stop.words import sentence

    file = sample or sample_path(changes)
    risk = 1 - _share("--confidence", confidence, 50, 100)
    limits = Limits(_share("--missed", missed, 0, 50), float(risk) / looks)
    most = float(_share("--max-out-of-range", out_of_range, -1, 101))
    tiles = read_tiles(changes)
    if draw is not None:
        if output is not None:
            raise UsageError("--draw writes a sample and no list.", hint="Ask for one of them.")
        _draw(tiles, file, draw, seed, overwrite, as_json)
        return
    if output is not None:
        check_list(output, (changes, file), overwrite)
    drawn = read_sample(file)
    decision = decide(tiles, drawn, limits, most_out_of_range=most)
    if output is not None:
        write_list(output, tiles, drawn, decision)
    if as_json:
        told = {
            "sentence": sentence(decision),
            **decision.as_dict(),
            "looks": looks,
            "assumptions": list(ASSUMPTIONS),
            "sample": str(file),
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    for note in decision.notes:
        print(f"warning: {note}", file=sys.stderr)
    print(sentence(decision))
    if decision.calibration:
        print("tiles            score          calibrated  seen changed/reviewed")
    for row in decision.calibration:
        ranks = f"{row['first_rank']}-{row['last_rank']}"
        scores = f"{row['highest_score']:.2f}-{row['lowest_score']:.2f}"
        seen = f"{row['changed']}/{row['reviewed']}"
        print(f"{ranks:16} {scores:14} {row['calibrated']:<11.2f} {seen}")


def _draw(
    tiles: RankedTiles, file: Path, count: int, seed: int, overwrite: bool, as_json: bool
) -> None:
    from engine.review_stop import draw, write_sample
    from engine.review_stop.sample_files import earlier_sample

    before = earlier_sample(file)
    drawn = draw(tiles, count, seed, None if overwrite else before)
    write_sample(file, drawn, tiles)
    reviewed = sum(row.review is not None for row in drawn.rows)
    if as_json:
        told = {
            "sample": str(file),
            "seed": seed,
            "tiles": len(tiles),
            "drawn": len(drawn.rows),
            "reviewed": reviewed,
            "draw": [row.tile_id for row in drawn.rows],
        }
        print(json.dumps(told, indent=2, ensure_ascii=False))
        return
    print(
        f"{file}: {len(drawn.rows):,} of {len(tiles):,} tiles drawn with seed {seed}, {reviewed:,} "
        "of them reviewed. Fill in review (changed, unchanged, unsure) in the order of draw."
    )


def _share(option: str, percent: str, above: int, below: int) -> Fraction:
    from engine.errors import UsageError

    try:
        share = Fraction(percent.strip().rstrip("%").strip())
    except (ValueError, ZeroDivisionError):
        share = Fraction(above)
    # Thousandths of a percent are exact in the arithmetic of long lists; finer ones need not be.
    if not above < share < below or share.denominator > 1000:
        raise UsageError(
            f"{option} {percent} is no percentage of use here.",
            hint=f"A number between {max(above, 0)} and {min(below, 100)}, three decimals at most.",
        )
    return share / 100
