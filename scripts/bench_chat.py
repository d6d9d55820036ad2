"""What a conversation costs: the first word, tool answers on many objects, memory over many turns.

With a service process of its own, over HTTP, as the map's chat window talks to it:

* *first word*: seconds from a question to the first word of its answer, one client, layers read;
* *tools*: seconds of each tool on a run with many objects, as the answer's own ``result`` events
  say, and of the whole request;
* *clients*: so many at once, each with its own conversation; replies lost or mixed must be none;
* *turns*: the process's memory over so many turns of one conversation, and the time of a turn.

$ python scripts/bench_chat.py --boxes 100000 --turns 10000
$ python scripts/bench_chat.py --boxes 1000 --turns 200 --markdown

Prints JSON, or with --markdown a table. The objects are generated.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import httpx
import numpy as np
from shapely.geometry import box

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

X, Y = 500_000.0, 4_600_000.0
CLASSES, ACTIONS = ("building", "road", "other"), ("appeared", "disappeared")
QUESTIONS = {
    "count": "How many new buildings are there?",
    "measure": "How much area do the new buildings take?",
    "list_sorted": "Which are the ten largest new buildings?",
    "group_by_field": "How many changes are there by class?",
    "locate": "Where are the new roads?",
    "describe": "What changed?",
    "densest": "What is the densest cluster of new buildings?",
    "select": "Show the new buildings larger than 200 m².",
}
"""A question for each tool that needs no further layer."""


def write_run(path: Path, count: int) -> Path:
    """A finished run of generated objects, some ten to the hectare."""
    from engine.layers import BoxRecord, Provenance, TileRecord, open_writer
    from engine.objects.cells import cell_of

    rng = np.random.default_rng(7)
    side = 32.0 * count**0.5
    with open_writer(path, "EPSG:32633", "gpkg", Provenance("before.tif", "after.tif")) as writer:
        extent = box(X, Y, X + side, Y + side)
        writer.write_tiles([TileRecord("r0c0", 0, 0, "ok", extent, nodata_pct=0.0)])
        records = []
        for number in range(count):
            x, y, width, height = *rng.uniform(0, side - 30, 2), *rng.uniform(6, 28, 2)
            name = CLASSES[number % 3]
            shape = box(X + x, Y + y, X + x + width, Y + y + height)
            record = BoxRecord(
                box_id=f"{name}-{number:08x}", class_name=name,
                action=ACTIONS[int(rng.integers(2))] if name != "other" else "changed",
                box=shape, outline=shape, score=float(rng.uniform(0.4, 1)),
                area_m2=float(width * height), width_m=float(width), height_m=float(height),
                cell=cell_of(x, side - y, int(side), int(side)), nodata_pct=0.0,
                tile_ids=("r0c0",), caption=f"A {name}.",
            )  # fmt: skip
            records.append(record)
        writer.write_boxes(records)
        writer.commit()
    return path


@contextmanager
def service(folder: Path) -> Iterator[tuple[httpx.Client, int]]:
    """A service and a client; ends with the block."""
    token = secrets.token_hex(16)
    process = subprocess.Popen(
        [sys.executable, "-m", "engine.cli.main", "serve", "--root", str(folder), "--state-dir",
         str(folder / "state")],
        cwd=PROJECT, env=os.environ | {"CHANGEVG_TOKEN": token}, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    try:
        port = json.loads(process.stdout.readline())["port"]
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", timeout=600, trust_env=False,
            headers={"Authorization": f"Bearer {token}"},
            limits=httpx.Limits(max_connections=100),
        ) as client:  # fmt: skip
            yield client, process.pid
    finally:
        process.kill()
        process.wait()


def ask(client: httpx.Client, question: str, layers: Path, session: str | None) -> dict[str, Any]:
    """Ask, and note when the first word and the end came."""
    body: dict[str, Any] = {"message": question, "session": session}
    if session is None:
        body["layers"] = str(layers)
    began, first, name = time.perf_counter(), 0.0, ""
    told: dict[str, Any] = {}
    with client.stream("POST", "/v1/chat", json=body) as stream:
        for line in stream.iter_lines():
            if line.startswith("event: "):
                name = line[7:]
                if name == "token" and not first:
                    first = time.perf_counter() - began
            elif line.startswith("data: "):
                told[name] = json.loads(line[6:])
    return {"first": first, "whole": time.perf_counter() - began, **told}


def tools(client: httpx.Client, layers: Path, repeats: int) -> dict[str, Any]:
    """Seconds by tool."""
    began = time.perf_counter()
    session = ask(client, "What changed?", layers, None)["session"]["session"]
    found: dict[str, Any] = {"first question, layers read": round(time.perf_counter() - began, 3)}
    firsts = []
    for tool, question in QUESTIONS.items():
        replies = [ask(client, question, layers, session) for _ in range(repeats)]
        if any(reply["result"]["tool"] != tool for reply in replies):
            raise SystemExit(f"{question!r} was not answered by {tool}")
        firsts += [reply["first"] for reply in replies]
        found[tool] = {
            "tool_s": round(median(reply["result"]["seconds"] for reply in replies), 3),
            "first_word_s": round(median(reply["first"] for reply in replies), 3),
            "whole_s": round(median(reply["whole"] for reply in replies), 3),
        }
    return found | {"first word, worst": round(max(firsts), 3)}


def clients(client: httpx.Client, layers: Path, count: int) -> dict[str, Any]:
    """Replies of many at once."""
    wanted = list(QUESTIONS.values())
    truth = {question: ask(client, question, layers, None)["done"]["text"] for question in wanted}

    def one(number: int) -> tuple[int, float]:
        session, wrong, longest = None, 0, 0.0
        for turn in range(4):
            question = wanted[(number + turn) % len(wanted)]
            reply = ask(client, question, layers, session)
            same = session in (None, reply["session"]["session"])
            session = reply["session"]["session"]
            # A follow-up could mean something else; these questions say all themselves.
            wrong += not (same and reply.get("done", {}).get("text") == truth[question])
            longest = max(longest, reply["first"])
        return wrong, longest

    began = time.perf_counter()
    with ThreadPoolExecutor(count) as pool:
        replies = list(pool.map(one, range(count)))
    return {
        "clients": count,
        "replies": 4 * count,
        "lost or mixed": sum(wrong for wrong, _ in replies),
        "longest wait for a first word, s": round(max(longest for _, longest in replies), 2),
        "seconds": round(time.perf_counter() - began, 1),
    }


def turns(client: httpx.Client, pid: int, layers: Path, count: int) -> dict[str, Any]:
    """Memory over one long conversation."""
    import psutil

    process = psutil.Process(pid)
    session = ask(client, "What changed?", layers, None)["session"]["session"]
    wanted = list(QUESTIONS.values())
    memory, times = [], []
    for number in range(count):
        times.append(ask(client, wanted[number % len(wanted)], layers, session)["whole"])
        if number % max(1, count // 10) == max(1, count // 10) - 1:
            memory.append(round(process.memory_info().rss / 1e6, 1))
    tenth = max(1, count // 10)
    kept = client.get(f"/v1/chat/{session}").json()["turns"]
    return {
        "turns": count,
        "kept": len(kept) - 1,
        "memory_mb": memory,
        "turn_s, first tenth": round(median(times[:tenth]), 4),
        "turn_s, last tenth": round(median(times[-tenth:]), 4),
    }


def main() -> None:
    """Run all parts and print them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boxes", type=int, default=100_000, help="objects for the tools")
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--turns", type=int, default=10_000, help="of one conversation, 60 objects")
    parser.add_argument("--markdown", action="store_true", help="a table instead of JSON")
    options = parser.parse_args()
    result: dict[str, Any] = {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }
    with tempfile.TemporaryDirectory(prefix="changevg-bench-") as temporary:
        folder = Path(temporary)
        large = write_run(folder / "large.gpkg", options.boxes)
        small = write_run(folder / "small.gpkg", 60)
        with service(folder) as (client, pid):
            result["tools"] = {"boxes": options.boxes} | tools(client, large, options.repeats)
            result["clients"] = clients(client, small, options.clients)
        with service(folder) as (client, pid):
            result["turns"] = turns(client, pid, small, options.turns)
    if not options.markdown:
        print(json.dumps(result, indent=2))
        return
    print("| tool | tool, s | first word, s | whole answer, s |\n|---|---|---|---|")
    for tool in QUESTIONS:
        one = result["tools"][tool]
        print(f"| `{tool}` | {one['tool_s']} | {one['first_word_s']} | {one['whole_s']} |")
    for part in ("clients", "turns"):
        print("\n" + "; ".join(f"{name}: {value}" for name, value in result[part].items()))


if __name__ == "__main__":
    main()
