"""The practice on one machine: what it chooses, and that it leaves nothing behind."""
