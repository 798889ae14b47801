"""`hearthline flows ...`: what coordinators do with conversations before they publish them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from flows.definition import Flow, Problem, State
from service.cli.frame import Later, LazyGroup
from service.cli.output import Output, json_option

FILES = click.argument("files", nargs=-1, metavar="[FILE OR FOLDER]...")


@click.command()
@FILES
@json_option
@click.pass_context
def check(context: click.Context, show: Output, files: tuple[str, ...]) -> None:
    """Find what is wrong with flows. Without files: with the shipped library."""
    from service.cli import checking

    found, looked_at = checking.problems(files)
    if show.as_json:
        show.rows({}, map(_fields, found))
    else:
        for problem in found:
            _tell(problem)
        show.note(_summary(found, looked_at))
    if any(problem.level == "error" and not problem.waived for problem in found):
        context.exit(1)


@click.command()
@click.argument("name", metavar="NAME OR FILE")
@json_option
def show_(show: Output, name: str) -> None:
    """Show what a flow does, state by state."""
    from service.cli.shelf import flow_called

    flow = flow_called(name)
    states = list(_states(flow))
    if show.as_json:
        show.one({**_head(flow), "states": states})
        return
    show.one(_head(flow))
    for state in states:
        click.echo(f"\n{state['state']}: {state['does']}")
        for language, words in (state["says"] or {}).items():
            click.echo(f"  {language}  {' '.join(words.split())}")
        if state["then"]:
            click.echo(f"  ->  {', '.join(state['then'])}")


@click.command()
@json_option
def schema(show: Output) -> None:
    """Print the JSON Schema of a flow file, for editors."""
    import json

    from flows.schema import schema as schema_of_flows

    indent = None if show.as_json else 2
    click.echo(json.dumps(schema_of_flows(), indent=indent, ensure_ascii=False))


@click.command()
@click.argument("name", metavar="NAME OR FILE")
@json_option
def draw(show: Output, name: str) -> None:
    """Draw a flow as a Mermaid diagram."""
    from flows.drawing import draw as drawn
    from service.cli.shelf import flow_called

    show.text(drawn(flow_called(name)), "mermaid")


@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="[NEW]", required=False)
@json_option
@click.pass_context
def diff(context: click.Context, show: Output, old: str, new: str | None) -> None:
    """Say what differs between two flows. With one file: from the shipped flow of its name.

    Ends with 1 where anything differs.
    """
    from flows.differences import differences
    from service.cli.shelf import flow_called

    newer = flow_called(new or old)
    older = flow_called(old if new else newer.name)
    found = differences(older, newer)
    if show.as_json:
        show.rows({}, ({"difference": line} for line in found))
    else:
        show.text("\n".join(found) if found else "Nothing differs.")
    if found:
        context.exit(1)


flows = LazyGroup(
    "flows",
    help="Check, walk, draw and publish conversations.",
    later={
        "check": Later(__name__, "check", "Find what is wrong with flows."),
        "walk": Later("service.cli.walking", "walk", "Play the scripted walks of flows."),
        "parity": Later("service.cli.walking", "parity_", "Count what is walked by text and call."),
        "show": Later(__name__, "show_", "Show what a flow does, state by state."),
        "schema": Later(__name__, "schema", "Print the JSON Schema of a flow file, for editors."),
        "draw": Later(__name__, "draw", "Draw a flow as a Mermaid diagram."),
        "diff": Later(__name__, "diff", "Say what differs between two flows."),
        "publish": Later("service.cli.publishing", "publish", "Put definitions in force."),
        "drafts": Later("service.cli.publishing", "drafts", "List what a release offers."),
    },
)


def _head(flow: Flow) -> dict[str, Any]:
    return {
        "flow": flow.name,
        "title": flow.title,
        "purpose": flow.purpose,
        "languages": list(flow.languages),
        "start": flow.start,
        "returns": list(flow.returns),
    }


def _states(flow: Flow) -> Iterator[dict[str, Any]]:
    for state in flow.states.values():
        yield {
            "state": state.name,
            "does": _does(state),
            "then": _ways(state),
            "says": state.prompt.text.texts if state.prompt is not None else None,
        }


def _does(state: State) -> str:
    match state.kind:
        case "do":
            return f"do {state.action}"
        case "visit":
            return f"visit {state.visit}"
        case "ask" if state.accept is not None:
            return f"ask for {state.accept.kind}"
    return state.kind


def _ways(state: State) -> list[str]:
    ways = [branch.go_to for branch in state.branches] + list(state.outcomes.values())
    ways += [state.go_to] if state.go_to else []
    ways += [part.go_to for part in (state.unclear, state.no_reply, state.no_outcome) if part]
    return [*dict.fromkeys(ways), *([f"end {state.end}"] if state.end else [])]


def _fields(problem: Problem) -> dict[str, Any]:
    place = problem.place
    return {
        "code": problem.code,
        "level": problem.level,
        "file": place.file,
        "line": place.line,
        "column": place.column,
        "state": place.state,
        "trouble": problem.trouble,
        "cure": problem.cure,
        "waived": problem.waived,
    }


def _tell(problem: Problem) -> None:
    place = problem.place
    where = f"{place.file}:{place.line}:{place.column}"
    state = f" in {place.state}" if place.state else ""
    level = f"waived ({problem.waived})" if problem.waived else problem.level
    click.echo(f"{where}{state}: {level}: {problem.trouble}")
    click.echo(f"    {problem.cure} [{problem.code}]")


def _summary(found: list[Problem], looked_at: int) -> str:
    live = [problem for problem in found if not problem.waived]
    errors = sum(problem.level == "error" for problem in live)
    waived = len(found) - len(live)
    files = "1 file" if looked_at == 1 else f"{looked_at} files"
    if not found:
        return f"{files} checked: all is well."
    return f"{files} checked: {errors} to mend, {len(live) - errors} to look at, {waived} waived."
