"""``python -m engine.agent.planner.score FILE``: how often the planner is right."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.agent.calls import ToolCall
from engine.agent.planner.plan import Context, Plan, plan


@dataclass
class Share:
    """Counts of one part of the questions.

    Attributes
    ----------
    exact : int
        The tools and all arguments are those expected, or those of an alternative that is as good
        (``accept``); or it asks back, or says that it cannot tell, as expected.
    asked : int
        It asks back or says that it cannot tell, where calls, or the other of the two, were
        expected.
    wrong : int
        Calls other than those expected.
    """

    exact: int = 0
    asked: int = 0
    wrong: int = 0

    @property
    def total(self) -> int:
        """Questions of the part."""
        return self.exact + self.asked + self.wrong

    def line(self, name: str) -> str:
        """One line of text."""
        parts = (("exact", self.exact), ("asked back", self.asked), ("wrong", self.wrong))
        told = ", ".join(f"{word} {n} ({n / max(self.total, 1):.1%})" for word, n in parts)
        return f"{name}: {self.total} questions: {told}"


def told(made: Plan) -> Any:
    """A plan as the file of questions writes it."""
    return [call.as_dict() for call in made.calls] if made.kind == "calls" else made.kind


def planned(record: dict[str, Any]) -> Plan:
    """The plan for a record of the file."""
    last = record.get("last")
    before = ToolCall.of(last["tool"], last["arguments"]) if last else None
    return plan(record["question"], Context(tuple(record["layers"]), before))


def score(path: Path) -> dict[str, Share]:
    """Score a file of questions (one JSON object a line), by part."""
    shares: dict[str, Share] = {}
    for line in path.read_text("utf-8").splitlines():
        record = json.loads(line)
        share = shares.setdefault(record["part"], Share())
        made = planned(record)
        if told(made) in (record["expect"], *record.get("accept", ())):
            share.exact += 1
        elif made.kind == "calls":
            share.wrong += 1
        else:
            share.asked += 1
    return shares


def main() -> None:
    """Print the shares."""
    for name, share in score(Path(sys.argv[1])).items():
        print(share.line(name))


if __name__ == "__main__":
    main()
