"""`python3 dev.py bench [NAME] [--quick] [--json]`: runs one bench and shows what it found."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from typing import Any

from tests import bench
from tests.bench import Measured


def names() -> list[str]:
    """The benches: the modules here that have a `run`."""
    found = (module.name for module in pkgutil.iter_modules(bench.__path__))
    return [name for name in found if not name.startswith("_") and hasattr(_module(name), "run")]


def table(name: str, measured: Measured) -> str:
    """Medians, then ratios, one a line."""
    rows = [f"{name}: medians"]
    rows += [f"  {what:<44} {value:>16,.3f}" for what, value in measured["figures"].items()]
    rows += [f"{name}: ratios to"]
    rows += [f"  {what:<44} {value:>15,.2f}x" for what, value in measured["ratios"].items()]
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    """Run the bench that is named, or say which there are."""
    options = argparse.ArgumentParser(prog="dev.py bench", description="Measure one thing.")
    options.add_argument("name", nargs="?", help="which bench; without it, all are listed")
    options.add_argument("--json", action="store_true", help="end with one JSON object")
    options.add_argument("--quick", action="store_true", help="a tenth of the counts, to try it")
    chosen = options.parse_args(arguments)
    if chosen.name not in names():
        known = "\n".join(f"  {name:<12} {_promise(name)}" for name in names())
        sys.stdout.write(f"The benches are:\n{known}\n")
        return 0 if chosen.name is None else 2
    measured: Measured = _module(chosen.name).run(not chosen.quick)
    print(table(chosen.name, measured))
    if chosen.json:
        print(json.dumps({"bench": chosen.name, **measured}))
    return 0


def _module(name: str) -> Any:
    return importlib.import_module(f"tests.bench.{name}")


def _promise(name: str) -> str:
    return (_module(name).__doc__ or "").split("\n", 1)[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
