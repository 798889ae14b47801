"""`hearthline flows walk` and `parity`: scripted walks played, and the ways that none took."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from flows import parity
from flows.definition import Flow, Library, Walk
from flows.program import Program
from flows.shelf import DefinitionError, library_of, shipped, walks_of
from flows.walks import NotWalked, WalkResult, coverage, run
from service.cli.output import Output, json_option
from service.cli.shelf import Written, beside_the_shipped, files_in, written
from service.cli.trouble import Trouble


@click.command()
@click.argument("files", nargs=-1, metavar="[NAME, FILE OR FOLDER]...")
@click.option("--talk", is_flag=True, help="Show what is said in every walk, not only broken ones.")
@click.option("--all-ways", is_flag=True, help="End with 1 where some way is walked by none.")
@json_option
@click.pass_context
def walk(
    context: click.Context, show: Output, files: tuple[str, ...], talk: bool, all_ways: bool
) -> None:
    """Play the scripted walks of flows. Without files: all of the shipped library.

    With the name or the file of a flow, its shipped walks are played on it.
    """
    results, flows, _ = _walked(files, show)
    missed = [way for flow in flows for way in _missed(flow, results)]
    if show.as_json:
        show.rows({}, [*map(_fields, results), *missed])
    else:
        for result in results:
            _tell(result, talk)
        for way in missed:
            click.echo(f"not walked: {way['flow']}, from {way['state']}: {way['way']}")
        walks_said = "1 walk" if len(results) == 1 else f"{len(results)} walks"
        broken = sum(not result.ok for result in results)
        show.note(f"{walks_said}: {broken} broken. {len(missed)} ways not walked.")
    if any(not result.ok for result in results) or (missed and all_ways):
        context.exit(1)


@click.command()
@click.argument("files", nargs=-1, metavar="[NAME, FILE OR FOLDER]...")
@json_option
@click.pass_context
def parity_(context: click.Context, show: Output, files: tuple[str, ...]) -> None:
    """Count what is walked by text and by call: flow, language, channel, ways.

    Without files: all of the shipped library. Ends with 1 where a flow has no walk in some
    language and channel, or a way that none of them takes.
    """
    results, flows, library = _walked(files, show)
    names = {flow.name for flow in flows}
    counted = [row for row in parity.table(library, results) if row.flow in names]
    show.rows(
        {"flow": "flow", "language": "language", "channel": "by", "walks": "walks",
         "taken": "ways taken", "ways": "of", "missing": "not walked"},
        ({**row._asdict(), "taken": row.ways - len(row.missing),
          "missing": [f"{state}: {way}" for state, way in row.missing]} for row in counted),
    )  # fmt: skip
    missing = sum(len(row.missing) for row in counted)
    without = sum(not row.walks for row in counted)
    show.note(f"{len(counted)} cells: {missing} ways not walked, {without} without a walk.")
    if missing or without:
        context.exit(1)


def _walked(files: Sequence[str], show: Output) -> tuple[list[WalkResult], list[Flow], Library]:
    """How the chosen walks went, their flows, and the library they were played on."""
    called = {name for name in files if ("flow", name) in shipped() and not Path(name).exists()}
    given = [written(path) for path in files_in(name for name in files if name not in called)]
    walks, flows, library = _chosen(given, called)
    if not walks:
        cure = "Write NAME.walks.yaml beside the flow; flows/README.md shows how."
        raise Trouble(", ".join(files) or "the library", "There is no walk for it.", cure)
    program = Program(library)
    results = [run(one, library, program) for one in show.progress(walks, len(walks), "Walking")]
    return results, flows, library


def _chosen(files: Sequence[Written], called: set[str]) -> tuple[list[Walk], list[Flow], Library]:
    problems = [problem for one in files for problem in one.reading.problems]
    if problems:
        raise DefinitionError(problems)
    texts = beside_the_shipped(files) if files else shipped()
    library = library_of(texts)
    names = called | {one.name for one in files if one.kind == "flow"}
    walks = [one for f in files if f.kind == "walks" for one in f.reading.value or ()]
    named = {file.name for file in files if file.kind == "walks"}
    given = {key: text for key, text in texts.items() if key[1] not in named}
    walks += [one for one in walks_of(given) if not (files or called) or one.flow in names]
    walked = {one.flow for one in walks}
    return walks, [flow for flow in library.flows.values() if flow.name in walked], library


def _missed(flow: Flow, results: Sequence[WalkResult]) -> list[dict[str, Any]]:
    found: list[NotWalked] = coverage(flow, results)
    return [
        {"flow": flow.name, "state": way.state, "way": way.label, "line": way.place.line}
        for way in found
    ]


def _fields(result: WalkResult) -> dict[str, Any]:
    return {
        "walk": result.walk.title,
        "flow": result.walk.flow,
        "language": result.walk.language,
        "ok": result.ok,
        "problems": [
            {"line": p.place.line, "trouble": p.trouble, "cure": p.cure} for p in result.problems
        ],
        "transcript": [{"who": line.who, "text": line.text} for line in result.transcript],
    }


def _tell(result: WalkResult, talk: bool) -> None:
    if talk or not result.ok:
        click.echo(f"\n{result.walk.flow} ({result.walk.language}): {result.walk.title}")
        for line in result.transcript:
            click.echo(f"  {line.who:>5}  {' '.join(line.text.split())}")
    for problem in result.problems:
        place = problem.place
        click.echo(f"{place.file}:{place.line}:{place.column}: {problem.trouble} {problem.cure}")
