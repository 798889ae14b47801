#!/usr/bin/env python3
"""Everything a developer or a first visitor needs, from one file: `python3 dev.py up`.

Standard library only, and any Python 3.11 or newer: it makes the project's own environment in
`.venv` from hashed locks, and then hands over to what is installed there. It changes nothing
outside this folder, and it must not hold a rule of the service.
"""

from __future__ import annotations

import configparser
import fcntl
import hashlib
import html
import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
TOOLS = ROOT / ".hearthline" / "tools"
STAMP = ENVIRONMENT / "installed-from"
RUN_LOCK, DEV_LOCK = ROOT / "requirements.txt", ROOT / "requirements-dev.txt"

HELP = """\
Hearthline: a phone number that keeps people company.

  python3 dev.py up                  run everything here, for practice; says where to go
  python3 dev.py test [--full] ...   run the tests (the long ones at a tenth, --full whole);
                                     anything else goes to pytest: test tests/flows -k hour
  python3 dev.py check               style, types, package borders, dependencies
  python3 dev.py bench [NAME]        measure; --json ends with one JSON object
  python3 dev.py hearthline ...      the service's own command line; try: hearthline --help
  python3 dev.py lock                resolve the dependencies anew

The first start installs what is needed into this folder; later ones take seconds."""


class Stop(Exception):
    """What a person has to know or do before this can go on."""


# --- the project's own environment ------------------------------------------------------------


def prepare(*, dev: bool) -> None:
    """Make `.venv` hold what the locks say; does nothing where it already does."""
    if _ready(dev):
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    with (TOOLS / "lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)  # another dev.py may be setting it up just now
        if not _ready(dev):
            _set_up(DEV_LOCK if dev else RUN_LOCK, uv_settings())


def _ready(dev: bool) -> bool:
    stamp = STAMP.read_text().split() if STAMP.exists() else []
    return _digest(DEV_LOCK if dev else RUN_LOCK) in stamp and _works()


def _set_up(lock: Path, settings: dict[str, str]) -> None:
    said = "Setting up the project's own environment (.venv); this happens when the locks change."
    print(said, file=sys.stderr)
    uv = find_uv()
    if not _works():
        shutil.rmtree(ENVIRONMENT, ignore_errors=True)
        make = [uv, "venv", "-q", "-p"] if uv else []
        run([*make, sys.executable, *([] if uv else ["-m", "venv"]), str(ENVIRONMENT)], settings)
    pip = [uv, "pip", "install", "-p", str(PYTHON)] if uv else [str(PYTHON), "-m", "pip", "install"]
    run([*pip, "-q", "--require-hashes", "-r", str(lock)], settings)
    _install_project()
    # The development lock holds all of the other one.
    STAMP.write_text("\n".join({_digest(lock), _digest(RUN_LOCK)}))


def find_uv() -> str | None:
    """uv from the PATH, or fetched into this folder by pip; None: use venv and pip instead."""
    kept = TOOLS / "bin" / "uv"
    found = shutil.which("uv") or (str(kept) if kept.exists() else None)
    if found:
        return found
    wanted = TOOLS / "uv.txt"
    wanted.write_text(locked("uv"))
    pip = find_pip()
    if pip:
        target = ["--target", str(TOOLS), "--upgrade", "--require-hashes", "-r", str(wanted)]
        done = subprocess.run([*pip, "install", "-qq", *target], check=False)
        if done.returncode == 0 and kept.exists():
            return str(kept)
    if has("venv") and has("ensurepip"):
        return None
    raise Stop(
        "This Python has no pip and no venv, and no package index is configured to fetch them "
        "from.\nOne command gives them: apt-get install python3-pip (Debian, Ubuntu), "
        "dnf install python3-pip (Fedora).\nOr set PIP_INDEX_URL to your package index and "
        "start again."
    )


def find_pip() -> list[str] | None:
    """The start of a pip command, without installing pip: from wherever there is one."""
    if has("pip"):
        return [sys.executable, "-m", "pip"]
    bundled = [sysconfig.get_config_var("WHEEL_PKG_DIR"), TOOLS]
    if has("ensurepip"):
        bundled.append(
            Path(importlib.import_module("ensurepip").__file__ or "").parent / "_bundled"
        )
    for folder in bundled:
        for wheel in sorted(Path(folder).glob("pip-*.whl")) if folder else []:
            return [sys.executable, str(wheel / "pip")]  # a wheel of pip runs as it is
    return _pip_from_index() or _pip_from_debian()


def has(module: str) -> bool:
    """Whether this Python has a module; an empty folder of that name is none."""
    found = importlib.util.find_spec(module)
    return found is not None and found.origin is not None


def _pip_from_index() -> list[str] | None:
    """pip's wheel from the index that this machine is configured for, if its hash is the lock's."""
    hashes = set(re.findall(r"sha256:([0-9a-f]{64})", locked("pip")))
    for index in (pip_setting("index-url") or "").split() + (
        pip_setting("extra-index-url") or ""
    ).split():
        page = f"{index.rstrip('/')}/pip/"
        try:
            with urllib.request.urlopen(page, timeout=60) as answer:
                links = re.findall(r'href="([^"]+\.whl)(?:#[^"]*)?"', answer.read().decode())
            for link in reversed([html.unescape(found) for found in links]):
                if f"pip-{_version('pip')}-" in link:
                    with urllib.request.urlopen(
                        urllib.parse.urljoin(page, link), timeout=60
                    ) as answer:
                        wheel = answer.read()
                    if hashlib.sha256(wheel).hexdigest() in hashes:
                        kept = TOOLS / Path(urllib.parse.urlparse(link).path).name
                        kept.write_bytes(wheel)
                        return [sys.executable, str(kept / "pip")]
        except (OSError, ValueError) as trouble:
            print(f"No pip from the configured index: {trouble}", file=sys.stderr)
    return None


def _pip_from_debian() -> list[str] | None:
    """Debian's package of pip, unpacked in this folder and not installed; needs no rights."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return None
    fetch = ["apt-get", "download", "-q", "python3-pip"]
    quiet = {
        "cwd": TOOLS,
        "check": False,
        "stdout": subprocess.DEVNULL,
        "stderr": subprocess.DEVNULL,
    }
    if subprocess.run(fetch, **quiet).returncode and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-q"], **quiet)
        subprocess.run(fetch, **quiet)
    for package in TOOLS.glob("python3-pip_*.deb"):
        subprocess.run(["dpkg-deb", "-x", package.name, "debian"], **quiet)
        pip = TOOLS / "debian" / "usr" / "lib" / "python3" / "dist-packages" / "pip"
        if pip.exists():
            return [sys.executable, str(pip)]
    return None


def uv_settings() -> dict[str, str]:
    """What pip is configured for, in uv's words: uv does not read pip's settings."""
    environment = dict(os.environ, UV_PYTHON_DOWNLOADS="never", VIRTUAL_ENV=str(ENVIRONMENT))
    if not {"UV_DEFAULT_INDEX", "UV_INDEX_URL"} & set(environment):
        for theirs, ours in (
            ("index-url", "UV_DEFAULT_INDEX"),
            ("extra-index-url", "UV_INDEX"),
            ("find-links", "UV_FIND_LINKS"),
            ("trusted-host", "UV_INSECURE_HOST"),
            ("cert", "SSL_CERT_FILE"),
        ):
            value = pip_setting(theirs)
            if value and ours not in environment:
                environment[ours] = (
                    ",".join(value.split()) if ours == "UV_FIND_LINKS" else " ".join(value.split())
                )
        # Several indexes are one to pip. The hashes in the locks make that safe.
        environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    return environment


def pip_setting(name: str) -> str | None:
    """A setting of pip, from its environment variable or its configuration files."""
    value = os.environ.get("PIP_" + name.upper().replace("-", "_"))
    if value:
        return value
    home = Path.home()
    own = os.environ.get("PIP_CONFIG_FILE")
    files = [
        Path("/etc/pip.conf"),
        home / ".pip" / "pip.conf",
        home / ".config" / "pip" / "pip.conf",
    ]
    for file in ([Path(own)] if own else []) + files[::-1] + [Path(sys.prefix) / "pip.conf"]:
        settings = configparser.RawConfigParser(strict=False)
        settings.read(file)
        for section in ("install", "global"):
            if settings.has_option(section, name):
                return settings.get(section, name)
    return None


def locked(name: str) -> str:
    """What the development lock says of one package: its version and hashes."""
    found = re.search(rf"^{name}==.*?(?=^\S|\Z)", DEV_LOCK.read_text(), flags=re.M | re.S)
    if not found:
        raise Stop(f"{DEV_LOCK.name} does not hold {name}. Fetch the file again from the project.")
    return found.group()


def _version(name: str) -> str:
    return locked(name).split("==")[1].split()[0]


def _works() -> bool:
    asked = [str(PYTHON), "-c", "import sys; sys.exit(sys.version_info < (3, 11))"]
    return PYTHON.exists() and subprocess.run(asked, check=False).returncode == 0


def _install_project() -> None:
    """Make the packages importable and `hearthline` a command, without building anything."""
    site = next((ENVIRONMENT / "lib").glob("python3*/site-packages"))
    (site / "hearthline.pth").write_text(f"{ROOT}\n")
    script = ENVIRONMENT / "bin" / "hearthline"
    script.write_text(f"#!{PYTHON}\nimport sys\nfrom service.cli import main\n\nsys.exit(main())\n")
    script.chmod(0o755)


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + str(ROOT).encode()).hexdigest()


# --- the commands -----------------------------------------------------------------------------


def up(arguments: list[str]) -> int:
    prepare(dev=False)
    return hand_over("-m", "service.practice", "up", *arguments)


def hearthline(arguments: list[str]) -> int:
    prepare(dev=False)
    return hand_over("-m", "service.practice", "hearthline", *arguments)


def test(arguments: list[str]) -> int:
    prepare(dev=True)
    chosen = any(a in ("-n", "--pdb", "--numprocesses") or a.startswith("-n") for a in arguments)
    # One more than there are cores: some tests wait for the services that they start.
    processes = str(min((os.cpu_count() or 2) + 1, 6))
    parallel = [] if chosen else ["-n", processes, "--dist", "loadgroup"]
    return hand_over("-m", "pytest", *parallel, *arguments)


def bench(arguments: list[str]) -> int:
    prepare(dev=True)
    return hand_over("-m", "tests.bench", *arguments)


def check(arguments: list[str]) -> int:
    prepare(dev=True)
    if arguments:
        raise Stop("check takes no arguments: it looks at everything.")
    checks = (
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["lint-imports"],
        ["deptry", "."],
    )
    failed = []
    for command in checks:
        print(f"== {' '.join(command)}", flush=True)
        path = str(ENVIRONMENT / "bin" / command[0])
        if subprocess.run([path, *command[1:]], cwd=ROOT, check=False).returncode:
            failed.append(" ".join(command))
    print(f"Not clean: {', '.join(failed)}." if failed else "All clean.")
    return 1 if failed else 0


def lock(arguments: list[str]) -> int:
    prepare(dev=True)
    uv = str(ENVIRONMENT / "bin" / "uv")
    plain = ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links", "-q"]
    exact = ["--universal", "--python-version", "3.11", "--generate-hashes"]
    for file, extra in ((RUN_LOCK, []), (DEV_LOCK, ["--group", "dev"])):
        command = [uv, "pip", "compile", "pyproject.toml", "--extra", "local", *extra]
        # Only the main index: another may hold fewer files of a version, and so fewer hashes.
        environment = uv_settings()
        environment.pop("UV_INDEX", None)
        environment.pop("UV_FIND_LINKS", None)
        run([*command, *exact, *plain, *arguments, "-o", str(file)], environment)
        file.write_text("# Made by: python3 dev.py lock\n" + file.read_text())
    print(f"Wrote {RUN_LOCK.name} and {DEV_LOCK.name}.")
    return 0


def hand_over(*arguments: str) -> int:
    """Become that program: nothing of this one stays behind to be killed or forgotten."""
    os.chdir(ROOT)
    sys.stdout.flush()
    path = f"{ENVIRONMENT / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    environment = dict(os.environ, PATH=path)
    # Many processes of the same modules: compiled once, whatever this machine keeps otherwise.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment.setdefault("PYTHONPYCACHEPREFIX", str(ROOT / ".hearthline" / "compiled"))
    os.execve(PYTHON, [str(PYTHON), *arguments], environment)


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run one step of the set-up; stop with what it was if it fails."""
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        short = " ".join(Path(command[0]).name if n == 0 else c for n, c in enumerate(command[:4]))
        raise Stop(f"A step failed ({short} ...); its own words are above. Then start again.")


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "up": up,
    "test": test,
    "check": check,
    "bench": bench,
    "hearthline": hearthline,
    "lock": lock,
}


def main(arguments: list[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036 - this file also meets older ones
        raise Stop(f"Hearthline needs Python 3.11 or newer; this is {sys.version.split()[0]}.")
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(HELP)
        return 0
    command = COMMANDS.get(arguments[0])
    if command is None:
        known = ", ".join(COMMANDS)
        raise Stop(f'There is no command "{arguments[0]}". There are: {known}. See: dev.py --help')
    return command(arguments[1:])


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Stop as reason:
        print(reason, file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        sys.exit(130)
