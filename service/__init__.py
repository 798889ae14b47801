"""The shell around `flows`: storage, phone network, web, and the one place where a turn happens."""

__version__ = "0.1.0"
