"""The house rules that code can be held to, each told with file and line."""

from __future__ import annotations

import ast
import re
import sys

from tests.architecture.source import PACKAGES, Module, imports, modules

PURE = {"dateutil", "orjson", "phonenumbers", "pydantic", "pydantic_core", "rapidfuzz"} | {
    "ruamel",
    "rustworkx",
    "smsutil",
    "textstat",
}
# Standard modules by which the world would come into a pure package.
WORLDLY = {"asyncio", "http", "multiprocessing", "os", "random", "secrets", "select", "signal"} | {
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
LONGEST = 400
ASKS_THE_TIME = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("func", "now"),
    ("func", "current_timestamp"),
}
READS_THE_ENVIRONMENT = {("os", "environ"), ("os", "environb"), ("os", "getenv"), ("os", "putenv")}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc"}


def attributes(module: Module, wanted: set[tuple[str, str]]) -> list[str]:
    """Where `a.b` of the wanted pairs stands, or `b` is imported from `a`."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            owner = node.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if (name, node.attr) in wanted:
                found.append(f"{module.path}:{node.lineno} {name}.{node.attr}")
        elif isinstance(node, ast.ImportFrom):
            found += [
                f"{module.path}:{node.lineno} from {node.module} import {alias.name}"
                for alias in node.names
                if (node.module, alias.name) in wanted
            ]
    return found


def test_only_the_clock_tells_the_time() -> None:
    found = [
        place
        for module in modules(*PACKAGES)
        if module.path != "service/clock.py"
        for place in attributes(module, ASKS_THE_TIME)
    ]
    assert found == []


def test_only_the_settings_read_the_environment() -> None:
    found = [
        place
        for module in modules(*PACKAGES)
        if module.path != "service/settings.py"
        for place in attributes(module, READS_THE_ENVIRONMENT)
    ]
    assert found == []


def test_flows_import_only_pure_libraries() -> None:
    allowed = (PURE | {"flows"} | set(sys.stdlib_module_names)) - WORLDLY
    found = [
        f"{module.path}:{line} {name}"
        for module in modules("flows")
        for name, line in imports(module)
        if name.split(".")[0] not in allowed
    ]
    assert found == []


def test_every_module_opens_with_its_promise() -> None:
    silent = [
        module.path
        for module in modules(*PACKAGES, "dev.py")
        if module.text.strip() and not ast.get_docstring(module.tree)
    ]
    assert silent == []


def test_every_file_is_read_in_one_sitting() -> None:
    long = [
        f"{module.path}: {count} lines"
        for module in modules(*PACKAGES, "tests", "dev.py")
        if (count := module.text.count("\n")) > LONGEST and "/versions/" not in module.path
    ]
    assert long == []


def test_names_say_what_they_are() -> None:
    vague = [
        module.path
        for module in modules(*PACKAGES, "tests")
        if VAGUE & set(module.path.removesuffix(".py").replace("_", "/").split("/"))
    ]
    assert vague == []


def test_nothing_is_left_open() -> None:
    # In comments only: one of these is also a Spanish word, which a text may say.
    open_ends = "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X"))
    mark = re.compile(rf"#.*\b({open_ends})\b|\bNotImplemented" + "Error")
    found = [
        f"{module.path}: {hit.group()}"
        for module in modules(*PACKAGES, "tests", "dev.py")
        if (hit := mark.search(module.text))
    ]
    assert found == []


def test_no_test_is_skipped_but_by_what_is_missing() -> None:
    found = [
        f"{module.path}:{node.lineno} {node.attr}"
        for module in modules("tests")
        if module.path != "tests/conftest.py"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in ("skip", "skipif", "xfail")
        if ast.unparse(node.value).startswith("pytest")
    ]
    assert found == []
