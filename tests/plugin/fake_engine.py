"""A stand-in for the engine: the service's contract, and faults on demand, in standard Python.

``$CHANGEVG_FAKE`` holds words: ``api=2``, ``version=9``, ``silent``, ``noise``, ``dies``,
``crash-after=N`` (requests), ``deaf`` (does not end when asked).
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

EVENTS = [
    {"event": "stage", "stage": "guide"},
    *({"event": "progress", "done": n, "total": 4} for n in range(1, 5)),
    {"event": "done", "boxes": 7},
]


def faults() -> dict[str, str]:
    words = os.environ.get("CHANGEVG_FAKE", "").split()
    return {word.partition("=")[0]: word.partition("=")[2] for word in words}


def chat():
    """The chat, which lies beside the program that the tests write."""
    import fake_engine_chat

    return fake_engine_chat


class Service(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, token: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.token = token
        self.runs: dict[str, dict] = {}
        self.requests = 0
        self.drops = 0
        self.chats = chat().Chats()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Service

    def log_message(self, *words: object) -> None:
        print(*words, file=sys.stderr)

    def answer(self, status: int, body: object) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def refuse(self, status: int, kind: str, message: str, hint: str | None = None) -> None:
        error = {"type": kind, "message": message, "hint": hint, "exit_code": 2}
        self.answer(status, {"error": error})

    def admitted(self) -> bool:
        self.server.requests += 1
        limit = faults().get("crash-after")
        if limit and self.server.requests > int(limit):
            os._exit(70)
        if self.headers.get("Authorization") == f"Bearer {self.server.token}":
            return True
        self.refuse(401, "TokenError", "The token is wrong.", "Send it as a bearer token.")
        return False

    def do_GET(self) -> None:
        if not self.admitted():
            return
        parts = self.path.strip("/").split("/")
        if parts[:2] == ["v1", "chat"]:
            chat().get(self, parts)
        elif parts == ["v1", "health"]:
            self.answer(200, {"status": "ok", "version": "0.1.0",
                              "api": int(faults().get("api", 1)), "pid": os.getpid(),
                              "uptime_s": 1, "runs": {"queued": 0, "running": 0}})  # fmt: skip
        elif parts == ["v1", "models"]:
            self.answer(200, {"models": [{"id": "changevg-nano"}]})
        elif parts == ["v1", "environ"]:
            self.answer(200, {"environ": dict(os.environ), "argv": sys.argv})
        elif parts == ["v1", "runs"]:
            self.answer(200, {"runs": list(self.server.runs.values())[::-1]})
        elif parts[:2] == ["v1", "runs"] and parts[2] in self.server.runs:
            run = self.server.runs[parts[2]]
            if len(parts) == 3:
                self.answer(200, run)
            else:
                self.stream(run)
        else:
            self.refuse(404, "NotFoundError", f"There is no {self.path}.")

    def do_POST(self) -> None:
        if not self.admitted():
            return
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/chat":
            chat().stream(self, body)
        elif self.path.endswith("/stop"):
            chat().stop(self, self.path.split("/")[3])
        elif self.path == "/v1/ask":
            time.sleep(float((body.get("options") or {}).get("wait", 0)))
            self.answer(200, {"answer": "seven", "asked": body})
        elif body["before"].startswith("/forbidden"):
            self.refuse(403, "PathError", "/forbidden is outside the allowed folders.")
        else:
            run = f"run-{len(self.server.runs) + 1}"
            self.server.runs[run] = {"id": run, "status": "running", **body}
            self.answer(202, self.server.runs[run])

    def do_DELETE(self) -> None:
        if not self.admitted():
            return
        if self.path.startswith("/v1/chat/"):
            chat().delete(self, self.path.rpartition("/")[2])
        else:
            run = self.server.runs[self.path.rpartition("/")[2]]
            run["status"] = "cancelled"
            self.answer(202, run)

    def stream(self, run: dict) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        start = int(self.headers.get("Last-Event-ID", -1)) + 1
        for number, event in enumerate(EVENTS):
            if number < start:
                continue
            if run["options"].get("drop") and number == 3 and self.server.drops < 1:
                self.server.drops += 1
                self.close_connection = True
                self.connection.close()
                return
            if run["options"].get("endless") and number == 2:
                while run["status"] == "running":
                    self.chunk(": still here\n\n")
                    time.sleep(0.3)
                self.chunk(f'id: {number}\nevent: cancelled\ndata: {{"event": "cancelled"}}\n\n')
                break
            self.chunk(f"id: {number}\nevent: {event['event']}\ndata: {json.dumps(event)}\n\n")
            time.sleep(0.02)
        self.chunk("")

    def chunk(self, text: str) -> None:
        content = text.encode()
        self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
        self.wfile.flush()


def serve() -> None:
    told = faults()
    if "dies" in told:
        print("libmissing.so: cannot open shared object file", file=sys.stderr)
        sys.exit(1)
    token = sys.stdin.readline().strip()
    if "noise" in told:
        print("Welcome!", flush=True)
        return
    if "silent" in told:
        time.sleep(600)
    if "deaf" in told:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    service = Service(token)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    hello = {"port": service.server_address[1], "pid": os.getpid(),
             "version": told.get("version", "0.1.0"), "api": int(told.get("api", 1))}  # fmt: skip
    print(json.dumps(hello), flush=True)
    sys.stdin.read()
    while "deaf" in told:
        time.sleep(1)


def write(folder: Path) -> Path:
    """An executable that is this file."""
    program = folder / "engine"
    program.write_text(f"#!{sys.executable}\n" + Path(__file__).read_text())
    program.chmod(0o755)
    shutil.copy(Path(__file__).with_name("fake_engine_chat.py"), folder)
    return program


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve()
    elif sys.argv[1] == "--version":
        print("changevg 0.1.0")
    else:
        home = os.path.expanduser("~")
        print(json.dumps({"engine": "0.1.0", "models": [f"{home}/models"], "problems": []}))
