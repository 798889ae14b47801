"""One worker process: takes jobs from its queues until it is asked to stop.

Promise: survives Redis being away, for however long; lets a job that runs come to its end before it
stops; keeps no text of a failure in Redis; does not outlive whoever started it.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Sequence
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


class Hand(SimpleWorker):
    """RQ's worker without forking, without commands from outside, and with a calm way to stop."""

    max_connection_wait_time = _LONGEST_PAUSE

    def __init__(self, queues: Sequence[str], connection: redis.Redis) -> None:
        super().__init__(
            [Queue(name, connection=connection, serializer=JSONSerializer) for name in queues],
            connection=connection,
            serializer=JSONSerializer,
            worker_ttl=_TTL_SECONDS,
            log_job_description=False,
            # a failure's text may hold what is private, and RQ would keep it in Redis
            disable_default_exception_handler=True,
        )
        self.busy = False
        self.stopping = False

    def execute_job(self, job: Job, queue: Queue) -> None:
        self.busy = True
        try:
            super().execute_job(job, queue)
        finally:
            self.busy = False

    def subscribe(self) -> None:
        """Nothing: nobody sends commands, and it would cost a thread and a connection."""

    def unsubscribe(self) -> None:
        """Nothing was subscribed."""

    def _install_signal_handlers(self) -> None:
        signal.signal(signal.SIGTERM, self._asked_to_stop)  # Ctrl-C is the crew's to pass on

    def _asked_to_stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.stopping = self._stop_requested = True
        if not self.busy:
            raise StopRequested


def serve(queues: Sequence[str], redis_url: str, farewell: Callable[[], None]) -> None:
    """Work until SIGTERM, then say farewell. Redis may come and go meanwhile."""
    _end_with_parent()
    stopping = False
    try:
        while not stopping:
            hand = Hand(queues, nudging.connect(redis_url))
            hand._install_signal_handlers()  # also while it waits for Redis below
            try:
                hand.work(logging_level="ERROR")
                stopping = hand.stopping
                if not stopping:  # RQ gave up for a reason that it logged
                    time.sleep(_LONGEST_PAUSE)
            except redis.RedisError:
                stopping = hand.stopping
                if not stopping:
                    log.warning("redis is away, this worker waits")
                    time.sleep(_LONGEST_PAUSE)
    except StopRequested:
        pass  # asked while waiting for Redis
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
