"""Answers of a language model outlive the process that got them."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import DiskFullError
from engine.language.backend import Reply
from engine.run.answers import FILE, AnswerBook


def test_answers_are_kept_whole(tmp_path: Path) -> None:
    book = AnswerBook(tmp_path)
    replies = {"a": Reply("eine Straße", others=("two roads", "")), "b": Reply("", False)}
    for key, reply in replies.items():
        book.add("r0c0", key, reply)
    book.flush()
    with open(tmp_path / FILE, "a", encoding="utf-8") as stream:
        stream.write('["r0c0", "c", "half of a li')
    again = AnswerBook(tmp_path)
    assert {key: again.get("r0c0", key) for key in replies} == replies
    assert again.get("r0c0", "c") is None
    again.add("r0c0", "c", Reply("whole"))
    again.flush()
    assert AnswerBook(tmp_path).get("r0c0", "c") == Reply("whole")


def test_answers_that_could_not_be_kept_are_kept_with_the_next(tmp_path: Path) -> None:
    book = AnswerBook(tmp_path / "work")
    book.add("r0c0", "a", Reply("two roads"))
    with pytest.raises(DiskFullError):
        book.flush()
    (tmp_path / "work").mkdir()
    book.flush()
    book.flush()
    assert (tmp_path / "work" / FILE).read_text("utf-8").count("\n") == 1
    assert AnswerBook(tmp_path / "work").get("r0c0", "a") == Reply("two roads")
