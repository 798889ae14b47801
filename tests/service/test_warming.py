"""Before its first piece of work a process has read what is in force, and children find it read."""

from __future__ import annotations

from flows import shelf
from service.house import House
from service.warming import warm, warm_all


def test_what_was_read_before_processes_part_is_not_read_again(house: House) -> None:
    warm_all()
    read = shelf.reading_of.cache_info().misses
    assert house.editions.known_last is None
    warm(house)
    assert house.editions.known_last is not None
    assert shelf.reading_of.cache_info().misses == read
