"""From a sentence to tool calls by a small grammar: it understands all of a sentence, or asks."""

from engine.agent.planner.plan import Context, Plan, plan

__all__ = ["Context", "Plan", "plan"]
