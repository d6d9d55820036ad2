"""An answer from the question to its last word, in real QGIS against a stand-in engine."""

from __future__ import annotations

import time

import pytest
from plugin.dock_chat_support import (  # noqa: F401
    chat,
    drop_deleted,
    package,
    turn_loop,
)
from plugin.fake_engine_chat import HTML
from plugin.processing_support import write_result
from qgis.core import QgsApplication
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtGui import QGuiApplication
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QPushButton, QToolButton, QWidget


def anchors(text):
    """Addresses of all links in a text widget."""
    found, block = [], text.document().begin()
    while block.isValid():
        pieces = block.begin()
        while not pieces.atEnd():
            style = pieces.fragment().charFormat()
            if style.isAnchor():
                found.append(style.anchorHref())
            pieces += 1
        block = block.next()
    return found


def test_an_answer_has_words_steps_evidence_and_next_questions(chat):  # noqa: F811
    """B6, B18: the device is told, and numbers lead to their objects."""
    turn = chat.ask("count the new buildings")
    assert turn.state == "done"
    assert turn.text == (
        "There are 5 new buildings. The largest of them stands in the top right corner."
    )
    view = chat.dock.view.views[0]
    assert view.answer.toPlainText().replace("\u00a0", " ") == (
        "There are 5 new buildings. [5 objects] "
        "The largest of them stands in the top right corner. [1 object]"
    )
    assert anchors(view.answer) == ["evidence:0", "evidence:1"]
    assert view.steps.head.words == "Counting buildings that appeared"
    assert not view.steps.body.isVisible()
    view.steps.head.click()
    assert view.steps.body.isVisible()
    drop_deleted()
    offered = chat.dock.view.suggestions.findChildren(QPushButton, "changevgChatSuggestion")
    assert [button.accessibleName() for button in offered] == [
        "Which is the largest?",
        "Where are they?",
    ]
    offered[0].click()
    assert chat.settle()
    assert chat.last.question == "Which is the largest?"
    assert "changevg-nano · CPU · EPSG:32633" in chat.dock.status.text.text()


def test_what_a_model_writes_is_text_and_nothing_else(chat):  # noqa: F811
    """B18: a model's words are marked as its opinion, and can do nothing."""
    chat.ask("html please")
    answer = chat.dock.view.views[0].answer
    assert answer.toPlainText() == f"{HTML} (model's opinion) {HTML} …"
    assert anchors(answer) == []
    assert "\ufffc" not in answer.toPlainText()  # the sign that stands for a picture
    chat.ask("count <b>not bold</b>")
    assert chat.dock.view.views[1].question.toPlainText() == "count <b>not bold</b>"


def test_enter_sends_shift_enter_breaks_escape_stops_up_brings_back(chat):  # noqa: F811
    edit = chat.dock.question
    QTest.keyClicks(edit, "endless")
    QTest.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(edit, "two")
    assert edit.toPlainText() == "endless\ntwo"
    edit.setPlainText("endless question")
    QTest.keyClick(edit, Qt.Key.Key_Return)
    assert edit.toPlainText() == ""
    assert turn_loop(lambda: chat.last.pending)
    started = time.monotonic()
    QTest.keyClick(edit, Qt.Key.Key_Escape)
    assert chat.last.state == "stopped"
    assert time.monotonic() - started < 0.1
    assert [one.source for one in chat.last.sentences] == ["map", "unfinished"]
    assert turn_loop(lambda: chat.requests()["stopped"] == ["chat-1"], 5)
    QTest.keyClick(edit, Qt.Key.Key_Up)
    assert edit.toPlainText() == "endless question"
    QTest.keyClick(edit, Qt.Key.Key_Down)
    assert edit.toPlainText() == ""


def test_escape_stops_wherever_the_keyboard_is(chat):  # noqa: F811
    chat.type("endless question")
    assert turn_loop(lambda: chat.last.pending)
    QTest.keyClick(chat.dock.view.views[0].answer, Qt.Key.Key_Escape)
    assert chat.last.state == "stopped"
    assert not chat.dock.running


def test_qgis_does_not_wait_while_2000_words_come(chat):  # noqa: F811
    # This thread's own time: what a loaded machine gives to others is not the dock's doing.
    """B24: QGIS answers while words come."""
    gaps, last = [], [time.thread_time()]

    def tick():
        now = time.thread_time()
        gaps.append(now - last[0])
        last[0] = now

    chat.ask("count first, so that the engine runs")
    probe = QTimer()
    probe.timeout.connect(tick)
    last[0] = time.thread_time()
    probe.start(1)
    turn = chat.ask("long 2000", 60)
    probe.stop()
    assert len(turn.text.split()) == 2000
    assert len(gaps) > 20
    assert max(gaps) < 0.05, sorted(gaps)[-5:]


def test_two_conversations_at_once_are_not_mixed(chat, tmp_path):  # noqa: F811
    other = write_result(tmp_path / "other.gpkg", "/b.tif", "/a.tif")
    chat.type("echo red")
    first = chat.desk.conversation
    chat.desk.show_result(other)
    assert chat.desk.conversation is not first
    chat.type("echo blue")
    second = chat.desk.conversation
    assert turn_loop(lambda: not (first.running or second.running))
    assert first.turns[0].text == " ".join(["red says red."] * 10)
    assert second.turns[0].text == " ".join(["blue says blue."] * 10)
    assert {first.session, second.session} == {"chat-1", "chat-2"}
    assert chat.dock.view.views[0].question.toPlainText() == "echo blue"
    chat.desk.show_result(chat.package)
    assert "red says red." in chat.dock.view.views[0].answer.toPlainText()
    assert "blue" not in chat.dock.view.views[0].answer.toPlainText()


def test_a_question_in_the_middle_of_an_answer_ends_it(chat):  # noqa: F811
    chat.type("endless question")
    assert turn_loop(lambda: chat.last.pending)
    turn = chat.ask("count")
    assert [one.state for one in chat.desk.conversation.turns] == ["stopped", "done"]
    assert turn.text.startswith("There are 5")


def test_an_engine_that_dies_is_told_and_can_be_tried_again(chat, tmp_path):  # noqa: F811
    turn = chat.ask(f"die {tmp_path / 'died'}")
    assert turn.state == "failed"
    assert turn.sentences[0].text == "This was said."
    view = chat.dock.view.views[0]
    assert view.error.isVisible()
    assert "does not answer" in view.message.toPlainText()
    assert "Try again" in view.hint.toPlainText()
    # The new engine knows nothing of the old conversation: it is begun again.
    view.findChild(QPushButton, "changevgChatTryAgain").click()
    assert chat.settle()
    assert len(chat.desk.conversation.turns) == len(chat.dock.view.views) == 1
    assert chat.last.state == "done"
    assert chat.last.text == "This was said. And this too."


def test_what_the_engine_refuses_is_shown_with_its_hint(chat):  # noqa: F811
    turn = chat.ask("fail")
    assert (turn.error, turn.hint) == ("The layers are gone.", "Run it again.")
    assert chat.dock.view.views[0].error.isVisible()


def test_copy_and_ask_again(chat):  # noqa: F811
    chat.ask("count")
    view = chat.dock.view.views[0]
    view.findChild(QToolButton, "changevgChatCopy").click()
    assert QGuiApplication.clipboard().text() == chat.last.text
    view.findChild(QToolButton, "changevgChatRetry").click()
    assert chat.settle()
    assert [turn.question for turn in chat.desk.conversation.turns] == ["count", "count"]


def test_everything_has_a_name_and_what_can_be_pressed_can_be_reached(chat):  # noqa: F811
    chat.ask("count")
    own = [
        one for one in chat.dock.findChildren(QWidget) if one.objectName().startswith("changevg")
    ]
    pressed = chat.dock.widget().findChildren(QToolButton) + chat.dock.widget().findChildren(
        QPushButton
    )
    assert len(own) > 20
    for button in pressed:
        assert button.objectName().startswith("changevg"), button.toolTip()
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus, button.objectName()
        assert button.text() or button.accessibleName(), button.objectName()


@pytest.mark.parametrize("width", [180, 320, 700])
def test_nothing_is_cut_off_at_the_side(chat, width):  # noqa: F811
    chat.ask("count " + "verylongwordwithoutanyspace" * 6)
    chat.dock.view.resize(width, 400)
    turn_loop(seconds=0.1)
    assert chat.dock.view.page.width() <= chat.dock.view.viewport().width()
    QgsApplication.processEvents()
