"""One good flow with no finding, and for each rule flows that are careless in just that."""

from __future__ import annotations

import time

import pytest

from flows.checks import CODES, blocking, check_flow, check_library, check_shared
from tests.flows.checks.house import (
    FIELDS,
    GOOD,
    KEYWORDS,
    PHRASES,
    TALK,
    changed,
    codes,
    flow_of,
    found,
    house,
)

DEEP = 6
STATES = "states:\n\n  mood:"
MOOD_WAYS = """\
      - when: mood is 2 or less
        go to: alert
      - when: mood is between 3 and 4
        go to: visit
"""


def state(text: str) -> tuple[str, str]:
    """A state put before the first one."""
    return STATES, f"states:\n\n{text}\n  mood:"


def ways(*guards: str) -> tuple[str, str]:
    lines = (f"      - when: {guard}\n        go to: visit\n" for guard in guards)
    return MOOD_WAYS, f"      - when: mood is 1\n        go to: alert\n{''.join(lines)}"


# code, what is changed in the good flow, a piece of what the trouble or cure must say
CARELESS: list[tuple[str, list[tuple[str, str]], str]] = [
    ("structure/unknown-state", [("start: mood", "start: moood")], "Did you mean `mood`"),
    ("structure/unknown-state", [("go to: told", "go to: toldd")], "Did you mean `told`"),
    ("structure/unknown-state", [("key: 7\n    go to: quiet", "key: 7\n    go to: quite")],
     "Did you mean `quiet`"),
    ("structure/unknown-flow", [("visit flow: talk", "visit flow: tolk")], "Did you mean `talk`"),
    ("structure/unknown-flow", [("key: 7\n    go to: quiet", "key: 7\n    visit flow: tak")],
     "Did you mean `talk`"),
    ("structure/unknown-action", [("do: alert", "do: alarm")], "`alert`"),
    ("structure/unknown-parameter", [("      note:", "      notes:")], "Did you mean `note`"),
    ("structure/missing-parameter", [("      priority: routine\n", "")], "`priority:`"),
    ("structure/missing-parameter", [("do: alert", "do: pause"), (
        "      policy: on-call\n      priority: routine\n      note: \"answered {mood} today\"",
        "      for: 2 weeks\n      until: \"2026-05-05\""), ("opened:", "paused:"),
        ("already open:", "not understood:")], "exactly one of"),
    ("structure/unknown-value", [("priority: routine", "priority: soon")], "`routine`"),
    ("structure/unknown-value", [("policy: on-call", "policy: on-cal")], "Did you mean `on-call`"),
    ("structure/unknown-outcome", [("opened:", "open:")], "never comes to `open`"),
    ("structure/missing-outcome", [("      already open:\n        go to: told\n      otherwise:",
                                    "      failed:")], "`already open`"),
    ("structure/unknown-ending", [("when: arranged", "when: aranged")], "Did you mean `arranged`"),
    ("structure/unknown-ending", [("when: topics includes work", "when: arranged")],
     "nothing is visited here"),
    ("structure/unknown-field", [("save as: topics", "remember as: topics")], "`topics`"),
    ("structure/unknown-variable", [("Hello {name}", "Hello {nome}")], "Did you mean `name`"),
    ("structure/unknown-variable", [("when: mood is 2", "when: mode is 2")], "Did you mean `mood`"),
    ("structure/unknown-variable", [("answered {mood} today", "answered {mod} today")], "mod"),
    ("structure/unknown-return", [("start: mood", "start: mood\nreturns: [mode]")], "`mode`"),
    ("structure/name-taken", [("save as: topics", "save as: name")], "a field of the person"),
    ("structure/name-taken", [("save as: topics", "save as: service")], "the organisation"),
    ("structure/never-saved", [("Hello {name}", "Hello {mood}"), ("Hola {name}", "Hola {mood}"),
     ("Hola {name}, somos {service}. ¿Como te", "Hola {mood}, somos {service}. ¿Como te")],
     "always say"),
    ("structure/unsaved", [("That's fine.", "A {mood}."), ("De acuerdo.", "Un {mood}.")],
     "mood is not answered"),
    ("structure/unsaved", [("when: arranged", "when: nothing"),
                           ("      - otherwise:\n        go to: quiet\n\n  hour",
                            "      - otherwise:\n        go to: hour\n\n  hour")], "`hour`"),
    ("structure/unreachable", [state("  alone:\n    end: done\n")], "`alone`"),
    ("structure/dead-end", [("es: \"Un {mood}: gracias por decirlo.\"\n    go to: quiet",
                             "es: \"Un {mood}: gracias por decirlo.\"\n    go to: told")],
     "no way leads to an end"),
    ("structure/loop", [("es: \"Un {mood}: gracias por decirlo.\"\n    go to: quiet",
                         "es: \"Un {mood}: gracias por decirlo.\"\n    go to: alert")],
     "`alert` - `told` - `alert`"),
    ("structure/loop", [("      send again: 1\n      go to: quiet",
                         "      send again: 1\n      go to: mood")], "Silence is no reply"),
    ("structure/silence", [("    no reply:\n      after: 3 hours\n      send again: 1\n"
                            "      go to: quiet\n", "")], "nobody answers"),
    ("structure/silence", [("do: alert", "do: connect"), (
        "    with:\n      policy: on-call\n      priority: routine\n"
        "      note: \"answered {mood} today\"\n", ""), ("opened:", "talked:"),
        ("already open:", "nobody:")], "`no outcome:`"),
    ("structure/ends-too-soon", [("ends after: 20 hours", "ends after: 6 hours")],
     "this wait takes 6 hours, 2 times in all"),
    ("structure/visit-circle", [("visit flow: talk", "visit flow: good")], "visit itself"),
    ("structure/guard-value", [ways("mood is yes")], "a number from 1 to 5"),
    ("structure/guard-value", [ways("mood is 7")], "never `7`"),
    ("structure/guard-value", [ways("mood includes 2")], "Write `mood is 2`"),
    ("structure/guard-value", [("topics includes work", "topics is 2 or less")], "more or less"),
    ("structure/guard-value", [("topics includes work", "topics includes wrok")],
     "Did you mean `work`"),
    ("structure/guard-value", [ways("pace is wekly")], "Did you mean `weekly`"),
    ("structure/guard-never", [ways("mood is 6 or more")], "no answer fits it"),
    ("structure/guard-never", [ways("mood is 1")], "takes all that fits it"),
    ("structure/guard-never", [ways("mood is 2 or less", "mood is 2")], "`mood is 2 or less`"),
    ("structure/guard-never", [ways("mood is 2 and mood is 3")], "no answer fits it"),
    ("structure/guard-never", [ways("mood is 2 or mood is 9 or more")], "the part about `mood`"),
    ("structure/guard-never", [ways("mood is 3 or less", "mood is 4 or more", "mood is 5")],
     "`mood is 4 or more`"),
    ("structure/guard-never", [ways("mood is between 2 and 3", "mood is 4", "mood is 3 or more",
                                    "mood is between 3 and 5")], "never comes true"),
    ("structure/guard-overlap", [ways("mood is 2 or less")], "each stands once"),
    ("structure/guard-overlap", [ways("mood is between 2 and 4", "mood is 4 or more")], "fit some"),
    ("structure/key-told", [("a number from 1 to 5", "a number from 1 to 9")], "tell 99"),
    ("structure/key-told", [("a number from 1 to 5", "a number from 0 to 5")], "tell 00"),
    ("structure/key-told", [("a number from 1 to 5", "a number from 1 to 7")], "tell 77"),
    ("languages/missing", [("      es: \"¿Como va hoy? Marque de 1 a 5.\"\n", ""),
                           ("      es-tu: \"¿Como te va hoy? Marca de 1 a 5.\"\n", "")], "by call"),
    ("languages/missing", [("      es: \"Hola {name}, ¿de 1 a 5?\"\n", "")], "`discreet:`"),
    ("languages/missing", [("        es: \"De uno a cinco, por favor.\"\n", "")], "`say:`"),
    ("languages/missing", [("          es: [trabajo]\n", "")], "`work`"),
    ("languages/missing", [("    es: [LUEGO]\n", "")], "`later`"),
    ("languages/missing", [("  es: [HOLA A TODOS]\n", "")], "`start words:`"),
    ("languages/orphan", [("      es: \"Hola {name}, ¿de 1 a 5?\"\n",
                           "      es: \"{name}, ¿de 1 a 5?\"\n      fr: \"{name}, 1 a 5?\"\n")],
     "`fr:`"),
    ("languages/form-alone", [("      es: \"Hola {name}, ¿de 1 a 5?\"\n",
                               "      es-tu: \"Hola {name}, ¿de 1 a 5?\"\n")], "`es-tu:`"),
    ("languages/variables", [("Hola {name}, ¿de 1 a 5?", "Hola, ¿de 1 a 5?")], "`{name}`"),
    ("languages/consent-word", [("en: [LATER]", "en: [End]")], "the phone network"),
    ("languages/consent-word", [("en: [work]", "en: [work, stop]")], "the phone network"),
    ("languages/consent-word", [("en: [HELLO THERE]", "en: [Help!]")], "the phone network"),
    ("languages/consent-word", [("es: [casa]", "es: [casa, basta]")], "a wish to stop"),
    ("languages/yes-no-keyword", [("en: [LATER]", "en: [LATER, \"Yes\"]")], "an answer everywhere"),
    ("languages/yes-no-keyword", [("es: [HOLA A TODOS]", "es: [\"Sí\"]")], "an answer everywhere"),
    ("languages/danger-word", [("en: [LATER]", "en: [hurt myself]")], "danger"),
    ("languages/danger-word", [("es: [trabajo]", "es: [trabajo, hacerme dano]")], "danger"),
    ("languages/offered", [("TALK brings a person.", "TALK or QUIT, both fine.")], "QUIT"),
    ("languages/keyword-collision", [("en: [LATER]", "en: [Talk]")], "`talk`"),
    ("languages/keyword-collision", [("es: [LUEGO]", "es: [Sáltar]")], "`skip`"),
    ("languages/keyword-collision", [("    key: 7\n", "    key: 9\n")], "The key 9"),
    ("languages/keyword-collision", [("    key: 7\n", "    call key: 9\n")], "The key 9"),
    ("languages/keyword-collision", [("\nstates:\n", "  soon:\n    en: [luego]\n    es: [PRONTO]\n"
                                      "    do: repeat\n\nstates:\n")], "`later`"),
    ("languages/answer-collision", [("en: [work]", "en: [work, persona]")], "`talk`"),
    ("languages/answer-collision", [("en: [LATER]", "en: [LATER, three]")], "would be an answer"),
    ("languages/choice-collision", [("en: [home]", "en: [home, trabajo]")], "means neither"),
    ("languages/choice-collision", [("en: [home]", "en: [home, \"1\"]")], "means neither"),
    ("languages/start-collision", [("en: [HELLO THERE]", "en: [Skip]")], "`skip`"),
    ("languages/start-collision", [("es: [HOLA A TODOS]", "es: [álguien]")], "the start of `talk`"),
    ("cost/too-long", [("TALK brings a person.", "word " * 60)], "3 segments"),
    ("cost/too-long", [("De acuerdo.", "á" * 120)], "Replace á"),
    ("cost/ucs2", [("De acuerdo.", "Está bien, mamá.")], "á as a"),
    ("cost/ucs2", [("That's fine.", "That’s fine 🙂.")], "🙂"),
    ("waiver/unknown-code", [("start: mood", "start: mood\nwaive:\n  - code: cost/ucs-2\n"
                              "    reason: none")], "Did you mean `cost/ucs2`"),
    ("waiver/not-allowed", [("start: mood", "start: mood\nwaive:\n"
                             "  - code: languages/consent-word\n    reason: none")], "cannot"),
    ("waiver/unused", [("start: mood", "start: mood\nwaive:\n  - code: cost/ucs2\n"
                        "    reason: none")], "Delete the waiver"),
]  # fmt: skip


def test_the_good_flow_has_no_finding() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("code", "changes", "told"), CARELESS, ids=[f"{n}-{c[0]}" for n, c in enumerate(CARELESS)]
)
def test_careless_flows(code: str, changes: list[tuple[str, str]], told: str) -> None:
    problems = found(changed(GOOD, *changes))
    own = [problem for problem in problems if problem.code == code]
    assert own, [(problem.code, problem.trouble) for problem in problems]
    assert any(told in f"{problem.trouble} {problem.cure}" for problem in own), own
    for problem in problems:
        assert problem.level == CODES[problem.code].level
        assert problem.trouble
        assert problem.cure
        assert problem.place.file == "flow.yaml"
        assert problem.place.line >= 1


def test_every_code_has_a_careless_flow() -> None:
    elsewhere = {"structure/visit-depth"}
    here = {code for code in CODES if not code.startswith(("voice/", "policy/"))}
    assert {code for code, _, _ in CARELESS} | elsewhere == here  # their own tests have the others


def test_findings_come_in_the_order_of_lines_and_name_their_state() -> None:
    problems = found(changed(GOOD, ("go to: told", "go to: nowhere"), ("do: alert", "do: alrt")))
    assert [problem.place.line for problem in problems] == sorted(
        problem.place.line for problem in problems
    )
    assert {problem.place.state for problem in problems} >= {"alert"}


def test_many_findings_come_at_once() -> None:
    careless = changed(
        GOOD,
        ("start: mood", "start: mood\nreturns: [nothing_such]"),
        ("en: [LATER]", "en: [STOP]"),
        ("do: alert", "do: alarm"),
        ("De acuerdo.", "Está bien."),
    )
    assert codes(careless) >= {
        "structure/unknown-return", "languages/consent-word", "structure/unknown-action",
        "cost/ucs2",
    }  # fmt: skip


# ---- visits ---------------------------------------------------------------------------------


def visiting(name: str, next_one: str) -> str:
    return f"""\
flow: {name}
title: A visit
purpose: Goes one deeper.
languages: [en]
ends after: 1 day
start: in
states:
  in:
    visit flow: {next_one}
    go to: out
  out:
    end: done
"""


def test_visits_may_stand_five_deep_and_no_deeper() -> None:
    chain = {f"deep_{n}": visiting(f"deep-{n}", f"deep-{n + 1}") for n in range(1, DEEP)}
    chain[f"deep_{DEEP}"] = visiting(f"deep-{DEEP}", "talk")
    library = house(**chain)
    assert "structure/visit-depth" in codes(visiting("top", "deep-1"), library)
    assert "structure/visit-depth" in codes(visiting("top", "deep-2"), library)
    assert codes(visiting("top", "deep-3"), library) == set()


def test_circles_of_visits_are_told_in_each_flow_of_the_circle() -> None:
    library = house(one=visiting("one", "two"), two=visiting("two", "one"))
    assert "structure/visit-circle" in codes(visiting("one", "two"), library)
    assert "structure/visit-circle" in codes(visiting("two", "one"), library)
    assert "structure/visit-circle" not in codes(visiting("three", "one"), library)


def test_an_answer_that_a_visited_flow_keeps_to_itself() -> None:
    library = house(talk=changed(TALK, ("returns: [hour]\n", "")))
    (first, *_) = [p for p in found(GOOD, library) if p.code == "structure/unknown-variable"]
    assert first.cure == "`talk` saves it: add it to `returns:` there."


# ---- waivers --------------------------------------------------------------------------------

WAIVER = "waive:\n{pad}  - code: cost/ucs2\n{pad}    reason: their names are written so\n"


def test_a_waiver_beside_the_line_keeps_the_finding_with_its_reason() -> None:
    dear = changed(GOOD, ("De acuerdo.", "Está bien."))
    beside = changed(dear, ("  quiet:\n", "  quiet:\n    " + WAIVER.format(pad="    ")))
    (problem,) = found(beside)
    assert problem.code == "cost/ucs2"
    assert problem.waived == "their names are written so"
    elsewhere = changed(dear, ("  told:\n", "  told:\n    " + WAIVER.format(pad="    ")))
    assert {(problem.code, problem.waived) for problem in found(elsewhere)} == {
        ("cost/ucs2", None),
        ("waiver/unused", None),
    }
    whole = changed(dear, ("start: mood\n", "start: mood\n" + WAIVER.format(pad="")))
    assert [problem.waived for problem in found(whole)] == ["their names are written so"]


def test_waived_errors_and_warnings_do_not_block() -> None:
    long = changed(GOOD, ("TALK brings a person.", "word " * 60))
    assert len(blocking(found(long))) == 1
    waiver = WAIVER.replace("ucs2", "too-long").format(pad="    ")
    assert blocking(found(changed(long, ("  quiet:\n", "  quiet:\n    " + waiver)))) == []
    assert blocking(found(changed(GOOD, ("De acuerdo.", "Está bien.")))) == []


# ---- guards, exactly ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "guards",
    [
        ["mood is 2", "mood is 3", "mood is between 4 and 5"],
        ["mood is 2 and pace is daily", "mood is 2 and pace is weekly"],
        ["mood is 2 or less and pace is daily"],
        ["mood is 2 or mood is 4", "mood is 3 or mood is 5"],
        ["pace is not answered"],
        ["pace is daily", "mood is 3"],
    ],
)
def test_conditions_that_stand_well_together(guards: list[str]) -> None:
    assert codes(changed(GOOD, ways(*guards))) <= {"structure/guard-overlap"}


def test_three_lines_may_take_all_that_a_fourth_fits() -> None:
    careless = changed(GOOD, ways("mood is 2 or mood is 3", "mood is 4 or more", "mood is 3"))
    assert "structure/guard-never" in codes(careless)
    both = changed(
        GOOD, ways("pace is daily", "pace is weekly", "pace is not answered", "mood is 3")
    )
    assert any("the lines above" in problem.trouble for problem in found(both))


# ---- what flows share -----------------------------------------------------------------------


SHARED = [
    ("structure/unknown-flow", {"keywords": changed(KEYWORDS, ("flow: talk", "flow: tak"))}),
    ("languages/missing", {"keywords": changed(KEYWORDS, ("    es: [SALTAR]\n", ""))}),
    ("languages/consent-word", {"keywords": changed(KEYWORDS, ("[SKIP]", "[SKIP, quit]"))}),
    ("languages/yes-no-keyword", {"keywords": changed(KEYWORDS, ("[SKIP]", '[SKIP, "no"]'))}),
    ("languages/keyword-collision", {"keywords": changed(KEYWORDS, ("[SKIP]", "[Hablár]"))}),
    ("languages/keyword-collision", {"keywords": changed(KEYWORDS, ("key: 9", "key: 0"))}),
    ("languages/danger-word", {"keywords": changed(KEYWORDS, ("[SKIP]", "[hurt myself]"))}),
    ("languages/missing", {"phrases": changed(PHRASES, ('      es: "sin respuesta"\n', ""))}),
    ("structure/unknown-variable", {"phrases": changed(PHRASES, ("did not", "{did} not"))}),
    ("cost/too-long", {"phrases": changed(PHRASES, ("did not", "did not " * 50))}),
    ("cost/ucs2", {"phrases": changed(PHRASES, ("Perdon", "Perdón"))}),
    ("languages/missing", {"fields": changed(FIELDS, ("      es: amistad\n", ""))}),
]  # fmt: skip


def test_a_good_house_has_no_finding() -> None:
    assert check_library(house(good=GOOD)) == []


@pytest.mark.parametrize(("code", "texts"), SHARED)
def test_careless_houses(code: str, texts: dict[str, str]) -> None:
    assert code in {problem.code for problem in check_shared(house(**texts))}


def test_two_flows_with_the_same_start_words() -> None:
    other = changed(TALK, ("flow: talk", "flow: chat"))
    problems = check_library(house(chat=other))
    assert [problem.code for problem in problems] == ["languages/start-collision"] * 4


# ---- the whole ------------------------------------------------------------------------------


def test_a_flow_of_the_most_states_is_checked_in_a_moment() -> None:
    states = "".join(
        f"""\
  s{n}:
    ask:
      en: "How is it, from 1 to 5? {{a{max(n - 1, 0)}}}"
    accept: a number from 1 to 5
    save as: a{n}
    no reply:
      after: 1 hour
      go to: end
    then:
      - when: a{n} is 2 or less
        go to: end
      - otherwise:
        go to: {f"s{n + 1}" if n < 498 else "end"}
"""
        for n in range(499)
    )
    text = (
        "flow: big\ntitle: Big\npurpose: Big.\nlanguages: [en]\nends after: 1 day\nstart: s0\n"
        f"states:\n{states}  end:\n    end: done\n"
    )
    flow, library = flow_of(text), house()
    begun = time.process_time()
    check_flow(flow, library)
    assert time.process_time() - begun < 5


def test_the_settings_take_no_value_longer_than_the_checks_count() -> None:
    from pydantic import ValidationError

    from flows.checks.lengths import ORGANISATION
    from service.organisation import Line, Organisation

    def taken(name: str, value: object) -> bool:
        line = {"line": "988", "emergency": "911"}
        try:
            _ = Line(**{**line, name: value}) if name in line else Organisation(**{name: value})
        except ValidationError:
            return False
        return True

    for name in ("service", "contact", "programme", "hours", "line", "emergency"):
        longest = ORGANISATION[name]
        assert [taken(name, "x" * size) for size in (longest, longest + 1)] == [True, False], name
    for name in ("contact", "programme", "hours"):
        assert not taken(name, {"en": "x" * (ORGANISATION[name] + 1)}), name
