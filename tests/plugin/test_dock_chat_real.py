"""A conversation in the dock with the real engine, about a result it has just made."""

from __future__ import annotations

import os
import sqlite3

import pytest
from plugin.desktop import Desktop
from plugin.dock_chat_support import Chat, Plugin, add_layers, drop_deleted, module, turn_loop
from plugin.processing_support import real_pair  # noqa: F401
from qgis.core import QgsProject


@pytest.mark.slow
def test_questions_about_a_real_result(qgis_app, changevg, fresh_settings, real_pair, monkeypatch):  # noqa: F811
    monkeypatch.setenv("CHANGEVG_ENGINE", os.environ["CHANGEVG_TEST_ENGINE"])
    plugin = Plugin(Desktop())
    client = plugin.link.client()
    package = str(real_pair / "changes.gpkg")
    pair = [str(real_pair / name) for name in ("before.tif", "after.tif")]
    run = client.start_run(*pair, package, {})
    assert list(client.events(run))[-1]["event"] == "done"
    with sqlite3.connect(package) as db:
        query = "SELECT count(*) FROM boxes WHERE class = 'building' AND action = 'appeared'"
        count = db.execute(query).fetchone()[0]
    add_layers(package, ["outlines", "boxes"])
    part = module("dock.chat_part").ChatPart()
    part.load(plugin)
    chat = Chat(part, plugin, package)
    try:
        turn = chat.ask("How many new buildings are there?", 120)
        assert turn.state == "done", turn.error
        assert str(count) in turn.text
        assert turn.sentences[0].evidence == count
        assert turn.suggestions
        turn = chat.ask("Show only the new buildings", 60)
        assert turn_loop(lambda: "box_id" in chat.layer().subsetString(), 10)
        assert len(list(chat.layer().getFeatures())) == count
        chat.ask("Show everything", 60)
        assert chat.layer().subsetString() == ""
        known = chat.plugin.link.client().chats()
        assert [one["turns"] for one in known if one["layers"] == package] == [3]
    finally:
        client.delete_chat(chat.desk.conversation.session)
        part.unload()
        drop_deleted()
        QgsProject.instance().clear()
        plugin.link.stop()
