"""Questions about a finished run, answered by tools that measure its layers."""

from engine.agent.agent import Agent
from engine.agent.calls import TOOLS, ToolCall, schemas
from engine.agent.planner import Context, Plan, plan
from engine.agent.result import Result, Sentence
from engine.agent.vectors import VectorFile

__all__ = [
    "TOOLS",
    "Agent",
    "Context",
    "Plan",
    "Result",
    "Sentence",
    "ToolCall",
    "VectorFile",
    "plan",
    "schemas",
]
