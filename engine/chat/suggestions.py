"""What can be asked next: questions that the planner is known to understand."""

from __future__ import annotations

from engine.agent import Agent, ToolCall

MOST = 3
FIRST = ("What changed?", "How many new buildings are there?", "Which is the largest change?")
_AFTER: dict[str, tuple[str, ...]] = {
    "count": ("How much area do they take?", "Which is the largest?", "Where are they?"),
    "measure": ("Which is the largest?", "How many are there?", "Where are they?"),
    "list_sorted": ("How many are there?", "Where are they?", "How much area do they take?"),
    "describe": ("How many new buildings are there?", "Which is the largest change?"),
    "locate": ("Which is the largest?", "Show them.", "How much area do they take?"),
    "select": ("How many are there?", "How much area do they take?", "Save them."),
}
_ELSE = ("What changed?", "How many new buildings are there?", "How many new roads are there?")


def suggestions(agent: Agent, last: ToolCall | None) -> list[str]:
    """Questions for now, none of which the planner would ask back about.

    Parameters
    ----------
    last : ToolCall, optional
        The call before.
    """
    wanted: list[str] = list(_AFTER.get(last.tool, ())) if last is not None else list(FIRST)
    layers = [f"How many new buildings are there per {name}?" for name in agent.scene.vectors.names]
    wanted = [*wanted[:2], *layers[:1], *wanted[2:], *_ELSE]
    found: list[str] = []
    for question in dict.fromkeys(wanted):
        planned = agent.plan(question, last)
        if planned.kind == "calls" and planned.calls[-1] != last:
            found.append(question)
        if len(found) == MOST:
            break
    return found
