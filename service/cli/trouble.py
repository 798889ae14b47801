"""The one error of the command line: where, what is wrong, and what to do about it."""

from __future__ import annotations

import click


class Trouble(Exception):
    """Ends a command with exit code 2. `place` is a file, a setting, or the command itself."""

    exit_code = 2

    def __init__(self, place: str, trouble: str, cure: str) -> None:
        super().__init__(f"{place}: {trouble} {cure}")
        self.place = place
        self.trouble = trouble
        self.cure = cure

    def fields(self) -> dict[str, str]:
        """For programs."""
        return {"place": self.place, "trouble": self.trouble, "cure": self.cure}


def tell(troubles: list[Trouble], *, as_json: bool) -> None:
    """On standard error, for a person or as one JSON object a trouble."""
    for trouble in troubles:
        if as_json:
            from service.cli.output import as_line

            click.echo(as_line({"error": trouble.fields()}), err=True)
        else:
            click.echo(f"{trouble.place}: {trouble.trouble}\n  {trouble.cure}", err=True)


def troubles_of(error: Exception) -> list[Trouble]:
    """What a person can cure about an error; empty where it is a mistake of ours."""
    if isinstance(error, Trouble):
        return [error]
    if isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else "hearthline"
        return [Trouble(path, error.format_message(), f"See {path} --help.")]
    return _of_the_service(error)


def _of_the_service(error: Exception) -> list[Trouble]:
    # imported only now, when one of their modules has been loaded or there is an error anyway
    from flows.shelf import DefinitionError
    from service.carrier.records import CarrierTrouble
    from service.cures import Curable
    from service.editions import NothingPublished
    from service.organisation import OrganisationError
    from service.settings import SettingsError
    from service.storage.database import AnotherRelease, Unavailable

    if isinstance(error, Curable):
        return [Trouble(error.place, error.trouble, error.cure)]
    if isinstance(error, SettingsError):
        return [Trouble(t.name, t.trouble, t.cure) for t in error.troubles]
    if isinstance(error, DefinitionError):
        places = [f"{p.place.file}:{p.place.line}:{p.place.column}" for p in error.problems]
        return [
            Trouble(place, problem.trouble, problem.cure)
            for place, problem in zip(places, error.problems, strict=True)
        ]
    if isinstance(error, Unavailable):
        cure = "See that it runs and is reached, then try again."
        return [Trouble("DATABASE_URL", str(error) or "The database does not answer.", cure)]
    if isinstance(error, CarrierTrouble):
        return [Trouble("the phone network", f"{error}.", _CARRIER_CURES[error.kind])]
    if isinstance(error, OrganisationError):
        return [Trouble("settings", str(error), "See hearthline settings --help.")]
    if isinstance(error, NothingPublished):
        return [Trouble("the database", "Nothing is published in it yet.", _MIGRATE)]
    if isinstance(error, AnotherRelease):
        return [Trouble("DATABASE_URL", "The database is not at this release.", _MIGRATE)]
    return []


_MIGRATE = "Run `hearthline migrate` once."
_CARRIER_CURES = {
    "unreachable": "See TWILIO_API_URL and that this machine reaches it.",
    "failing": "Wait a minute and try again.",
    "credentials": "See TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN.",
    "refused": "See the code in the phone network's own list of errors.",
}
