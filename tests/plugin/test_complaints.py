"""Complaints about other plugins, B1 to B24: each has a test here that names it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ANSWERS = {
    int(number): f"{path.stem}.{test.name}"
    for path in Path(__file__).parent.glob("test_*.py")
    for test in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    if isinstance(test, ast.FunctionDef) and test.name.startswith("test_")
    for number in re.findall(r"\bB(\d+)\b", ast.get_docstring(test) or "")
}


@pytest.mark.parametrize("number", range(1, 25))
def test_every_complaint_that_a_plugin_can_close_is_named(number):
    assert number in ANSWERS
