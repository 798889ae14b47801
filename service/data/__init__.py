"""Facts that ship with the service."""
