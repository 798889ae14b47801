"""What the code logs is what logs may carry: a key outside of the list would lose its detail."""

from __future__ import annotations

import ast

from service.logs import KEYS
from tests.architecture.source import modules

_LEVELS = {"debug", "info", "warning", "error", "critical", "exception"}
_TAKEN = {"exc_info", "stack_info"}  # turned into what may be kept


def test_every_key_that_is_logged_may_be() -> None:
    refused = []
    for module in modules("service", "workers"):
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            if node.func.attr not in _LEVELS or getattr(owner, "id", "") != "log":
                continue
            refused += [
                f"{module.path}:{node.lineno} {keyword.arg}"
                for keyword in node.keywords
                if keyword.arg is not None
                and keyword.arg not in KEYS | _TAKEN
                and not keyword.arg.endswith("_id")
            ]
    assert refused == []
