"""What happens in the chat dock: which conversation is shown, and what is asked in it."""

from __future__ import annotations

from typing import Any

from qgis.core import QgsProject, QgsRectangle, QgsReferencedRectangle, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject, QTimer
from qgis.PyQt.QtGui import QGuiApplication

from ..engine_link import EngineLink
from ..translation import tr
from .chat_context import OBJECTS, RECTANGLE, WHOLE, Choice
from .chat_conversation import Conversation
from .chat_dock import ChatDock
from .chat_evidence import Evidence
from .chat_gate import Gate
from .chat_hands import Hands
from .chat_places import Places
from .chat_record import Sentence, Turn
from .chat_results import Result, boxes_layer, result_of, results_in, title_of
from .chat_store import ChatStore
from .chat_vectors import AllowedLayers

# In English, because the engine's planner reads English.
FIRST = ["What changed?", "How many new buildings are there?", "Which is the largest change?"]


class ChatDesk(QObject):
    """Joins the dock to the project, the map and the engine.

    Parameters
    ----------
    dock : ChatDock
    link : EngineLink
    canvas : QgsMapCanvas
    project : QgsProject
    """

    def __init__(
        self, dock: ChatDock, link: EngineLink, canvas: QgsMapCanvas, project: QgsProject
    ) -> None:
        super().__init__(dock)
        self.dock, self.link, self.project = dock, link, project
        evidence = Evidence(canvas, project)
        self.hands = Hands(dock.notice, evidence, project)
        self.places = Places(dock.place, canvas, project, evidence)
        self.gate = Gate(dock.notice)
        self.store = ChatStore(project)
        self.allowed = AllowedLayers(project)
        self.package: str | None = None
        self.conversations: dict[str, Conversation] = {}
        self._extra: dict[str, Result] = {}
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(0)
        self._refresh.timeout.connect(self.show_results)
        # These belong to QGIS and outlive the dock.
        self._outside: list[tuple[Any, Any]] = [
            (project.layersAdded, self._later),
            (project.layersRemoved, self._later),
            (project.cleared, self.forget_project),
            (project.readProject, self.forget_project),
            (canvas.selectionChanged, self.places.refresh),
        ]
        for signal, slot in self._outside:
            signal.connect(slot)
        self._connect()
        self.show_results()
        self.show_conversation()

    @property
    def conversation(self) -> Conversation | None:
        """The one that is shown."""
        return self.conversations.get(self.package) if self.package else None

    def ask(self, question: str) -> None:
        """Ask about the shown result and the chosen place; says so when it cannot be asked."""
        self.dock.question.remember(question)
        place = self.places.now()
        if self.package is None or place.problem:
            self._give_back(question)
            self.dock.notice.say(place.problem or tr("Choose a result first."))
            return
        if not self.gate.open(lambda: self.ask(question), lambda: self._give_back(question)):
            return
        self._begin()
        words = "" if self.places.choice.kind == WHOLE else place.text
        self._current().send(question, place=words, context=place.context, **self._terms())

    def retry(self, turn: Turn) -> None:
        """Ask the question of a turn again, about the same place."""
        if self.gate.open(lambda: self.retry(turn), lambda: None):
            self._begin()
            self._current().retry(turn, **self._terms())

    def stop(self) -> None:
        """End the answer at work."""
        if self.conversation is not None:
            self.conversation.stop()

    def ask_about(
        self,
        layer: QgsVectorLayer | None,
        box_ids: list[str] | None = None,
        rectangle: QgsRectangle | None = None,
        question: str | None = None,
    ) -> bool:
        """Make objects, or a rectangle, the place of the next question.

        Returns
        -------
        bool
            False where the layer is not one of a result.
        """
        package = result_of(layer) if layer is not None else self.package
        if package is None:
            return False
        self.show_result(package)
        if box_ids:
            self.places.set(Choice(OBJECTS, box_ids=tuple(box_ids)))
            self.hands.show(package, Sentence("", box_ids=list(box_ids)))
        elif rectangle is not None:
            if not isinstance(rectangle, QgsReferencedRectangle):
                crs = boxes_layer(self.project, package).crs() if layer is None else layer.crs()
                rectangle = QgsReferencedRectangle(rectangle, crs)
            self.places.set(Choice(RECTANGLE, rectangle))
        self.dock.setUserVisible(True)
        self.dock.question.setFocus()
        if question:
            self.ask(question)
        return True

    def show_results(self) -> None:
        """Offer the project's results; the one that is talked about stays if it is there."""
        results = results_in(self.project)
        known = {result.package for result in results}
        results += [extra for path, extra in self._extra.items() if path not in known]
        packages = [result.package for result in results]
        if self.package not in packages:
            self.package = packages[0] if packages else None
            self.show_conversation()
        self.dock.head.show_results(results, self.package)
        self.places.talk_about(self.package or "")

    def show_result(self, package: str) -> None:
        """Talk about another result; an answer about the last one goes on."""
        if package == self.package:
            return
        self.package = package
        if package not in {result.package for result in results_in(self.project)}:
            self._extra[package] = Result(package, title_of(package))
        self.show_results()
        self.show_conversation()

    def show_conversation(self) -> None:
        """Show the conversation about the result, from the project file if it is there."""
        dock = self.dock
        dock.show_usable(self.package is not None)
        self.hands.tell_filter(self.package or "")
        if self.package is None:
            text = tr(
                "Nothing to talk about yet: describe the changes of a pair, or open a result."
            )
            dock.view.show_turns([], text)
            dock.view.suggest([])
            dock.status.follow(None, "")
            dock.show_running(False)
            return
        talk = self._current()
        text = tr("Numbers are measured on the map. Every sentence leads to what it rests on.")
        dock.view.show_turns(talk.turns, text)
        dock.question.asked = []
        for turn in talk.turns:
            dock.question.remember(turn.question)
        last = talk.turns[-1] if talk.turns else None
        dock.view.suggest([] if talk.running else last.suggestions if last else FIRST)
        dock.status.follow(last, self._crs())
        dock.show_running(talk.running)

    def open_conversation(self, package: str, session: str | None, turns: list[Turn]) -> None:
        """Show another conversation about a result instead of the one that was there."""
        old = self.conversations.pop(package, None)
        if old is not None:
            old.stop()
        self._add(Conversation(self.link, package, session, turns, self))
        self.store.save(package, session, turns)
        self.show_conversation()

    def forget_project(self, *document: Any) -> None:
        """Another project: nothing of the last one is talked about any more."""
        talks = list(self.conversations.values())
        self.conversations.clear()
        for talk in talks:
            talk.stop()
        self._extra.clear()
        self.places.set(Choice())
        self.package = None
        self.show_conversation()
        self._later()

    def close(self) -> None:
        """End everything; the dock goes away."""
        for signal, slot in self._outside:
            signal.disconnect(slot)
        self._outside = []
        for talk in self.conversations.values():
            talk.close()
        self.hands.evidence.lookups.forget()
        self.places.remove()

    def _connect(self) -> None:
        dock = self.dock
        dock.question.sent.connect(self.ask)
        dock.stop_asked.connect(self.stop)
        dock.head.result_chosen.connect(self.show_result)
        dock.view.question_chosen.connect(self.ask)
        dock.view.evidence_asked.connect(
            lambda turn, sentence: self.hands.show(self.package or "", sentence)
        )
        dock.view.action_asked.connect(
            lambda turn, action: self.hands.act(self.package or "", action)
        )
        dock.view.retry_asked.connect(self.retry)
        dock.view.copy_asked.connect(lambda turn: QGuiApplication.clipboard().setText(turn.text))
        self.places.drawn.connect(self._rectangle_drawn)

    def _later(self, *changed: Any) -> None:
        self._refresh.start()

    def _rectangle_drawn(self) -> None:
        self.dock.setUserVisible(True)
        self.dock.question.setFocus()

    def _begin(self) -> None:
        self.hands.tell_filter(self.package or "")
        self.dock.view.suggest([])
        # A suggestion that was pressed is gone: without this the keyboard would go anywhere.
        self.dock.question.setFocus()

    def _terms(self) -> dict[str, Any]:
        return {"vectors": self.allowed.paths(), **self.gate.terms()}

    def _crs(self) -> str:
        return str(boxes_layer(self.project, self.package or "").crs().authid())

    def _give_back(self, question: str) -> None:
        """What was not asked stays in the field."""
        self.dock.question.setPlainText(question)
        self.dock.question.setFocus()

    def _current(self) -> Conversation:
        package = self.package or ""
        if package not in self.conversations:
            session, turns = self.store.load(package)
            self._add(Conversation(self.link, package, session, turns, self))
        return self.conversations[package]

    def _add(self, talk: Conversation) -> None:
        self.conversations[talk.package] = talk
        talk.added.connect(lambda turn: self._turn_added(talk, turn))
        talk.removed.connect(lambda turn: self._turn_removed(talk, turn))
        talk.changed.connect(lambda turn, changed: self._turn_changed(talk, turn, changed))
        talk.starting.connect(lambda text: self._starting(talk, text))

    def _turn_added(self, talk: Conversation, turn: Turn) -> None:
        if talk is self.conversation:
            self.dock.view.add(turn)
            self.dock.status.follow(turn, self._crs())
            self.dock.show_running(True)

    def _turn_removed(self, talk: Conversation, turn: Turn) -> None:
        if talk is self.conversation:
            self.dock.view.drop(turn)

    def _turn_changed(self, talk: Conversation, turn: Turn, changed: set[str]) -> None:
        if talk is self.conversation:
            self._show_turn(turn, changed)
        if "end" in changed and talk is self.conversations.get(talk.package):
            self.store.save(talk.package, talk.session, talk.turns)

    def _show_turn(self, turn: Turn, changed: set[str]) -> None:
        view = self.dock.view.view_of(turn)
        if view is not None:
            view.show_turn(changed)
        self.dock.status.refresh()
        if "end" in changed:
            self.dock.show_running(False)
            self.dock.view.suggest(turn.suggestions)
            self.hands.act_at_once(self.package or "", turn)

    def _starting(self, talk: Conversation, text: str) -> None:
        view = self.dock.view.view_of(talk.turns[-1])
        if view is not None and talk.turns[-1].running:
            view.say(text)
