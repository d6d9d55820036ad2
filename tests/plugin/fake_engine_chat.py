"""The chat of the stand-in engine: scripted answers, by the question's first word."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Iterator

HTML = '<img src=x onerror=alert(1)><a href="https://example.org">click</a> [link](https://e.org)'


class Chats:
    """Conversations, kept in memory."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict] = {}
        self.requests: list[dict] = []
        self.stopped: set[str] = set()

    def listed(self) -> list[dict]:
        return [
            {"session": name, "layers": one["layers"], "title": one["turns"][0]["question"],
             "created_at": "2026-11-21T10:00:00+00:00", "updated_at": "2026-11-21T10:05:00+00:00",
             "turns": len(one["turns"])}
            for name, one in self.sessions.items() if one["turns"]
        ]  # fmt: skip

    def answer(self, body: dict) -> Iterator[dict]:
        """Events of one answer."""
        self.requests.append(body)
        name = body["session"] or f"chat-{len(self.sessions) + 1}"
        session = self.sessions.setdefault(name, {"layers": body.get("layers"), "turns": []})
        self.stopped.discard(name)
        turn = {"question": body["message"], "sentences": [], "kind": "answer", "model": "fake"}
        session["turns"].append(turn)
        # As the engine does: what a request leaves out is as it was in the conversation.
        for kept in ("options", "vectors"):
            session[kept] = body.get(kept, session.get(kept, {}))
        body["heeded"] = {kept: session[kept] for kept in ("options", "vectors")}
        options = session["options"]
        yield {"event": "session", "session": name, "turn": len(session["turns"]),
               "model": options.get("model", "changevg-nano"), "device": "cpu",
               "layers": session["layers"], "crs": "EPSG:32633",
               "leaves_machine": "language_url" in options}  # fmt: skip
        word, _, rest = body["message"].partition(" ")
        ids = _ids(session["layers"])
        for event in SCRIPTS.get(word, _count)(rest, ids):
            if event["event"] == "wait":
                until = time.monotonic() + event["seconds"]
                while time.monotonic() < until and name not in self.stopped:
                    time.sleep(0.02)
            else:
                yield event
            if event["event"] == "sentence":
                turn["sentences"].append(event)
            if name in self.stopped:
                turn["kind"] = "stopped"
                yield {"event": "stopped"}
                return
        yield {"event": "suggestions", "questions": ["Which is the largest?", "Where are they?"]}
        yield {"event": "done", "kind": "answer", "seconds": 0.21, "text": ""}


def _ids(package: str | None) -> list[str]:
    if not package or not os.path.isfile(package):
        return []
    with sqlite3.connect(f"file:{package}?mode=ro", uri=True) as db:
        return [row[0] for row in db.execute("SELECT box_id FROM boxes ORDER BY fid")]


def said(text: str, ids: list[str], source: str = "map") -> Iterator[dict]:
    """A sentence, word by word."""
    for word in text.split(" "):
        yield {"event": "token", "text": word + " "}
    yield {"event": "sentence", "text": text, "source": source, "box_ids": ids,
           "n_features": len(ids), "features": [], "bbox": None}  # fmt: skip


def _count(rest: str, ids: list[str]) -> Iterator[dict]:
    yield {"event": "step", "n": 1, "tool": "count", "text": "Counting buildings that appeared",
           "arguments": {"where": {"class_name": "building", "action": "appeared"}}}  # fmt: skip
    yield {"event": "result", "n": 1, "tool": "count", "seconds": 0.01, "value": len(ids[:14]),
           "unit": "count", "rows": [], "n_features": len(ids[:14]), "box_ids": ids[:14],
           "truncated": False}  # fmt: skip
    yield from said(f"There are {len(ids[:14])} new buildings.", ids[:14])
    yield from said("The largest of them stands in the top right corner.", ids[:1])


def _long(rest: str, ids: list[str]) -> Iterator[dict]:
    count, *_ = rest.split()
    words = [f"word{number}" for number in range(int(count))]
    for start in range(0, len(words), 20):
        for word in words[start : start + 20]:
            yield {"event": "token", "text": word + " "}
        yield {"event": "wait", "seconds": 0.01}
        yield {"event": "sentence", "text": " ".join(words[start : start + 20]), "source": "map",
               "box_ids": ids[:2], "n_features": 2, "features": [], "bbox": None}  # fmt: skip


def _echo(rest: str, ids: list[str]) -> Iterator[dict]:
    for _ in range(10):
        yield {"event": "wait", "seconds": 0.05}
        yield from said(f"{rest} says {rest}.", ids[:1])


def _endless(rest: str, ids: list[str]) -> Iterator[dict]:
    yield from said("This is whole.", ids[:1])
    yield {"event": "token", "text": "This is "}
    yield {"event": "wait", "seconds": 60}


def _die(rest: str, ids: list[str]) -> Iterator[dict]:
    yield from said("This was said.", ids[:1])
    yield {"event": "token", "text": "And this "}
    yield {"event": "wait", "seconds": 0.2}
    if not os.path.exists(rest):
        open(rest, "w").close()
        os._exit(70)
    yield from said("And this too.", [])


def _html(rest: str, ids: list[str]) -> Iterator[dict]:
    yield from said(HTML, [], "model")
    yield {"event": "token", "text": HTML}


def _act(rest: str, ids: list[str]) -> Iterator[dict]:
    chosen = ids[:3]
    more = {"n_features": 5000} if "many" in rest else {"n_features": len(chosen)}
    name = rest.split()[0]
    arguments = {"layer": "boxes", "box_ids": chosen, "clear": False, **more}
    if "evil" in rest:
        arguments = {"box_ids": ["x') OR 1=1 --"], "expression": "1=1", "n_features": 1}
    yield from said("Done.", chosen)
    yield {"event": "action", "name": name, "arguments": arguments}


def _fail(rest: str, ids: list[str]) -> Iterator[dict]:
    yield {"event": "error", "type": "LayersError", "message": "The layers are gone.",
           "hint": "Run it again."}  # fmt: skip


SCRIPTS = {"count": _count, "long": _long, "echo": _echo, "endless": _endless, "die": _die,
           "html": _html, "act": _act, "fail": _fail}  # fmt: skip


def stream(handler, body: dict) -> None:
    """Answer ``POST /v1/chat``."""
    chats = handler.server.chats
    if body["session"] is not None and body["session"] not in chats.sessions:
        handler.refuse(404, "NotFoundError", "There is no such conversation.")
        return
    known = chats.sessions.get(body["session"])
    if known is not None and body.get("layers") not in (None, known["layers"]):
        words = "This conversation is about another result."
        handler.refuse(422, "OtherLayersError", words, "Begin a new one: leave session out.")
        return
    handler.send_response(200)
    handler.send_header("Content-Type", "text/event-stream")
    handler.send_header("Transfer-Encoding", "chunked")
    handler.end_headers()
    ended = False
    try:
        for number, event in enumerate(chats.answer(body)):
            ended = event["event"] in ("done", "error", "stopped")
            text = json.dumps(event)
            handler.chunk(f"id: {number}\nevent: {event['event']}\ndata: {text}\n\n")
            if ended:
                break
        handler.chunk("")
    except OSError:
        handler.close_connection = True


def get(handler, parts: list[str]) -> None:
    """``GET /v1/chat`` and what lies below."""
    chats = handler.server.chats
    if parts == ["v1", "chat"]:
        handler.answer(200, {"sessions": chats.listed()})
    elif parts == ["v1", "chat", "requests"]:
        handler.answer(200, {"requests": chats.requests, "stopped": sorted(chats.stopped)})
    elif parts[2] in chats.sessions:
        one = chats.sessions[parts[2]]
        handler.answer(200, {"session": parts[2], "suggestions": [], **one})
    else:
        handler.refuse(404, "NotFoundError", "There is no such conversation.")


def stop(handler, session: str) -> None:
    """``POST /v1/chat/{session}/stop``."""
    handler.server.chats.stopped.add(session)
    handler.answer(202, {"session": session})


def delete(handler, session: str) -> None:
    """``DELETE /v1/chat/{session}``."""
    handler.server.chats.sessions.pop(session, None)
    handler.send_response(204)
    handler.end_headers()
