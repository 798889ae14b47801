"""The web server as it is deployed, with workers and clock beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from service.carrier.signature import Verifier
from tests import houses, servers
from tests.phone import ROOT, TOKEN, PhoneNetwork

ANA = "+15550142001"
WEB = ["gunicorn", "--config", "service/web/server.py", "service:create_app()"]


class Service:
    """Web, workers and clock as real processes on one database."""

    def __init__(self, given: dict[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{given['PORT']}"
        self.log = log
        environment = {**os.environ, **given}
        commands = (["-m", *WEB], ["-m", "workers.run"], ["-m", "workers.clock"])
        with log.open("ab") as out:
            self.processes = [
                subprocess.Popen(
                    [sys.executable, *command],
                    cwd=ROOT,
                    env=environment,
                    stdout=out,
                    stderr=out,
                    preexec_fn=servers.dies_with_parent(signal.SIGKILL),
                )
                for command in commands
            ]
        servers.wait_for(self.ready, "the web processes", 180)

    def ready(self) -> bool:
        try:
            return requests.get(f"{self.url}/ready", timeout=1).ok
        except requests.RequestException:
            return False

    def stop(self) -> list[int]:
        for process in self.processes:
            process.terminate()
        return [process.wait(40) for process in self.processes]


@pytest.fixture(scope="module")
def network() -> Iterator[PhoneNetwork]:
    with PhoneNetwork() as network:
        yield network


@pytest.fixture(scope="module")
def service(network, valkey_server, tmp_path_factory) -> Iterator[Service]:
    home = tmp_path_factory.mktemp("home")
    port = servers.free_port()
    network.serve(f"http://127.0.0.1:{port}")
    more = {**network.environment(), "REDIS_URL": valkey_server.url, "PORT": str(port)}
    given = houses.environment(f"sqlite:///{home}/hearthline.db", home, **more)
    with houses.house(given):
        pass
    running = Service(given, home / "log")
    yield running
    assert running.stop() == [0, 0, 0]
    assert ANA not in running.log.read_text()


def test_a_person_texts_and_is_answered(service, network):
    ana = network.handset(ANA)
    ana.send("JOIN")
    assert "YES or NO" in ana.expect("").body
    network.idle()
    assert network.troubles() == []


def test_a_caller_is_answered_kindly(service):
    form = {"CallSid": "CA1", "From": ANA, "To": houses.SERVICE_NUMBER}
    signature = Verifier(TOKEN, service.url).sign("/twilio/voice", form)
    asked = {"data": form, "timeout": 10}
    answer = requests.post(
        f"{service.url}/twilio/voice", headers={"X-Twilio-Signature": signature}, **asked
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/xml")
    assert "/twilio/voice/step?c=" in answer.text
    assert requests.post(f"{service.url}/twilio/voice", **asked).status_code == 403


def test_metrics_add_up_all_processes(service):
    def forged() -> float:
        wanted = 'hearthline_hooks_total{kind="status",status="403"} '
        text = requests.get(f"{service.url}/metrics", timeout=10).text
        return sum(float(s.split()[-1]) for s in text.splitlines() if s.startswith(wanted))

    before = forged()
    for _ in range(40):  # each over a new connection, so that all processes get some
        assert requests.post(f"{service.url}/twilio/status", data={}, timeout=10).status_code == 403
    assert forged() == before + 40
    text = requests.get(f"{service.url}/metrics", timeout=10).text
    assert 'hearthline_pending_messages{lane="urgent"}' in text


def test_wrong_settings_stop_the_start_with_their_cure(tmp_path):
    given = houses.environment("mysql://nowhere", tmp_path, PORT="0")
    done = subprocess.run(
        [sys.executable, "-m", *WEB],
        cwd=ROOT,
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode != 0
    assert "DATABASE_URL" in done.stderr
    assert "PORT" in done.stderr
