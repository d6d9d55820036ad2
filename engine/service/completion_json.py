"""Answers as JSON: an object of the client's schema, from what was measured and what was said.

The fields that can be filled have names of their own (``n_building_appeared``, ``road_cells``) or
are told by their kind: a sentence, whether something changed, how many objects, in which cells.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from engine.chat.pair_reader import ImageAnswer, facts
from engine.objects.cells import CELL_ORDER
from engine.service.errors import OptionError

FIELDS_MOST = 50
_TEXTS = frozenset({"answer", "caption", "description", "summary", "text", "response"})
_COUNTS = frozenset({"answer", "count", "number", "n", "total"})


def any_object(answer: ImageAnswer) -> str:
    """The answer with all that was measured."""
    return json.dumps({"answer": answer.text, "source": answer.source, **facts(answer.reading)})


def object_of(schema: Mapping[str, Any], answer: ImageAnswer) -> str:
    """An object of a schema.

    Raises
    ------
    OptionError
        It asks for something that was not measured.
    """
    properties = schema.get("properties")
    if schema.get("type", "object") != "object" or not isinstance(properties, dict):
        raise OptionError("response_format: the schema has to be of an object with properties.")
    if len(properties) > FIELDS_MOST:
        raise OptionError(f"response_format: more than {FIELDS_MOST} properties.")
    required = schema.get("required", ())
    content = {}
    for name, kind in properties.items():
        try:
            content[name] = _value(name, kind if isinstance(kind, dict) else {}, answer)
        except KeyError:
            if isinstance(required, Sequence) and name not in required:
                continue
            raise OptionError(
                f"response_format: nothing here is {json.dumps(str(name)[:80])}.",
                hint=f"There are answer, {', '.join(facts(answer.reading))}.",
            ) from None
    return json.dumps(content)


def _value(name: str, kind: Mapping[str, Any], answer: ImageAnswer) -> Any:
    known = facts(answer.reading)
    types = _types(kind)
    value = known.get(name)
    if value is None:
        value = _by_kind(name, types, answer)
    if not _fits(value, types):
        raise KeyError(name)
    return value


def _types(kind: Mapping[str, Any]) -> set[str]:
    """JSON types that a value may have; empty where the schema does not say."""
    choices = [kind, *_listed(kind.get("anyOf")), *_listed(kind.get("oneOf"))]
    told = [one.get("type") for one in choices if isinstance(one, dict)]
    return {str(name) for one in told for name in (_listed(one) or [one]) if name is not None}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _by_kind(name: str, types: set[str], answer: ImageAnswer) -> Any:
    reading = answer.reading
    if "string" in types and name in _TEXTS:
        return answer.text
    if "boolean" in types and name == "answer":
        return bool(reading.changed) if answer.text not in ("Yes", "No") else answer.text == "Yes"
    if types & {"integer", "number"} and name in _COUNTS:
        return int(answer.text) if answer.text.isdigit() else sum(c.count for c in reading.classes)
    if "array" in types and name in ("answer", "cells", "places"):
        cells = {cell for one in reading.classes for cell in one.cells}
        asked = {cell.strip() for cell in answer.text.split(",")}
        return [cell for cell in CELL_ORDER if cell in (asked & cells or cells)]
    if "null" in types:
        return None
    raise KeyError(name)


def _fits(value: Any, types: set[str]) -> bool:
    kinds: dict[str, type | tuple[type, ...]] = {
        "string": str, "boolean": bool, "integer": int, "number": (int, float), "array": list,
        "null": type(None),
    }  # fmt: skip
    if not types:
        return True
    return any(
        isinstance(value, kinds[one]) and (one == "boolean" or not isinstance(value, bool))
        for one in types
        if one in kinds
    )
