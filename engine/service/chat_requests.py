"""What a message of a conversation may carry; nothing else is taken."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from engine.chat import ChatContext, ChatOptions
from engine.chat.records import MESSAGE_MOST
from engine.guide.card_fields import preset
from engine.language.server import checked_url
from engine.service.options import PathText, checked

SELECTION_MOST = 20_000
VECTORS_MOST = 20
_COMMON = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _visible(text: str) -> str:
    if not text.isprintable():
        raise ValueError("has characters that cannot be seen")
    return text


def _encodable(text: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("is no text")
    return text


def _text(most: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=most)


Short = Annotated[str, _text(200), AfterValidator(_visible)]
LayerName = Annotated[str, _text(100), AfterValidator(_visible)]
Message = Annotated[str, _text(MESSAGE_MOST), AfterValidator(_encodable)]
Wkt = Annotated[str, _text(20_000), AfterValidator(_encodable)]
Path = Annotated[PathText, AfterValidator(_encodable)]
Coordinate = Annotated[float, Field(ge=-1e9, le=1e9)]


class ContextFields(BaseModel):
    """What of the map a question is about: its extent, or selected objects."""

    model_config = _COMMON

    bbox: Annotated[list[Coordinate], Field(min_length=4, max_length=4)] | None = None
    crs: Wkt | None = None
    selection: Annotated[list[Short], Field(max_length=SELECTION_MOST)] = Field(
        default_factory=list
    )

    def context(self) -> ChatContext:
        """As conversations take it."""
        bbox = None if self.bbox is None else (*self.bbox,)
        return ChatContext.model_validate(
            {"bbox": bbox, "crs": self.crs, "selection": tuple(self.selection)}
        )


class ChatOptionFields(BaseModel):
    """Who answers what the layers do not know."""

    model_config = _COMMON

    model: Short | None = None
    device: Literal["auto", "cpu", "cuda"] = "auto"
    language_url: Annotated[Short, checked(checked_url)] | None = None
    language_model: Short | None = None
    card: Annotated[Short, checked(preset)] = "full"

    def options(self) -> ChatOptions:
        """As conversations take them."""
        return ChatOptions.model_validate(self.model_dump())


class ChatRequest(BaseModel):
    """Body of ``POST /v1/chat``."""

    model_config = _COMMON

    session: Short | None = None
    message: Message
    layers: Path | None = None
    run: Short | None = None
    before: Path | None = None
    after: Path | None = None
    vectors: Annotated[dict[LayerName, Path], Field(max_length=VECTORS_MOST)] | None = None
    context: ContextFields | None = None
    options: ChatOptionFields | None = None
