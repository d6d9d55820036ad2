"""A finished run that can be asked: tools over its layers, and a sentence to tool calls."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.agent.arguments import WhereArguments
from engine.agent.calls import TOOLS, ToolCall
from engine.agent.errors import ToolCallError
from engine.agent.objects import MapObjects
from engine.agent.planner import Context, Plan, plan
from engine.agent.result import Result
from engine.agent.selection import Scene
from engine.agent.tools import answer
from engine.agent.tools.exporting import export, propose
from engine.agent.vectors import VectorFile, VectorLayers
from engine.language.quoting import checked_question


class Agent:
    """Answers questions from the layers of a finished run. It reads them once.

    Parameters
    ----------
    layers : path
        Output of ``engine tile-infer``.
    vectors : mapping of str to Path or VectorFile
        Vector files that questions may be about, under the names that questions call them. Only
        these files are ever opened.

    Raises
    ------
    LayersError
        `layers` is no output of this program.
    """

    def __init__(
        self, layers: str | Path, vectors: Mapping[str, Path | VectorFile] | None = None
    ) -> None:
        self.layers = Path(layers)
        objects = MapObjects.open(self.layers)
        self.scene = Scene(objects, VectorLayers(vectors or {}, objects.plane))

    def plan(self, question: str, last: ToolCall | None = None) -> Plan:
        """What a question asks for; nothing is run.

        Parameters
        ----------
        last : ToolCall, optional
            The call before, which a follow-up ("And roads?") rests on.

        Raises
        ------
        QuestionError
            It is empty or far too long.
        """
        names = self.scene.vectors.names
        return plan(checked_question(question), Context(names, last))

    def run(self, call: ToolCall) -> Result:
        """Run a call. The tool that writes only says what it would write.

        Raises
        ------
        AgentError
            The layers, or the caller's vector files, do not hold what is asked.
        """
        if TOOLS[call.tool].writes:
            return propose(self.scene, call, _where(call))
        return answer(self.scene, call)

    def call(self, tool: str, arguments: dict[str, Any]) -> Result:
        """Check and run a call from outside (a language model, a request).

        Raises
        ------
        ToolCallError
            There is no such tool, or it does not take these arguments.
        AgentError
            As :meth:`run`.
        """
        return self.run(ToolCall.of(tool, arguments))

    def export(self, call: ToolCall, path: str | Path, overwrite: bool = False) -> Result:
        """Write the objects of a call to a file.

        Parameters
        ----------
        call : ToolCall
            Of ``export_selection``.
        path : path
            Chosen by a person or the caller's code; never taken from a question or a model.

        Raises
        ------
        ToolCallError
            The call is of another tool.
        OutputError
            The file is there already, or cannot be written.
        """
        if not TOOLS[call.tool].writes:
            raise ToolCallError(f"{call.tool} writes no file.")
        return export(self.scene, call, _where(call), self.layers, Path(path), overwrite)


def _where(call: ToolCall) -> WhereArguments:
    assert isinstance(call.arguments, WhereArguments)
    return call.arguments
