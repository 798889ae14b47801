"""Everything that is looked at before a flow may be published.

Promise: pure; every finding at once, each with code, place, trouble and cure. Errors block,
warnings inform, and a waiver written beside the line keeps its finding in the list with the
reason in `waived`. What a file must look like to be read at all is flows/reading's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from flows.actions import ACTIONS, Action
from flows.checks.cost import check_cost, check_message
from flows.checks.findings import CODES, Code, Findings
from flows.checks.guards import check_guards
from flows.checks.languages import (
    check_keyword,
    check_languages,
    check_missing_words,
    check_prompt,
)
from flows.checks.lengths import ORGANISATION, PHRASES, Longest
from flows.checks.policies import check_policy
from flows.checks.structure import check_structure, check_target, nearest
from flows.checks.variables import check_variables
from flows.checks.visits import check_visits
from flows.checks.voice import check_phrase_by_call, check_voice
from flows.checks.words import check_offers, check_organisation, check_words_heard
from flows.definition import Flow, Library, Phrase, Place, Problem, Waiver
from flows.templates import names as variables_in

__all__ = ["CODES", "Code", "blocking", "check_flow", "check_library", "check_shared"]


def check_flow(
    flow: Flow, library: Library, actions: Mapping[str, Action] = ACTIONS
) -> list[Problem]:
    """Every finding of one flow beside its library, in the order of its lines.

    The flow need not be in the library yet; one of the same name there is looked past.
    """
    beside = replace(library, flows={**library.flows, flow.name: flow})
    found = Findings()
    check_structure(flow, beside, actions, found)
    check_visits(flow, beside, found)
    check_variables(flow, beside, actions, found)
    check_guards(flow, beside, found)
    check_languages(flow, beside, found)
    check_words_heard(flow, beside, found)
    check_cost(flow, beside, actions, found)
    check_voice(flow, beside, found)
    return sorted(_waived(flow, found), key=_line)


def check_shared(library: Library, actions: Mapping[str, Action] = ACTIONS) -> list[Problem]:
    """Every finding of what flows share: keywords, phrases, fields, policies."""
    found = Findings()
    languages = library.languages
    check_organisation(library.keywords, library.lexicon, found)
    for keyword in library.keywords:
        check_target(keyword, library, found)
        check_keyword(keyword, languages, found)
    longest = Longest(library, None, actions)
    for phrase in library.phrases.values():
        _phrase(phrase, library, longest, found)
        check_phrase_by_call(phrase, library.keywords, found)
    for field in library.fields.values():
        what = f"`missing:` of `{field.name}`"
        check_missing_words(field.missing, languages, field.place, what, found)
    for policy in library.policies.values():
        check_policy(policy, found)
    return sorted(found, key=_line)


def check_library(library: Library, actions: Mapping[str, Action] = ACTIONS) -> list[Problem]:
    """What flows share, then every flow."""
    flows = (check_flow(flow, library, actions) for flow in library.flows.values())
    return [*check_shared(library, actions), *(problem for one in flows for problem in one)]


def blocking(problems: Iterable[Problem]) -> list[Problem]:
    """The findings that stand in the way of publishing."""
    return [one for one in problems if one.level == "error" and one.waived is None]


def _phrase(phrase: Phrase, library: Library, longest: Longest, found: Findings) -> None:
    check_prompt(phrase.prompt, library.languages, f"the phrase `{phrase.name}`", found)
    known = {*ORGANISATION, *PHRASES, *library.fields, *longest.given}
    messages = (phrase.prompt.text, phrase.prompt.discreet)
    for message in (one for one in messages if one is not None):
        check_message(message, longest, found)
        check_offers(message, found)
        for language, text in message.texts.items():
            for name in variables_in(text):
                if name not in known:
                    found.note(
                        "structure/unknown-variable",
                        message.places.get(language, message.place),
                        f"Nothing is called `{name}`: no field, no value of the organisation.",
                        nearest(name, known),
                    )


def _waived(flow: Flow, found: Findings) -> list[Problem]:
    """The findings, quieted where a waiver fits, and what is wrong with the waivers."""
    used: set[Waiver] = set()
    after: list[Problem] = []
    for problem in found:
        waiver = next((one for one in flow.waivers if _fits(one, problem)), None)
        if waiver is not None and CODES[problem.code].waivable:
            used.add(waiver)
            problem = replace(problem, waived=waiver.reason)
        after.append(problem)
    notes = Findings()
    for waiver in flow.waivers:
        _waiver(waiver, waiver in used, notes)
    return [*after, *notes]


def _fits(waiver: Waiver, problem: Problem) -> bool:
    here = waiver.place.state
    return waiver.code == problem.code and here in (None, problem.place.state)


def _waiver(waiver: Waiver, used: bool, found: Findings) -> None:
    code = CODES.get(waiver.code)
    if code is None:
        found.note(
            "waiver/unknown-code",
            waiver.place,
            f"No finding has the code `{waiver.code[:60]}`.",
            nearest(waiver.code, CODES),
        )
    elif not code.waivable:
        found.note(
            "waiver/not-allowed",
            waiver.place,
            f"`{waiver.code}` cannot be waived: {code.meaning}.",
            "Cure the finding, and delete the waiver.",
        )
    elif not used:
        found.note(
            "waiver/unused",
            waiver.place,
            f"Nothing here is found as `{waiver.code}`.",
            "Delete the waiver.",
        )


def _line(problem: Problem) -> tuple[str, int, int, str]:
    place: Place = problem.place
    return place.file, place.line, place.column, problem.code
