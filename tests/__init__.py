"""The tests, and what holds for every process that they start.

A service under test is many processes, started again and again: what they import is compiled once
and kept in `.hearthline`, even on a machine whose settings keep nothing compiled.
"""

import os
import sys
from pathlib import Path

_COMPILED = Path(__file__).parent.parent / ".hearthline" / "compiled"

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
sys.pycache_prefix = os.environ.setdefault("PYTHONPYCACHEPREFIX", str(_COMPILED))
