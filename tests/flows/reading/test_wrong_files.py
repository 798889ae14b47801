"""What coordinators are told where something in a flow is wrong."""

from __future__ import annotations

import pytest

from flows import reading
from tests.flows.reading.sample import FLOW, line_of, troubles

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


def test_an_empty_state_is_told_at_its_name() -> None:
    (problem,) = troubles(FLOW.replace("  stop:\n    end: left\n", "  stop:\n"))
    assert line_of(problem.place).strip() == "stop:"


def test_a_flow_without_a_name_is_checked_all_the_same() -> None:
    draft, problems = reading.read_draft(FLOW.replace("flow: hello", "flow: Hello You"))
    assert [p.code for p in problems] == ["reading/name"]
    assert draft is not None
    assert draft.flow is not None
    assert "mood" in draft.flow.states
