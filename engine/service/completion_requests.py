"""What a client of OpenAI's protocol may send; what means nothing here is passed over."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.language.quoting import checked_question
from engine.service.errors import OptionError

_COMMON = ConfigDict(extra="ignore", allow_inf_nan=False)
MESSAGES_MOST, PARTS_MOST = 100, 20
TEXT_MOST = 20_000


class ImageAddress(BaseModel):
    """Where an image is: in the request itself (``data:image/png;base64,…``)."""

    model_config = _COMMON

    url: str


class Part(BaseModel):
    """A piece of a message."""

    model_config = _COMMON

    type: Literal["text", "image_url"]
    text: Annotated[str, Field(max_length=TEXT_MOST)] | None = None
    image_url: ImageAddress | None = None


class CompletionMessage(BaseModel):
    """One turn; of the user's the last one is answered."""

    model_config = _COMMON

    role: Literal["system", "developer", "user", "assistant"]
    content: (
        Annotated[str, Field(max_length=TEXT_MOST)]
        | Annotated[list[Part], Field(max_length=PARTS_MOST)]
    )

    @property
    def parts(self) -> list[Part]:
        """The pieces."""
        if isinstance(self.content, str):
            return [Part(type="text", text=self.content)]
        return self.content


class SchemaFormat(BaseModel):
    """A named JSON schema."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)

    name: Annotated[str, Field(max_length=64)] = "answer"
    content: Annotated[dict[str, Any], Field(alias="schema")] = {}


class ResponseFormat(BaseModel):
    """Text, any JSON object, or an object of a schema."""

    model_config = _COMMON

    type: Literal["text", "json_object", "json_schema"] = "text"
    json_schema: SchemaFormat | None = None


class StreamOptions(BaseModel):
    """What a stream carries besides words."""

    model_config = _COMMON

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """Body of ``POST /v1/chat/completions``."""

    model_config = _COMMON

    model: Annotated[str, Field(min_length=1, max_length=200)]
    messages: Annotated[list[CompletionMessage], Field(min_length=1, max_length=MESSAGES_MOST)]
    response_format: ResponseFormat | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    max_tokens: Annotated[int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[int, Field(ge=1)] | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    n: Literal[1] | None = None

    @property
    def most_tokens(self) -> int | None:
        """Limit of the answer's words."""
        return self.max_completion_tokens or self.max_tokens

    def question(self) -> str:
        """The text of the last message of the user.

        Raises
        ------
        OptionError
            The last message is not the user's.
        QuestionError
            It has no text, or far too much.
        """
        last = self.messages[-1]
        if last.role != "user":
            raise OptionError("messages: the last one has to be the user's.")
        return checked_question(" ".join(part.text for part in last.parts if part.text))

    def addresses(self) -> tuple[str, str]:
        """The two images' addresses, before and after.

        Raises
        ------
        OptionError
            There are not two.
        """
        found = [
            part.image_url.url
            for message in self.messages
            for part in message.parts
            if part.type == "image_url" and part.image_url is not None
        ]
        if len(found) != 2:
            raise OptionError(
                f"messages: {len(found)} images; two are compared.",
                hint="Send two image_url parts: the earlier image, then the later one.",
            )
        return found[0], found[1]
