"""One worker process: takes jobs from its queues until it is asked to stop.

Promise: survives Redis being away, for however long; lets a job that runs come to its end before it
stops; keeps no text of a failure in Redis; does not outlive whoever started it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import redis
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.serializers import JSONSerializer

from service import logs, nudging

_TTL_SECONDS = 60  # a worker that died is off RQ's list after about so long
_LONGEST_PAUSE = 2.0  # seconds between two tries while Redis is away
_FAREWELL_SECONDS = 20.0  # for the job that runs, when whoever started this is gone

log = logs.get(__name__)


class _Asked:
    """Whether this process was asked to stop. It stops at once, or after the job that runs."""

    def __init__(self) -> None:
        self.stopping = False
        self._busy = False

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        """For the signal."""
        self.stopping = True
        if not self._busy:
            raise StopRequested

    @contextmanager
    def to_wait(self) -> Iterator[None]:
        """Around a job: it comes to its end first."""
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    def rest(self) -> None:
        """Before the next try, unless asked to stop."""
        if not self.stopping:
            time.sleep(_LONGEST_PAUSE)


class Hand(SimpleWorker):
    """RQ's worker without forking, without commands from outside, and with a calm way to stop."""

    max_connection_wait_time = _LONGEST_PAUSE

    def __init__(self, queues: Sequence[str], connection: redis.Redis, asked: _Asked) -> None:
        super().__init__(
            [Queue(name, connection=connection, serializer=JSONSerializer) for name in queues],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=_TTL_SECONDS,
            log_job_description=False,
            # a failure's text may hold what is private, and RQ would keep it in Redis
            disable_default_exception_handler=True,
        )
        self._asked = asked

    def execute_job(self, job: Job, queue: Queue) -> None:
        with self._asked.to_wait():
            super().execute_job(job, queue)
        self._stop_requested = self._asked.stopping

    def subscribe(self) -> None:
        """Nothing: nobody sends commands, and it would cost a thread and a connection."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed."""

    def _install_signal_handlers(self) -> None:
        """Nothing: they are there already, also while there is no Redis to work for."""


def serve(queues: Sequence[str], redis_url: str, farewell: Callable[[], None]) -> None:
    """Work until SIGTERM, then say farewell. Redis may come and go meanwhile."""
    _end_with_parent()
    asked = _Asked()
    signal.signal(signal.SIGTERM, asked.stop)  # Ctrl-C is the crew's to pass on
    away = False
    try:
        while not asked.stopping:
            try:
                hand = Hand(queues, nudging.connect(redis_url), asked)
                away = False
                hand.work(logging_level="ERROR")
                asked.rest()  # asked to stop, or RQ gave up for a reason that it logged
            except redis.RedisError:
                if not away:
                    log.warning("redis is away, this worker waits")
                away = True
                asked.rest()
    except StopRequested:
        pass  # while it waited
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        farewell()


def _end_with_parent() -> None:
    """Stop when the process that started this one is gone, however it went."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_FAREWELL_SECONDS)
        os._exit(1)

    threading.Thread(target=watch, name="hearthline-parent", daemon=True).start()
