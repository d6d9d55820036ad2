"""Whatever a client sends, the service answers, and not with a failure of its own."""

from __future__ import annotations

import json
import string
from typing import Any
from urllib.parse import quote

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NEVER_MIND = [
    HealthCheck.function_scoped_fixture,
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
]
OPTIONS = [
    "aoi", "bbox", "bidx", "after_bidx", "before_date", "nodata", "stretch", "res", "resampling",
    "coregister", "dst_crs", "model", "device", "language", "language_url", "card", "question",
    "tile_size", "tile_origin", "threshold", "min_area", "batch_size", "format", "report", "stac",
]  # fmt: skip
FIELDS = [
    "before", "after", "output", "question", "bbox", "aoi", "options", "message", "layers",
    "context", "vectors", "session", "run",
]  # fmt: skip

PLACES = [
    ("GET", "/v1/health"), ("GET", "/v1/models"), ("GET", "/v1/runs"), ("POST", "/v1/runs"),
    ("GET", "/v1/runs/{run_id}"), ("DELETE", "/v1/runs/{run_id}"),
    ("GET", "/v1/runs/{run_id}/events"), ("POST", "/v1/ask"), ("POST", "/v1/info"),
    ("POST", "/v1/chat"), ("GET", "/v1/chat"), ("GET", "/v1/chat/{session}"),
    ("DELETE", "/v1/chat/{session}"), ("POST", "/v1/chat/{session}/stop"),
    ("GET", "/v1/chat/{session}/markdown"), ("POST", "/v1/chat/completions"),
]  # fmt: skip


def test_every_place_is_described(service: Any) -> None:
    description = service.client.get("/v1/openapi.json").json()
    described = [
        (method.upper(), path) for path, one in description["paths"].items() for method in one
    ]
    assert sorted(described) == sorted(PLACES)


@pytest.mark.parametrize(("method", "path"), PLACES)
def test_the_described_requests(service: Any, method: str, path: str) -> None:
    schema = schemathesis.openapi.from_dict(service.client.get("/v1/openapi.json").json())
    headers = {"Authorization": service.client.headers["Authorization"]}

    @settings(max_examples=20, deadline=None, suppress_health_check=NEVER_MIND, derandomize=True)
    @given(case=schema[path][method].as_strategy())
    def any_case(case: Any) -> None:
        base = f"http://127.0.0.1:{service.port}"
        answer = case.call(base_url=base, headers=headers, timeout=60)
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            assert set(answer.json()["error"]) == {"type", "message", "hint", "exit_code"}

    any_case()


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["/tmp/x.tif", "-v", "--help", "\ud800", "1,2,3", "1,2,3,4", "x\n--force"]),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=NEVER_MIND, derandomize=True)
@given(
    where=st.sampled_from(["/v1/runs", "/v1/ask", "/v1/info", "/v1/chat"]),
    fields=st.dictionaries(
        st.sampled_from(FIELDS) | st.text(max_size=6),
        values,
    ),
    options=st.dictionaries(st.sampled_from(OPTIONS) | st.text(max_size=8), values),
    valid=st.booleans(),
)
def test_any_body(
    service: Any, where: str, fields: dict[str, Any], options: dict[str, Any], valid: bool
) -> None:
    body = dict(fields)
    if valid:
        # The rest in order, the options reach their checks; nothing of it exists.
        folder = str(service.state.parent / "none")
        body = {"before": f"{folder}/a.tif", "after": f"{folder}/b.tif", "options": options}
        body |= {"output": f"{folder}/o.gpkg"} if where == "/v1/runs" else {"question": "What?"}
        if where == "/v1/chat":
            body = {"layers": f"{folder}/a.gpkg", "message": "What?"} | body
            body.pop("question")
    text = json.dumps(body)
    answer = service.client.post(where, content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500 and answer.status_code != 200, answer.text
    if answer.status_code == 202:
        service.client.delete(f"/v1/runs/{answer.json()['id']}")


@settings(max_examples=60, deadline=None, suppress_health_check=NEVER_MIND, derandomize=True)
@given(name=st.text(string.printable, max_size=40), after=st.text(string.printable, max_size=12))
def test_any_run_and_any_last_id(service: Any, name: str, after: str) -> None:
    plain = "".join(char for char in after if char.isprintable()).strip()
    for method, end in (("GET", ""), ("DELETE", ""), ("GET", "/events")):
        answer = service.client.request(
            method, f"/v1/runs/{quote(name, safe='')}{end}", headers={"Last-Event-ID": plain}
        )
        # An empty name is the list itself.
        assert answer.status_code in (404, 405) or (not name and answer.status_code == 200)
