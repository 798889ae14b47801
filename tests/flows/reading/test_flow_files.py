"""Flows as coordinators write them, and what they are told where something is wrong."""

from __future__ import annotations

import dataclasses
import time

import pytest

from flows import reading
from flows.definition import Flow, Place, Problem, Recording

FLOW = """\
flow: hello
title: Hello
purpose: A short hello.
languages: [en, es]
ends after: 20 hours
start: mood
start words:
  en: [HELLO]
returns: [mood]
keywords:
  later:
    en: [LATER]
    es: [LUEGO]
    key: 7
    go to: bye
waive:
  - code: cost/segments
    reason: A long text is meant here.
states:
  mood:
    ask:
      en: "How is today, {name}, 1 to 5?"
      es: "¿Como va hoy, {name}, de 1 a 5?"
    by call:
      en: "How is today? Press 1 to 5."
      es:
        recording: mood-es.mp3
        text: "¿Como va hoy?"
    discreet:
      en: "How was it, 1 to 5?"
    accept: a number from 1 to 5
    save as: mood
    keep: no
    more within: 30 seconds
    unclear:
      try again: 1
      go to: bye
      say:
        en: "Sorry?"
    no reply:
      after: 3 hours
      send again: 1
      go to: bye
    then:
      - when: mood is 2 or less
        go to: tell-us
      - otherwise:
        go to: topics
  topics:
    ask:
      en: "What about?"
    accept several:
      - choice: every day
        key: 1
        words:
          en: [DAY, DAYS]
      - choice: work
        words:
          en: [WORK]
    save as: topics
    remember as: topics
    waive:
      - code: voice/keys
        reason: By text only.
    go to: look
  tell-us:
    do: alert
    with:
      policy: on-call
      note: "answered {mood}"
    outcomes:
      opened:
        go to: look
      otherwise:
        go to: bye
    no outcome:
      after: 10 minutes
      go to: bye
  look:
    visit flow: other
    then:
      - when: arranged
        go to: bye
      - otherwise:
        go to: stop
  bye:
    tell:
      en: "Bye."
    end: done
  stop:
    end: left
"""

HEAD = FLOW[: FLOW.index("states:")] + "states:\n"


def read(text: str) -> Flow:
    value, problems = reading.read_flow(text)
    assert problems == []
    assert value is not None
    return value


def troubles(text: str | bytes) -> list[Problem]:
    value, problems = reading.read_flow(text)
    assert value is None
    return problems


def line_of(place: Place, text: str = FLOW) -> str:
    return text.split("\n")[place.line - 1].strip()


def test_every_part_of_a_flow_is_read() -> None:
    flow = read(FLOW)
    assert (flow.name, flow.title, flow.start) == ("hello", "Hello", "mood")
    assert flow.languages == ("en", "es")
    assert flow.ends_after == 72_000
    assert flow.start_words == {"en": ("HELLO",)}
    assert flow.returns == ("mood",)
    assert [(w.code, w.place.state) for w in flow.waivers] == [
        ("cost/segments", None),
        ("voice/keys", "topics"),
    ]
    assert [s.kind for s in flow.states.values()] == ["ask", "ask", "do", "visit", "tell", "end"]
    (keyword,) = flow.keywords
    assert (keyword.words, keyword.key) == ({"en": ("LATER",), "es": ("LUEGO",)}, "7")
    assert (keyword.does, keyword.target) == ("go-to", "bye")


def test_every_part_of_a_question_is_read() -> None:
    mood = read(FLOW).states["mood"]
    assert mood.prompt is not None
    assert mood.prompt.text.texts["es"] == "¿Como va hoy, {name}, de 1 a 5?"
    assert mood.prompt.by_call is not None
    recording = mood.prompt.by_call["es"]
    assert isinstance(recording, Recording)
    assert (recording.file, recording.text) == ("mood-es.mp3", "¿Como va hoy?")
    assert mood.prompt.discreet is not None
    assert mood.accept is not None
    assert (mood.accept.kind, mood.accept.low, mood.accept.high) == ("number", 1, 5)
    assert (mood.save_as, mood.keep, mood.more_within) == ("mood", False, 30)
    assert mood.unclear is not None
    assert (mood.unclear.try_again, mood.unclear.go_to) == (1, "bye")
    assert mood.unclear.say is not None
    assert mood.no_reply is not None
    assert (mood.no_reply.after, mood.no_reply.send_again) == (10_800, 1)
    assert [(b.guard and b.guard.text, b.go_to) for b in mood.branches] == [
        ("mood is 2 or less", "tell-us"),
        (None, "topics"),
    ]


def test_choices_actions_visits_and_endings_are_read() -> None:
    states = read(FLOW).states
    accept = states["topics"].accept
    assert accept is not None
    assert accept.several
    assert [(c.name, c.key) for c in accept.choices] == [("every day", "1"), ("work", None)]
    assert accept.choices[0].words == {"en": ("DAY", "DAYS")}
    do = states["tell-us"]
    assert (do.action, do.outcomes, do.go_to) == ("alert", {"opened": "look"}, "bye")
    assert do.with_ == {"policy": "on-call", "note": "answered {mood}"}
    assert do.no_outcome is not None
    assert (do.no_outcome.after, do.no_outcome.go_to) == (600, "bye")
    assert states["look"].visit == "other"
    assert (states["bye"].end, states["stop"].end) == ("done", "left")


def test_places_are_lines_and_columns_as_an_editor_counts_them() -> None:
    flow = read(FLOW)
    mood = flow.states["mood"]
    assert (line_of(mood.place), mood.place.column, mood.place.state) == ("mood:", 3, "mood")
    assert line_of(mood.places["save as"]) == "save as: mood"
    assert line_of(mood.places["no reply.after"]) == "after: 3 hours"
    assert mood.prompt is not None
    spanish = mood.prompt.text.places["es"]
    assert (line_of(spanish), spanish.column) == ('es: "¿Como va hoy, {name}, de 1 a 5?"', 11)
    assert line_of(mood.branches[0].place) == "- when: mood is 2 or less"


def test_every_value_stays_as_typed() -> None:
    text = FLOW.replace("- choice: work", "- choice: no").replace("[WORK]", "[no, on, 0412, 9:30]")
    accept = read(text).states["topics"].accept
    assert accept is not None
    assert accept.choices[1].name == "no"
    assert accept.choices[1].words == {"en": ("no", "on", "0412", "9:30")}


# what is written, and instead of it; the code, the line that is told, and its state
WRONG = [
    ("title: Hello", "titel: Hello", "unknown-key", "titel: Hello", None),
    ("title: Hello\n", "", "missing-key", "flow: hello", None),
    ("title: Hello", "title:", "empty", "title:", None),
    ("title: Hello", "title: [a]", "shape", "title: [a]", None),
    ("title: Hello", "title: Hello\ntitle: Again", "duplicate-key", "title: Again", None),
    ("flow: hello", "flow: Hello There", "name", "flow: Hello There", None),
    ("languages: [en, es]", "languages: english", "shape", "languages: english", None),
    (
        "languages: [en, es]",
        "languages: [en, spanish]",
        "language",
        "languages: [en, spanish]",
        None,
    ),
    ("languages: [en, es]", "languages: [en, en]", "language", "languages: [en, en]", None),
    ("languages: [en, es]", "languages: []", "empty", "languages: []", None),
    ("20 hours", "twenty hours", "duration", "ends after: twenty hours", None),
    ("20 hours", "0 hours", "duration", "ends after: 0 hours", None),
    ("start: mood", "start: the mood", "name", "start: the mood", None),
    ("  en: [HELLO]", "  en: HELLO", "shape", "en: HELLO", None),
    ("  en: [HELLO]", "  en: [HELLO, HELLO]", "word", "en: [HELLO, HELLO]", None),
    ("returns: [mood]", "returns: [is]", "reserved-name", "returns: [is]", None),
    ("    key: 7", "    key: seven", "key", "key: seven", None),
    ("    go to: bye\nwaive", "    do: sing\nwaive", "unknown-value", "do: sing", None),
    (
        "    go to: bye\nwaive",
        "    do: skip\n    go to: bye\nwaive",
        "several-ways",
        "go to: bye",
        None,
    ),
    ("    go to: bye\nwaive", "waive", "no-way-on", "later:", None),
    ("    reason: A long text is meant here.\n", "", "missing-key", "- code: cost/segments", None),
    ('    ask:\n      en: "How', '    tel:\n      en: "How', "no-kind", "tel:", "mood"),
    ('      en: "What about?"', "      english: What?", "language", "english: What?", "topics"),
    (
        '    ask:\n      en: "What about?"',
        '    ask: "What?"',
        "not-by-language",
        'ask: "What?"',
        "topics",
    ),
    (
        "{name}, 1 to 5",
        "{first name}, 1 to 5",
        "template",
        'en: "How is today, {first name}, 1 to 5?"',
        "mood",
    ),
    ("{name}, 1 to 5", "{name, 1 to 5", "template", 'en: "How is today, {name, 1 to 5?"', "mood"),
    ("mood-es.mp3", "../mood", "recording", "recording: ../mood", "mood"),
    ('        text: "¿Como va hoy?"\n', "", "missing-key", "recording: mood-es.mp3", "mood"),
    ("a number from 1 to 5", "a number 1 to 5", "accept", "accept: a number 1 to 5", "mood"),
    ("    accept: a number from 1 to 5\n", "", "missing-key", "ask:", "mood"),
    ("save as: mood", "save as: my-mood", "name", "save as: my-mood", "mood"),
    ("save as: mood", "save as: not", "reserved-name", "save as: not", "mood"),
    ("keep: no", "keep: never", "yes-or-no", "keep: never", "mood"),
    ("try again: 1", "try again: often", "number", "try again: often", "mood"),
    ("try again: 1", "try again: 99", "number", "try again: 99", "mood"),
    (
        "      try again: 1\n      go to: bye",
        "      try again: 1",
        "missing-key",
        "try again: 1",
        "mood",
    ),
    ("      after: 3 hours\n", "", "missing-key", "send again: 1", "mood"),
    ("mood is 2 or less", "mood <= 2", "guard", "- when: mood <= 2", "mood"),
    ("      - otherwise:\n        go to: topics\n", "", "no-otherwise", "then:", "mood"),
    (
        "      - otherwise:\n        go to: topics\n",
        "      - go to: topics\n",
        "missing-key",
        "- go to: topics",
        "mood",
    ),
    (
        "otherwise:\n        go to: topics",
        "otherwise: topics\n        go to: topics",
        "otherwise",
        "- otherwise: topics",
        "mood",
    ),
    (
        "    save as: topics",
        "    save as: topics\n    end: done",
        "unknown-key",
        "end: done",
        "topics",
    ),
    ("    go to: look\n  tell", "  tell", "no-way-on", "ask:", "topics"),
    (
        "    go to: look\n  tell",
        "    go to: look\n    then: x\n  tell",
        "several-ways",
        "then: x",
        "topics",
    ),
    ("- choice: work", "- choice: every day", "doubled-choice", "- choice: every day", "topics"),
    ("- choice: work", "- choice: work\n        key: 1", "doubled-key", "- choice: work", "topics"),
    (
        "- choice: work",
        "- choice: sink or swim",
        "reserved-name",
        "- choice: sink or swim",
        "topics",
    ),
    ("    do: alert", "    do: alert\n    go to: bye", "several-ways", "outcomes:", "tell-us"),
    ("      otherwise:\n        go to: bye\n", "", "no-otherwise", "outcomes:", "tell-us"),
    ("after: 10 minutes", "after: soon", "duration", "after: soon", "tell-us"),
    ("    end: done", "    end: well and done", "reserved-name", "end: well and done", "bye"),
    ("    end: done\n", "", "no-way-on", "tell:", "bye"),
    ("    end: done", "    end: done\n    go to: stop", "several-ways", "end: done", "bye"),
    ("  stop:\n    end: left", "  stop: left", "shape", "stop: left", "stop"),
    ("  stop:", "  Stop here:", "name", "Stop here:", None),
    ("  stop:", "  bye:", "duplicate-key", "bye:", "bye"),
    ("  bye:\n", "  bye:\n    do: leave\n    go to: stop\n", "several-ways", "do: leave", "bye"),
    ("    end: done", "    end: &a done", "anchor", "end: &a done", "bye"),
    ("    end: done", "    end: !!str done", "tag", "end: !!str done", "bye"),
    ("    end: done", "\tend: done", "tab", "end: done", "bye"),
    ('      en: "Bye."', '      en: "Bye.', "not-yaml", 'en: "Bye.', "bye"),
    ('      en: "Bye."', '      en: "B\\0ye."', "strange-letter", 'en: "B\\0ye."', "bye"),
    ('      en: "Bye."', '      en: "B\x00ye."', "strange-letter", 'en: "B\x00ye."', "bye"),
    ('      en: "Bye."', '      en: Bye."', "quotation", 'en: Bye."', "bye"),
    ("    end: left", "    end: left\n---\nflow: other", "several-documents", "flow: other", None),
]


@pytest.mark.parametrize(("written", "instead", "code", "told_at", "state"), WRONG)
def test_what_is_wrong_is_told_with_its_place(
    written: str, instead: str, code: str, told_at: str, state: str | None
) -> None:
    assert written in FLOW
    text = FLOW.replace(written, instead, 1)
    problems = troubles(text)
    found = [(p.code, line_of(p.place, text), p.place.state) for p in problems]
    assert (f"reading/{code}", told_at, state) in found
    assert len(found) <= 2, "one slip should not bring a flood"
    assert all(p.trouble and p.cure and p.level == "error" for p in problems)


def test_all_problems_come_at_once_and_none_hides_another() -> None:
    text = FLOW
    slips = [
        ("20 hours", "long"),
        ("a number from 1 to 5", "a numbr"),
        ('en: "What about?"', 'en: "What about?'),  # no YAML from here on
        ("    do: alert", "    doo: alert"),
        ("visit flow: other", "visit flow: [other"),
        ("    end: left", "    end: left and gone"),
    ]
    for written, instead in slips:
        text = text.replace(written, instead, 1)
    codes = [(p.code, p.place.state) for p in troubles(text)]
    assert codes == [
        ("reading/duration", None),
        ("reading/accept", "mood"),
        ("reading/not-yaml", "topics"),
        ("reading/no-kind", "tell-us"),
        ("reading/not-yaml", "look"),
        ("reading/reserved-name", "stop"),
    ]


@pytest.mark.parametrize(
    ("written", "instead", "meant"),
    [
        ("save as:", "save_as:", "save as"),
        ("save as:", "saveas:", "save as"),
        ("accept:", "acept:", "accept"),
        ("ends after:", "end after:", "ends after"),
        ("no reply:", "no answer:", "no reply"),
        ("discreet:", "discrete:", "discreet"),
    ],
)
def test_a_misspelt_key_is_told_once_with_what_was_meant(
    written: str, instead: str, meant: str
) -> None:
    (problem,) = troubles(FLOW.replace(written, instead, 1))
    assert problem.code == "reading/unknown-key"
    assert f"`{meant}`" in problem.cure


def test_a_duplicate_key_tells_both_lines() -> None:
    text = FLOW.replace("  stop:", "  bye:")
    first, second = (n for n, line in enumerate(text.split("\n"), 1) if line == "  bye:")
    (problem,) = troubles(text)
    assert f"lines {first} and {second}" in problem.trouble


def test_a_guard_is_told_at_its_word() -> None:
    (problem,) = troubles(FLOW.replace("mood is 2 or less", "mood is 2 and less"))
    line = FLOW.splitlines()[problem.place.line - 1]
    assert line[problem.place.column - 1 - len("mood is 2 and ") :].startswith("mood is 2")


BOMB = "a: &a [x, x]\n" + "".join(
    f"{b}: &{b} [*{a}, *{a}, *{a}]\n" for a, b in zip("abcdefghij", "bcdefghijk", strict=True)
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: b\n" * 2_000_000, "too-large"),
        (b"\xff" * 10_000_000, "too-large"),
        (FLOW.encode("utf-16"), "not-utf8"),
        (FLOW.encode()[:99] + b"\xfe", "not-utf8"),
        (HEAD + "".join(f"  s{i}:\n    end: x\n" for i in range(10_000)), "too-many"),
        (HEAD + "  {" + ",".join(f"s{i}: 0" for i in range(10_000)) + "}", "too-many"),
        ("flow:\n" + "- a\n" * 60_000, "too-many"),
        ("--- a\n" * 40_000, "too-many"),
        (BOMB, "alias"),
        ("a: &a [*a]", "alias"),
        ("[" * 100_000, "too-deep"),
        ("{a: " * 50_000, "too-deep"),
        ("- " * 50_000, "too-deep"),
        ("\n".join(" " * i + "a:" for i in range(600)), "too-deep"),
        ("%a b\n" * 50_000, "directive"),
        ("%YAML 1.1\n---\nflow: x", "directive"),
        ("hello", "not-a-file"),
        ("- hello", "not-a-file"),
        ("", "empty-file"),
        ("# nothing\n", "empty-file"),
        ("---\n---\n", "empty-file"),
        ("\t" * 200_000, "tab"),
        ('flow: "\\UFFFFFFFF"', "not-yaml"),
        ('"' * 200_000, "not-yaml"),
        ("flow: \ud800", "strange-letter"),
        ("[a, b]: c", "key"),
        ("? {a: b}\n: c", "key"),
        ("<<: {a: b}", "unknown-key"),
    ],
)
def test_a_file_that_cannot_be_a_flow_is_refused_quickly(text: str | bytes, code: str) -> None:
    started = time.perf_counter()
    problems = troubles(text)
    took = time.perf_counter() - started
    assert f"reading/{code}" in [p.code for p in problems]
    assert took < 2, f"{took:.2f} s"


def test_a_flow_of_two_hundred_lines_is_read_in_a_blink() -> None:
    question = FLOW[FLOW.index("  mood:\n") : FLOW.index("  topics:\n")]
    text = HEAD + "".join(question.replace("  mood:", f"  mood{n}:", 1) for n in range(7))
    assert 195 < text.count("\n") < 225
    times = []
    for _ in range(5):
        started = time.perf_counter()
        assert reading.read_flow(text).problems == []
        times.append(time.perf_counter() - started)
    assert min(times) < 0.06


def test_line_endings_and_a_byte_order_mark_change_nothing() -> None:
    windows = "\ufeff" + FLOW.replace("\n", "\r\n")
    assert read(windows) == read(FLOW)
    assert reading.read_flow(windows.encode()).value == read(FLOW)
    assert reading.content_hash(windows) == reading.content_hash(FLOW)
    assert reading.content_hash(FLOW + " ") != reading.content_hash(FLOW)


def test_a_flow_cannot_be_changed_after_reading() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        read(FLOW).title = "x"  # type: ignore[misc]
