"""The words of a text as the lexicon reads them: spelt in one way, without fillers.

Promise: pure, and total over any text. "im gonna k1ll my self" becomes "i am going to kill
myself": contractions are opened, lost accents and repeated letters make no difference, digits in
words and letters set apart are read, and a slip of one letter is forgiven in key words alone.
What a text means is not decided here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

_UP_TO: Final = ((7, "#few"), (9, "#some"), (17, "#teen"))
_MANY: Final = "#many"
NUMBERS: Final = {
    "number": ("#few", "#some", "#teen", _MANY),
    "large-number": ("#teen", _MANY),
    "child-age": ("#few", "#some", "#teen"),
}
"""Lists that a phrase may name: any number, from ten on, and up to 17."""

_STOPS: Final = ".!?;\n…。！？"
_COMMAS: Final = ',:()[]"“”«»—–'
_SILENT: Final = "'’‘ʼ`´"
_CUT_SHORT, _CURLED = "'", "’"
_ENDS: Final = tuple(
    (_CUT_SHORT + cased(end), " " + stands_for)
    for end, stands_for in (("ll", "will"), ("re", "are"), ("ve", "have"), ("d", "would"))
    for cased in (str.lower, str.upper)
)
_KEPT: Final = "*$"  # inside words: "su*cide", "$uicide"
_LEET: Final = str.maketrans("0134578$@", "oieastbsa")
_LEET_L: Final = str.maketrans("0134578$@", "oleastbsa")
_FEWEST_APART: Final = 3  # letters set apart that may be a word
_SHORTEST_KEY: Final = 6  # a slip in a shorter word is another word
_MOST_FORMS: Final = 20_000
_LONGEST: Final = 40
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_SINGLES: Final = frozenset(_LETTERS) - frozenset("aiouyernkx")
"""Letters that rarely stand alone: where one does, letters may be set apart."""

Form = str | tuple[str, ...]


class Words(NamedTuple):
    """The words; `stops` and `commas` are the places before which a sentence or a part ended."""

    words: list[str]
    stops: list[int]
    commas: list[int]


class _Letters(dict[int, str | None]):
    """For str.translate: what each letter is read as, found once and kept."""

    def __init__(self, signs: Mapping[str, str]) -> None:
        super().__init__()
        for sign, words in signs.items():
            self[ord(sign)] = f" {words} "

    def __missing__(self, code: int) -> str | None:
        letter = chr(code)
        found = _read_letter(letter, unicodedata.category(letter))
        self[code] = found
        return found


def _read_letter(letter: str, kind: str) -> str | None:
    if letter in _SILENT or kind[0] == "M" or kind == "Cf":
        return None
    if letter in _STOPS:
        return " . "
    if letter in _COMMAS:
        return " , "
    if letter == "@":
        return "a"
    if letter in _KEPT:
        return letter
    if kind == "Nd":
        return str(unicodedata.decimal(letter))
    if kind[0] == "L":
        opened = unicodedata.normalize("NFKD", letter.casefold())
        return "".join(part for part in opened if unicodedata.category(part)[0] == "L")
    return " "


def _opened(text: str) -> str:
    """With "I'll" as "I will": without its sign it would be another word."""
    text = text.replace(_CURLED, _CUT_SHORT)
    for end, stands_for in _ENDS:
        text = text.replace(end, stands_for)
    return text


class Spelling:
    """How words are read; made once for a lexicon.

    `also` maps a word, or two words with a blank, to what it stands for; `fillers` are left out;
    `keys` are words in which one slip is forgiven; `known` are never taken for a slip.
    """

    def __init__(
        self,
        also: Mapping[str, str],
        fillers: Iterable[str],
        keys: Iterable[str],
        known: Iterable[str],
    ) -> None:
        signs = {sign: words for sign, words in also.items() if len(sign) == 1 and _is_sign(sign)}
        self._letters = _Letters(signs)
        self._ascii = {code: self._letters[code] for code in range(128)}
        keys = tuple(keys)
        self._known: set[str] = {*known, *keys}
        self._forms: dict[str, Form | None] = {}
        self._pairs: dict[str, dict[str, tuple[str, ...]]] = {}
        for word, stands_for in also.items():
            if word not in signs:
                spelt = (_number(one) if one.isdigit() else one for one in self.bare(stands_for))
                self._spell(self.bare(word), tuple(spelt))
        for filler in fillers:
            self._forms.update(dict.fromkeys(self.bare(filler), None))
        self._slips = _slips(keys, self._known)
        self._taught = len(self._forms)

    def teach(self, words: Iterable[str]) -> None:
        """Words that are read as they stand, and that disguised ones may turn out to be."""
        self._known.update(words)

    def bare(self, text: str) -> list[str]:
        opened = text if text.isascii() else unicodedata.normalize("NFKD", text)
        return [word for word in opened.translate(self._letters).split() if word not in (".", ",")]

    def _spell(self, word: list[str], stands_for: tuple[str, ...]) -> None:
        if len(word) == 1:
            self._forms[word[0]] = stands_for if len(stands_for) != 1 else stands_for[0]
            self._known.add(word[0])
        elif len(word) == 2:
            last = _number(word[1]) if word[1].isdigit() else word[1]
            self._pairs.setdefault(last, {})[word[0]] = stands_for

    def read(self, text: str) -> Words:
        """The words of a text, with where its sentences and their parts end."""
        if _CUT_SHORT in text or _CURLED in text:
            text = _opened(text)
        if text.isascii():
            raw = text.translate(self._ascii).split()
        else:
            raw = unicodedata.normalize("NFKD", text).translate(self._letters).split()
        return self.form(raw)

    def form(self, raw: list[str]) -> Words:
        """As `read`, for words that were parted already; a phrase's own signs stay."""
        if not _SINGLES.isdisjoint(raw):
            raw = self._joined(raw)
        out: list[str] = []
        stops: list[int] = []
        commas: list[int] = []
        forms, pairs = self._forms, self._pairs
        for word in raw:
            try:
                form = forms[word]
            except KeyError:
                if word == ".":
                    stops.append(len(out))
                    continue
                if word == ",":
                    commas.append(len(out))
                    continue
                form = self._learn(word)
            if form.__class__ is not str:
                if form is not None:
                    out.extend(form)
                continue
            if form in pairs and out:
                together = pairs[form].get(out[-1])
                if together is not None:
                    out[-1:] = together
                    continue
            out.append(form)
        return Words(out, stops, commas)

    def _learn(self, word: str) -> Form | None:
        """How a word is read that was not met before; kept, so that it is found once."""
        if len(self._forms) > self._taught + _MOST_FORMS:
            for met in list(self._forms)[self._taught :]:
                del self._forms[met]
        form = self._forms[word] = self._found(word)
        return form

    def _found(self, word: str) -> Form | None:
        if word in self._known or len(word) > _LONGEST:
            return word
        if word.isdigit():
            return _number(word)
        if word[0].isdigit() and word.lstrip("0123456789").isalpha():
            unit = word.lstrip("0123456789")
            bare = self._undisguised(word)
            return bare if bare is not None else (_number(word[: -len(unit)]), unit)
        bare = self._undisguised(word)
        if bare is None:
            return word.strip("*$") or None
        return self._forms.get(bare, bare)

    def _undisguised(self, word: str) -> str | None:
        """The known word behind stars, digits, repeated letters or one slip."""
        for tried in (word.strip("*"), word.translate(_LEET), word.translate(_LEET_L)):
            for shape in (tried, _once(tried, 2), _once(tried, 1)):
                if shape in self._known or shape in self._forms:
                    return shape
                if shape in self._slips:
                    return self._slips[shape]
                if shape.endswith("in") and shape + "g" in self._known:
                    return shape + "g"  # "endin it", as it is said
        return self._starred(word.strip("*")) if "*" in word else None

    def _starred(self, word: str) -> str | None:
        """The key word that one with stars is: "su*cide", "k*ll"."""
        if "*" not in word or sum(letter != "*" for letter in word) < 2:
            return None
        for known in self._known:
            if len(known) == len(word) and all(
                letter in ("*", its) for letter, its in zip(word, known, strict=True)
            ):
                return known
        return None

    def _joined(self, raw: list[str]) -> list[str]:
        """Letters set apart, put together where they make a word: "s u i c i d e"."""
        out: list[str] = []
        at = 0
        while at < len(raw):
            end = at
            while end < len(raw) and len(raw[end]) == 1 and raw[end].isalnum():
                end += 1
            if end - at < _FEWEST_APART:
                out.append(raw[at])
                at += 1
                continue
            for start in (at, at + 1):
                word = "".join(raw[start:end])
                if word in self._known or word in self._forms or word in self._slips:
                    out.extend(raw[at:start])
                    out.append(word)
                    break
            else:
                out.extend(raw[at:end])
            at = end
        return out


def _number(digits: str) -> str:
    value = int(digits[:6])
    return next((name for most, name in _UP_TO if value <= most), _MANY)


def _is_sign(sign: str) -> bool:
    return not sign.isalnum()


def _once(word: str, most: int) -> str:
    """Runs of three and more of one letter cut to `most`: "dieee" -> "die"."""
    out: list[str] = []
    for place, letter in enumerate(word):
        run = word[max(0, place - 2) : place + 3]
        long = letter * 3 in run
        if not long or out[-most:] != [letter] * most:
            out.append(letter)
    return "".join(out)


def _slips(keys: Iterable[str], known: set[str]) -> dict[str, str]:
    """Every word one slip away from a key word: a letter lost, added, changed or changed about.

    The first letter stands: people seldom miss it, and other words begin with others.
    """
    found: dict[str, str] = {}
    for key in keys:
        if len(key) < _SHORTEST_KEY:
            continue
        near = {key[:at] + key[at + 1 :] for at in range(1, len(key))}
        for at in range(1, len(key) + 1):
            near.update(key[:at] + letter + key[at:] for letter in _LETTERS)
            near.update(key[:at] + letter + key[at + 1 :] for letter in _LETTERS)
            near.add(key[:at] + key[at : at + 2][::-1] + key[at + 2 :])
        for word in near - known:
            found.setdefault(word, key)
    return found
