"""Nudges against a real Valkey: many become one, none waits, none is needed."""

from __future__ import annotations

import os
import time

import pytest
import redis
from rq import Queue
from rq.serializers import JSONSerializer

from service.nudging import LANES, Nudger, queue_of
from tests import servers


def jobs(url: str, queue: str) -> list[tuple[str, list[str]]]:
    with redis.Redis.from_url(url) as client:
        found = Queue(queue, connection=client, serializer=JSONSerializer).jobs
        return [(job.func_name, job.args) for job in found]


@pytest.fixture
def nudger(valkey):
    nudger = Nudger(valkey)
    yield nudger
    nudger.close()


def test_lanes_have_their_queues():
    assert [queue_of(lane) for lane in (0, 1, 2)] == ["urgent", "general", "general"]
    assert all(lane in LANES[queue_of(lane)] for lane in (0, 1, 2))


def test_many_nudges_become_one_job_a_queue(valkey, nudger):
    for _ in range(500):
        nudger.nudge(2)
        nudger.nudge(1)
    nudger.nudge(0)
    servers.wait_for(lambda: bool(jobs(valkey, "urgent") and jobs(valkey, "general")), "jobs", 5)
    time.sleep(0.05)
    assert jobs(valkey, "general") == [("workers.jobs.drain", ["general"])]
    assert jobs(valkey, "urgent") == [("workers.jobs.drain", ["urgent"])]


def test_after_the_job_cleared_its_flag_a_nudge_counts_again(valkey, nudger):
    assert nudger.now(["urgent"])
    assert nudger.now(["urgent"])
    assert len(jobs(valkey, "urgent")) == 1
    nudger.clear("urgent")
    assert nudger.now(["urgent"])
    assert len(jobs(valkey, "urgent")) == 2


def test_the_flag_of_a_lost_job_expires(valkey, nudger):
    nudger.now(["urgent"])
    with redis.Redis.from_url(valkey) as client:
        assert 0 < client.ttl("nudge:urgent") <= 5


def test_while_redis_is_away_nobody_waits_and_it_comes_through_afterwards():
    with servers.valkey() as server:
        nudger = Nudger(server.url)
        assert nudger.reachable()
        server.kill()
        began = time.monotonic()
        for _ in range(1000):
            nudger.nudge(0)
        assert time.monotonic() - began < 2
        assert not nudger.reachable()
        assert not nudger.now(["general"])
        nudger.clear("general")
        server.start()
        servers.wait_for(lambda: bool(jobs(server.url, "urgent")), "the nudge", 60)
        assert nudger.reachable()
        nudger.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_a_fork_the_child_nudges_too(valkey, nudger):
    nudger.nudge(0)
    servers.wait_for(lambda: bool(jobs(valkey, "urgent")), "the parent's job", 60)
    child = os.fork()
    if not child:
        nudger.nudge(2)
        time.sleep(0.5)
        os._exit(0)
    os.waitpid(child, 0)
    assert len(jobs(valkey, "general")) == 1
