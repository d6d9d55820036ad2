"""Who answers a message: tools, a question back, or the language model."""
# ruff: noqa: E501 - a pattern on one line is easier to read than in pieces

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.agent import Agent, Plan, ToolCall
from engine.chat.actions import Command, read_command
from engine.errors import QuestionError
from engine.language.quoting import checked_question
from engine.language.routing import is_description, map_question

_NEVER = re.compile(
    r"^(?:please )?(?:delete|rename|set|run|ignore|translate|drop|insert|update|overwrite|edit|move|change the|"
    r"mark|confirm|reject|approve|erase|export|save|write|thanks?|hello|hi|bye)\b|\b(?:why|who|whose|costs?|"
    r"prices?|worth|expensive|legal|illegal|permits?|allowed|inhabitants|population|residents|owners?|owns?|"
    r"compan(?:y|ies)|weather|climate|carbon|emissions?|safe|safety|dangerous|address|phone|future|will|predict|"
    r"forecast|tomorrow|joke|opinion|your name)\b",
    re.I,
)
"""Questions that no image answers: a model would make something up."""
_BACK = re.compile(r"\b(?:it|its|that|this|they|them|their|those|these|there)\b", re.I)


@dataclass(frozen=True)
class Route:
    """What a message comes to.

    Attributes
    ----------
    plan : Plan
        Of a command without objects it has no calls.
    command : Command or None
        What the client is asked to do besides.
    may_ask_model : bool
        No tool answers it, and a language model might.
    """

    plan: Plan
    command: Command | None = None
    may_ask_model: bool = False


def route(agent: Agent, message: str, last: ToolCall | None) -> Route:
    """Understand a message; nothing is run."""
    try:
        question = checked_question(message)
    except QuestionError as error:
        return Route(Plan("ask", question=str(error), reason="length"))
    command = read_command(question)
    if command is not None and not command.objects:
        return Route(Plan("calls"), command)
    if command is not None:
        planned = agent.plan(command.question, last)
        if planned.kind == "calls":
            return Route(planned, command)
    planned = agent.plan(question, last)
    # What the map itself answers is not asked again of another reading of the images.
    measured = map_question(question) is not None or is_description(question)
    free = planned.kind == "beyond" and not measured and not _NEVER.search(question)
    return Route(planned, None, free)


def points_back(message: str) -> bool:
    """Whether a message says "it", "there" and the like."""
    return bool(_BACK.search(message))
