"""The engine's service as the plugin talks to it, against a stand-in that keeps the contract."""

from __future__ import annotations

import importlib
import socket
import threading
import time

import pytest
from qgis.core import QgsFeedback, QgsNetworkAccessManager
from qgis.PyQt.QtNetwork import QNetworkProxy


@pytest.fixture
def link(changevg):
    return importlib.import_module("changevg.engine_link")


@pytest.fixture
def errors(changevg):
    return importlib.import_module("changevg.engine_link.errors")


@pytest.fixture
def client(link, fake_engine):
    return link.running_engine()


def test_health_models_and_runs(client):
    assert client.health()["api"] == 1
    assert client.models() == [{"id": "changevg-nano"}]
    run = client.start_run("/a.tif", "/b.tif", "/c.gpkg", {"min_area": 10})
    assert client.run(run)["options"] == {"min_area": 10}
    assert [one["id"] for one in client.runs()] == [run]


def test_events_come_in_order_and_end_with_the_final_one(client):
    run = client.start_run("/a.tif", "/b.tif", "/c.gpkg")
    events = list(client.events(run))
    assert [event["id"] for event in events] == [0, 1, 2, 3, 4, 5]
    assert events[0]["stage"] == "guide"
    assert events[-1] == {"event": "done", "boxes": 7, "id": 5}


def test_events_after_an_id_leave_the_earlier_ones_out(client):
    run = client.start_run("/a.tif", "/b.tif", "/c.gpkg")
    assert [event["id"] for event in client.events(run, after=3)] == [4, 5]


def test_a_broken_connection_is_taken_up_where_it_broke(client):
    run = client.start_run("/a.tif", "/b.tif", "/c.gpkg", {"drop": True})
    assert [event["id"] for event in client.events(run)] == [0, 1, 2, 3, 4, 5]


def test_stopping_to_listen_takes_less_than_half_a_second(client):
    run = client.start_run("/a.tif", "/b.tif", "/c.gpkg", {"endless": True})
    feedback = QgsFeedback()
    threading.Timer(0.5, feedback.cancel).start()
    started = time.monotonic()
    seen = list(client.events(run, stop=feedback.isCanceled))
    assert [event["id"] for event in seen] == [0, 1]
    assert 0.4 < time.monotonic() - started < 1.0


def test_a_cancelled_run_ends_with_its_own_event(client):
    run = client.start_run("/a.tif", "/b.tif", "/c.gpkg", {"endless": True})
    threading.Timer(0.3, client.cancel, [run]).start()
    assert [event["event"] for event in client.events(run)][-1] == "cancelled"
    assert client.run(run)["status"] == "cancelled"


def test_ask_sends_the_place_and_can_be_left(client, errors):
    answer = client.ask("/a.tif", "/b.tif", "How many?", bbox=[1, 2, 3, 4], aoi="/x.gpkg")
    assert answer["answer"] == "seven"
    assert answer["asked"]["bbox"] == [1.0, 2.0, 3.0, 4.0]
    feedback = QgsFeedback()
    threading.Timer(0.2, feedback.cancel).start()
    started = time.monotonic()
    with pytest.raises(errors.LinkCancelled):
        client.ask("/a", "/b", "?", options={"wait": 20}, stop=feedback.isCanceled)
    assert time.monotonic() - started < 2.0


def test_errors_carry_the_engines_message_kind_and_a_hint(client, errors):
    with pytest.raises(errors.EngineAnswerError) as caught:
        client.start_run("/forbidden/a.tif", "/b.tif", "/c.gpkg")
    assert caught.value.kind == "PathError"
    assert caught.value.status == 403
    assert caught.value.exit_code == 2
    assert "/forbidden" in caught.value.message
    assert "Options" in caught.value.hint


def test_a_wrong_token_says_where_to_set_it(link, client, errors):
    stranger = link.EngineClient(client.url, "guess")
    with pytest.raises(errors.EngineAnswerError) as caught:
        stranger.health()
    assert caught.value.status == 401
    assert "token" in caught.value.hint and "Settings" in caught.value.hint


def test_nothing_listening_says_so_at_once(link, errors):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = time.monotonic()
    with pytest.raises(errors.EngineUnreachableError, match=str(port)) as caught:
        link.EngineClient(f"http://127.0.0.1:{port}", "x").health()
    assert time.monotonic() - started < 2.0
    assert caught.value.hint


def test_silence_is_an_error_not_a_wait_without_end(link, errors):
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        client = link.EngineClient(f"127.0.0.1:{mute.getsockname()[1]}", "x")
        with pytest.raises(errors.EngineUnreachableError):
            client.health(timeout=0.3)


def test_something_else_behind_the_address_is_named(link, errors):
    listener = socket.create_server(("127.0.0.1", 0))

    def web_server():
        connection, _ = listener.accept()
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 404 No\r\nContent-Length: 6\r\n\r\n<html>")
        connection.close()

    threading.Thread(target=web_server, daemon=True).start()
    with pytest.raises(errors.EngineAnswerError, match="not a ChangeVG engine"):
        link.EngineClient(f"http://127.0.0.1:{listener.getsockname()[1]}", "x").health()
    listener.close()


@pytest.mark.parametrize("url", ["ftp://host", "http://", "http://host:port", "http://h:99999"])
def test_what_is_no_address_is_refused(link, errors, url):
    with pytest.raises(errors.EngineLinkError, match="not the address"):
        link.EngineClient(url, "x")


def test_qgis_proxy_never_sees_the_engine(client, qgis_session):
    """B5: a proxy set in QGIS does not cut the engine off."""
    manager = QgsNetworkAccessManager.instance()
    before = manager.fallbackProxy()
    proxy = QNetworkProxy(QNetworkProxy.ProxyType.HttpProxy, "127.0.0.1", 9)
    manager.setFallbackProxyAndExcludes(proxy, [], [])
    QNetworkProxy.setApplicationProxy(proxy)
    try:
        assert client.health()["status"] == "ok"
    finally:
        manager.setFallbackProxyAndExcludes(before, [], [])
        QNetworkProxy.setApplicationProxy(QNetworkProxy())
