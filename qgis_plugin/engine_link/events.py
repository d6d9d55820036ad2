"""Server-sent events, from bytes to dictionaries."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

FINAL = ("done", "error", "cancelled")


def parse_events(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    """Events of a ``text/event-stream``.

    Parameters
    ----------
    lines : iterable of bytes
        The stream's lines, with or without their ends.

    Yields
    ------
    dict
        The event's object; ``id`` (int) and ``event`` are always there. Comments (heartbeats)
        and events that are not JSON objects yield nothing.
    """
    fields: dict[str, str] = {}
    data: list[str] = []
    for raw in lines:
        line = raw.decode("utf-8", "replace").rstrip("\r\n")
        if line:
            name, _, value = line.partition(":")
            value = value[1:] if value.startswith(" ") else value
            if name == "data":
                data.append(value)
            elif name:
                fields[name] = value
            continue
        event = _event(fields, "\n".join(data))
        fields, data = {}, []
        if event is not None:
            yield event


def _event(fields: dict[str, str], text: str) -> dict[str, Any] | None:
    if not text:
        return None
    try:
        event = json.loads(text)
    except ValueError:
        return None
    if not isinstance(event, dict):
        return None
    number = fields.get("id", "")
    event["id"] = int(number) if number.isdigit() else -1
    event.setdefault("event", fields.get("event", "message"))
    return event
