"""Flows as coordinators write them: every part is read, and stays as typed."""

from __future__ import annotations

import dataclasses

import pytest

from flows import reading
from flows.definition import Recording
from tests.flows.reading.sample import FLOW, line_of, read


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
def test_line_endings_and_a_byte_order_mark_change_nothing() -> None:
    windows = "\ufeff" + FLOW.replace("\n", "\r\n")
    assert read(windows) == read(FLOW)
    assert reading.read_flow(windows.encode()).value == read(FLOW)
    assert reading.content_hash(windows) == reading.content_hash(FLOW)
    assert reading.content_hash(FLOW + " ") != reading.content_hash(FLOW)


def test_a_flow_cannot_be_changed_after_reading() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        read(FLOW).title = "x"  # type: ignore[misc]
