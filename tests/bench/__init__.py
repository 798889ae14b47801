"""Measurements, each with its baseline in the same run: `python3 dev.py bench NAME`.

A bench is one module here with a docstring and `run(full: bool) -> Measured`. Absolute figures
depend on the machine; the ratios are what is promised.
"""

from __future__ import annotations

from typing import TypedDict


class Measured(TypedDict):
    """What one bench found: medians with their unit in the name, and the ratio to each baseline."""

    figures: dict[str, float]
    ratios: dict[str, float]
