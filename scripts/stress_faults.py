"""Disturb runs in every way a machine can, and compare their layers with those of a quiet run.

* ``kills``: SIGKILL at random moments, then ``--resume`` (perhaps killed too) until done;
* ``signals``: SIGINT and SIGTERM at every stage and at random moments;
* ``disk``: file systems of every size from too small to just right (needs root; else file sizes
  are limited), then ``--resume`` with room;
* ``twins``: a second process on the same output;
* ``cuts``: an input cut short during the run, mended, and ``--resume``;
* ``shares``: the folder of the inputs or of the outputs goes away and comes back, and ``--resume``;
* ``guides``: onnxruntime fails at random, and ``--resume``;
* ``servers``: a language server fails at random, or dies.

After each, the layers must equal the quiet run's, no temporary file may be left, the exit code must
be right and every error typed.

$ python scripts/stress_faults.py --kills 100 --signals 30 --seed 1
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(PROJECT), str(PROJECT / "scripts"), str(PROJECT / "tests")]

from fault_trials import Trials  # noqa: E402 - the path comes first

KINDS = ("kills", "signals", "disk", "twins", "cuts", "shares", "guides", "servers")


def main() -> int:
    """Run the command line; 1 where something is not as promised."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for kind, count in zip(KINDS, (100, 30, 12, 5, 10, 10, 10, 6), strict=True):
        parser.add_argument(f"--{kind}", type=int, default=count)
    parser.add_argument("--size", type=int, default=1600, help="pixels of a side of the pair")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=1e6, help="begin no trial after this")
    args = parser.parse_args()
    rng = random.Random(args.seed)  # nosec B311 - chance, not a secret
    told: dict[str, Any] = {"seed": args.seed, "size": args.size}
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="changevg-faults-") as name:
        trials = Trials(Path(name), args.size)
        told["quiet_s"] = round(trials.quiet_s, 2)
        for kind in KINDS:
            told[kind] = _many(
                getattr(trials, kind), getattr(args, kind), rng, begin + 60 * args.minutes
            )
            print(f"{kind}: {json.dumps(told[kind])}", file=sys.stderr, flush=True)
    told["minutes"] = round((time.monotonic() - begin) / 60, 1)
    told["findings"] = sum(len(told[kind]["found"]) for kind in KINDS)
    print(json.dumps(told, indent=1))
    return 1 if told["findings"] else 0


def _many(
    trial: Callable[[random.Random, int], Counter[str]], count: int, rng: random.Random,
    until: float,
) -> dict[str, Any]:  # fmt: skip
    """Do so many trials, or as many as fit before a time."""
    seen: Counter[str] = Counter()
    found = []
    done = 0
    for number in range(count):
        if time.monotonic() > until:
            break
        state = rng.random()  # each trial has its own numbers, whatever the one before took
        try:
            seen += trial(random.Random(state), number)  # nosec B311
        except AssertionError as error:
            found.append({"trial": number, "wrong": str(error)})
        done += 1
    return {"trials": done, "seen": dict(sorted(seen.items())), "found": found}


if __name__ == "__main__":
    sys.exit(main())
