"""`python -m service.practice up` and `... hearthline ARGUMENTS`: what dev.py hands over to."""

from __future__ import annotations

import fcntl
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, NoReturn

from honcho.environ import parse_procfile

from service import settings
from service.practice import choices, running

PROJECT = Path(__file__).resolve().parents[2]

WELCOME = """
Hearthline is ready, for practice.

{where}
  the number      {number}
  text first      JOIN

{parts}

A laptop sleeps and loses its network: practice only, never for people who count on it.
Ctrl-C ends everything; what was said is kept in {home}.
"""


def up() -> int:
    """Run everything until told to end."""
    given = settings.environment()
    home = choices.home(given, PROJECT)
    home.mkdir(parents=True, exist_ok=True)
    with (home / "up.lock").open("a") as lock:
        _alone(lock, home)
        chosen = choices.choose(given, home)
        settings.load(chosen.environment)  # what is wrong is said before anything starts
        _say(*chosen.told, "Starting ...")
        procfile = parse_procfile((PROJECT / "Procfile").read_text()).processes
        for step in (procfile.pop("release"), f"{_python()} -m service.cli seed"):
            _step(step, chosen.environment)
        return running.run(
            _embedded(chosen) | procfile, chosen.environment, _health(chosen), _welcome(chosen)
        )


def _step(command: str, environment: dict[str, str]) -> None:
    """Run what comes before the processes; it is heard only when it fails."""
    done = subprocess.run(
        command,
        shell=True,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise choices.NotPossible(f"{done.stdout}This step failed: {command}")


def hearthline(arguments: list[str]) -> NoReturn:
    """Become the service's command line, with what the practice here uses."""
    given = settings.environment()
    environment = choices.chosen(given, choices.home(given, PROJECT))
    os.execve(sys.executable, [sys.executable, "-m", "service.cli", *arguments], environment)


def _alone(lock: IO[str], home: Path) -> None:
    """Hold the lock as long as this process and its children live, or say who has it."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        page = choices.last(home).get("TWILIO_API_URL")
        where = f" The phone page is at {page}/" if page else ""
        raise choices.NotPossible(
            f"Hearthline is already running here.{where}\nCtrl-C where it runs ends it."
        ) from None


def _embedded(chosen: choices.Choices) -> dict[str, str]:
    commands = {}
    if chosen.valkey_port:
        command = choices.valkey_command(chosen.valkey_port, chosen.home / "valkey")
        commands["valkey"] = shlex.join(command)
    if chosen.network_port:
        commands["network"] = (
            f"{_python()} -m service.carrier.local --port {chosen.network_port} "
            f"--home {shlex.quote(str(chosen.home / 'network'))}"
        )
    return commands


def _health(chosen: choices.Choices) -> dict[str, str]:
    addresses = {"web": f"http://127.0.0.1:{chosen.port}/ready"}
    if chosen.network_port:
        addresses["network"] = f"http://127.0.0.1:{chosen.network_port}/health"
    return addresses


def _welcome(chosen: choices.Choices) -> str:
    page = chosen.phone_page
    where = f"  the phone page  {page}" if page else f"  the service     127.0.0.1:{chosen.port}"
    parts = "\n".join(f"  {name:<15} {what}" for name, what in chosen.parts())
    return WELCOME.format(
        where=where, number=chosen.environment["SERVICE_NUMBER"], parts=parts, home=chosen.home
    )


def _python() -> str:
    return shlex.quote(sys.executable)


def _say(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main(arguments: list[str]) -> int:
    """The exit code: 2 for what a person has to mend first."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    # Until honcho takes over: a step that runs is ended as well.
    signal.signal(signal.SIGTERM, interrupted)
    signal.signal(signal.SIGHUP, interrupted)
    try:
        match arguments:
            case ["up"]:
                return up()
            case ["hearthline", *rest]:
                hearthline(rest)
            case ["up", *rest]:
                raise choices.NotPossible(f"up takes no arguments, and got {' '.join(rest)}.")
        raise choices.NotPossible("There are: up, hearthline.")
    except (choices.NotPossible, settings.SettingsError) as reason:
        sys.stderr.write(f"{reason}\n")
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
