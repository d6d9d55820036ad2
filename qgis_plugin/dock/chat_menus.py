"""The dock's menus: new and earlier conversations, saving, the layers one may ask about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qgis.PyQt.QtCore import QDateTime, QLocale, QObject, Qt
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtWidgets import QFileDialog, QMessageBox

from ..errors import PluginError
from ..processing.result_layers import provenance
from ..translation import tr
from .chat_context import words_of
from .chat_desk import ChatDesk
from .chat_markdown import transcript
from .chat_record import Turn, objects, plain
from .chat_results import title_of
from .chat_worker import Worker

SESSIONS_MOST = 20
TITLE_MOST = 60


class ChatMenus(QObject):
    """Fills the menus of a dock's head and does what they say.

    Parameters
    ----------
    desk : ChatDesk
    options : callable
        Opens the plugin's options.
    """

    def __init__(self, desk: ChatDesk, options: Any) -> None:
        super().__init__(desk.dock)
        self.desk = desk
        self.sessions: list[dict[str, Any]] = []
        head = desk.dock.head
        head.new.clicked.connect(self.begin)
        head.history.menu().aboutToShow.connect(self.fetch)
        head.add_entry(
            "changevgChatSave", tr("Save as Markdown…"), "mActionFileSave.svg", self.save
        )
        head.add_entry(
            "changevgChatCopyAll", tr("Copy the conversation"), "mActionEditCopy.svg", self.copy
        )
        head.add_entry(
            "changevgChatDelete", tr("Delete the conversation…"), "mActionDeleteSelected.svg",
            self.delete,
        )  # fmt: skip
        head.more.menu().addSeparator()
        self.layers = head.more.menu().addMenu(tr("Layers that may be asked about"))
        self.layers.setObjectName("changevgChatLayers")
        self.layers.aboutToShow.connect(lambda: desk.allowed.fill(self.layers))
        head.add_entry("changevgChatOpen", tr("Open a result…"), "mActionFileOpen.svg", self.open)
        head.add_entry("changevgChatOptions", tr("Options…"), "mActionOptions.svg", options)

    def begin(self) -> None:
        """Start a new conversation about the same result."""
        if self.desk.package:
            self.desk.open_conversation(self.desk.package, None, [])
            self.desk.dock.question.setFocus()

    def fetch(self) -> None:
        """Ask the engine for earlier conversations; the menu shows what is known until then."""
        self._fill(tr("Asking the engine …"))

        def done(found: Any, error: PluginError | None) -> None:
            if error is None:
                self.sessions = objects(found)
            self._fill(str(error) if error is not None else "")

        Worker(lambda worker: self._client(worker).chats(), done).start()

    def resume(self, session: str) -> None:
        """Show an earlier conversation."""
        package = self.desk.package

        def done(found: Any, error: PluginError | None) -> None:
            if error is not None:
                self.desk.dock.notice.say(str(error))
            elif package and self.desk.package == package:
                turns = [Turn.of(one) for one in objects(found.get("turns"))]
                for turn in turns:
                    turn.place = words_of(turn.context)
                self.desk.open_conversation(package, session, turns)

        Worker(lambda worker: self._client(worker).chat_history(session), done).start()

    def save(self) -> None:
        """Write the conversation to a file of the user's choice."""
        text = self._transcript()
        if text is None:
            return
        path, _kind = QFileDialog.getSaveFileName(
            self.desk.dock, tr("Save the conversation"), "", tr("Markdown (*.md)")
        )
        if not path:
            return
        target = Path(path if path.endswith(".md") else f"{path}.md")
        try:
            target.write_text(text, encoding="utf-8")
        except OSError as error:
            why = tr("{path} cannot be written: {reason}.")
            self.desk.dock.notice.say(why.format(path=target, reason=error.strerror or error))
            return
        self.desk.dock.notice.say(tr("The conversation is saved in {}.").format(target))

    def copy(self) -> None:
        """Put the whole conversation on the clipboard."""
        text = self._transcript()
        if text is not None:
            QGuiApplication.clipboard().setText(text)

    def delete(self) -> None:
        """Forget the conversation, here and in the engine, once the user has confirmed it."""
        talk = self.desk.conversation
        if talk is None or not talk.turns:
            return
        buttons = QMessageBox.StandardButton
        answer = QMessageBox.question(
            self.desk.dock, tr("Chat with the map"), tr("Delete this conversation?"),
            buttons.Yes | buttons.No, buttons.No,
        )  # fmt: skip
        if answer != buttons.Yes:
            return
        session = talk.session
        self.desk.open_conversation(talk.package, None, [])

        def done(found: Any, error: PluginError | None) -> None:
            if error is not None:
                self.desk.dock.notice.say(str(error))

        if session is not None:
            name = session
            Worker(lambda worker: self._client(worker).delete_chat(name), done).start()

    def open(self) -> None:
        """Talk about a result that is in no layer of the project."""
        path, _kind = QFileDialog.getOpenFileName(
            self.desk.dock, tr("Open a result"), "", tr("Results (*.gpkg)")
        )
        if not path:
            return
        if provenance(path) is None:
            self.desk.dock.notice.say(tr("{} is not a result of ChangeVG.").format(path))
            return
        self.desk.show_result(path)

    def _client(self, worker: Worker) -> Any:
        return self.desk.link.client(worker)

    def _transcript(self) -> str | None:
        talk = self.desk.conversation
        if talk is None or not talk.turns:
            self.desk.dock.notice.say(tr("Nothing was said yet."))
            return None
        return transcript(title_of(talk.package), talk.turns)

    def _fill(self, note: str) -> None:
        menu = self.desk.dock.head.history.menu()
        menu.clear()
        package = self.desk.package
        own = [one for one in self.sessions if package and _about(one, package)]
        for one in own[:SESSIONS_MOST]:
            session = plain(one.get("session"))
            action = menu.addAction(_entry(one))
            action.setObjectName("changevgChatSession")
            action.setCheckable(True)
            talk = self.desk.conversation
            action.setChecked(talk is not None and talk.session == session)
            action.triggered.connect(lambda checked=False, session=session: self.resume(session))
        if not own and not note:
            note = tr("No earlier conversation about this result")
        if note:
            menu.addAction(note.replace("&", "&&")).setEnabled(False)


def _about(one: dict[str, Any], package: str) -> bool:
    return Path(plain(one.get("layers"))) == Path(package)


def _entry(one: dict[str, Any]) -> str:
    """Date and first question of a conversation."""
    title = plain(one.get("title")).replace("\n", " ") or tr("New conversation")
    title = title if len(title) <= TITLE_MOST else title[:TITLE_MOST] + "…"
    moment = QDateTime.fromString(plain(one.get("updated_at")), Qt.DateFormat.ISODate)
    when = QLocale().toString(moment.toLocalTime(), QLocale.FormatType.ShortFormat)
    return f"{when}  {title}".strip().replace("&", "&&")
