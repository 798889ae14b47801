"""dev.py itself: kind help, named cures, locks with hashes, and a pip found without one."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import dev
from tests.architecture.source import ROOT


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "dev.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [[], ["--help"], ["help"]])
def test_help_names_every_command(arguments: list[str]) -> None:
    said = run(*arguments)
    assert said.returncode == 0
    assert all(f"dev.py {name}" in said.stdout for name in dev.COMMANDS)


def test_an_unknown_command_is_answered_with_those_there_are() -> None:
    said = run("start")
    assert said.returncode == 2
    assert 'no command "start"' in said.stderr
    assert "up, test, check" in said.stderr


def test_it_needs_nothing_but_the_standard_library() -> None:
    code = "import sys, dev; print(*sorted(m.split('.')[0] for m in sys.modules))"
    command = [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.insert(0, '.'); {code}"]
    loaded = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert set(loaded.split()) - set(sys.stdlib_module_names) <= {"__main__", "dev"}


@pytest.mark.parametrize("lock", [dev.RUN_LOCK, dev.DEV_LOCK])
def test_every_locked_package_has_its_hashes(lock: Path) -> None:
    packages = re.findall(r"^\S+==\S+.*?(?=^\S|\Z)", lock.read_text(), flags=re.M | re.S)
    assert len(packages) > 40
    assert all("--hash=sha256:" in package for package in packages)


def test_the_development_lock_holds_all_of_the_other_one() -> None:
    def pins(lock: Path) -> set[str]:
        return set(re.findall(r"^\S+==\S+", lock.read_text(), flags=re.M))

    assert pins(dev.RUN_LOCK) <= pins(dev.DEV_LOCK)


def test_every_dependency_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    for requirement in wanted:
        name = re.split(r"[\[<>=]", requirement)[0].replace(".", "-")
        assert dev.locked(name), name


class Index:
    """A package index over HTTP with one wheel of pip."""

    def __init__(self, folder: Path, wheel: bytes) -> None:
        self.wheel = f"pip-{dev._version('pip')}-py3-none-any.whl"
        (folder / "simple" / "pip").mkdir(parents=True)
        (folder / "files").mkdir()
        (folder / "files" / self.wheel).write_bytes(wheel)
        (folder / "simple" / "pip" / "index.html").write_text(
            f'<a href="../../files/{self.wheel}#sha256=0">{self.wheel}</a>'
        )
        handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/simple"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Index]:
    index = Index(tmp_path, b"a wheel of pip")
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "")
    monkeypatch.setattr(dev, "TOOLS", tmp_path)
    yield index
    index.server.shutdown()


def test_pip_is_fetched_from_the_configured_index(
    index: Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = hashlib.sha256(b"a wheel of pip").hexdigest()
    stanza = f"pip=={dev._version('pip')} --hash=sha256:{digest}"
    monkeypatch.setattr(dev, "locked", lambda name: stanza)
    assert dev._pip_from_index() == [sys.executable, str(tmp_path / index.wheel / "pip")]


def test_pip_with_another_hash_is_not_taken(index: Index, tmp_path: Path) -> None:
    assert dev._pip_from_index() is None
    assert not (tmp_path / index.wheel).exists()


@pytest.mark.usefixtures("index")
def test_uv_is_told_what_pip_is_configured_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UV_DEFAULT_INDEX", raising=False)
    monkeypatch.delenv("UV_INDEX_URL", raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.setenv("PIP_CERT", "certificates.pem")
    settings = dev.uv_settings()
    assert settings["UV_DEFAULT_INDEX"].startswith("http://127.0.0.1:")
    assert settings["SSL_CERT_FILE"] == "certificates.pem"


def test_pip_configuration_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "pip.conf"
    file.write_text("[global]\nindex-url = http://index.example/simple\n")
    monkeypatch.setenv("PIP_CONFIG_FILE", str(file))
    monkeypatch.delenv("PIP_INDEX_URL", raising=False)
    assert dev.pip_setting("index-url") == "http://index.example/simple"
    assert dev.pip_setting("no-such-thing") is None
