"""Callers while the database is away: before anything was loaded, and in the middle of a call."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode
from xml.etree import ElementTree

from service.carrier.signature import Verifier
from service.settings import load
from service.storage.database import Database, Unavailable
from service.web.opening import WARM, open_app
from tests.houses import environment, house

ANA = "+15550142001"


class Caller:
    """Somebody who calls an application of its own."""

    def __init__(self, app) -> None:
        self.client = app.test_client()

    def post(self, path: str, **form: str) -> ElementTree.Element:
        form = {"CallSid": "CA1", "From": ANA, "To": "+15550100100", **form}
        answer = self.client.post(
            path,
            data=urlencode(form),
            content_type="application/x-www-form-urlencoded",
            headers={"X-Twilio-Signature": VERIFIER.sign(path, form)},
        )
        assert answer.status_code == 200
        assert answer.content_type.startswith("text/xml")
        return ElementTree.fromstring(answer.data)


def said(root: ElementTree.Element) -> str:
    return " ".join(root.itertext())


def goes_on(root: ElementTree.Element) -> str:
    """Where the document leads, as a path of ours."""
    verb = root.find("Gather")
    url = verb.get("action") if verb is not None else root.findtext("Redirect")
    return str(url).partition("#")[0].removeprefix(GIVEN["PUBLIC_URL"])


GIVEN = environment("postgresql://nobody@127.0.0.1:1/nowhere", Path("/nonexistent"))
VERIFIER = Verifier(GIVEN["TWILIO_AUTH_TOKEN"], GIVEN["PUBLIC_URL"])


def gone(self: Database) -> None:
    raise Unavailable("the server is not there")


def test_before_anything_was_loaded_a_caller_hears_kind_words(tmp_path: Path):
    app = open_app(load({**GIVEN, "HEARTHLINE_HOME": str(tmp_path)}))
    app.extensions[WARM]()
    caller = Caller(app)
    path = "/twilio/voice"
    for _ in range(4):
        root = caller.post(path)
        if root.find("Hangup") is not None:
            break
        path = goes_on(root)
        assert path.startswith("/twilio/voice?t=")
    assert "emergency number" in said(root)
    assert root.find("Hangup") is not None


def test_a_call_outlives_a_database_that_is_gone_for_a_moment(tmp_path: Path, monkeypatch):
    url = f"sqlite:///{tmp_path}/hearthline.db"
    given = environment(url, tmp_path)
    with house(given):
        pass
    app = open_app(load(given))
    app.extensions[WARM]()
    caller = Caller(app)
    step = goes_on(caller.post("/twilio/voice"))
    menu = caller.post(step)
    assert "To join, press 1" in said(menu)
    step = goes_on(menu)
    with monkeypatch.context() as patched:
        patched.setattr(Database, "writing", gone)
        away = caller.post(step, Digits="3")
        assert "9, 8, 8" in said(away)
        again = goes_on(away)
        assert again.startswith(step)
    heard = said(caller.post(again))
    assert "To join, press 1" in heard
