"""Thin processes: RQ jobs of a few lines, and the clock. No query and no rule lives here."""
