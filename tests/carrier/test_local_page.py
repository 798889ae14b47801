"""The page with the handsets, in a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from flows import segments
from service.carrier.local import page
from tests.carrier.pages import opened
from tests.carrier.service_side import Answer, ServiceSide
from tests.phone import SERVICE_NUMBER, TOKEN, PhoneNetwork

ANA = "+15550142001"
HOME = Path(page.__file__).parent


@pytest.fixture
def service() -> Iterator[ServiceSide]:
    side = ServiceSide(TOKEN).start()
    side.answer = lambda asked: Answer(
        f"<Response><Message>You said {asked.form['Body']}</Message></Response>"
    )
    yield side
    side.stop()


@pytest.fixture
def phones(service: ServiceSide) -> Iterator[PhoneNetwork]:
    with PhoneNetwork(service.url) as network:
        yield network


@pytest.fixture
def tab(browser: Any, phones: PhoneNetwork) -> Iterator[Any]:
    """The page opened."""
    with opened(browser, phones) as tab:
        yield tab


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing_inline(phones):
    answer = requests.get(phones.url, timeout=30)
    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    for file in HOME.glob("*.*"):
        if file.suffix in (".html", ".css", ".js"):
            assert not re.search(r"https?://|style=| on\w+=|@import", file.read_text()), file.name


def test_the_first_phone_joins_with_one_press(tab, phones):
    tab.get_by_role("button", name="Text JOIN").click()
    tab.get_by_role("log", name="Texts on Ana’s phone").get_by_text("You said JOIN").wait_for()
    tab.get_by_text("Delivered").wait_for(state="attached")
    assert tab.get_by_role("button", name="Text JOIN").count() == 0
    assert phones.handset(ANA).expect("You said JOIN").sender == SERVICE_NUMBER


def test_texts_are_typed_and_sent_by_keyboard(tab, phones):
    tab.get_by_label("Write a text on Ana’s phone").focus()
    tab.keyboard.type("¿Hola?")
    tab.get_by_text("1 segment, 154 left").wait_for()
    tab.keyboard.press("Shift+Enter")
    tab.keyboard.type("😀")
    tab.get_by_text("1 segment, 61 left (special letters)").wait_for()
    tab.keyboard.press("Enter")
    tab.get_by_text("You said ¿Hola?").wait_for()
    assert phones.handset(ANA).log[0]["body"] == "¿Hola?\n😀"


def test_a_phone_is_added_named_used_and_taken_off(tab, phones):
    tab.get_by_role("button", name="Add a phone").click()
    tab.get_by_label("Whose phone is it?").fill("Ben’s phone")
    tab.get_by_label("Number, with + and country code").fill("12")
    tab.keyboard.press("Enter")
    tab.get_by_role("alert").get_by_text("country code").wait_for()
    tab.get_by_label("Number, with + and country code").fill("+1 (555) 014-2999")
    tab.keyboard.press("Enter")
    tab.get_by_role("heading", name="Ben’s phone").wait_for()
    tab.locator("#p15550142999-text:focus").wait_for()  # the new phone's box has the focus
    tab.keyboard.type("Hello")
    tab.keyboard.press("Enter")
    tab.get_by_text("You said Hello").wait_for()
    assert phones.handset("+15550142999").log[0]["body"] == "Hello"
    tab.get_by_role("button", name="Take Ben’s phone off this page").click()
    tab.get_by_role("heading", name="Ben’s phone").wait_for(state="detached")
    tab.get_by_role("button", name="Pick up +1 555 014 2999").click()
    tab.get_by_text("You said Hello").wait_for()


def test_opting_out_and_a_silent_service_are_shown(tab, phones):
    ana = phones.handset(ANA)
    ana.send("STOP")
    tab.get_by_text("Texts stopped").wait_for()
    tab.get_by_text("The phone network ·").wait_for()
    phones.serve("http://127.0.0.1:9")
    ana.send("Anybody?")
    tab.get_by_text("The service did not answer").wait_for()


def test_light_and_dark_are_chosen_and_kept(tab):
    page_is = "document.documentElement.dataset.theme"
    assert tab.evaluate(page_is) == "light"
    tab.get_by_role("button", name="Change to dark").click()
    tab.reload()
    tab.get_by_role("button", name="Change to light").wait_for()
    assert tab.evaluate(page_is) == "dark"


@pytest.mark.parametrize("width", [320, 768, 1440])
def test_nothing_runs_out_of_the_window(tab, phones, width):
    tab.set_viewport_size({"width": width, "height": 700})
    phones.handset(ANA).send("Unbrokenwordwithoutanyspace" * 8)
    phones.handset("+15550149999").send("elsewhere")
    tab.get_by_role("button", name="Pick up +1 555 014 9999").wait_for()
    tab.get_by_text("You said Unbroken").wait_for()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width


def test_a_new_start_of_the_network_is_noticed(tab, phones):
    phones.handset(ANA).send("Hello")
    tab.get_by_text("You said Hello").wait_for()
    phones.forget()
    phones.post("/handsets", {"number": ANA, "name": "Ana’s phone"})
    tab.get_by_role("button", name="Text JOIN").wait_for()


TEXTS = [
    "", "a", "a" * 160, "a" * 161, "a" * 306, "a" * 307, "€" * 80, "€" * 81, "a" * 152 + "€" * 5,
    "ñ¿¡ü", "á", "á" * 70, "á" * 71, "á" * 134, "á" * 135, "😀" * 35, "😀" * 36,
    "a" * 66 + "😀" * 3, "{}[]~^|\\" * 20, "a\nb", "مرحبا " * 15, "👩‍👩‍👧" * 10, "a" * 1600,
]  # fmt: skip


def test_page_and_service_count_segments_alike(tab):
    counted = tab.evaluate(
        """async (texts) => {
            const { count } = await import("/segments.js");
            return texts.map((text) => count(text));
        }""",
        TEXTS,
    )
    for text, theirs in zip(TEXTS, counted, strict=True):
        ours = segments.count(text)
        assert (theirs["encoding"], theirs["units"], theirs["segments"]) == (
            ours.encoding, ours.units, ours.segments,
        ), text[:20]  # fmt: skip


# contrast, computed from the palette: 4.5 for words, 3 for the edges of what is pressed

PAIRS = [
    ("ink", "bg", 4.5), ("ink", "panel", 4.5), ("mute", "panel", 4.5), ("mute", "bg", 4.5),
    ("accent-ink", "accent", 4.5), ("ink", "theirs", 4.5), ("mute", "theirs", 4.5),
    ("note-ink", "note", 4.5), ("bad", "panel", 4.5), ("edge", "panel", 3), ("edge", "bg", 3),
    ("accent", "panel", 3), ("accent", "bg", 4.5), ("panel", "bad", 4.5), ("ink", "note", 4.5),
]  # fmt: skip


@pytest.mark.parametrize("theme", [0, 1])
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_colours_can_be_told_apart(theme, front, back, least):
    block = re.findall(r":root[^{]*\{([^}]*)\}", (HOME / "phones.css").read_text())[theme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))

    def light(colour: str) -> float:
        parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([light(colours[front]), light(colours[back])])
    assert (high + 0.05) / (low + 0.05) >= least
