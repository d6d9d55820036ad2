"""What answers do on the map, and what is said about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qgis.core import QgsProject

from ..errors import PluginError
from ..translation import tr
from .chat_actions import AT_ONCE, Actions, gone
from .chat_evidence import Evidence
from .chat_notice import Notice
from .chat_record import Sentence, Turn


class Hands:
    """Shows evidence, runs actions, and says so where something cannot be done.

    Parameters
    ----------
    notice : Notice
    evidence : Evidence
    project : QgsProject
    """

    def __init__(self, notice: Notice, evidence: Evidence, project: QgsProject) -> None:
        self.notice = notice
        self.evidence = evidence
        self.actions = Actions(evidence, project)

    def show(self, package: str, sentence: Sentence) -> None:
        """Zoom to what a sentence rests on."""
        self.evidence.show(package, sentence, lambda: self.notice.say(str(gone())))

    def act_at_once(self, package: str, turn: Turn) -> None:
        """Do what an answer that has just ended asks for."""
        if turn.state != "done":
            return
        for action in turn.actions:
            if action["name"] in AT_ONCE and self.actions.offered(action["name"]):
                self.act(package, action)

    def act(self, package: str, action: dict[str, Any]) -> None:
        """Do one action."""

        def told(error: PluginError | None) -> None:
            if error is not None:
                self.notice.say(str(error), self._ways_back(package))
            elif action["name"] == "filter":
                self.tell_filter(package)

        self.actions.run(package, action, told)

    def tell_filter(self, package: str) -> None:
        """Say that an answer's filter is on, and how to see everything again."""
        if self.actions.filtered(package):
            self.notice.say(
                tr("Only the objects of the answer are shown."),
                self._ways_back(package),
                "mActionFilter2.svg",
            )
        else:
            self.notice.hide()

    def _ways_back(self, package: str) -> tuple[tuple[str, str, Callable[[], None]], ...]:
        """The button that shows everything again, while a filter is on."""
        if not self.actions.filtered(package):
            return ()
        clear = {"name": "filter", "arguments": {"clear": True}}
        return (
            ("changevgChatUnfilter", tr("Show all again"), lambda: self.act(package, clear)),
        )  # fmt: skip
