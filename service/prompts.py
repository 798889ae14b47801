"""Prompts that the organisation records itself: kept by name, and which of them are missing.

Promise: a file is taken only when the phone network can play it; every `recording:` of the flows
in force is told, with what stands in its place while there is none. Where a file is missing its
words are spoken, so nothing here ever keeps a call from going on.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from flows import recorded
from service import sounds
from service.cures import Curable
from service.editions import InForce
from service.house import House
from service.sounds import Audio, NoSound
from service.storage import prompt_files, settings_rows, trail
from service.storage.database import Tx
from service.storage.prompt_files import Listed, PromptFile

LONGEST = 180.0  # seconds: nobody remembers more than three minutes at the phone
PROMPT = "prompt"  # as the trail names it
_NAME = re.compile(r"\w[\w.-]{0,98}\.(?:mp3|wav)")
_ENDINGS = {"audio/mpeg": ".mp3", "audio/wav": ".wav"}


class Added(NamedTuple):
    """A file that was taken; `replaced` where another had its name, `said_by` who plays it."""

    name: str
    media_type: str
    seconds: int
    replaced: bool
    said_by: list[str]


def listing(house: House) -> list[dict[str, Any]]:
    """Every recorded prompt, a language a row, and files that nothing plays.

    `is`: "there"; "missing", a file that is named and was never added; "not recorded", a
    language of a prompt that is recorded in another one; "unused", a file that no flow names.
    """
    with house.database.reading() as tx:
        force = _force(house, tx)
        kept = {file.name: file for file in prompt_files.listing(tx)}
    rows = [_row(one, kept) for one in recorded.recorded(force.program.library)]
    named = recorded.files(force.program.library)
    rows += [
        {**_nowhere(), "is": "unused", **_of_file(file)}
        for name, file in kept.items()
        if name not in named
    ]
    return rows


def missing(house: House) -> list[str]:
    """The names of files that flows in force play and nobody has added."""
    with house.database.reading() as tx:
        force = _force(house, tx)
        kept = {file.name for file in prompt_files.listing(tx)}
    return sorted(recorded.files(force.program.library) - kept)


def add(house: House, path: Path, name: str | None, by: str) -> Added:
    """Keep a file under a name, by default its own. Raises Curable and keeps nothing then."""
    name = name or path.name
    if not _NAME.fullmatch(name):
        cure = "Use letters, digits, dots and dashes, ending in .mp3 or .wav, such as mood-es.mp3."
        raise Curable(name, "This is no name of a recording.", cure)
    data = _read(path)
    try:
        sound = sounds.read(data, LONGEST)
    except NoSound as refused:
        raise Curable(str(path), refused.trouble, refused.cure) from None
    ending = _ENDINGS[sound.media_type]
    if not name.endswith(ending):
        cure = f"Give it a name that ends in {ending}: --as {Path(name).stem}{ending}"
        raise Curable(name, f"The file holds {ending[1:].upper()}.", cure)
    now = house.now()
    digest = hashlib.sha256(data).hexdigest()
    file = PromptFile(name, sound.media_type, data, max(1, round(sound.seconds)), digest, now)
    with house.database.writing() as tx:
        replaced = name in {kept.name for kept in prompt_files.listing(tx)}
        prompt_files.put(tx, file)
        settings_rows.touch(tx, now)
        trail.record(tx, by, "added", PROMPT, name, now)
        said_by = _said_by(_force(house, tx), name)
    return Added(name, file.media_type, file.seconds, replaced, said_by)


def remove(house: House, name: str, by: str) -> list[str]:
    """Take a file away; who played it speaks its words instead. Raises Curable."""
    now = house.now()
    with house.database.writing() as tx:
        if not prompt_files.drop(tx, name):
            names = ", ".join(kept.name for kept in prompt_files.listing(tx)) or "none yet"
            raise Curable(name, "No recording has this name.", f"There are: {names}.")
        settings_rows.touch(tx, now)
        trail.record(tx, by, "removed", PROMPT, name, now)
        return _said_by(_force(house, tx), name)


def sound(house: House, sha256: str) -> Audio | None:
    """The file of this digest; None where there is none any more."""
    with house.database.reading() as tx:
        kept = _force(house, tx).prompts
        name = next((name for name, digest in kept.items() if digest == sha256), None)
        file = prompt_files.load(tx, name) if name is not None else None
    return None if file is None else Audio(file.media_type, file.audio)


def _force(house: House, tx: Tx) -> InForce:
    return house.editions.in_force(tx, settings_rows.stamp(tx))


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(sounds.LARGEST + 1)
    except OSError as error:
        cure = "See the name, and that you may read it."
        raise Curable(str(path), f"It cannot be read: {error.strerror}.", cure) from None


def _said_by(force: InForce, name: str) -> list[str]:
    """Where this file is played: flow and state, or the phrase."""
    library = force.program.library
    return list(
        dict.fromkeys(_where(one) for one in recorded.recorded(library) if one.file == name)
    )


def _where(one: recorded.Spoken) -> str:
    return f"{one.flow}/{one.state}" if one.flow else f"phrase {one.state}"


def _row(one: recorded.Spoken, kept: Mapping[str, Listed]) -> dict[str, Any]:
    file = kept.get(one.file or "")
    state = "not recorded" if one.file is None else "missing" if file is None else "there"
    about = _of_file(file) if file is not None else {"name": one.file}
    return {
        **_nowhere(), "is": state, "flow": one.flow or None, "state": one.state,
        "language": one.language, "words": one.words, **about,
    }  # fmt: skip


def _nowhere() -> dict[str, Any]:
    return dict.fromkeys(("is", "name", "flow", "state", "language", "seconds", "words"))


def _of_file(file: Listed) -> dict[str, Any]:
    return {"name": file.name, "seconds": file.seconds, "bytes": file.size}
