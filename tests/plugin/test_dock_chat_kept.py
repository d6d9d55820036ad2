"""Conversations that are kept, and what leaves the machine."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import threading

import pytest
from plugin.desktop import Desktop
from plugin.dock_chat_support import (  # noqa: F401
    Plugin,
    add_layers,
    chat,
    drop_deleted,
    module,
    package,
    turn_loop,
)
from plugin.fake_engine_chat import HTML
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsRubberBand
from qgis.PyQt.QtCore import QEvent
from qgis.PyQt.QtGui import QColor, QPalette
from qgis.PyQt.QtWidgets import QDockWidget, QFileDialog, QMessageBox, QPushButton


def test_a_conversation_is_saved_with_the_project_and_goes_on(chat, tmp_path):  # noqa: F811
    chat.ask("count")
    chat.ask("html too")
    path = str(tmp_path / "project.qgz")
    project = QgsProject.instance()
    assert project.isDirty()
    assert project.write(path)
    project.clear()
    turn_loop(seconds=0.1)
    assert not chat.dock.question.isEnabled()
    assert project.read(path)
    assert turn_loop(lambda: chat.desk.package is not None, 5)
    assert [view.turn.question for view in chat.dock.view.views] == ["count", "html too"]
    assert HTML in chat.dock.view.views[1].answer.toPlainText()
    assert "[5 objects]" in chat.dock.view.views[0].answer.toPlainText()
    assert chat.dock.question.asked == ["count", "html too"]
    chat.ask("count again")
    assert chat.requests()["requests"][-1]["session"] == "chat-1"


def test_a_conversation_goes_on_in_a_copied_project(chat, tmp_path):  # noqa: F811
    """The engine knows it for the folder it was in, and refuses it for any other."""
    project, other = QgsProject.instance(), tmp_path / "copy"
    assert project.write(str(tmp_path / "project.qgz"))
    chat.ask("count")
    assert project.write()
    project.clear()
    other.mkdir()
    for name in ("project.qgz", "changes.gpkg"):
        shutil.copy(tmp_path / name, other)
    assert project.read(str(other / "project.qgz"))
    assert turn_loop(lambda: chat.desk.package == str(other / "changes.gpkg"), 5)
    assert chat.desk.conversation.session == "chat-1"
    assert chat.ask("count again").state == "done"
    assert chat.desk.conversation.session == "chat-2"


def test_a_damaged_entry_in_the_project_is_no_reason_to_fail(package):  # noqa: F811
    store = module("dock.chat_store").ChatStore(QgsProject.instance())
    for text in ("{", "[]", '{"chats": [3, {"layers": 4, "turns": [{"sentences": 1}]}]}'):
        QgsProject.instance().writeEntry("changevg", "chat", text)
        assert store.load(package) == (None, [])


def test_markdown_shows_text_and_makes_nothing_of_it(chat, tmp_path, monkeypatch):  # noqa: F811
    chat.ask("html <script>alert(1)</script>")
    path = tmp_path / "talk"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: (str(path), ""))
    menu = chat.dock.head.more.menu()
    next(one for one in menu.actions() if one.objectName() == "changevgChatSave").trigger()
    text = (tmp_path / "talk.md").read_text(encoding="utf-8")
    assert "\\<script\\>" in text
    for bare in ("<img", "<a ", "<script", "](http"):
        assert bare not in text.replace("\\" + bare, "")
    assert "talk.md" in chat.dock.notice.text.text()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *words: ("/none/x.md", ""))
    chat.part.menus.save()
    assert "cannot be written" in chat.dock.notice.text.text()


def test_earlier_conversations_of_the_result_can_be_taken_up(chat):  # noqa: F811
    chat.ask("count one")
    chat.dock.head.new.click()
    assert chat.dock.view.views == []
    chat.ask("count two")
    assert chat.desk.conversation.session == "chat-2"
    menu = chat.dock.head.history.menu()
    menu.aboutToShow.emit()
    assert turn_loop(lambda: len(menu.actions()) == 2, 5)
    assert [action.text().rpartition("  ")[2] for action in menu.actions()] == [
        "count one", "count two",
    ]  # fmt: skip
    menu.actions()[0].trigger()
    assert turn_loop(lambda: chat.desk.conversation.session == "chat-1", 5)
    assert chat.dock.view.views[0].question.toPlainText() == "count one"


def test_deleting_asks_first(chat, monkeypatch):  # noqa: F811
    chat.ask("count")
    box = QMessageBox.StandardButton
    monkeypatch.setattr(QMessageBox, "question", lambda *words: box.No)
    chat.part.menus.delete()
    assert len(chat.desk.conversation.turns) == 1
    monkeypatch.setattr(QMessageBox, "question", lambda *words: box.Yes)
    chat.part.menus.delete()
    assert chat.dock.view.views == []
    client = chat.plugin.link.client()
    assert turn_loop(lambda: client.chats() == [], 5)


def test_nothing_leaves_the_machine_without_a_yes(chat):  # noqa: F811
    Settings = module("settings").Settings
    Settings(language_url="https://llm.example.org/v1", language_model="big").save()
    chat.type("count")
    assert chat.desk.conversation.turns == []
    assert "llm.example.org" in chat.dock.notice.text.text()
    press(chat, "changevgChatKeep")
    assert chat.dock.question.toPlainText() == "count"
    chat.dock.question.send()
    press(chat, "changevgChatRefuse")
    assert chat.settle()
    assert "language_url" not in chat.requests()["requests"][-1].get("options", {})
    assert chat.last.host == ""
    Settings(language_url="https://other.example.org/v1").save()
    chat.type("count")
    press(chat, "changevgChatAllow")
    assert chat.settle()
    options = chat.requests()["requests"][-1]["options"]
    assert options["language_url"] == "https://other.example.org/v1"
    assert "sent to other.example.org" in chat.dock.status.text.text()
    chat.ask("count")  # once for the session
    assert "other.example.org" in chat.last.host
    Settings().save()
    chat.ask("count")
    assert "language_url" not in chat.requests()["requests"][-1]["heeded"]["options"]
    assert chat.last.host == ""


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/v1", "http://localhost:1/v1", "http://[::1]/v1"]
)
def test_a_server_on_this_computer_is_not_asked_about(chat, url):  # noqa: F811
    module("settings").Settings(language_url=url).save()
    chat.ask("count")
    assert chat.requests()["requests"][-1]["options"]["language_url"] == url


def test_an_engine_elsewhere_is_told_before_it_is_asked(chat, monkeypatch):  # noqa: F811
    monkeypatch.setenv("CHANGEVG_ENGINE_URL", "http://engine.example.org:8000")
    chat.type("count")
    assert chat.desk.conversation.turns == []
    assert "engine.example.org:8000" in chat.dock.notice.text.text()


def test_the_servers_key_reaches_the_engine_by_its_environment_only(
    changevg, fake_engine, monkeypatch
):
    word = "abc" + "123"
    monkeypatch.setenv("CHANGEVG_LANGUAGE_KEY", word)
    module("settings").Settings(language_url="http://127.0.0.1:1/v1").save()
    told = module("engine_link").running_engine()._json("GET", "/v1/environ")
    assert told["environ"]["CHANGEVG_LANGUAGE_KEY"] == word
    assert word not in " ".join(told["argv"])


def test_the_options_keep_the_model_and_its_server(qgis_app, changevg, fresh_settings, qtbot):
    settings = module("settings")
    page = module("gui.options_page").OptionsPage(module("engine_link").engine_link())
    qtbot.addWidget(page)
    page.language.model.setText(" changevg-7b ")
    page.language.url.setText("https://llm.example.org/v1")
    page.language.server_model.setText("qwen")
    page.apply()
    kept = settings.Settings.stored()
    assert (kept.model, kept.language_url, kept.language_model) == (
        "changevg-7b", "https://llm.example.org/v1", "qwen",
    )  # fmt: skip
    page.show_settings(settings.Settings())
    page.apply()
    assert settings.Settings.stored() == settings.Settings()


def test_unloading_in_the_middle_of_an_answer_leaves_nothing(package, fake_engine):  # noqa: F811
    desktop = Desktop()
    plugin = Plugin(desktop)
    part = module("dock.chat_part").ChatPart()
    plugin.link.client()
    threads = sorted(thread.name for thread in threading.enumerate())
    items = len(desktop.canvas.scene().items())
    path, environment = list(sys.path), dict(os.environ)
    part.load(plugin)
    part.dock.show()
    part.ask_about(None, question="endless")
    assert turn_loop(lambda: part.desk.conversation.turns[0].pending)
    part.draw()
    part.unload()
    drop_deleted()
    turn_loop(seconds=0.1)
    drop_deleted()
    assert module("dock.chat_worker")._running == set()
    gc.collect()
    assert desktop.window.findChildren(QDockWidget) == []
    assert sorted(thread.name for thread in threading.enumerate()) == threads
    assert len(desktop.canvas.scene().items()) == items
    assert not [i for i in desktop.canvas.scene().items() if isinstance(i, QgsRubberBand)]
    assert (sys.path, dict(os.environ)) == (path, environment)
    add_layers(package, ["boxes"])  # nobody listens any more
    part.unload()
    assert not part.ask_about(None, question="nobody there")


def test_another_theme_changes_the_colours(chat):  # noqa: F811
    chat.ask("count")
    answer = chat.dock.view.views[0].answer
    palette = QPalette(chat.dock.palette())
    palette.setColor(QPalette.ColorRole.Text, QColor("#eeeeee"))
    palette.setColor(QPalette.ColorRole.Base, QColor("#202020"))
    palette.setColor(QPalette.ColorRole.Link, QColor("#6cb4f0"))
    chat.dock.setPalette(palette)
    QgsApplication.sendPostedEvents(None, QEvent.Type.PaletteChange)
    turn_loop(seconds=0.1)
    cursor = answer.textCursor()
    cursor.setPosition(1)
    assert cursor.charFormat().foreground().color() == QColor("#eeeeee")
    assert chat.dock.view.views[0].findChild(QPushButton, "changevgChatTryAgain") is not None


def press(chat, name):  # noqa: F811
    drop_deleted()
    chat.dock.notice.findChild(QPushButton, name).click()
