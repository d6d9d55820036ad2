#!/usr/bin/env python3
"""Hold the packed plugin to the plugin site's rules: scripts/plugin_gate.py [ZIP] [--publish].

Without a ZIP the plugin is packed first. Errors refuse an upload there, or would break the plugin
on some QGIS. --publish also asks for what a release needs (real addresses in metadata.txt).
Rules: qgis/QGIS-Plugins-Website at 73c20fa9, plugins/validator.py and security_scanner.py.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from environment import SetupError, ensure, newest_python, venv_folder
from package_plugin import SLUG, SOURCE, PackageError, metadata, pack
from plugin_sources import (
    import_problems,
    old_python_problems,
    qt6_problems,
    translatable,
)

LARGEST = 25_000_000
FOLDER = re.compile(r"^[A-Za-z][A-Za-z0-9-_]+$")
REQUIRED = ("name", "description", "version", "qgisMinimumVersion", "author", "email", "about",
            "tracker", "repository")  # fmt: skip
SUSPICIOUS = (".exe", ".dll", ".so", ".dylib", ".bat", ".sh", ".ps1", ".cmd")
LONGEST_LINE = 500
# What the site switches on (bandit_rules.json at 211b4be9): any finding blocks an upload unless
# its author skips it by hand, or the code excuses it in a comment.
BANDIT_NUMBERS = (
    *range(101, 109), *range(110, 114), 201, 202, *range(301, 309), *range(310, 322), 323, 324,
    401, 402, 403, *range(405, 410), 412, 413, *range(501, 510), *range(601, 616),
    *range(701, 705),
)  # fmt: skip
# Tests of that list which newer versions of bandit no longer have, and refuse to be asked for.
GONE = {111, 320}
PYQT6 = "PyQt6==6.11.0"
SIGNS = (("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'))
DETECTORS_OFF = ("IPPublicDetector",)


def structure_problems(path: Path) -> list[str]:
    """What the site refuses in the archive itself."""
    if path.stat().st_size > LARGEST:
        return [f"the file has {path.stat().st_size:,} bytes; {LARGEST:,} are allowed"]
    found = []
    with zipfile.ZipFile(path) as archive:
        if bad := archive.testzip():
            found.append(f"{bad} is damaged")
        items = archive.infolist()
    names = [item.filename for item in items]
    tops = {name.split("/")[0] for name in names}
    if len(tops) != 1:
        return [*found, f"more than one folder at the top: {', '.join(sorted(tops))}"]
    top = tops.pop()
    if not FOLDER.match(top) or not top.isidentifier() or "plugin" in top.lower():
        found.append(f"{top} is no name for a plugin's folder")
    for item in items:
        name, parts = item.filename, item.filename.split("/")
        if ".." in name or name.startswith("/") or "\\" in name or ":" in name:
            found.append(f"{name}: path")
        if ".pyc" in name or {"__MACOSX", ".git", "__pycache__"} & set(parts):
            found.append(f"{name}: not allowed in a plugin")
        if name.lower().endswith(SUSPICIOUS) or (item.external_attr >> 16) & 0o111:
            found.append(f"{name}: executable")
        if any(part.startswith(".") for part in parts):
            found.append(f"{name}: hidden")
    for needed in ("__init__.py", "metadata.txt", "LICENSE"):
        if f"{top}/{needed}" not in names:
            found.append(f"{top}/{needed} is missing")
    return found


def metadata_problems(folder: Path, *, publish: bool = False) -> list[str]:
    """What the site, or QGIS, would refuse in metadata.txt."""
    try:
        general = metadata(folder / "metadata.txt")
    except PackageError as error:
        return [str(error)]
    found = [f"metadata.txt: {name} is missing" for name in REQUIRED if not general.get(name)]
    if "/" in general.get("author", ""):
        found.append("metadata.txt: a slash in author")
    if "plugin" in general.get("name", "").lower():
        found.append("metadata.txt: the name says plugin")
    if general.get("qgisMaximumVersion") != "4.99":
        found.append("metadata.txt: without qgisMaximumVersion=4.99, QGIS 4 does not load it")
    if not re.fullmatch(r"\d+\.\d+\.\d+([ab.-]\w+)?", general.get("version", "")):
        found.append("metadata.txt: version is not as in 1.2.3")
    if not (folder / general.get("icon", "-")).is_file():
        found.append("metadata.txt: its icon is not there")
    for name in ("tracker", "repository", "homepage"):
        address = general.get(name, "")
        if not re.match(r"https?://[^/]+\.[^/]+", address):
            found.append(f"metadata.txt: {name} is no address")
        elif publish and re.match(r"https?://[^/]*\.(example|test|invalid)(/|$)", address):
            found.append(f"metadata.txt: {name} is not a real address yet")
    return found


def bandit_problems(folder: Path) -> list[str]:
    """Findings of the site's security rules."""
    tests = ",".join(f"B{number}" for number in BANDIT_NUMBERS if number not in GONE)
    done = _run("-m", "bandit", "-q", "-r", str(folder), "-f", "json", "-t", tests)
    try:
        report = json.loads(done.stdout)
    except json.JSONDecodeError:
        return [f"bandit did not run: {done.stderr.strip()[-300:]}"]
    return [f"{Path(one['filename']).relative_to(folder)}:{one['line_number']}: "
            f"{one['test_id']} {one['issue_text']}" for one in report["results"]] + [
            f"{one['filename']}: {one['reason']}" for one in report["errors"]]  # fmt: skip


def secret_problems(folder: Path) -> list[str]:
    """Lines that look like a secret; detect-secrets itself always ends with 0."""
    words = ["-m", "detect_secrets", "scan", "--all-files", "--exclude-files", r"metadata\.txt"]
    for name in DETECTORS_OFF:
        words += ["--disable-plugin", name]
    done = _run(*words, ".", folder=folder)
    try:
        results = json.loads(done.stdout)["results"]
    except (json.JSONDecodeError, KeyError):
        return [f"detect-secrets did not run: {done.stderr.strip()[-300:]}"]
    return [f"{name}:{one['line_number']}: {one['type']}"
            for name, items in sorted(results.items()) for one in items]  # fmt: skip


def flake8_problems(folder: Path) -> list[str]:
    """Findings of flake8 with the site's length of lines."""
    done = _run("-m", "flake8", "--isolated", "--max-line-length=120", ".", folder=folder)
    if done.returncode and not done.stdout:
        return [f"flake8 did not run: {done.stderr.strip()[-300:]}"]
    return [line.removeprefix("./") for line in done.stdout.splitlines()]


def long_lines(folder: Path) -> list[str]:
    """Lines that the site takes for hidden code."""
    return [f"{path.relative_to(folder)}:{number}: {len(line)} characters"
            for path in sorted(folder.rglob("*.py"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if len(line) > LONGEST_LINE]  # fmt: skip


def translation_problems(folder: Path) -> list[str]:
    """Sentences of the interface that a translation misses, or no longer needs."""
    try:
        needed = translatable(folder)
    except ValueError as error:
        return [str(error)]
    found = []
    for path in sorted((folder / "i18n").glob("*.ts")):
        have = finished_messages(path.read_text(encoding="utf-8"))
        found += [f"{path.name}: {needed[text]}: {text!r} is not translated"
                  for text in needed if text not in have]  # fmt: skip
        found += [f"{path.name}: {text!r} is no longer used" for text in have if text not in needed]
        for text, translated in have.items():
            if _slots(text) != _slots(translated):
                found.append(f"{path.name}: {text!r}: other names in braces in its translation")
    return found


def finished_messages(text: str) -> dict[str, str]:
    """Sources and finished translations of a ``.ts`` file in the form this project keeps."""
    pattern = r"<source>([^<]*)</source>\s*<translation>([^<]+)</translation>"
    return {_plain(source): _plain(word) for source, word in re.findall(pattern, text)}


def update_translations(folder: Path) -> None:
    """Bring every ``.ts`` file of the plugin up to date: new sentences unfinished, old ones out."""
    needed = translatable(folder)
    for path in sorted((folder / "i18n").glob("*.ts")):
        have = finished_messages(path.read_text(encoding="utf-8"))
        language = path.stem.rpartition("_")[2]
        lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>",
                 f'<TS version="2.1" language="{language}" sourcelanguage="en">', "<context>",
                 "    <name>ChangeVG</name>"]  # fmt: skip
        for text in sorted(needed):
            lines += ["    <message>", f"        <source>{_escaped(text)}</source>"]
            if text in have:
                lines.append(f"        <translation>{_escaped(have[text])}</translation>")
            else:
                lines.append('        <translation type="unfinished"></translation>')
            lines.append("    </message>")
        lines += ["</context>", "</TS>"]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _escaped(text: str) -> str:
    for sign, meant in SIGNS:
        text = text.replace(meant, sign)
    return text


def _plain(text: str) -> str:
    for sign, meant in reversed(SIGNS):
        text = text.replace(sign, meant)
    return text


def _slots(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", text))


def _run(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True,
                          check=False, stdin=subprocess.DEVNULL)  # fmt: skip


def pyqt6_folder() -> Path | None:
    """The package PyQt6 in an environment of its own, made when it is missing.

    Beside the other packages it would disturb them: matplotlib and mypy would find it.
    """
    try:
        made = ensure(venv_folder(".venv-qt6"), newest_python(), [], [], [["--no-deps", PYQT6]])
    except SetupError as error:
        print(error)
        return None
    return next(made.glob("[Ll]ib/**/site-packages/PyQt6"), None)


def problems(path: Path, *, publish: bool = False) -> dict[str, list[str] | None]:
    """All rules on one zip file.

    Returns
    -------
    dict
        Problems by rule; None where a rule could not be checked here.
    """
    found: dict[str, list[str] | None] = {"structure": structure_problems(path)}
    if found["structure"]:
        return found
    with tempfile.TemporaryDirectory(prefix="changevg-gate-") as scratch:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(scratch)
        folder = Path(scratch).resolve() / SLUG
        found["metadata"] = metadata_problems(folder, publish=publish)
        found["security (bandit)"] = bandit_problems(folder)
        found["secrets (detect-secrets)"] = secret_problems(folder)
        found["style (flake8)"] = flake8_problems(folder)
        found["long lines"] = long_lines(folder)
        found["imports"] = import_problems(folder)
        found["Python 3.9"] = old_python_problems(folder)
        pyqt6 = pyqt6_folder()
        found["Qt 6 names"] = qt6_problems(folder, pyqt6) if pyqt6 else None
        found["translations"] = translation_problems(folder)
    return found


def main(arguments: list[str]) -> int:
    """Check, and print what was found.

    Returns
    -------
    int
        0 when nothing was found, else 1.
    """
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("zip", type=Path, nargs="?")
    parser.add_argument(
        "--update-translations", action="store_true", help="rewrite qgis_plugin/i18n, and stop"
    )
    parser.add_argument("--publish", action="store_true", help="also what a release needs")
    options = parser.parse_args(arguments)
    if options.update_translations:
        update_translations(SOURCE)
        return 0
    with tempfile.TemporaryDirectory(prefix="changevg-pack-") as scratch:
        try:
            path = options.zip or pack(Path(scratch))
            found = problems(path, publish=options.publish)
        except (PackageError, OSError, zipfile.BadZipFile) as error:
            print(error)
            return 1
    for rule, lines in found.items():
        if lines is None:
            print(f"-      {rule}: not checked")
            continue
        print(f"{'FAILED' if lines else 'ok    '} {rule}")
        for line in lines:
            print(f"       {line}")
    return 1 if any(found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
