"""How gunicorn serves the web application: `gunicorn --config service/web/server.py ...`.

Promise: no access log, since addresses and forms are people's; its own troubles go to our logs,
which show no words. A worker that is asked to stop ends what it is answering.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from gunicorn.glogging import Logger

from service import logs
from service.settings import SettingsError, load, tell_library

try:
    _settings = load()
except SettingsError as error:
    sys.stderr.write(f"{error}\n")
    raise SystemExit(2) from None

# The metrics of all web processes meet in one folder; the library looks for it when imported.
_metrics = tempfile.mkdtemp(prefix="hearthline-metrics-")
tell_library("PROMETHEUS_MULTIPROC_DIR", _metrics)


class QuietLogger(Logger):  # type: ignore[misc]
    """Gunicorn's own messages through our logs, and nothing about requests."""

    def setup(self, cfg: Any) -> None:
        logs.start(level=_settings.log_level, readable=_settings.env == "practice")
        self.error_log.handlers = []
        self.error_log.propagate = True
        self.access_log.handlers = []
        self.access_log.disabled = True


bind = f"0.0.0.0:{_settings.port}"
worker_class = "gthread"
workers = _settings.web_processes
threads = _settings.web_threads
preload_app = True  # nearly halves what two processes hold; nothing is connected before the fork
keepalive = 75  # longer than the proxies in front, which would otherwise meet a closing connection
timeout = 30
graceful_timeout = 20
backlog = 2048
accesslog = None
errorlog = "-"
logger_class = QuietLogger
control_socket_disable = True
limit_request_line = 4094
limit_request_fields = 100
if Path("/dev/shm").is_dir():  # a worker's sign of life must not wait for a busy disk
    worker_tmp_dir = "/dev/shm"


def on_starting(_server: Any) -> None:
    """Before the processes part."""
    from service.warming import warm_all

    warm_all()


def post_worker_init(worker: Any) -> None:
    """Before a process takes its first request."""
    from service.web.opening import WARM

    worker.wsgi.extensions[WARM]()


def child_exit(_server: Any, worker: Any) -> None:
    """The gauges of a process that ended no longer count."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """The metrics end with the server."""
    shutil.rmtree(_metrics, ignore_errors=True)
