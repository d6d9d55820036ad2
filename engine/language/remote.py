"""A language model behind any server that speaks OpenAI's protocol (vLLM, SGLang, llama.cpp)."""

from __future__ import annotations

import base64
import io
import os
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Picture

from engine.errors import EngineError, LanguageServerError
from engine.language.backend import Inquiry, Reply, Turn, never, stop
from engine.language.messages import Message, Text
from engine.language.patience import Patience
from engine.language.reply_schema import reply_schema, reply_text
from engine.language.server import Server
from engine.plain_text import encodable

KEY_VARIABLE = "CHANGEVG_LANGUAGE_KEY"
"""Environment variable with the server's key; there is no option for it, on purpose."""
TOKENS_MOST = 512
LOOK_S = 0.5
"""How often is looked whether the run was stopped."""


class RemoteModel:
    """Asks a server, several requests at a time.

    Parameters
    ----------
    url : str
        Up to and with ``/v1``.
    model : str
        The model's name on that server.
    requests : int
        Requests at a time.
    patience : Patience, optional

    Raises
    ------
    UsageError
        The address is none.
    """

    def __init__(
        self, url: str, model: str, requests: int = 4, patience: Patience | None = None
    ) -> None:
        self.model = model
        self._server = Server(url, os.environ.get(KEY_VARIABLE) or None, patience, requests)
        self._pool = ThreadPoolExecutor(requests, "language")

    @property
    def name(self) -> str:
        """Model and place, for the layers' history."""
        return f"{self.model} at {self._server.url}"

    def answer(
        self, inquiries: Sequence[Inquiry], check: Callable[[], None] = never
    ) -> list[tuple[Reply, ...]]:
        """A reply to every turn; what the server fails at is the reply's error."""
        waiting = [
            [self._pool.submit(self._ask, turn, urls) for turn in inquiry.turns]
            for inquiry in inquiries
            for urls in [{date: data_url(image) for date, image in inquiry.images.items()}]
        ]
        every = [job for jobs in waiting for job in jobs]
        stopped: EngineError | None = None
        while stopped is None and not all(job.done() for job in every):
            wait(every, LOOK_S)
            stopped = stop(check)
        return [tuple(_reply(job, stopped) for job in jobs) for jobs in waiting]

    def close(self) -> None:
        """Close the connections; requests under way are not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._server.close()

    def _ask(self, turn: Turn, urls: dict[Any, str]) -> Reply:
        body = {
            "model": self.model,
            "messages": [_message(message, urls) for message in turn.messages],
            "temperature": 0,
            "max_tokens": TOKENS_MOST,
            "response_format": {
                "type": "json_schema",
                "json_schema": {
                    "name": "answer",
                    "strict": True,
                    "schema": reply_schema(turn.asked),
                },
            },
        }
        try:
            content, finished = _choice(self._server.post("/chat/completions", body))
        except LanguageServerError as error:
            return Reply(finished=False, error=error)
        return Reply(encodable(reply_text(turn.asked, content)), finished)


def data_url(image: NDArray[np.uint8]) -> str:
    """An image (h, w, 3) as PNG in a ``data:`` address: nothing has to be fetched by the server."""
    stream = io.BytesIO()
    Picture.fromarray(image).save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode("ascii")


def _reply(job: Future[Reply], stopped: EngineError | None) -> Reply:
    """What came; a request that has not begun does not begin any more."""
    if not job.cancel() and job.done():
        return job.result()
    closed = LanguageServerError("The connection to the language server was closed.")
    return Reply(finished=False, error=stopped or closed)


def _message(message: Message, urls: dict[Any, str]) -> dict[str, Any]:
    if all(isinstance(part, Text) for part in message.parts):
        return {"role": message.role, "content": message.as_text()}
    content = [
        {"type": "text", "text": part.text}
        if isinstance(part, Text)
        else {"type": "image_url", "image_url": {"url": urls[part.date]}}
        for part in message.parts
    ]
    return {"role": message.role, "content": content}


def _choice(value: dict[str, Any]) -> tuple[str, bool]:
    """The text of a completion and whether the model ended by itself.

    Raises
    ------
    LanguageServerError
        There is no text in it.
    """
    try:
        choice = value["choices"][0]
        content = choice["message"]["content"]
    except (KeyError, IndexError, TypeError):
        content, choice = None, {}
    if not isinstance(content, str):
        raise LanguageServerError(
            "The language server's answer has no choices[0].message.content.",
            hint="--language-url has to be a server that speaks OpenAI's chat completions.",
        )
    return content, choice.get("finish_reason") in ("stop", None)
