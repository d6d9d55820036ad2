"""scripts/check.py: arguments, counting, and the rules for QGIS."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import check
import pytest
import qgis_python

MIRROR = """Types: deb
# a remark
URIs: https://mirror.example.org/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb
URIs: https://mirror.example.org/debian-security
Suites: bookworm-security
Components: main
"""


def test_arguments_pass_to_pytest() -> None:
    options = check.parse(["--fast", "-k", "seam", "--", "-x", "--lf"])
    assert options.fast
    assert check.pytest_words(options) == ["-k", "seam", "-x", "--lf"]


def test_require_qgis_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REQUIRE_QGIS", raising=False)
    assert not check.parse([]).require_qgis
    monkeypatch.setenv("REQUIRE_QGIS", "1")
    assert check.parse([]).require_qgis


def test_counts_of_the_last_summary() -> None:
    last = "\x1b[31m=== 2 failed, 30 passed, 1 skipped in 9.87s ===\x1b[0m"
    output = f"...\n1 passed in 0.1s\nnoise\n{last}\n"
    assert check.counts_of(output) == {"failed": 2, "passed": 30, "skipped": 1}
    assert check.counts_of("Killed") == {}


def test_a_crash_without_summary_is_a_failure() -> None:
    tally = check.Tally()
    tally.tests("tests", 137, {})
    assert tally.failed == 1
    tally.tests("slow tests", 5, {"deselected": 12})
    assert tally.failed == 1


def test_failures_and_skips_add_up() -> None:
    tally = check.Tally()
    tally.step("ruff", False)
    tally.tests("tests", 1, {"passed": 3, "failed": 2, "error": 1, "skipped": 4})
    assert (tally.passed, tally.failed, tally.skipped) == (3, 4, 4)


def test_every_step_runs_and_the_last_line_counts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(check, "ensure_project", lambda *a: tmp_path)
    monkeypatch.setattr(check, "stream", lambda *a: (1, "1 failed, 2 passed in 0.10s\n"))
    monkeypatch.setattr(check, "secrets_in", lambda *a: ["x.py:1: Secret Keyword"])
    monkeypatch.setattr(check, "vulnerabilities", lambda *a: (["x 1: X-1"], "1 of 1"))
    assert check.main(["--no-qgis"]) == 1
    out = capsys.readouterr().out
    # Seven lint steps and one failure in each of two rounds of tests.
    assert out.splitlines()[-1] == "4 passed, 9 failed, 0 skipped"


def _plugin_run(monkeypatch: pytest.MonkeyPatch, root: Path, **flags: bool) -> check.Tally:
    folder = root / check.PLUGIN_TESTS
    folder.mkdir(parents=True)
    (folder / "test_x.py").touch()
    monkeypatch.setattr(check, "ROOT", root)
    monkeypatch.setattr(qgis_python, "find", lambda: None)
    defaults = {"no_qgis": False, "require_qgis": False, "system_packages": False}
    options = argparse.Namespace(**(defaults | flags), k=None, pytest=[])
    tally = check.Tally()
    check.plugin_tests(root, tally, options)
    return tally


def test_without_consent_plugin_tests_are_left_out(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(qgis_python, "may_install", lambda allowed: allowed)
    tally = _plugin_run(monkeypatch, tmp_path)
    assert tally.failed == 0
    assert "NOT RUN" in capsys.readouterr().out


def test_required_plugin_tests_fail_where_they_cannot_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(qgis_python, "may_install", lambda allowed: allowed)
    assert _plugin_run(monkeypatch, tmp_path, require_qgis=True).failed == 1


def test_a_failed_installation_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(qgis_python, "install", lambda: "apt-get ended with code 100")
    assert _plugin_run(monkeypatch, tmp_path, system_packages=True).failed == 1


@pytest.mark.parametrize(("ci", "allowed", "yes"), [("", False, False), ("true", False, True),
                                                     ("", True, True)])  # fmt: skip
def test_consent(monkeypatch: pytest.MonkeyPatch, ci: str, allowed: bool, yes: bool) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr("sys.stdin", open("/dev/null"))  # noqa: SIM115
    assert qgis_python.may_install(allowed) is yes


def test_backports_come_from_the_same_mirror(tmp_path: Path) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (folder / "debian.sources").write_text(MIRROR)
    text = qgis_python.backports_source("bookworm-backports", folder)
    assert "URIs: https://mirror.example.org/debian\n" in text
    assert "Suites: bookworm-backports\n" in text
    assert "security" not in text
    (folder / "backports.sources").write_text(text)
    assert qgis_python.backports_source("bookworm-backports", folder) == ""


def test_backports_from_an_old_sources_list(tmp_path: Path) -> None:
    folder = tmp_path / "sources.list.d"
    folder.mkdir()
    (tmp_path / "sources.list").write_text("deb http://m.example.org/debian bookworm main\n")
    text = qgis_python.backports_source("bookworm-backports", folder)
    assert "URIs: http://m.example.org/debian" in text


def audit_tool(folder: Path, told: str) -> Path:
    """An environment whose pip-audit says this."""
    (folder / "bin").mkdir()
    (folder / "bin" / "python").symlink_to(sys.executable)
    tool = folder / "bin" / "pip-audit"
    tool.write_text(f"#!/bin/sh\ncat <<'END'\n{told}\nEND\nexit 1\n")
    tool.chmod(0o755)
    return folder


BAD = {
    "name": "b",
    "version": "2",
    "vulns": [{"id": "X-1", "fix_versions": ["3"]}, {"id": "X-2", "fix_versions": []}],
}
GOOD = {"name": "a", "version": "1", "vulns": []}


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
@pytest.mark.parametrize(
    ("told", "bad", "note"),
    [
        (None, [], "not looked up"),
        ([{"name": "a", "skip_reason": "not there"}], [], "0 of 1 packages"),
        (
            [GOOD, BAD],
            ["b 2: X-1, mended in 3", "b 2: X-2, mended in no version yet"],
            "2 of 2 packages looked up, 2 advisories",
        ),
    ],
)
def test_advisories_fail_the_check_and_silence_does_not(
    tmp_path: Path, told: list[dict] | None, bad: list[str], note: str
) -> None:
    text = "" if told is None else json.dumps({"dependencies": told})
    lines, said = check.vulnerabilities(audit_tool(tmp_path, text))
    assert lines == bad and said.startswith(note)
