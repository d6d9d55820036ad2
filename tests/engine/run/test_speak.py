"""A language model that takes its time, and a run that is stopped meanwhile."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from support.language_server import language_server, seen
from support.planted_model import planted_model
from support.rasters import planted_pair

from engine.errors import Cancelled
from engine.run.answers import FILE
from engine.run.pipeline import run
from engine.run.settings import RunSettings


def test_a_stop_while_a_server_is_asked_keeps_what_it_said(tmp_path: Path) -> None:
    pair = planted_pair(tmp_path, seed=5, width=620, height=500, n=6)
    cancelled, stopped_at = threading.Event(), []
    with language_server() as port:
        settings = RunSettings(
            before=str(pair.before), after=str(pair.after), output=tmp_path / "o.gpkg",
            model=str(planted_model(tmp_path / "model")),
            language_url=f"http://127.0.0.1:{port}/v1", language_model="quick-once",
        )  # fmt: skip

        def stop() -> None:
            # The first request is answered; who comes later waits for five seconds.
            while not seen(port)["seen"][2:]:
                time.sleep(0.1)
            time.sleep(1)
            stopped_at.append(time.monotonic())
            cancelled.set()

        threading.Thread(target=stop, daemon=True).start()
        with pytest.raises(Cancelled):
            run(settings, cancelled=cancelled)
        assert time.monotonic() - stopped_at[0] < 3
    kept = (settings.work_dir / FILE).read_text("utf-8").splitlines()
    assert len(kept) == 1
