"""Conversations about a finished run: kept on the disk, answered by tools, streamed as events."""

from engine.chat.chats import Ask, Chats
from engine.chat.layers import LayersCache
from engine.chat.records import ChatContext, ChatOptions, SessionRecord, TurnRecord
from engine.chat.store import SessionStore
from engine.chat.transcript import markdown
from engine.chat.turn import ChatEvent, Turn

__all__ = [
    "Ask",
    "ChatContext",
    "ChatEvent",
    "ChatOptions",
    "Chats",
    "LayersCache",
    "SessionRecord",
    "SessionStore",
    "Turn",
    "TurnRecord",
    "markdown",
]
