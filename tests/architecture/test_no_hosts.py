"""No commit names a package registry or a path of the machine that it was made on."""

from __future__ import annotations

import re

from tests.architecture.source import ROOT, tracked

# Put together here, so that this file does not name them either.
REGISTRIES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("golang", "org/dl"),
        ("crates", "io"),
        ("rubygems", "org"),
    )
]
MACHINE_PATHS = re.compile(
    r"(?<![\w.~$}/-])/(?:work|root|home|Users|opt|mnt)/(?:[\w.-]+)"
    r"|(?<![\w.~$}/-])/(?:work|root)(?![\w-])|\bfile:///[a-z]+/"
)


def test_no_registry_is_named() -> None:
    assert _found(re.compile("|".join(map(re.escape, REGISTRIES)), re.IGNORECASE)) == []


def test_no_path_of_a_machine_is_named() -> None:
    assert _found(MACHINE_PATHS) == []


def _found(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), start=1):
            if hit := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number} {hit.group()}")
    return found
