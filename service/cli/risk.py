"""`hearthline risk ...`: how danger is read, tried on texts that people judged.

Promise: what is read from files is neither kept nor logged. Words that people marked are shown only
where they are asked for, and the trail keeps who did.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from service.cli.frame import Later, LazyGroup
from service.cli.home import at_home
from service.cli.options import by_option, words_option
from service.cli.output import Output, json_option
from service.cli.trouble import Trouble

if TYPE_CHECKING:
    from flows.definition import Lexicon
    from flows.risk_measure import Read, Share

_COLUMNS = {
    "label": "LABEL", "rows": "ROWS", "heard": "HEARD", "alarm": "ALARM", "question": "QUESTION",
    "none": "NONE",
}  # fmt: skip
_ROWS = {"row": "ROW", "label": "LABEL", "outcome": "OUTCOME", "reasons": "REASONS", "text": "TEXT"}
_TESTS = {
    "id": "ID", "mark": "MARK", "outcome": "OUTCOME", "right": "RIGHT", "reasons": "REASONS",
    "case_id": "CASE", "at": "MARKED",
}  # fmt: skip
_SHOWN = 90  # letters of a text in a table


_LEXICON = click.option(
    "--lexicon", type=click.Path(path_type=Path), help="This lexicon, not the one in force."
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE.CSV]", required=False)
@click.option("--marked", is_flag=True, help="The texts that people marked, in place of a file.")
@click.option(
    "--lexicon", type=click.Path(path_type=Path), help="This lexicon, not the shipped one."
)
@by_option
@json_option
def evaluate(show: Output, file: Path | None, marked: bool, lexicon: Path | None, by: str) -> None:
    """Read every text of FILE and tell the shares by label, and what was missed.

    FILE needs the columns text and label, or expected (heard, none), which says for a row what is
    right. Also read are evident (yes, no) and language. With --marked it reads what people marked.
    """
    from flows import risk_measure

    if marked is (file is not None):
        cure = "Give a file, or --marked."
        raise Trouble("hearthline risk evaluate", "Which texts is not clear.", cure)
    rows = _rows(file) if file is not None else _marked(by)
    found = risk_measure.measure(rows, _lexicon(lexicon) if lexicon else None)
    by_label = risk_measure.shares(found)
    told = Counter(str(one.danger.outcome) for one in found)
    every = risk_measure.share_of("all rows", told)
    missed, false = risk_measure.missed(found), risk_measure.false_alarms(found)
    if show.as_json:
        show.one(
            {
                "rows": len(found),
                "outcomes": {name: told[name] for name in ("alarm", "question", "none")},
                "labels": [_share(share) for share in by_label],
                "should_be_heard": _counted(found, True, len(missed)),
                "should_not_be_heard": _counted(found, False, len(false)),
                "missed": [_row(one) for one in missed],
                "false_alarms": [_row(one) for one in false],
            }
        )
        return
    show.rows(_COLUMNS, (_percents(share) for share in (*by_label, every)))
    _tell("Missed: should be heard, and was not", missed, show)
    _tell("False: should not be heard, and was", false, show)


@click.command()
@_LEXICON
@words_option
@by_option
@json_option
def test(show: Output, lexicon: Path | None, words: bool, by: str) -> None:
    """Read the texts that people marked. Ends with 1 where one of them is read wrongly."""
    from service import lexicon_tests
    from service.storage import settings_rows

    with at_home() as house:
        if lexicon is not None:
            chosen: Lexicon | None = _lexicon(lexicon)
        else:
            with house.database.reading() as tx:
                chosen = house.editions.in_force(tx, settings_rows.stamp(tx)).lexicon
        found = lexicon_tests.tried(lexicon_tests.rows(house), chosen)
        if words and found:
            lexicon_tests.looked_at(house, by, len(found))
    columns = {**_TESTS, **({"text": "TEXT"} if words else {})}
    told = (lexicon_tests.told(one, words=words) for one in found)
    show.rows(columns, told, "Nobody has marked a text yet: `hearthline cases mark`.")
    if not all(one.right for one in found):
        raise SystemExit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path), metavar="[FILE.CSV]", required=False)
@by_option
@json_option
def export(show: Output, file: Path | None, by: str) -> None:
    """Write the texts that people marked as rows for `risk evaluate`; the trail keeps who did.

    Names and numbers were taken out of them. Keep the file as you keep what people told you.
    """
    from service.lexicon_tests import FIELDS

    rows = _marked(by)
    if file is None:
        show.rows({name: name.upper() for name in FIELDS}, rows, "Nobody has marked a text yet.")
        return
    with _new(file) as out:
        file.chmod(0o600)
        writer = csv.DictWriter(out, FIELDS)
        writer.writeheader()
        writer.writerows(rows)
    show.one({"file": str(file), "rows": len(rows)})


@click.command()
@click.argument("files", type=click.Path(path_type=Path), metavar="FILE.CSV ...", nargs=-1)
@click.option("--marked", is_flag=True, help="The texts that people marked as well.")
@click.option("--lexicon", type=click.Path(path_type=Path), required=True, help="To start from.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The new lexicon.")
@click.option(
    "--rarely", type=click.FloatRange(0, 100), default=0.3, show_default=True,
    help="Percent of everyday texts that may lead to the question.",
)  # fmt: skip
@by_option
@json_option
def learn(
    show: Output, files: tuple[Path, ...], marked: bool, lexicon: Path, out: Path, rarely: float,
    by: str,
) -> None:  # fmt: skip
    """Learn from judged texts what words weigh together, and write it into a lexicon.

    The columns are those of `risk evaluate`. Rows labelled ham or everyday decide from how many
    points on the question is asked. Only words with their points are written, and no text.
    """
    from flows import risk_learning, risk_measure

    rows = [row for file in files for row in _rows(file)] + (_marked(by) if marked else [])
    if not rows:
        raise Trouble(
            "hearthline risk learn",
            "There is no text to learn from.",
            "Give a file of judged texts, or --marked.",
        )
    texts = risk_measure.judged(rows, _lexicon(lexicon))
    points = risk_learning.learn(texts, rarely / 100)
    if not points.words:
        cure = "Give more texts, of both sides: words have to stand in two of them at least."
        raise Trouble("hearthline risk learn", "Nothing is learnt from so few texts.", cure)
    taught = risk_learning.written(_text(lexicon), points)
    with _new(out) as new:
        new.write(taught)
    show.one(
        {
            "file": str(out), "rows": len(texts), "should_be_heard": sum(t.heard for t in texts),
            "everyday": sum(t.everyday for t in texts), "points": len(points.words),
            "ask_from": points.ask_from,
        }
    )  # fmt: skip


@contextmanager
def _new(file: Path) -> Iterator[TextIO]:
    """A file that is not there yet, open to be written."""
    try:
        with file.open("x", newline="", encoding="utf-8") as out:
            yield out
    except OSError as error:
        cure = "Give the name of a file that is not there yet, in a folder that you may write to."
        raise Trouble(str(file), f"It cannot be written: {error.strerror}.", cure) from None


def _marked(by: str) -> list[dict[str, str]]:
    from service import lexicon_tests

    with at_home() as house:
        tests = lexicon_tests.rows(house)
        if tests:
            lexicon_tests.looked_at(house, by, len(tests))
    return lexicon_tests.as_rows(tests)


def _counted(found: Sequence[Read], should: bool, wrong: int) -> dict[str, Any]:
    rows = sum(one.should is should for one in found)
    return {"rows": rows, "wrong": wrong, "share_right": (rows - wrong) / rows if rows else None}


def _share(share: Share) -> dict[str, Any]:
    return {**share._asdict(), "heard": share.alarm + share.question}


def _percents(share: Share) -> dict[str, Any]:
    told = {name: f"{share._asdict()[name]:.1%}" for name in ("alarm", "question", "none")}
    heard = f"{share.alarm + share.question:.1%}"
    return {"label": share.label, "rows": share.rows, "heard": heard, **told}


def _row(one: Read) -> dict[str, Any]:
    return {
        "row": one.row, "label": one.label, "outcome": one.danger.outcome,
        "reasons": list(one.danger.reasons), "text": one.text,
    }  # fmt: skip


def _tell(heading: str, rows: Iterable[Read], show: Output) -> None:
    held = [{**_row(one), "text": one.text[:_SHOWN]} for one in rows]
    show.note(f"\n{heading}: {len(held)}.")
    if held:
        show.rows(_ROWS, held)


def _rows(file: Path) -> list[dict[str, str]]:
    from flows.risk_measure import NEEDED, lacking

    reader = csv.DictReader(io.StringIO(_text(file), newline=""))
    try:
        rows = [{name: value or "" for name, value in row.items() if name} for row in reader]
    except csv.Error as error:
        cure = "Save it again as CSV, with commas and quotation marks."
        raise Trouble(str(file), f"This is no CSV: {error}.", cure) from None
    columns = [name for name in reader.fieldnames or () if name]
    missing = lacking(columns)
    if missing:
        there = f"It has: {', '.join(columns)}." if columns else "It is empty."
        cure = f"Name the columns in the first row: {', '.join(NEEDED)}."
        raise Trouble(str(file), f"There is no column `{missing[0]}`. {there}", cure)
    if not rows:
        raise Trouble(str(file), "No text is in this file.", "Put one text into each row.")
    return rows


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        cure = "See the name, and that you may read it."
        raise Trouble(str(file), f"It cannot be read: {error.strerror}.", cure) from None
    except UnicodeDecodeError:
        cure = "Save it again with the encoding UTF-8."
        raise Trouble(str(file), "The file is not saved as UTF-8 text.", cure) from None


def _lexicon(file: Path) -> Lexicon:
    from flows.reading import read_lexicon

    value, problems = read_lexicon(_text(file), str(file))
    if value is None:
        first = problems[0]
        place = f"{first.place.file}, line {first.place.line}"
        raise Trouble(place, first.trouble, first.cure)
    return value


risk = LazyGroup(
    "risk",
    help="How danger is read.",
    later={
        "evaluate": Later(__name__, "evaluate", "Try the reading on judged texts."),
        "learn": Later(__name__, "learn", "Learn what words weigh together."),
        "test": Later(__name__, "test", "Try it on the texts that people marked."),
        "export": Later(__name__, "export", "Write those texts into a file."),
    },
)
