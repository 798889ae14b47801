"""How a phrase of the lexicon is written, read as the places that words of a text may fill.

Promise: pure. `a/b` is either word, `<name>` any word of that list (a list may name others),
`(a/b)` a place that may be empty, `kill~` the word with its English endings, `...` up to four words
in between and `..` light words alone, those of the list `light`: "hope .. die" is in "I hope that I
will die", and not in "I hope her dog did not die". Where places stand in a text is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

GAP: Final = "..."
LIGHT_GAP: Final = ".."
LIGHT: Final = "light"
"""The list of the words that say little by themselves."""
ENDINGS: Final = "~"
_DEEPEST: Final = 4  # lists that name lists
_VOWELS: Final = "aeiou"
_SHORTEST_ENDING: Final = 3
_DOUBLED_UP_TO: Final = 4  # letters of a word whose last one doubles: "cut", "stab", "hang"

Item = frozenset[str] | None
"""One place of a phrase: any of these words; None is a gap, and no words a gap of light ones."""
_LIGHT_ITEM: Final[frozenset[str]] = frozenset()


def items_of(
    phrase: str, lists: Mapping[str, Iterable[str]], formed: Callable[[str], list[str]]
) -> list[list[Item]]:
    """A phrase as its places; several where a place may be empty or a word is spelt as two.

    `formed` spells words as a text's are spelt.
    """
    shapes: list[list[Item]] = [[]]
    plain: list[str] = []
    for part in (*phrase.split(), ""):
        if part and part not in (GAP, LIGHT_GAP) and not _is_choice(part):
            plain.append(part)
            continue
        shapes = [shape + _each(formed(" ".join(plain))) for shape in shapes]
        plain = []
        if part == GAP:
            shapes = [[*shape, None] for shape in shapes]
        elif part == LIGHT_GAP:
            shapes = [[*shape, _LIGHT_ITEM] for shape in shapes]
        elif part:
            choices = _choices(part.strip("()"), lists, formed)
            if part.startswith("("):
                choices.append([])
            shapes = [shape + choice for shape in shapes for choice in choices]
    return [_trimmed(shape) for shape in shapes]


def lists_named(phrase: str) -> Iterator[str]:
    """The names of lists in a phrase, or in a word of a list, as they are written."""
    for part in phrase.replace("/", " ").split():
        part = part.strip("()")
        if part.startswith("<"):
            yield part.strip("<>")


def _is_choice(part: str) -> bool:
    return "/" in part or part[0] in "<(" or part.endswith(ENDINGS)


def _trimmed(shape: list[Item]) -> list[Item]:
    """Gaps between words alone: where a filler or an empty place stood, some lie elsewhere."""
    out: list[Item] = []
    for item in shape:
        if item:
            out.append(item)
        elif out and not out[-1]:
            out[-1] = None if item is None else out[-1]
        elif out:
            out.append(item)
    return out[:-1] if out and not out[-1] else out


def _each(words: list[str]) -> list[Item]:
    return [frozenset((word,)) for word in words]


def _choices(
    part: str, lists: Mapping[str, Iterable[str]], formed: Callable[[str], list[str]]
) -> list[list[Item]]:
    """One place where every choice is one word; besides, each that is spelt out as several."""
    single: set[str] = set()
    several: dict[tuple[str, ...], None] = {}
    for choice in part.split("/"):
        for word in _words_of(choice, lists, _DEEPEST):
            words = [word] if word.startswith("#") else formed(word)
            if len(words) == 1:
                single.update(words)
            elif words:  # a filler is no word to look for
                several[tuple(words)] = None
    together: list[list[Item]] = [[frozenset(single)]] if single else []
    return together + [_each(list(words)) for words in several]


def _words_of(choice: str, lists: Mapping[str, Iterable[str]], deep: int) -> Iterator[str]:
    """The words that one choice stands for."""
    if choice.startswith("<"):
        for word in lists.get(choice.strip("<>"), ()) if deep else ():
            yield from _words_of(word, lists, deep - 1)
    elif choice.endswith(ENDINGS):
        yield from endings(choice[: -len(ENDINGS)])
    else:
        yield choice


def endings(word: str) -> tuple[str, ...]:
    """A regular English verb as it is used: "kill" is kill, kills, killing, killed.

    Some of what comes out is no word; that does no harm, since nobody writes it.
    """
    first, _, rest = word.rpartition(" ")
    stem = rest
    if stem.endswith("e"):
        found = [stem, stem + "s", stem + "d", stem[:-1] + "ing"]
    elif stem.endswith("y") and stem[-2:-1] not in _VOWELS:
        found = [stem, stem[:-1] + "ies", stem[:-1] + "ied", stem + "ing"]
    else:
        found = [stem, stem + "s", stem + "ed", stem + "ing"]
        if stem.endswith(("s", "sh", "ch", "x", "z")):
            found.append(stem + "es")
        if _doubles(stem):
            found += [stem + stem[-1] + "ed", stem + stem[-1] + "ing"]
    return tuple(f"{first} {one}".strip() for one in found)


def _doubles(stem: str) -> bool:
    """Whether its last letter doubles: a short word that ends in one vowel and one consonant."""
    return (
        _SHORTEST_ENDING <= len(stem) <= _DOUBLED_UP_TO
        and stem[-1] not in _VOWELS + "wxy"
        and stem[-2] in _VOWELS
        and stem[-3] not in _VOWELS
    )
