#!/usr/bin/env python3
"""Check everything: lint, types, security, and all tests; set up what they need first.

usage: python3 scripts/check.py [--fast] [--no-qgis | --require-qgis] [--system-packages]
                                [-k EXPRESSION] [-- pytest arguments]

The plugin tests need QGIS. Where it is missing this asks before it installs it with apt;
--system-packages (or CI=true) says yes beforehand, and without consent those tests are left out,
said so, and do not fail the check. $CHANGEVG_TORCH_INDEX is a package index to take torch from
(for its CPU build); $CHANGEVG_VENV_DIR puts the environments elsewhere; $QGIS_PYTHON is a Python
that imports qgis.core.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import qgis_python
from environment import ROOT, SetupError, clean_environ, ensure_project, python_of, tool_of

EXTRAS = ("cpu", "dev", "train", "evaluate")
ENGINE_TESTS = ("tests/engine", "tests/training", "tests/scripts")
PLUGIN_TESTS = "tests/plugin"
# Checksums of model files are not secrets, nor are those of the measured model.
CHECKSUMS = r"(^|/)(model\.json|docs/results\.json|.*\.(onnx|png|svg|gpkg|lock))$"
ANSI = re.compile(r"\x1b\[[0-9;]*m")
AUDIT_S = 120
COUNT = re.compile(r"(\d+) (passed|failed|error|errors|skipped|xfailed|xpassed|deselected)\b")


@dataclass
class Tally:
    """What came out, step by step."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    lines: list[str] = field(default_factory=list)

    def step(self, name: str, good: bool, note: str = "") -> None:
        """Keep one step's outcome; a failed step counts as one failure."""
        self.lines.append(f"{'ok    ' if good else 'FAILED'} {name}{f': {note}' if note else ''}")
        self.failed += not good

    def tests(self, name: str, code: int, counts: dict[str, int]) -> None:
        """Keep the outcome of one pytest run (code 5: no test was selected)."""
        self.passed += counts.get("passed", 0) + counts.get("xfailed", 0)
        self.skipped += counts.get("skipped", 0)
        bad = sum(counts.get(word, 0) for word in ("failed", "error", "errors", "xpassed"))
        self.failed += bad if bad else int(code not in (0, 5))
        summary = ", ".join(f"{n} {word}" for word, n in counts.items()) or "no tests"
        self.lines.append(f"{'ok    ' if code in (0, 5) else 'FAILED'} {name}: {summary}")


def counts_of(output: str) -> dict[str, int]:
    """Numbers of pytest's last summary line, as in ``{"passed": 3, "skipped": 1}``."""
    for line in reversed(ANSI.sub("", output).splitlines()):
        if re.search(r" in \d+(\.\d+)?s", line) and (found := COUNT.findall(line)):
            return {word: int(number) for number, word in found}
    return {}


def stream(command: list[str], env: dict[str, str]) -> tuple[int, str]:
    """Run a program in the project folder, show its output as it comes, and return it."""
    with subprocess.Popen(command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          errors="replace") as program:  # fmt: skip
        kept = []
        for line in program.stdout or ():
            print(line, end="", flush=True)
            kept.append(line)
    return program.returncode, "".join(kept)


def title(text: str) -> None:
    """A heading between the steps."""
    print(f"\n--- {text} ---", flush=True)


def lint(folder: Path, tally: Tally) -> None:
    """Style, format, types, security and secrets."""
    steps = {
        "ruff check": ["ruff", "check", "."],
        "ruff format": ["ruff", "format", "--check", "."],
        "mypy": ["mypy"],
        "bandit": ["bandit", "-q", "-r", "engine", "training", "scripts", "-c", "pyproject.toml"],
    }
    for name, (tool, *arguments) in steps.items():
        title(name)
        code, _ = stream([str(tool_of(folder, tool)), *arguments], clean_environ())
        tally.step(name, code == 0)
    title("detect-secrets")
    found = secrets_in(folder, tracked_files())
    for line in found:
        print(line)
    tally.step("detect-secrets", not found)
    title("known vulnerabilities")
    bad, note = vulnerabilities(folder)
    for line in bad:
        print(line)
    print(note)
    tally.step("known vulnerabilities", not bad, note)
    title("plugin package")
    code, _ = stream([str(python_of(folder)), "scripts/plugin_gate.py"], clean_environ())
    tally.step("plugin package", code == 0)


def tracked_files() -> list[str]:
    """Files git tracks or would track; without git, everything not hidden."""
    try:
        listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT,
                                capture_output=True, text=True, check=False)  # fmt: skip
        names = [n for n in listed.stdout.split("\0") if n] if listed.returncode == 0 else []
    except OSError:
        names = []
    if not names:
        names = [str(p.relative_to(ROOT)) for p in ROOT.rglob("*") if p.is_file()]
        names = [n for n in names if not any(part.startswith(".") for part in Path(n).parts)]
    return sorted(n for n in names if (ROOT / n).is_file() and not re.search(CHECKSUMS, n))


def secrets_in(folder: Path, names: list[str]) -> list[str]:
    """Lines that look like a secret; detect-secrets itself always ends with 0."""
    command = [str(tool_of(folder, "detect-secrets")), "scan", *names]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=False, env=clean_environ()
    )
    try:
        results = json.loads(done.stdout)["results"]
    except (json.JSONDecodeError, KeyError):
        return [f"detect-secrets did not run: {done.stderr.strip()[-300:]}"]
    return [f"{name}:{item['line_number']}: {item['type']}"
            for name, items in sorted(results.items()) for item in items]  # fmt: skip


def vulnerabilities(folder: Path) -> tuple[list[str], str]:
    """Installed packages with published advisories, a line each, and how many could be looked up.

    Advisories come from the package index's own service. Where it cannot be reached nothing is
    known, which is no failure, but said.
    """
    packages = sysconfig_path(folder)
    command = [str(tool_of(folder, "pip-audit")), "--path", packages, "-f", "json",
               "--progress-spinner", "off", "--timeout", "10"]  # fmt: skip
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False,
                              env=clean_environ(), timeout=AUDIT_S)  # fmt: skip
        found = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, json.JSONDecodeError, KeyError):
        return [], "not looked up: no advisories within reach"
    known = [one for one in found if "skip_reason" not in one]
    bad = [
        f"{one['name']} {one['version']}: {vuln['id']}, mended in "
        f"{', '.join(vuln['fix_versions']) or 'no version yet'}"
        for one in known
        for vuln in one["vulns"]
    ]
    return bad, f"{len(known)} of {len(found)} packages looked up, {len(bad)} advisories"


def sysconfig_path(folder: Path) -> str:
    """Where an environment keeps its packages."""
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    done = subprocess.run([str(python_of(folder)), "-c", ask], capture_output=True, text=True,
                          check=True, env=clean_environ())  # fmt: skip
    return done.stdout.strip()


def engine_tests(folder: Path, tally: Tally, options: argparse.Namespace) -> None:
    """Engine, training and script tests: the quick ones first, in two processes."""
    targets = [name for name in ENGINE_TESTS if any((ROOT / name).rglob("test_*.py"))]
    rounds = {"tests": "not slow"} | ({} if options.fast else {"slow tests": "slow"})
    for name, marker in rounds.items():
        title(name)
        command = [str(python_of(folder)), "-m", "pytest", *targets, "-m", marker]
        # Stealing: otherwise one worker ends with the files that take longest.
        command += ["-n", "2", "--dist", "worksteal"]
        command += pytest_words(options)
        code, output = stream(command, clean_environ())
        tally.tests(name, code, counts_of(output))


def pytest_words(options: argparse.Namespace) -> list[str]:
    """What the command line passes through to pytest."""
    return (["-k", options.k] if options.k else []) + list(options.pytest)


def plugin_tests(folder: Path, tally: Tally, options: argparse.Namespace) -> None:
    """The tests that need QGIS, in QGIS's own Python."""
    title("plugin tests")
    why = ""
    if not any((ROOT / PLUGIN_TESTS).rglob("test_*.py")):
        tally.lines.append("-      plugin tests: there are none yet")
        return
    if options.no_qgis:
        why = "--no-qgis"
    elif (found := qgis_python.find()) is None:
        if not qgis_python.may_install(options.system_packages):
            why = "no Python with qgis.core; allow --system-packages, or set QGIS_PYTHON"
        elif failure := qgis_python.install():
            tally.step("installing QGIS", False, failure)
            why = failure
        else:
            found = qgis_python.find()
            why = "" if found else "QGIS was installed, but no Python imports qgis.core"
    if why or found is None:
        print(f"plugin tests NOT RUN: {why}")
        if options.require_qgis:
            tally.step("plugin tests", False, f"NOT RUN: {why}")
        else:
            tally.lines.append(f"-      plugin tests NOT RUN: {why}")
        return
    python, version = found
    print(f"QGIS {version} in {python}")
    try:
        qgis = qgis_python.environment(python)
    except SetupError as error:
        print(error)
        tally.step("plugin tests", False, "their environment could not be made")
        return
    with tempfile.TemporaryDirectory(prefix="changevg-check-") as scratch:
        env = qgis_python.test_environ(Path(scratch))
        made = example(folder, Path(scratch))
        tally.step("a GeoPackage for the plugin tests", bool(made))
        command = [str(python_of(qgis)), "-m", "pytest", PLUGIN_TESTS, "-p", "no:cacheprovider"]
        code, output = stream(command + pytest_words(options), env | made)
        tally.tests(f"plugin tests (QGIS {version})", code, counts_of(output))


def example(folder: Path, scratch: Path) -> dict[str, str]:
    """Draw a pair and run the engine on it, for tests that open real layers; {} if that fails."""
    pair, layers = scratch / "pair", scratch / "changes.gpkg"
    steps = (
        [str(python_of(folder)), "-m", "training", "scenes", "make", str(pair), "--seed", "11",
         "--width", "768", "--height", "640"],
        [str(tool_of(folder, "engine")), "tile-infer", str(pair / "before.tif"),
         str(pair / "after.tif"), str(layers), "--progress", "none"],
    )  # fmt: skip
    for step in steps:
        code, _ = stream(step, clean_environ())
        if code:
            return {}
    return {
        "CHANGEVG_TEST_GPKG": str(layers),
        "CHANGEVG_TEST_PAIR": str(pair),
        "CHANGEVG_TEST_ENGINE": str(tool_of(folder, "engine")),
    }


def parse(arguments: list[str]) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--fast", action="store_true", help="leave the slow tests out")
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose name fits")
    parser.add_argument("--no-qgis", action="store_true", help="leave the plugin tests out")
    parser.add_argument("--require-qgis", action="store_true", help="fail where they cannot run")
    parser.add_argument("--system-packages", action="store_true", help="may install QGIS with apt")
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:cut])
    options.pytest = arguments[cut + 1 :]
    options.require_qgis |= os.environ.get("REQUIRE_QGIS", "") not in ("", "0")
    return options


def main(arguments: list[str]) -> int:
    """Run every step, whatever the others say, and sum up.

    Returns
    -------
    int
        0 when nothing failed, else 1.
    """
    options = parse(arguments)
    started = time.monotonic()
    tally = Tally()
    try:
        folder = ensure_project(".venv-check", EXTRAS)
    except SetupError as error:
        print(error)
        tally.step("set-up", False)
    else:
        lint(folder, tally)
        engine_tests(folder, tally, options)
        plugin_tests(folder, tally, options)
    title("summary")
    print("\n".join(tally.lines))
    counts = f"{tally.passed} passed, {tally.failed} failed, {tally.skipped} skipped"
    print(f"=== {counts} in {time.monotonic() - started:.2f}s ===")
    print(counts)
    return 1 if tally.failed else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
