from __future__ import annotations

import re

import pytest

from flows import reading
from flows.drawing import draw
from flows.shelf import library_of, shipped
from tests.flows.reading.sample import FLOW

FLOWS = library_of(shipped()).flows


def drawn(text: str) -> str:
    flow = reading.read_flow(text).value
    assert flow is not None
    return draw(flow)


def test_every_state_and_every_way_is_there() -> None:
    lines = drawn(FLOW).splitlines()
    assert lines[0] == "flowchart TD"
    assert lines[1] == "    start((start)) --> s0"
    for line in [
        '    s0 -->|"mood is 2 or less"| s2',
        '    s0 -->|"otherwise"| s1',
        '    s0 -.->|"unclear"| s4',
        '    s0 -.->|"no reply, 3 hours"| s4',
        "    s1 --> s3",
        '    s2[/"tell-us<br/>alert"/]',
        '    s2 -->|"opened"| s3',
        '    s2 -->|"otherwise"| s4',
        '    s2 -.->|"no outcome, 10 minutes"| s4',
        '    s3[["look<br/>other"]]',
        '    s3 -->|"arranged"| s4',
        '    s4["bye<br/>Bye."]',
        '    s4_end(("done"))',
        '    s5(("stop<br/>left"))',
        '    anywhere((anywhere)) -.->|"keyword later"| s4',
    ]:
        assert line in lines


def test_what_the_drawing_reads_as_its_own_is_escaped() -> None:
    picture = drawn(FLOW.replace('"Bye."', '"A \\"quote\\"; a <b> & #1"'))
    assert "A #34;quote#34;#59; a #60;b#62; #38; #35;1" in picture


def test_a_state_that_is_not_written_yet_shows() -> None:
    assert 'missing(["nowhere?"])' in drawn(
        FLOW.replace("go to: look\n  tell", "go to: nowhere\n  tell")
    )


@pytest.mark.parametrize("name", FLOWS)
def test_shipped_flows_are_drawn_line_by_line(name: str) -> None:
    node = r"\w+(\(\(|\(\[|\[\[|\[/|\[)\"[^\"]*\"(\)\)|\]\)|\]\]|/\]|\])"
    way = r"\w+(\(\(\w+\)\))? (-->|-\.->)(\|\"[^\"]*\"\|)? \w+(\(\[\"[^\"]*\"\]\))?"
    for line in draw(FLOWS[name]).splitlines()[1:]:
        assert re.fullmatch(rf"    ({node}|{way})", line), line


def test_the_same_flow_gives_the_same_picture() -> None:
    assert drawn(FLOW) == drawn(FLOW)
