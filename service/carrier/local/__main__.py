"""`python -m service.carrier.local`: starts the local phone network.

Promise: what is not given as an option comes from the service's own settings, so that both sides
agree; says where the handsets are; a wrong option is told with its cure.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import orjson
from pydantic import ValidationError

from service import settings
from service.carrier.local import geography
from service.carrier.local.app import Plan, serve
from service.carrier.local.weather import Weather

PRACTICE_NUMBER = "+15550100100"


def parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    """The options, with what the environment says as their defaults."""
    options = argparse.ArgumentParser(
        prog="python -m service.carrier.local",
        description="A local phone network: practice and tests without a carrier.",
    )
    add = options.add_argument
    add("--port", type=int, default=8100, help="where to listen; 0 takes a free one")
    add("--host", default="127.0.0.1", help="address to listen on (default: this machine alone)")
    add("--home", type=Path, help="folder in which texts survive a restart")
    add("--forget", action="store_true", help="start with nothing and keep nothing")
    add("--account", default=environment.get("TWILIO_ACCOUNT_SID"), help="account sid")
    add("--token", default=environment.get("TWILIO_AUTH_TOKEN"), help="auth token")
    add("--number", action="append", dest="numbers", help="a number of the service; repeatable")
    add("--public-url", default=environment.get("PUBLIC_URL", ""), help="where webhooks go")
    add("--control", action="store_true", help="open the control API (tests and practice)")
    add("--weather", default="{}", help="misbehaviour at start, as JSON")
    return options


def plan_of(options: argparse.Namespace, environment: Mapping[str, str]) -> Plan:
    """The plan that the options make; SystemExit with the cure if they do not."""
    numbers = tuple(options.numbers or [environment.get("SERVICE_NUMBER") or PRACTICE_NUMBER])
    for number in numbers:
        if not geography.is_number(number):
            sys.exit(f"{number} is no number. Write it with + and country code, digits only.")
    if options.home is None and not options.forget:
        sys.exit("Say where to keep texts with --home DIR, or keep none with --forget.")
    try:
        weather = Weather.model_validate(orjson.loads(options.weather))
    except (orjson.JSONDecodeError, ValidationError) as error:
        sys.exit(f"--weather is not right: {error}")
    return Plan(
        home=None if options.forget else options.home,
        account=options.account or "AC" + secrets.token_hex(16),
        token=options.token or secrets.token_hex(16),
        numbers=numbers,
        public_url=options.public_url.rstrip("/"),
        port=options.port,
        host=options.host,
        control=options.control,
        weather=weather,
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Start and run until stopped."""
    environment = settings.environment()
    plan = plan_of(parser(environment).parse_args(arguments), environment)

    def ready(url: str) -> None:
        sys.stdout.write(f"The local phone network listens. Phones: {url}/\n")
        sys.stdout.flush()

    try:
        asyncio.run(serve(plan, ready))
    except OSError as error:
        sys.exit(f"Cannot listen on port {plan.port}: {error.strerror}. Choose another --port.")


if __name__ == "__main__":
    main()
