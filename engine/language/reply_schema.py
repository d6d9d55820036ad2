"""Typed answers as JSON: the schema a server is held to, and its answer in ChangeIMTI's words."""

from __future__ import annotations

import json
from typing import Any

from engine.language.answers import written
from engine.language.captions import CAPTION_MOST, REPLY_MOST
from engine.language.tasks import Task
from engine.objects.cells import CELL_ORDER

KEY = "answer"


def reply_schema(asked: Task | str) -> dict[str, Any]:
    """JSON schema of the answer to a task or a free question: an object with one field."""
    kinds: dict[str, dict[str, Any]] = {
        "caption": {"type": "string", "maxLength": CAPTION_MOST},
        "binary": {"type": "boolean"},
        "count": {"type": "integer", "minimum": 0},
        "localise": {"type": "array", "items": {"type": "string", "enum": list(CELL_ORDER)}},
    }
    free = {"type": "string", "maxLength": REPLY_MOST}
    value = kinds[asked.kind] if isinstance(asked, Task) else free
    return {
        "type": "object",
        "properties": {KEY: value},
        "required": [KEY],
        "additionalProperties": False,
    }


def reply_text(asked: Task | str, content: str) -> str:
    """A server's answer as text for :func:`engine.language.answers.parse`.

    A server that keeps to the schema sends an object; one that does not know schemas sends text,
    which is taken as it is. What is neither of the right kind nor plain text stays as it came, and
    the parsers say what is wrong with it.

    >>> from engine.language.tasks import BINARY, Task
    >>> reply_text(BINARY, '{"answer": true}'), reply_text(Task("count", "road"), "three roads")
    ('Yes', 'three roads')
    """
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return content
    if isinstance(value, dict) and KEY in value:
        value = value[KEY]
    kind = asked.kind if isinstance(asked, Task) else "free"
    if kind == "binary" and isinstance(value, bool):
        return written(value)
    if kind == "count" and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return written(value)
    if kind == "localise" and isinstance(value, list):
        return written(tuple(dict.fromkeys(value))) if _all_cells(value) else content
    return value if kind in ("caption", "free") and isinstance(value, str) else content


def _all_cells(values: list[Any]) -> bool:
    return all(isinstance(value, str) and value in CELL_ORDER for value in values)
