"""Reading one group of keys: what is known, what is missing, what was probably meant.

Promise: every getter returns a value or None, and where it returns None the problem stands in
the notes. Nothing raises, so one bad value never hides another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from flows import durations
from flows.definition import Place, Problem
from flows.reading.nodes import MOST_PROBLEMS, Node, Rows, Scalar, Table

LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,2}")
_NAME = re.compile(r"[^\W\d_][\w-]{0,59}")
PLAIN_WORDS = re.compile(r"[^\W\d_][\w-]*(?: [^\W\d_][\w-]*)*")
_VARIABLE = re.compile(r"[^\W\d_]\w{0,59}")
_WHOLE = re.compile(r"[0-9]{1,6}")
JOINING = frozenset(("and", "or", "is", "includes"))
"""Words that stand in no name at all, because guards are read by them."""
RESERVED = JOINING | {"not", "between", "answered", "otherwise"}
"""Words that no answer can be called."""
RESERVED_ENDINGS = JOINING | {"not", "between", "less", "more", "otherwise"}
RESERVED_VALUES = JOINING | {"not", "between", "answered", "not answered"}


class Notes:
    """The problems of one file, and the state now being read."""

    def __init__(self, file: str, problems: Iterable[Problem] = ()) -> None:
        self.file = file
        self.state: str | None = None
        self.problems: list[Problem] = list(problems)

    def place(self, node: Node, offset: int = 0) -> Place:
        return Place(self.file, node.line, node.column + offset, self.state)

    def add(self, code: str, at: Node | Place, trouble: str, cure: str) -> None:
        """Note an error. Past a hundred, more of them help nobody."""
        if len(self.problems) < MOST_PROBLEMS:
            place = at if isinstance(at, Place) else self.place(at)
            self.problems.append(Problem(f"reading/{code}", place, trouble, cure))


class Keys:
    """The keys of one group. Unknown ones are told once, with what was probably meant."""

    def __init__(
        self,
        notes: Notes,
        node: Table,
        what: str,
        required: tuple[str, ...] = (),
        optional: tuple[str, ...] = (),
        languages: Iterable[str] | None = None,
    ) -> None:
        self.notes = notes
        self.what = what
        self.here = notes.place(node)
        self.places: dict[str, Place] = {}
        self.languages: dict[str, Node] = {}
        self._nodes: dict[str, Node] = {}
        self._spoilt: set[str] = set()
        known = (*required, *optional)
        guesses: dict[str, tuple[Scalar, Node]] = {}
        for name, (key, value) in node.entries.items():
            if name in known:
                self._take(name, key, value)
            elif languages is not None and (name in languages or _short_tag(name)):
                self.languages[name] = value
                self.places[name] = notes.place(key)
            else:
                guess = self._unknown(name, key, known)
                if guess is not None:
                    guesses.setdefault(guess, (key, value))
        for guess, (key, value) in guesses.items():
            if guess not in self._nodes:
                self._take(guess, key, value)
        for name in required:
            if name not in self._nodes and name not in self._spoilt:
                notes.add(
                    "missing-key",
                    self.here,
                    f"{what} needs `{name}:`.",
                    f"Add a line `{name}:` with its value.",
                )

    def _take(self, name: str, key: Scalar, value: Node) -> None:
        self.places[name] = self.notes.place(key)
        if isinstance(value, Scalar) and not value.value.strip() and name != "otherwise":
            self._spoilt.add(name)
            self.notes.add(
                "empty",
                key,
                f"`{name}:` stands here without a value.",
                "Write its value, or delete the line.",
            )
        else:
            self._nodes[name] = value

    def _unknown(self, name: str, key: Scalar, known: tuple[str, ...]) -> str | None:
        guess, cure = meant(name, known)
        self.notes.add("unknown-key", key, f"{self.what} knows no `{name[:60]}:`.", cure)
        return guess

    def __contains__(self, name: str) -> bool:
        """Whether the key stands here at all, read or not."""
        return name in self._nodes or name in self._spoilt

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def node(self, name: str) -> Node | None:
        return self._nodes.get(name)

    def at(self, name: str) -> Place:
        """Where the key stands; the group itself where it is missing."""
        return self.places.get(name, self.here)

    def only_one(self, names: tuple[str, ...], why: str) -> None:
        """Note it where several of these stand together."""
        there = [name for name in names if name in self]
        for other in there[1:]:
            self.notes.add(
                "several-ways",
                self.at(other),
                f"`{there[0]}:` and `{other}:` stand together. {why}",
                "Keep one of them.",
            )

    def text(self, name: str) -> str | None:
        node = self._nodes.get(name)
        return None if node is None else text(self.notes, node, f"`{name}:`")

    def name(self, name: str) -> str | None:
        node = self._nodes.get(name)
        return None if node is None else name_of(self.notes, node, f"`{name}:`")

    def ending(self, name: str) -> str | None:
        node = self._nodes.get(name)
        return None if node is None else ending_of(self.notes, node, f"`{name}:`")

    def variable(self, name: str) -> str | None:
        node = self._nodes.get(name)
        return None if node is None else variable_of(self.notes, node, f"`{name}:`")

    def whole(self, name: str, most: int) -> int | None:
        value = self.text(name)
        if value is None:
            return None
        if _WHOLE.fullmatch(value) and int(value) <= most:
            return int(value)
        self.notes.add(
            "number",
            self._nodes[name],
            f"`{name}:` takes a whole number from 0 to {most}.",
            "Write it in digits.",
        )
        return None

    def yes(self, name: str, default: bool) -> bool:
        value = self.text(name)
        if value is None or value in ("yes", "no"):
            return default if value is None else value == "yes"
        self.notes.add(
            "yes-or-no", self._nodes[name], f"`{name}:` takes yes or no.", "Write yes or no."
        )
        return default

    def duration(self, name: str, zero: bool = False) -> int | None:
        """Seconds; a length of nothing only where `zero` allows it."""
        value = self.text(name)
        if value is None:
            return None
        length = durations.seconds(value)
        if length is not None and (length or zero):
            return length
        self.notes.add(
            "duration",
            self._nodes[name],
            f"`{value[:60]}` is no length of time"
            + (" above nothing." if length == 0 else " of at most a year."),
            durations.CURE,
        )
        return None

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str | None:
        value = self.text(name)
        if value is None or value in allowed:
            return value
        _, cure = meant(value, allowed)
        self.notes.add(
            "unknown-value", self._nodes[name], f"`{name}:` knows no `{value[:60]}`.", cure
        )
        return None

    def group(self, name: str) -> Table | None:
        node = self._nodes.get(name)
        return None if node is None else table(self.notes, node, f"`{name}:`")

    def rows(self, name: str) -> list[Node]:
        node = self._nodes.get(name)
        return [] if node is None else rows(self.notes, node, f"`{name}:`")


def meant(written: str, known: Iterable[str]) -> tuple[str | None, str]:
    """What was almost certainly meant (or None), and the cure that names it."""
    known = list(dict.fromkeys(known))
    plain = re.sub(r"[\s_-]+", " ", written[:60]).strip().lower()
    best = process.extractOne(plain, known, scorer=fuzz.ratio, score_cutoff=60)
    if best is None:
        return None, "Delete it, or write one of: " + ", ".join(f"`{k}`" for k in known) + "."
    return (best[0] if best[1] >= 80 else None), f"Did you mean `{best[0]}`?"


def table(notes: Notes, node: Node, what: str) -> Table | None:
    if isinstance(node, Table):
        return node
    notes.add(
        "shape",
        node,
        f"{what} needs lines of its own, each a name, a colon and a value.",
        "Write them below it, two spaces further in.",
    )
    return None


def rows(notes: Notes, node: Node, what: str) -> list[Node]:
    if isinstance(node, Rows):
        if not node.items:
            notes.add(
                "empty", node, f"{what} is an empty list.", "Add an item, or delete the line."
            )
        return node.items
    notes.add(
        "shape",
        node,
        f"{what} needs a list.",
        "Write one item a line, each after a dash and a space.",
    )
    return []


def text(notes: Notes, node: Node, what: str) -> str | None:
    """The text without spaces around it; never empty."""
    if not isinstance(node, Scalar):
        notes.add("shape", node, f"{what} takes one value, not lines of its own.", "Write it here.")
        return None
    value = node.value.strip()
    if not value:
        notes.add("empty", node, f"{what} is empty.", "Write its value, or delete the line.")
        return None
    return value


def name_of(notes: Notes, node: Node, what: str) -> str | None:
    """A name of a state, a flow, a keyword or a group of people."""
    cure = "small letters, digits and -, such as hard-day"
    return _named(notes, node, what, _NAME, cure, frozenset())


def ending_of(notes: Notes, node: Node, what: str) -> str | None:
    """How a flow ends: one or a few plain words, as guards of visits name it."""
    return _words_named(notes, node, what, RESERVED_ENDINGS)


def value_of(notes: Notes, node: Node, what: str) -> str | None:
    """The name of a choice: one or a few plain words, as guards name it."""
    return _words_named(notes, node, what, RESERVED_VALUES)


def _words_named(notes: Notes, node: Node, what: str, reserved: frozenset[str]) -> str | None:
    cure = "small letters, a word or a few, such as hard-day or every day"
    value = _named(notes, node, what, PLAIN_WORDS, cure, reserved)
    inside = JOINING.intersection((value or "").split())
    if not inside and len(value or "") <= 60:
        return value
    trouble = f"{what} takes a short name without the words and, or, is, includes."
    notes.add("reserved-name", node, trouble, "Choose another name.")
    return None


def variable_of(notes: Notes, node: Node, what: str) -> str | None:
    """A name of an answer or a field, as it stands between braces."""
    cure = "small letters, digits and _, such as wants_call"
    return _named(notes, node, what, _VARIABLE, cure, RESERVED)


def _named(
    notes: Notes,
    node: Node,
    what: str,
    pattern: re.Pattern[str],
    cure: str,
    reserved: frozenset[str],
) -> str | None:
    value = text(notes, node, what)
    if value is None:
        return None
    if not pattern.fullmatch(value) or value != value.lower():
        trouble = f"{what} takes a name; `{value[:60]}` is none."
        notes.add("name", node, trouble, f"Write it with {cure}.")
        return None
    if value in reserved:
        trouble = f"`{value}` is a word of the language itself."
        notes.add("reserved-name", node, trouble, "Choose another name.")
        return None
    return value


def known_as_language(notes: Notes, node: Node, tag: str) -> bool:
    """Whether the tag has the form of a language; noted where it has not."""
    if LANGUAGE.fullmatch(tag):
        return True
    trouble = f"`{tag[:60]}` is no language."
    notes.add("language", node, trouble, "Write its short sign: en, es, es-tu ...")
    return False


def languages_of(keys: Keys) -> tuple[str, ...]:
    """`languages:`, in order; none twice."""
    found: dict[str, None] = {}
    for item in keys.rows("languages"):
        tag = text(keys.notes, item, "`languages:`")
        if tag is None:
            continue
        if known_as_language(keys.notes, item, tag) and tag in found:
            keys.notes.add("language", item, f"`{tag}` stands twice.", "Delete one of them.")
        found[tag] = None
    return tuple(found)


def _short_tag(name: str) -> bool:
    return LANGUAGE.fullmatch(name) is not None and len(name.split("-")[0]) == 2
