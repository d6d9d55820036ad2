"""A client that talks: posts a message and reads the events of the answer."""

from __future__ import annotations

import json
from typing import Any

import httpx

Events = list[tuple[str, dict[str, Any]]]


def parsed(text: str) -> Events:
    """The events of a stream; their ids must count from 1."""
    found: Events = []
    for block in text.split("\n\n"):
        lines = [line for line in block.splitlines() if not line.startswith(":")]
        if lines:
            fields = dict(line.split(": ", 1) for line in lines)
            found.append((fields["event"], json.loads(fields["data"])))
            assert int(fields["id"]) == len(found)
    return found


def talk(client: httpx.Client, message: str, session: str | None = None, **more: Any) -> Events:
    """All events of an answer."""
    answer = client.post("/v1/chat", json={"session": session, "message": message, **more})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/event-stream")
    return parsed(answer.text)


def of(events: Events, name: str) -> list[dict[str, Any]]:
    """The contents of the events of a name."""
    return [content for kind, content in events if kind == name]
