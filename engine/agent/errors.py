"""What a question about layers can fail with."""

from __future__ import annotations

from engine.errors import EngineError, UsageError


class AgentError(EngineError):
    """Root of what goes wrong in answering a question from layers."""


class ToolCallError(UsageError, AgentError):
    """A tool that does not exist, or arguments that it does not take."""


class LayersError(UsageError, AgentError):
    """The file holds no layers of a run, or they cannot be read."""


class VectorLayerError(UsageError, AgentError):
    """A vector layer of the caller is not known, cannot be read, or is of the wrong kind."""


class UnknownFactError(UsageError, AgentError):
    """The layers do not hold what is asked (a date, a score)."""
