"""What the architecture tests look at: the tracked files, and the packages' code as trees."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("flows", "service", "workers")


class Module(NamedTuple):
    """One file of Python code."""

    path: str  # relative to the project, with slashes
    text: str
    tree: ast.Module


@cache
def tracked() -> list[Path]:
    """Every file that a commit would hold: tracked, or new and not ignored."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout
    except (OSError, subprocess.CalledProcessError):  # no git, or a copy without its history
        ignored = {line.strip("/*\n") for line in (ROOT / ".gitignore").open()} | {".git"}
        paths = [path for path in ROOT.rglob("*") if not _under(path, ignored)]
    else:
        paths = [ROOT / name for name in listed.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def _under(path: Path, ignored: set[str]) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part in ignored or part.endswith(".pyc") for part in parts)


def modules(*folders: str) -> Iterator[Module]:
    """The Python files below these folders."""
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        if path.suffix == ".py" and name.split("/")[0] in folders:
            text = path.read_text()
            yield Module(name, text, ast.parse(text))


def imports(module: Module) -> Iterator[tuple[str, int]]:
    """Every module that a file imports by its full name, wherever in the file, with its line."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module, node.lineno
