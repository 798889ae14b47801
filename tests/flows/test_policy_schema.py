"""The schema of policies for editors: true to the reader, and it takes the shipped ones."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from flows import reading
from flows.policy_schema import policy_schema
from flows.shelf import shipped
from tests.flows.reading.test_other_files import LADDER, POLICY

VALIDATOR = Draft202012Validator(policy_schema())
SHIPPED = {name: text for (kind, name), text in shipped().items() if kind == "policy"}


def as_editors_see_it(text: str) -> Any:
    return YAML(typ="safe", pure=True).load(text)


def test_the_schema_is_a_schema_and_json() -> None:
    Draft202012Validator.check_schema(policy_schema())
    assert json.loads(json.dumps(policy_schema())) == policy_schema()


@pytest.mark.parametrize("text", [POLICY, LADDER, *SHIPPED.values()])
def test_what_the_reader_takes_is_accepted(text: str) -> None:
    assert reading.read_policy(text).problems == []
    assert list(VALIDATOR.iter_errors(as_editors_see_it(text))) == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ("title: At night\n", ""),
        ("title:", "titel:"),
        ("15 minutes", "soon"),
        ("rota nights", "Rota Nights"),
        ("one after another", "in turn"),
        ("[urgent]", "[hurry]"),
        ("hold", "wait"),
        ("repeat: 2", "repeat: twice"),
    ],
)
def test_what_the_reader_refuses_is_marked(written: str, instead: str) -> None:
    assert written in LADDER
    text = LADDER.replace(written, instead, 1)
    assert reading.read_policy(text).problems
    assert list(VALIDATOR.iter_errors(as_editors_see_it(text)))
