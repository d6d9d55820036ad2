"""Short forms of the long suites: a few hostile rasters, one disturbance of each kind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from support.command import PROJECT, environment

pytest.importorskip("psutil")


def told(*arguments: object) -> dict:
    done = subprocess.run(
        [sys.executable, *map(str, arguments)], cwd=PROJECT, env=environment(), check=False,
        capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(done.stdout)


def test_hostile_rasters_are_read_or_refused_by_name() -> None:
    report = told(PROJECT / "scripts" / "fuzz_inputs.py", "--cases", 60, "--seed", 11)
    assert report["cases"] == 60 and report["findings"] == 0
    assert len(report["by_kind"]) >= 8 and report["outcomes"]["RasterOpenError"] > 0


def test_a_finding_is_found(tmp_path: Path) -> None:
    """A reader that fails in another way than by name is reported with its seed."""
    script = tmp_path / "broken.py"
    script.write_text(
        "import sys\nsys.path[:0] = sys.argv.pop(1).split(':')\nimport fuzz_inputs\n"
        "def broken(seed, folder):\n"
        "    if seed == 3: import os; os.abort()\n"
        "    if seed == 4: raise KeyError(seed)\n"
        "    if seed == 5:\n        while True: pass\n"
        "    return 'x', 'read'\n"
        "fuzz_inputs.try_case = broken\n"
        "fuzz_inputs.START_METHOD = 'fork'\n"
        "if __name__ == '__main__': sys.exit(fuzz_inputs.main())\n"
    )
    done = subprocess.run(
        [sys.executable, str(script), f"{PROJECT}:{PROJECT / 'scripts'}", "--cases", "7",
         "--seconds", "1"],
        cwd=PROJECT, env=environment(), check=False, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    found = {one["seed"]: one["outcome"] for one in json.loads(done.stdout)["found"]}
    assert set(found) == {3, 4, 5}
    assert found[3] == "crash (-6)" and found[4] == "untyped KeyError" and "hang" in found[5]


def test_disturbed_runs_end_with_the_same_layers() -> None:
    report = told(
        PROJECT / "scripts" / "stress_faults.py", "--kills", 2, "--signals", 2, "--disk", 1,
        "--twins", 1, "--cuts", 1, "--shares", 2, "--guides", 2, "--servers", 2, "--size", 700,
    )  # fmt: skip
    assert report["findings"] == 0
    assert report["kills"]["seen"]["killed"] >= 1
    assert report["servers"]["seen"]["tiles it was heard of"] >= 1
