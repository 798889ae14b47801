"""The schema for editors: true to the reader, and it takes the shipped library."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from flows import reading
from flows.actions import ACTIONS
from flows.reading.nodes import Node, Scalar, Table, parse
from flows.reading.states import STATE_KEYS
from flows.schema import schema
from flows.shelf import shipped
from tests.flows.reading.sample import FLOW

VALIDATOR = Draft202012Validator(schema())
FLOWS = {name: text for (kind, name), text in shipped().items() if kind == "flow"}


def as_typed(node: Node) -> Any:
    """The file as the reader sees it: every value a text, nothing at all as null."""
    if isinstance(node, Scalar):
        return node.value if node.value or node.quoted else None
    if isinstance(node, Table):
        return {name: as_typed(value) for name, (_, value) in node.entries.items()}
    return [as_typed(item) for item in node.items]


def as_editors_see_it(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_the_schema_is_a_schema_and_json() -> None:
    Draft202012Validator.check_schema(schema())
    assert json.loads(json.dumps(schema())) == schema()


@pytest.mark.parametrize("name", FLOWS)
def test_shipped_flows_are_accepted(name: str) -> None:
    text = FLOWS[name]
    assert list(VALIDATOR.iter_errors(as_editors_see_it(text))) == []
    assert list(VALIDATOR.iter_errors(as_typed(parse(text, name).documents[0]))) == []


def test_a_flow_with_every_part_is_accepted() -> None:
    text = FLOW.replace("note:", "priority: urgent\n      note:")
    assert reading.read_flow(text).problems == []
    assert list(VALIDATOR.iter_errors(as_editors_see_it(text))) == []


@pytest.mark.parametrize("key", ["8", '"8"', '"*"'])
def test_a_call_key_is_accepted_as_it_is_typed(key: str) -> None:
    text = FLOW.replace("note:", "priority: urgent\n      note:").replace(
        "    key: 7", f"    key: 7\n    call key: {key}"
    )
    assert reading.read_flow(text).problems == []
    assert list(VALIDATOR.iter_errors(as_editors_see_it(text))) == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("title: Hello\n", ""),
        ("title: Hello", "titel: Hello"),
        ("20 hours", "soon"),
        ("a number from 1 to 5", "a numbr from 1 to 5"),
        ("    accept: a number from 1 to 5\n", ""),
        ("    do: alert", "    do: alarm"),
        ("      policy: on-call\n", ""),
        ("priority: urgent", "priority: hurry"),
        ("      opened:", "      sung:"),
        ("try again: 1", "try again: 100"),
        ("      - otherwise:\n        go to: topics", "      - otherwise:"),
        ("    end: left", "    end: left\n    go to: bye"),
        ("    key: 7", "    key: seven"),
        ("    key: 7", "    call key: 77"),
        ("    go to: bye\nwaive", "    do: jump\nwaive"),
    ],
)
def test_what_the_reader_or_the_checks_refuse_is_underlined(written: str, instead: str) -> None:
    text = FLOW.replace("note:", "priority: urgent\n      note:")
    assert written in text
    assert not VALIDATOR.is_valid(as_editors_see_it(text.replace(written, instead, 1)))


def test_every_key_of_a_state_is_known_and_described() -> None:
    found: set[str] = set()
    definitions = schema()["$defs"]
    for kind in ("ask", "tell", "do", "visit", "end"):
        properties = definitions[f"{kind}State"]["properties"]
        found |= set(properties)
        assert all(shape["description"] for shape in properties.values())
    assert found == set(STATE_KEYS) | {"waive"}


def test_every_action_is_offered_with_its_meaning() -> None:
    offered = {o["const"]: o["description"] for o in schema()["$defs"]["action"]["anyOf"]}
    assert offered == {name: action.meaning for name, action in ACTIONS.items()}
