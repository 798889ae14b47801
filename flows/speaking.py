"""A text made for the ear: keys named after what they are for, and nothing only eyes can read.

Promise: pure, and done once a text, when a flow is compiled; a variant `by call` is never
touched. Every question can be answered by what is told here, on keys alone. Words that no
keyword and no answer stands behind are left as they are; so is a language without words of
its own in speech_words.py. Digits are spelled out elsewhere, when a voice speaks: aloud.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from flows.aloud import aloud
from flows.definition import Accept, Keyword
from flows.plain import plain
from flows.speech_words import Tongue, tongue

__all__ = ["Ear", "Keys", "aloud", "for_the_ear", "keys_of"]

_LOWEST_KEYS: Final = 9  # the highest number that one key is enough for
_MOST_SPELLED: Final = 100  # letters; nobody spells a letter by keys
_WORD: Final = "[A-ZÑ]"
_NETWORK: Final = {"STOP": "leave", "START": "", "HELP": ""}
"""Words of the phone network -> the keyword that does the same on a call."""


class Keys(NamedTuple):
    """The keywords that are heard, by what is said of them.

    words: WORD -> its key, "" where it has none, and how it is said. roles: key -> name of its
    keyword. first: name of a keyword -> language -> its first word.
    """

    words: tuple[tuple[str, tuple[str, str]], ...]
    roles: tuple[tuple[str, str], ...]
    first: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()


class Ear(NamedTuple):
    """The question that a text belongs to: what it takes, and which lone keys of `keys`.

    `asks`: the text is the question itself, so it has to tell how it is answered.
    """

    keys: Keys
    accept: Accept | None = None
    taken: frozenset[str] = frozenset()
    asks: bool = False


def keys_of(keywords: Iterable[Keyword]) -> Keys:
    """What can be told of these keywords; the first that has a key or a word keeps it."""
    words: dict[str, tuple[str, str]] = {}
    roles: dict[str, str] = {}
    first: dict[str, tuple[tuple[str, str], ...]] = {}
    for keyword in keywords:
        key = keyword.key or keyword.call_key or ""
        for said in keyword.words.values():
            apart = {word.replace(" ", ""): word.lower() for word in said if " " in word}
            for word in said:
                words.setdefault(word.upper(), (key, apart.get(word, word.lower())))
        if key:
            roles.setdefault(key, keyword.name)
        first.setdefault(
            keyword.name, tuple((tag, said[0]) for tag, said in keyword.words.items() if said)
        )
    by_name = {name: key for key, name in roles.items()}
    for word, name in _NETWORK.items():
        words.setdefault(word, (by_name.get(name, ""), word.lower()))
    return Keys(tuple(words.items()), tuple(roles.items()), tuple(first.items()))


def for_the_ear(text: str, language: str, ear: Ear) -> str:
    """The template as a voice says it; the same variables stand in it."""
    speech = tongue(language)
    if speech is None or not text.strip():
        return text
    return _Rewriting(speech, language, ear).whole(text)


class _Rewriting:
    """One text on its way to the ear."""

    def __init__(self, speech: Tongue, language: str, ear: Ear) -> None:
        self.speech = speech
        self.language = language
        self.ear = ear
        self.words = dict(ear.keys.words)
        self.keyword = _pattern(tuple(self.words))
        self.named = False  # whether the text itself tells to say it
        self.roles: set[str] = set()  # sentences said so far that tell a key of everywhere

    def whole(self, text: str) -> str:
        accept = self.ear.accept
        told = _TOLD.search(text) is not None
        text = _BRACKETS.sub(r", \1,", text)
        for written, said in self.speech.call:
            text = text.replace(written, said)
        if accept is not None:
            text, found = self._answers(text, accept)
            told = told or found
            if accept.kind in ("text", "recording"):
                for written, said in self.speech.write:
                    self.named = self.named or written in text
                    text = text.replace(written, said)
        sentences = [part for each in _SENTENCES.split(text.strip()) for part in self._parts(each)]
        if accept is not None and self.ear.asks:
            ways = [] if told else self._ways(accept, text)
            if accept.several:
                ways.append(self.speech.several)
            at = len(sentences)
            while ways and at and sentences[at - 1] in self.roles:
                at -= 1  # how it is answered comes before how it is skipped
            sentences[at:at] = ways
            sentences += self._doubled(" ".join(sentences))
            sentences = [*map(_closed, sentences[:-1]), sentences[-1]]
        return _tidy(" ".join(sentences))

    # -- the answers that the text names --

    def _answers(self, text: str, accept: Accept) -> tuple[str, bool]:
        if accept.kind == "yes-no":
            return self._yes_or_no(text)
        if accept.kind == "choice":
            return self._run(text, [c.key for c in accept.choices if c.key])
        return text, False

    def _yes_or_no(self, text: str) -> tuple[str, bool]:
        found = _YES_NO.search(text)
        if found is None:
            return text, False
        before, after = text[: found.start()].rstrip(), text[found.end() :]
        if before and before[-1] not in ".?!:;,":
            return f"{text[: found.start()]}{found[0].lower()}{after}", False
        return self._set_in(before, [self.speech.yes, self.speech.no], after), True

    def _run(self, text: str, keys: list[str]) -> tuple[str, bool]:
        """ "1 a person, 2 pause" -> a sentence each, where the keys are the question's own."""
        for start in re.finditer(rf"(?<!\S){keys[0]} (?=\D)", text) if keys else ():
            stop = _END.search(text, start.end())
            body = text[start.start() : stop.start() if stop else len(text)]
            items, at = [], 0
            for key, after in zip(keys, [*keys[1:], None], strict=True):
                following = re.compile(rf",? (?:or |and |o |y )?{after} (?=\D)") if after else _NONE
                end = following.search(body, at)
                items.append((key, body[at + len(key) + 1 : end.start() if end else len(body)]))
                if end is None:
                    break
                at = end.end() - len(after or "") - 1
            if len(items) > 1:
                said = [self._choice(words.strip(" ,"), key) for key, words in items]
                rest = text[start.start() + len(body) :]
                return self._set_in(text[: start.start()].rstrip(), said, rest), True
        return text, False

    def _set_in(self, before: str, said: list[str], after: str) -> str:
        """Sentences of their own in the middle of a text."""
        before = before[:-1] if before.endswith((",", ":", ";")) else before
        after = _GLUE.sub("", after, count=1)
        return " ".join(filter(None, [_closed(before), *said, _capital(after)]))

    def _choice(self, words: str, key: str) -> str:
        first = plain(words.partition(" ")[0])
        if first in self.speech.bare:
            lead = ""
        elif first in self.speech.doing:
            lead = self.speech.for_doing
        else:
            lead = self.speech.for_thing
        return self._press(f"{lead} {words}".strip(), key)

    def _press(self, what: str, key: str) -> str:
        return f"{_capital(what)}, {self.speech.press.format(key=key)}."

    # -- how it is answered, where the text does not say it --

    def _ways(self, accept: Accept, text: str) -> list[str]:
        speech, kind = self.speech, accept.kind
        if kind == "yes-no":
            return [speech.yes, speech.no]
        if kind == "choice":
            keyed = [choice for choice in accept.choices if choice.key]
            if not keyed:
                return []
            low, high = keyed[0].key, keyed[-1].key
            if re.search(rf"\b{low}\b.*\b{high}\b", text):  # "Monday is 1, up to Sunday, 7"
                return [speech.one_key.format(low=low, high=high)]
            return [
                self._choice(_first_word(c.words, self.language) or c.name, c.key or "")
                for c in keyed
            ]
        if kind == "number" and accept.high is not None and accept.high <= _LOWEST_KEYS:
            return [speech.one_key.format(low=accept.low or 0, high=accept.high)]
        if kind == "recording":
            return []  # the call itself tells how, and asks for the key
        way = [] if self.named else [speech.ways[kind].format(low=accept.low or accept.high or 4)]
        if kind == "text" and (accept.high or _MOST_SPELLED + 1) <= _MOST_SPELLED:
            way.append(speech.spell)
        return way

    def _doubled(self, text: str) -> list[str]:
        """The keys of everywhere that this question takes for itself are pressed twice."""
        return [
            self._role(name, key * 2)
            for key, name in self.ear.keys.roles
            if key in self.ear.taken
            and key.isdigit()  # who wants it again presses star, or says so
            and not re.search(rf"\b{key * 2}\b", text)
        ]

    def _role(self, name: str, key: str) -> str:
        what = self.speech.roles.get(name)
        if what is None:
            word = _first_word(dict(dict(self.ear.keys.first).get(name, ())), self.language)
            what = f"{self.speech.for_thing} {(word or name).lower()}"
        said = self._press(what, key)
        self.roles.add(said)
        return said

    # -- keywords --

    def _parts(self, sentence: str) -> list[str]:
        """One sentence, its keywords named as keys or spoken words, each in one of its own."""
        end = sentence[-1] if sentence[-1:] in ".?!" else ""
        body = sentence[: len(sentence) - len(end)]
        parts = [self._part(part) for part in _COMMAS.split(body)]
        if not any(self._begins(part) for part in parts):
            return [self._inside(body) + end]
        said: list[str] = []
        for part in parts:
            if self._begins(part):
                said.append(self._named(part))
            elif said:
                said[-1] = f"{said[-1].removesuffix('.')}, {self._inside(part)}"
            else:
                said.append(self._inside(part))
        return [each if each[-1:] in ".?!" else each + (end or ".") for each in said]

    def _part(self, part: str) -> str:
        """One part of a sentence; "or SKIP" is SKIP."""
        joined = _OR.match(part)
        bare = part[joined.end() :] if joined else part
        return bare if self._begins(bare) else part

    def _begins(self, part: str) -> bool:
        return self.keyword.match(part) is not None or _KEYED.match(part) is not None

    def _named(self, part: str) -> str:
        """ "TALK brings a person" -> "For a person, press 0."; what it does stays its own."""
        found = self.keyword.match(part)
        if found is not None:
            word, key = found[0], self._key(found[1])
            spoken = self._spoken(found)
        else:
            keyed = _KEYED.match(part)
            assert keyed is not None  # who calls looked
            word = spoken = ""
            key = keyed[0]
        rest = part[len(word or key) :].strip()
        if not rest or _ALWAYS.fullmatch(rest) or (not word and _SKIPS.fullmatch(rest)):
            name = dict(self.ear.keys.roles).get(key[:1])
            if name is not None:
                return self._role(name, key)
            if not rest:
                return _capital(self.speech.say.format(word=spoken)) + "."
        for_what = _FOR.match(rest)
        if for_what is not None:
            what = rest[for_what.end() :]
            lead = self.speech.for_doing if for_what[0] == "to " else self.speech.for_thing
            what = what if _SINCE.match(what) else f"{lead} {what}"
            if key:
                return self._press(what, key)
            return f"{_capital(what)}, {self.speech.say.format(word=spoken)}."
        aim = self._aim(rest) if key or word not in _NETWORK else None
        if aim is not None:
            what = f"{self.speech.for_doing} {aim}"
            if key:
                return self._press(what, key)
            return f"{_capital(what)}, {self.speech.say.format(word=spoken)}."
        return f"{self._subject(spoken, key, word)} {rest}"

    def _aim(self, rest: str) -> str | None:
        """What a keyword does as what it is for: "ends it now" -> "end it now"."""
        first, _, after = rest.partition(" ")
        it = first if first in _IT else ""
        if it:  # "lo cambia" -> "cambiarlo"
            first, _, after = after.partition(" ")
        does = self.speech.does.get(first)
        return None if does is None else f"{does}{it} {after}".rstrip()

    def _key(self, word: str) -> str:
        """The key of a keyword as it is pressed here: twice where the question takes it."""
        key = self.words[word][0]
        return key * 2 if key in self.ear.taken else key

    def _spoken(self, found: re.Match[str]) -> str:
        """A keyword as it is said, with what was written after it in capitals."""
        return self.words[found[1]][1] + found[0][len(found[1]) :].lower()

    def _subject(self, spoken: str, key: str, word: str) -> str:
        if key:
            return self.speech.key.format(key=key)
        pattern = self.speech.text if word in _NETWORK else self.speech.word
        return pattern.format(word=spoken)

    def _inside(self, part: str) -> str:
        def said(found: re.Match[str]) -> str:
            if _NAMED_THING.search(part, 0, found.start()) is not None:
                return found[0]  # "your PIN" is a thing, and no word to say
            return _small(self._subject(self._spoken(found), self._key(found[1]), found[0]))

        return self.keyword.sub(said, part)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these words, with what is written after it in capitals: PAUSE, PAUSE 2 WEEKS."""
    known = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"
    return re.compile(rf"(?<![\w{{])({known})(?:(?: \d+)? {_WORD}{{2,}})*(?![\w}}])")


_NONE: Final = re.compile("(?!)")
_TOLD: Final = re.compile(r"\b(?:press|marque|marca|pulse|pulsa)\b", re.I)
_BRACKETS: Final = re.compile(r"\s*\(([^()]*)\)")
_YES_NO: Final = re.compile(r"\b(?:YES|SI)(?:,? (?:or|o) |, )NO\b")
_SENTENCES: Final = re.compile(r"(?<=[.?!])\s+")
_END: Final = re.compile(r"[.?!;]")
_GLUE: Final = re.compile(r"\s*[.,;]?\s*(?:\b(?:or|o|and|y)\b(?= [A-ZÑ]{2}))?\s*")
_OR: Final = re.compile(r"(?:or|and|o|y) (?=[A-ZÑ]{2}|\d\d )", re.I)
_COMMAS: Final = re.compile(rf",\s+|\s+(?=(?:or|and|o|y) {_WORD}{{2,}}\b)")
_KEYED: Final = re.compile(r"(?:00|88|99)(?= \D)")
_ALWAYS: Final = re.compile(r"(?:is always fine|always works|siempre vale|vale siempre)")
_SKIPS: Final = re.compile(r"(?:skips(?: it)?|(?:la |lo )?salta)")
_FOR: Final = re.compile(
    r"for |to |para |: |brings (?=an? |one |someone )|trae (?:a )?(?=una? )"
    r"|(?=(?:if|when|si|cuando) )|(?=(?:more|mas)\b)"
)
_IT: Final = frozenset(("lo", "la", "los", "las"))
_NAMED_THING: Final = re.compile(
    r"\b(?:an?|the|this|that|your|my|our|new|un|una|el|la|su|tu|este|esta|ese|esa|nuevo) $", re.I
)
_SINCE: Final = re.compile(r"(?:if|when|si|cuando) ")


def _first_word(words: Mapping[str, object], language: str) -> str | None:
    found = words.get(language) or words.get(language.partition("-")[0])
    word = found[0] if isinstance(found, tuple) and found else found
    return str(word).replace("{", "{{").replace("}", "}}") if word else None


def _closed(text: str) -> str:
    """The text with its full stop, where it has no end."""
    text = text.rstrip()
    return f"{text}." if text and text[-1] not in ".?!" else text


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    """The text as it goes on inside a sentence; names in capitals keep them."""
    return text[:1].lower() + text[1:] if text[:1].isupper() and text[1:2].islower() else text


def _tidy(text: str) -> str:
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s+([.,;:?!])", r"\1", text)
    return re.sub(r",(?=[.,;:?!])", "", text)
