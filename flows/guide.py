"""The parts of the coordinators' guide that are generated: what can be done, what is checked.

Promise: plain Markdown made from the catalogues alone; a test holds flows/README.md to it.
"""

from __future__ import annotations

from flows.actions import ACTIONS, Action
from flows.checks import CODES


def actions_table() -> str:
    """The catalogue of actions, one a row."""
    rows = [
        "| do | what it does | with | comes to | gives |",
        "|---|---|---|---|---|",
    ]
    rows += [_action(action) for action in ACTIONS.values()]
    return "\n".join(rows)


def _action(action: Action) -> str:
    params = [
        f"`{name}`{'' if param.required or name in action.one_of else ' (may be left out)'}: "
        + param.meaning
        + (f" ({', '.join(param.values)})" if param.values else "")
        for name, param in action.params.items()
    ]
    if action.one_of:
        params.append(f"one of {' and '.join(action.one_of)}")
    outcomes = [*action.outcomes, *(f"{name} (later)" for name in action.later)]
    gives = [f"`{{{name}}}` {meaning}" for name, meaning in action.gives.items()]
    cells = (
        f"`{action.name}`",
        action.meaning,
        "; ".join(params),
        ", ".join(outcomes),
        "; ".join(gives),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def checks_table() -> str:
    """Every finding of the checks, one a row."""
    rows = ["| code | what it found | | can be waived |", "|---|---|---|---|"]
    rows += [
        f"| `{code}` | {found.meaning} | {found.level} | {'yes' if found.waivable else 'no'} |"
        for code, found in CODES.items()
    ]
    return "\n".join(rows)
