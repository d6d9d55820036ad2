"""Completions in OpenAI's form: two images in, words or JSON out, from a model on this machine."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from engine.chat.pair_reader import ImageAnswer, PairReader
from engine.models import list_models
from engine.service.completion_json import any_object, object_of
from engine.service.completion_requests import CompletionRequest
from engine.service.data_images import images_of
from engine.service.errors import NoSuchModelError, QueueFullError

WAITING_MOST = 64


@dataclass(frozen=True)
class Completion:
    """An answer in the protocol's words.

    Attributes
    ----------
    content : str
        Text, or JSON.
    finished : bool
        False where the limit of tokens cut it off.
    """

    id: str
    created: int
    model: str
    content: str
    finished: bool
    prompt_tokens: int

    @property
    def tokens(self) -> list[str]:
        """The answer in words, blanks included: what a stream sends one by one."""
        return _words(self.content)

    @property
    def reason(self) -> str:
        """Why it ended."""
        return "stop" if self.finished else "length"

    def usage(self) -> dict[str, int]:
        """Counts of words; the local models have no other tokens in common."""
        said = len(self.tokens)
        return {
            "prompt_tokens": self.prompt_tokens, "completion_tokens": said,
            "total_tokens": self.prompt_tokens + said,
        }  # fmt: skip

    def whole(self) -> dict[str, Any]:
        """As one answer."""
        message = {"role": "assistant", "content": self.content, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": self.reason}
        return self._head("chat.completion") | {"choices": [choice], "usage": self.usage()}

    def chunks(self, with_usage: bool) -> Iterator[str]:
        """As server-sent events."""
        pieces: list[tuple[dict[str, Any], str | None]] = [
            ({"role": "assistant", "content": ""}, None)
        ]
        pieces += [({"content": word}, None) for word in self.tokens]
        pieces.append(({}, self.reason))
        for delta, reason in pieces:
            choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": reason}
            yield self._event({"choices": [choice]})
        if with_usage:
            yield self._event({"choices": [], "usage": self.usage()})
        yield "data: [DONE]\n\n"

    def _head(self, kind: str) -> dict[str, Any]:
        return {"id": self.id, "object": kind, "created": self.created, "model": self.model}

    def _event(self, more: dict[str, Any]) -> str:
        return f"data: {json.dumps(self._head('chat.completion.chunk') | more)}\n\n"


class Completions:
    """Answers one pair after the other; the model asked last stays open."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, "completions")
        self._waiting = 0
        self._open: tuple[str, PairReader] | None = None

    async def complete(self, request: CompletionRequest) -> Completion:
        """Answer a request.

        Raises
        ------
        NoSuchModelError, OptionError, BodyTooLargeError, QueueFullError
        EngineError
            As the model does.
        """
        if self._waiting >= WAITING_MOST:
            raise QueueFullError(
                f"{WAITING_MOST} requests are waiting already.", hint="Send it again soon."
            )
        self._waiting += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._worker, self._complete, request)
        finally:
            self._waiting -= 1

    def close(self) -> None:
        """Drop what waits."""
        self._worker.shutdown(wait=False, cancel_futures=True)

    def _complete(self, request: CompletionRequest) -> Completion:
        question, addresses = request.question(), request.addresses()
        if request.model not in {info.id for info in list_models()}:
            raise NoSuchModelError(
                "There is no model of this name.", hint="GET /v1/models lists them."
            )
        before, after = images_of(addresses)
        answer = self._reader(request.model).answer(question, before, after)
        content, finished = _content(request, answer), True
        if request.most_tokens is not None:
            words = _words(content)
            finished = len(words) <= request.most_tokens
            content = "".join(words[: request.most_tokens])
        texts = (part.text or "" for message in request.messages for part in message.parts)
        return Completion(
            f"chatcmpl-{secrets.token_hex(12)}", int(time.time()), request.model, content,
            finished, sum(len(text.split()) for text in texts),
        )  # fmt: skip

    def _reader(self, model: str) -> PairReader:
        if self._open is None or self._open[0] != model:
            if self._open is not None:
                self._open[1].close()
                self._open = None
            self._open = (model, PairReader(model))
        return self._open[1]


def _content(request: CompletionRequest, answer: ImageAnswer) -> str:
    wanted = request.response_format
    if wanted is None or wanted.type == "text":
        return answer.text
    if wanted.type == "json_schema" and wanted.json_schema is not None:
        return object_of(wanted.json_schema.content, answer)
    return any_object(answer)


def _words(text: str) -> list[str]:
    """The words of a text, each with the blanks before it."""
    words: list[str] = []
    for number, word in enumerate(text.split(" ")):
        words.append(word if number == 0 else f" {word}")
    return [word for word in words if word]
