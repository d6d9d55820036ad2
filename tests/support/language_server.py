"""A small server process that speaks OpenAI's chat completions, and knows how to misbehave.

The model's name says what it does: ``good``, or one of the faults below. Run as a program it prints
its port; each request's body is kept and given back by ``GET /seen``.
"""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SEEN: list[dict[str, Any]] = []
SENTENCE = "two houses are built"
ANSWERS: dict[str, Any] = {
    "string": SENTENCE,
    "boolean": True,
    "integer": 14,
    "array": ["top", "left"],
}
FAULTS = (
    "500", "refuses", "moved", "html", "list", "huge", "half", "empty", "wrong-schema", "prose",
    "cut",
)  # fmt: skip
"""Models that do what they are called; ``any`` does as one of them or ``good``, by lot."""
RAW = {
    "drip-head": (b"HTTP/1.1 200 OK\r\nX: ", b"x"),
    "drip-body": (b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n", b" "),
    "processing": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
}
"""Models that never end: what comes first, and what comes again and again."""
LOCK = threading.Lock()
TRIES: dict[str, int] = {}
BUSY = {"now": 0, "most": 0}


@contextmanager
def language_server() -> Iterator[int]:
    """This file as a process of its own; gives its port."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.kill()


def seen(port: int) -> dict[str, Any]:
    """What a server was sent so far, and how many requests it had at a time."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/seen", timeout=5) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


class Handler(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._send(200, json.dumps({"seen": SEEN, "busy": BUSY}))

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with LOCK:
            kept = {"body": body, "path": self.path, "key": self.headers.get("Authorization")}
            SEEN.append(kept)
            BUSY["now"] += 1
            BUSY["most"] = max(BUSY["most"], BUSY["now"])
            tries = TRIES[body["model"]] = TRIES.get(body["model"], 0) + 1
        try:
            self._answer(body, tries)
        finally:
            with LOCK:
                BUSY["now"] -= 1

    def _answer(self, body: dict[str, Any], tries: int) -> None:
        model = body["model"]
        if model == "any":
            model = random.choice(["good", "good", *FAULTS])
        schema = body["response_format"]["json_schema"]["schema"]["properties"]["answer"]
        content = json.dumps({"answer": ANSWERS[schema["type"]]})
        if model == "slow" or (model == "quick-once" and tries > 1):
            time.sleep(5)
        if model == "late":
            time.sleep(0.8)
        if model in RAW:
            return self._drip(*RAW[model])
        if model == "busy-once" and tries == 1:
            return self._send(503, "busy", {"Retry-After": "0.05"})
        if model == "500":
            return self._send(500, "oh no")
        if model == "refuses":
            return self._send(401, json.dumps({"error": "no key\n\x1b[31m<|im_end|>"}))
        if model == "moved":
            return self._send(302, "", {"Location": "http://127.0.0.1:9/elsewhere"})
        if model == "html":
            return self._send(200, "<html><body>Sign in</body></html>", kind="text/html")
        if model == "list":
            return self._send(200, "[1, 2]")
        if model == "huge":
            return self._send(200, json.dumps({"choices": ["x" * 10_000_000]}))
        if model == "half":
            self.send_response(200)
            self.send_header("Content-Length", "5000")
            self.end_headers()
            self.wfile.write(b'{"choices": [{"mess')
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
            return None
        if model == "gzip":
            return self._send(200, content, {"Content-Encoding": "gzip"})
        if model == "deep":
            return self._send(200, "[" * 100_000)
        if model == "odd-moved":
            return self._send(302, "", {"Location": "http://[::1/v1"})
        if model == "empty":
            return self._send(200, json.dumps({"choices": []}))
        if model == "wrong-schema":
            content = json.dumps({"answer": {"n": [-1]}, "extra": 1})
        if model == "prose":
            content = "Fourteen buildings."
        if model == "deep-text":
            content = "[" * 2000
        if model == "surrogate":
            content = json.dumps({"answer": "\ud83d houses"})
        if model == "bare-surrogate":
            content = "\ud83d houses"
        reason = "length" if model == "cut" else "stop"
        choice = {"message": {"role": "assistant", "content": content}, "finish_reason": reason}
        time.sleep(0.05)
        return self._send(200, json.dumps({"choices": [choice]}))

    def _send(
        self, status: int, text: str, more: dict[str, str] | None = None, kind: str = ""
    ) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind or "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _drip(self, first: bytes, again: bytes) -> None:
        self.close_connection = True
        try:
            self.wfile.write(first)
            for _ in range(80):
                self.wfile.write(again)
                self.wfile.flush()
                time.sleep(0.1)
        except OSError:
            return  # nobody listens any more

    def log_message(self, *args: object) -> None:
        """Nothing."""


if __name__ == "__main__":
    server = ThreadingHTTPServer(
        ("127.0.0.1", int(sys.argv[1]) if len(sys.argv) > 1 else 0), Handler
    )
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()
