"""The frame of the command line: which commands there are, loaded only when they are called.

Promise: the list of commands is told without importing one of them; an error that a person can
cure is told as place, trouble and cure, and ends with exit code 2; any other is a mistake of ours.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import click

from service import __version__
from service.cli.trouble import Trouble, tell, troubles_of


class Later(NamedTuple):
    """A command that is not loaded yet: where it is, and its one line in the list."""

    module: str
    name: str
    line: str


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called."""

    def __init__(self, *args: Any, later: Mapping[str, Later], **more: Any) -> None:
        super().__init__(*args, **more)
        self._later = dict(later)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self._later)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        later = self._later.get(cmd_name)
        if later is None:
            return None
        command = getattr(importlib.import_module(later.module), later.name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, later.line) for name, later in self._later.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self._later and not args[0].startswith("-"):
            raise Trouble(
                f"hearthline {args[0]}",
                "There is no such command.",
                f"There are: {', '.join(self._later)}. See hearthline --help.",
            )
        return super().resolve_command(ctx, args)


COMMANDS: Mapping[str, Later] = {
    "flows": Later("service.cli.flows", "flows", "Check, walk, draw and publish conversations."),
    "migrate": Later("service.cli.migrate", "migrate", "Bring the database to this release."),
    "doctor": Later("service.cli.doctor", "doctor", "See that all is reachable and on time."),
    "heartbeat": Later("service.cli.heartbeat", "heartbeat", "Whether the whole service runs."),
    "people": Later("service.cli.people", "people", "Who is with us, and what is kept of them."),
    "plans": Later("service.cli.plans", "plans", "When people are checked in on."),
    "occurrences": Later("service.cli.reports", "occurrences", "Check-ins as they came."),
    "messages": Later("service.cli.messages", "messages", "What came in, leaves, or is held."),
    "cases": Later("service.cli.cases", "cases", "Who needs a person, by code."),
    "risk": Later("service.cli.risk", "risk", "How danger is read, tried on texts."),
    "volunteers": Later("service.cli.volunteers", "volunteers", "Who takes cases."),
    "rota": Later("service.cli.rota", "rota", "Who is on duty when."),
    "numbers": Later("service.cli.numbers", "numbers", "Our numbers, and who opted out."),
    "lines": Later("service.cli.lines", "lines", "Lines that people are given, rung by you."),
    "settings": Later("service.cli.settings", "settings", "What the organisation says of itself."),
    "spend": Later("service.cli.reports", "spend", "What days cost, by lane."),
    "recordings": Later("service.cli.recordings", "recordings", "What people recorded."),
    "prompts": Later("service.cli.prompts", "prompts", "Prompts that we recorded ourselves."),
    "fallback": Later("service.cli.fallback", "fallback", "What callers hear while we are down."),
    "trail": Later("service.cli.reports", "trail", "Who did what."),
    "backup": Later("service.cli.keeping", "backup", "Write everything into one encrypted file."),
    "restore": Later("service.cli.keeping", "restore", "Fill an empty database from a backup."),
    "ledger": Later("service.cli.keeping", "ledger", "Copy the ledger of erasures."),
    "keys": Later("service.cli.keys", "keys", "The keys of what is private."),
    "retention": Later("service.cli.keeping", "retention", "How long words are kept."),
    "to-postgres": Later("service.cli.keeping", "to_postgres", "Move to PostgreSQL."),
    "seed": Later("service.cli.migrate", "seed", "Put a sample organisation there, for practice."),
    "phone": Later("service.cli.practice", "phone", "Text as a person would, for practice."),
    "network": Later("service.cli.practice", "network", "Run the local phone network."),
}

hearthline = LazyGroup(
    "hearthline",
    help="Hearthline: a phone number that keeps people company.",
    later=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
click.version_option(__version__, prog_name="hearthline", message="%(prog)s %(version)s")(
    hearthline
)


def run(arguments: Sequence[str] | None = None) -> None:
    """Run one command and end the process with its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        code = hearthline.main(given, prog_name="hearthline", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as bare:  # asked for nothing: told what there is
        click.echo(bare.format_message())
        sys.exit(0)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:  # whoever read the output has had enough
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        troubles = troubles_of(error)
        if not troubles:
            raise
        tell(troubles, as_json="--json" in given)
        sys.exit(2)
    sys.exit(code if isinstance(code, int) else 0)
