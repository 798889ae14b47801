"""Audio over the web: for whoever shows an address of ours, and for nobody else."""

from __future__ import annotations

import pytest


def ours(path: str, **changed: str) -> str:
    query = {"until": "1000", "key": f"ours for {path}", **changed}
    return f"/audio/{path}?until={query['until']}&key={query['key']}"


def test_a_prompt_may_be_kept_as_long_as_its_address_stands(network):
    answer = network.client.get(ours("prompts/digest"))
    assert (answer.status_code, answer.data) == (200, b"a prompt")
    assert answer.content_type == "audio/mpeg"
    assert answer.headers["Cache-Control"] == "private, max-age=90, immutable"


def test_what_people_said_is_kept_by_nobody_on_the_way(network):
    answer = network.client.get(ours("recordings/01REC"))
    assert (answer.status_code, answer.data) == (200, b"what was said")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_look_without_the_file_is_answered(network):
    answer = network.client.head(ours("prompts/digest"))
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == "8"


@pytest.mark.parametrize("path", ["prompts/digest", "recordings/01REC", "prompts/other"])
@pytest.mark.parametrize("changed", [{"until": "1001"}, {"until": ""}, {"key": ""}, {"key": "x"}])
def test_an_address_that_is_not_ours_tells_not_even_whether_there_is_something(
    network, path, changed
):
    answer = network.client.get(ours(path, **changed))
    assert (answer.status_code, answer.data) == (403, b"")


def test_a_key_for_one_kind_opens_no_other(network):
    stolen = ours("prompts/01REC", key="ours for recordings/01REC")
    assert network.client.get(stolen).status_code == 403


def test_without_anything_it_is_forbidden(network):
    assert network.client.get("/audio/recordings/01REC").status_code == 403


@pytest.mark.parametrize("path", ["prompts/gone", "recordings/gone"])
def test_what_is_gone_is_unknown(network, path):
    answer = network.client.get(ours(path))
    assert (answer.status_code, answer.data) == (404, b"")


def test_only_looking_is_possible(network):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert network.client.open(ours("prompts/digest"), method=method).status_code == 405


def test_no_path_leads_elsewhere(network):
    for path in ("/audio/", "/audio/prompts/", "/audio/prompts/../../etc/passwd", "/audio/other/x"):
        assert network.client.get(path).status_code in (403, 404)
