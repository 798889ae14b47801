"""A database that is lost in the middle of a wave, and restored from its backup."""

from __future__ import annotations

from pathlib import Path

from service import clock, keeping, recovery
from tests.faults.fragile import FragileHouse, only_in_full


def unsaid(table: str, rows: int) -> None:
    """Nobody looks on."""


@only_in_full
def test_restored_from_a_backup_in_the_middle_of_a_wave(tmp_path: Path, scale: float) -> None:
    count = max(40, round(1000 * scale))
    database = tmp_path / "hearthline.db"
    with FragileHouse(f"sqlite:///{database}", tmp_path) as house:
        crowd = house.crowd(count)
        house.pace(count / 4)
        house.plan(crowd)
        house.wait_until(lambda: house.network.counts()["accepted"] > count / 4, "a wave")
        keeping.back_up(house.inside, tmp_path / "backup", "a test", unsaid)
        house.wait_until(lambda: house.network.counts()["accepted"] > count / 2, "more of the wave")
        # Some write after the backup, which cannot know of it: an answer, and a STOP.
        answered, *stopped = [house.network.handset(one.number) for one in crowd[-5:]]
        answered.send("MENU")
        for phone in stopped:
            phone.send("STOP")
        house.network.idle()
        house.kill("web", "worker", "clock")
        left = house.network.counts()["accepted"]
        early = house.network.counts()["refused"].get("21610", 0)  # on their way as STOP was said
        assert left < count
        house.lose_database()
        keeping.restore(house.inside.settings, tmp_path / "backup", [], clock.now(), unsaid)
        house.start("web", "worker", "clock")
        house.wait_ready()
        house.wait_seconds(1.0)
        assert house.network.counts()["accepted"] == left, "nothing leaves before it is reconciled"
        recovery.reconcile(house.inside, "a test")
        house.quiet()
        assert house.network.doubled() == {}
        refused = house.network.counts()["refused"].get("21610", 0)
        assert refused == early, "a STOP is heard before the first text leaves"
        reached = {to for to, _ in house.network.accepted()}
        missing = {one.number for one in crowd} - reached
        assert missing <= {phone.number for phone in stopped}
