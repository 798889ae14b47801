"""Run by the tests in a process of its own: real children under `running.run`.

A web server to wait for, and a parent with children of its own, as a worker that forks has; like
one, it ends its own when it is asked to end.
"""

from __future__ import annotations

import sys

from service.practice import running


def main(port: str, mark: str, last: str) -> int:
    python = sys.executable
    # `mark` is only there to be found in the list of processes.
    commands = {
        "web": f"{python} -m http.server {port} --bind 127.0.0.1",
        "parent": f"sh -c 'trap \"kill 0\" TERM; sleep 1000{mark} & sleep 1000{mark} & wait'",
        "last": last,
    }
    health = {"web": f"http://127.0.0.1:{port}/"}
    environment = {"PATH": "/usr/bin:/bin", "PYTHONUNBUFFERED": "1"}
    return running.run(commands, environment, health, "Everything is ready.")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
