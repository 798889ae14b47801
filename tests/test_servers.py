"""The real servers really answer, are fresh, and come back after being killed."""

from __future__ import annotations

from datetime import timedelta

import psycopg
import redis

from service import clock
from tests import servers
from tests.conftest import Clock


def test_a_fresh_postgresql_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        tables = connection.execute("select count(*) from pg_tables where schemaname = 'public'")
        assert tables.fetchone() == (0,)


def test_an_empty_valkey_that_keeps_what_it_is_told_and_can_lose_it() -> None:
    with servers.valkey() as server, redis.Redis.from_url(server.url) as client:
        assert client.dbsize() == 0
        client.set("kept", "yes")
        server.kill()
        server.start()
        assert client.get("kept") == b"yes"
        server.empty()
        assert client.get("kept") is None


def test_the_clock_moves_for_everyone_who_reads_it(moving_clock: Clock) -> None:
    before = clock.now()
    moving_clock.move(timedelta(hours=20))
    assert timedelta(hours=20) <= clock.now() - before < timedelta(hours=20, seconds=30)
