"""Waking the workers: a nudge says that there is something to send, never what.

Promise: `nudge` returns at once and never fails, whatever Redis does; many nudges become one job.
The database stays the truth: a lost nudge costs time until the clock's next look, nothing else.
Jobs carry the name of a queue and no data, and are named by dotted path, so that this package
never imports the workers.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Literal

import redis
from rq import Queue, Worker
from rq.exceptions import NoSuchJobError
from rq.job import Job
from rq.serializers import JSONSerializer

from service import logs

QueueName = Literal["urgent", "general"]
QUEUES: tuple[QueueName, ...] = ("urgent", "general")
LANES: dict[QueueName, tuple[int, ...]] = {"urgent": (0,), "general": (0, 1, 2)}
"""Which lanes a job of each queue sends from: 0 urgent, 1 reply, 2 bulk."""

JOB = "workers.jobs.drain"

_FLAG_SECONDS = 5  # a job that got lost blocks the next nudge no longer than this
_GATHER_SECONDS = 0.005  # nudges this close together become one
_FAREWELL_SECONDS = 1.5  # to pass on the last nudge, when a process ends
_AGAIN_SECONDS = 1.0  # between two tries while Redis is away
_JOB_SECONDS = 120  # a job runs for a slice of a second; this only frees a worker that hangs
_FAILURES_KEPT_SECONDS = 3600

log = logs.get(__name__)


def queue_of(lane: int) -> QueueName:
    """The queue that wakes somebody for this lane."""
    return "urgent" if lane == 0 else "general"


def connect(redis_url: str) -> redis.Redis:
    """A connection that gives up soon: who waits for Redis does so knowingly."""
    return redis.Redis.from_url(
        redis_url, socket_connect_timeout=1.0, socket_timeout=2.0, health_check_interval=30
    )


class Nudger:
    """Coalesces nudges on a thread of its own. One for a process; safe after a fork."""

    def __init__(self, redis_url: str, job: str = JOB) -> None:
        self._redis_url = redis_url
        self._job = job
        self._starting = threading.Lock()
        self._wanted: set[QueueName] = set()
        self._woken = threading.Event()
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None
        self._process = 0
        self._away = False
        self._redis: redis.Redis | None = None

    def nudge(self, lane: int) -> None:
        """Say that there is something to send in this lane. Returns at once."""
        self.nudge_queue(queue_of(lane))

    def nudge_queue(self, queue: QueueName) -> None:
        """Say that there is something for this queue's workers. Returns at once."""
        if self._process != os.getpid():
            self._start()
        self._wanted.add(queue)
        self._woken.set()

    def now(self, queues: Iterable[QueueName]) -> bool:
        """Wake the workers of these queues and wait for it; False where Redis is away."""
        try:
            for queue in queues:
                self._enqueue(queue)
        except redis.RedisError:
            self._fell_away()
            return False
        self._came_back()
        return True

    def clear(self, queue: QueueName) -> None:
        """For the job, before it claims: what is recorded from here on nudges anew."""
        try:
            self._connection().delete(_flag(queue))
        except redis.RedisError:
            self._fell_away()

    def reachable(self) -> bool:
        """Whether Redis answers now."""
        try:
            self._connection().ping()
        except redis.RedisError:
            self._fell_away()
            return False
        self._came_back()
        return True

    def workers(self) -> int | None:
        """How many workers have reported lately; None where Redis does not answer."""
        try:
            return Worker.count(connection=self._connection())
        except redis.RedisError:
            return None

    def oldest_job(self) -> timedelta | None:
        """How long the first job of a queue has waited; None where none does, or Redis is away."""
        try:
            now = self.time()
            waits = [self._waits(queue, now) for queue in QUEUES if now is not None]
        except redis.RedisError:
            return None
        return max((wait for wait in waits if wait is not None), default=None)

    def _waits(self, queue: QueueName, now: datetime) -> timedelta | None:
        connection = self._connection()
        ids = Queue(queue, connection=connection, serializer=JSONSerializer).get_job_ids(0, 1)
        try:
            first = Job.fetch(ids[0], connection=connection, serializer=JSONSerializer)
        except (IndexError, NoSuchJobError):
            return None  # none waits, or it was taken just now
        at = first.enqueued_at
        return None if at is None else now - (at if at.tzinfo else at.replace(tzinfo=UTC))

    def time(self) -> datetime | None:
        """What time it is at the Redis server; None where it does not answer."""
        try:
            seconds, micros = self._connection().time()
        except redis.RedisError:
            return None
        return datetime.fromtimestamp(seconds + micros / 1_000_000, UTC)

    def close(self) -> None:
        """Pass on what was nudged, as far as that is quick, and stop."""
        self._closing.set()
        self._woken.set()
        if self._thread is not None and self._process == os.getpid():
            self._thread.join(_FAREWELL_SECONDS)

    def _start(self) -> None:
        with self._starting:
            if self._process == os.getpid():
                return
            # after a fork neither the thread nor the sockets of the parent are ours
            self._wanted, self._woken, self._redis = set(), threading.Event(), None
            self._closing = threading.Event()
            self._thread = threading.Thread(target=self._run, name="hearthline-nudger", daemon=True)
            self._thread.start()
            self._process = os.getpid()

    def _run(self) -> None:
        while not (self._closing.is_set() and not self._wanted):
            self._woken.wait()
            self._woken.clear()
            wanted = {queue for queue in QUEUES if queue in self._wanted}
            self._wanted -= wanted
            if not self.now(sorted(wanted, reverse=True)):  # urgent before general
                if self._closing.is_set():
                    return
                self._wanted |= wanted
                self._woken.set()
                self._closing.wait(_AGAIN_SECONDS)
            else:
                self._closing.wait(_GATHER_SECONDS)

    def _enqueue(self, queue: QueueName) -> None:
        connection = self._connection()
        if not connection.set(_flag(queue), "1", nx=True, ex=_FLAG_SECONDS):
            return  # a job is on its way already, and has not begun to claim
        Queue(queue, connection=connection, serializer=JSONSerializer).enqueue(
            self._job,
            queue,
            job_timeout=_JOB_SECONDS,
            result_ttl=0,
            failure_ttl=_FAILURES_KEPT_SECONDS,
            description=self._job,
        )

    def _connection(self) -> redis.Redis:
        if self._redis is None:
            self._redis = connect(self._redis_url)
        return self._redis

    def _fell_away(self) -> None:
        if not self._away:
            self._away = True
            log.warning("redis is away, the clock takes over")

    def _came_back(self) -> None:
        if self._away:
            self._away = False
            log.info("redis is back")


def _flag(queue: QueueName) -> str:
    return f"nudge:{queue}"
