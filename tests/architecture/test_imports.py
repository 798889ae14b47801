"""The borders between the packages, as import-linter reads them from pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.architecture.source import ROOT, imports, modules


def test_the_borders_hold() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_service_names_jobs_and_never_imports_them() -> None:
    found = [
        f"{module.path}:{line}"
        for module in modules("service", "flows")
        for name, line in imports(module)
        if name.split(".")[0] == "workers"
    ]
    assert found == []
