"""``python -m training adapt``: tune a model on reviewed boxes; JSON on stdout."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any, get_args

from engine.errors import EngineError
from engine.models.registry import add_model, remove_model
from training.adapt.tune import Job, What, adapt


def parser() -> argparse.ArgumentParser:
    """The options."""
    top = argparse.ArgumentParser(prog="python -m training adapt", description=__doc__)
    top.add_argument("--layers", nargs="+", type=Path, help="reviewed results of one raster pair")
    top.add_argument("--before", default="", help="raster; what the results name by default")
    top.add_argument("--after", default="", help="raster; alike")
    top.add_argument("--model", default="changevg-nano", help="id or folder of the model to tune")
    top.add_argument("--out", type=Path, help="folder of the tuned model")
    top.add_argument("--name", default="", help="its id; the folder's name by default")
    top.add_argument("--minutes", type=float, default=10.0, help="most time for reading rasters")
    top.add_argument(
        "--tune", choices=get_args(What), default="auto",
        help="the decoder's weights and the decision values, or these alone (default: weights "
        "where torch is installed)",
    )  # fmt: skip
    top.add_argument("--steps", type=int, default=100, help="of the weights (default: 100)")
    top.add_argument("--seed", type=int, default=0)
    top.add_argument("--threads", type=int, help="threads of the network; all cores by default")
    top.add_argument("--add", action="store_true", help="add it to the user's models if it is kept")
    top.add_argument("--revert", metavar="ID", help="take a tuned model away again, nothing else")
    top.add_argument("--progress", choices=("none", "json"), default="none", help="on stderr")
    return top


def main(argv: list[str] | None = None) -> int:
    """Run it; returns its exit code: 0 done (kept or not), 1 failure, 2 usage."""
    top = parser()
    options = top.parse_args(argv)
    try:
        report = _run(options, top)
    except EngineError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    print(json.dumps({"event": "done", **report}, ensure_ascii=False))
    return 0


def _run(options: argparse.Namespace, top: argparse.ArgumentParser) -> dict[str, Any]:
    if options.revert:
        info = remove_model(options.revert)
        return {"reverted": info.id, "parent": (info.parent or {}).get("id")}
    if not options.layers or options.out is None:
        top.error("--layers and --out are needed")
    job = Job(
        layers=tuple(options.layers),
        before=options.before,
        after=options.after,
        model=options.model,
        out=options.out,
        name=options.name,
        minutes=options.minutes,
        seed=options.seed,
        threads=options.threads,
        what=options.tune,
        steps=options.steps,
    )
    report = adapt(job, _say if options.progress == "json" else lambda stage, done, total: None)
    if report["kept"] and options.add:
        report["added"] = str(add_model(job.out, overwrite=True).path)
    return report


def _say(stage: str, done: int, total: int) -> None:
    event = {"event": "progress", "stage": stage, "done": done, "total": total}
    print(json.dumps(event), file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
