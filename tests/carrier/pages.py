"""The page with the handsets in a real browser, and what it hands to the browser's own voice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.carrier.service_side import ServiceSide
from tests.carrier.voice_side import ANA, STEP, saying
from tests.phone import SERVICE_NUMBER, PhoneNetwork

BEN = "+15550142002"
ASK = (
    '<Gather input="dtmf speech" numDigits="1" action="/step" timeout="60" language="es-US" '
    'actionOnEmptyResult="true"><Say voice="Polly.Lupe" language="es-US">'
    '<prosody rate="75%">Marque uno.</prosody></Say></Gather>'
)
RECORD = (
    '<Say>After the tone.</Say><Record action="/step" maxLength="30" timeout="60" '
    'finishOnKey="#"/><Say>Nothing came.</Say>'
)
THANKS = "<Say>Thank you.</Say>"

# No voice is installed where tests run: it is only written down what would be spoken. A prompt
# takes 20 ms, or as long as the test wants where `lasting` is set.
VOICE = """
window.spoken = []; window.cancelled = 0; window.lasting = false;
speechSynthesis.getVoices = () => [];
speechSynthesis.speak = (said) => {
  spoken.push({ text: said.text, language: said.lang, rate: said.rate });
  window.finish = () => said.onend && said.onend();
  setTimeout(() => said.onstart && said.onstart(), 0);
  if (!window.lasting) setTimeout(window.finish, 20);
};
speechSynthesis.cancel = () => { window.cancelled += 1; };
"""
# As little of a recogniser as a page can ask for: it hears what the test says.
HEARING = """
window.SpeechRecognition = window.webkitSpeechRecognition = class {
  start() { window.hearing = this; }
  abort() { this.onend(); }
};
window.hears = (transcript, confidence) => {
  hearing.onresult({ results: [[{ transcript, confidence }]] });
  hearing.onend();
};
window.cannotHear = (error) => { hearing.onerror({ error }); hearing.onend(); };
"""


@contextmanager
def opened(
    browser: Any, phones: PhoneNetwork, *scripts: str, name: str = "Ana’s phone", **context: Any
) -> Iterator[Any]:
    """The page opened; anything on its console, or asked for elsewhere, fails the test."""
    given = {"viewport": {"width": 1280, "height": 800}, "locale": "en-GB", **context}
    window = browser.new_context(**given)
    tab = window.new_page()
    for script in scripts:
        tab.add_init_script(script)
    told: list[str] = []
    tab.on("console", lambda message: told.append(message.text))
    tab.on("pageerror", lambda error: told.append(str(error)))
    tab.on(
        "request",
        lambda request: None if request.url.startswith(phones.url) else told.append(request.url),
    )
    tab.goto(phones.url)
    tab.get_by_role("heading", name=name).wait_for()
    yield tab
    window.close()
    # a refusal by the network is shown on the page; the browser notes it by itself
    unexpected = [words for words in told if "400 (Bad Request)" not in words]
    assert not unexpected, unexpected


def until(tab: Any, true: str, within: float = 10.0) -> None:
    """Wait until an expression is true on the page, whose own policy lets nobody wait in it."""
    ends = time.monotonic() + within
    while not tab.evaluate(true):
        assert time.monotonic() < ends, f"{true} did not come true"
        tab.wait_for_timeout(20)


# what a person sees and does


def phone(page: Any, name: str = "Ana’s phone") -> Any:
    """A phone of the page."""
    return page.get_by_role("region", name=name, exact=True)


def call(page: Any, name: str = "Ana’s phone") -> Any:
    """The call on it."""
    return page.get_by_role("region", name=f"Call on {name}")


def dial(page: Any, name: str = "Ana’s phone") -> Any:
    """Call the service; gives the call."""
    page.get_by_role("button", name=f"Call from {name}").click()
    page.get_by_role("button", name="Call now").click()
    return call(page, name)


def press(page: Any, name: str) -> None:
    """Press a button."""
    page.get_by_role("button", name=name, exact=True).click()


def rung(
    phones: PhoneNetwork, client: Any, service: ServiceSide, verbs: str, number: str = ANA
) -> str:
    """The service calls a phone, which rings; gives the call's sid."""
    service.answer = saying(ring=verbs, step=THANKS)
    made = client.calls.create(to=number, from_=SERVICE_NUMBER, url=f"{service.url}/ring")
    phones.handset(number).rings()
    return str(made.sid)


def digits(service: ServiceSide) -> list[str]:
    """What the service was told of keys, in order."""
    return [asked.form["Digits"] for asked in service.to(STEP)]
