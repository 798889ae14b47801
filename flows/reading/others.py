"""The smaller files of a library: phrases, fields of the person, the lexicon.

Promise: as for flows: a value only where nothing is wrong, otherwise every problem.
"""

from __future__ import annotations

from flows.definition import Field, Phrase
from flows.reading.flows import opened, required
from flows.reading.keys import Keys, Notes, languages_of, table, value_of, variable_of
from flows.reading.messages import read_message, read_prompt
from flows.reading.nodes import Node, Scalar

FIELD_KINDS = ("text", "choice", "number", "date", "time", "yes-no", "phone")


def read_phrases_file(text: str | bytes, file: str) -> tuple[dict[str, Phrase] | None, Notes]:
    """phrases.yaml: name -> what is said."""
    notes, document, parsed = opened(text, file, "phrases")
    if document is None:
        return None, notes
    names = ("phrases", "languages", "texts")
    keys = Keys(notes, document, "The file", required(parsed, names, document), names)
    keys.one_of("phrases", ("organisation",))
    languages_of(keys)
    found: dict[str, Phrase] = {}
    group = keys.group("texts")
    for key, node in group.entries.values() if group else ():
        inner = table(notes, node, f"The phrase `{key.value[:60]}`")
        if inner is None:
            continue
        part = Keys(notes, inner, "A phrase", ("say",), ("by call", "discreet"))
        prompt = read_prompt(part, "say")
        if prompt is not None:
            found[key.value] = Phrase(key.value, prompt, notes.place(key))
    return (None if notes.problems else found), notes


def read_fields_file(text: str | bytes, file: str) -> tuple[dict[str, Field] | None, Notes]:
    """fields.yaml: name -> field."""
    notes, document, parsed = opened(text, file, "fields")
    if document is None:
        return None, notes
    names = ("fields", "declares")
    keys = Keys(notes, document, "The file", required(parsed, names, document), names)
    keys.one_of("fields", ("person",))
    found: dict[str, Field] = {}
    group = keys.group("declares")
    for key, node in group.entries.values() if group else ():
        field = _field(notes, key, node)
        if field is not None:
            found[field.name] = field
    return (None if notes.problems else found), notes


def _field(notes: Notes, key: Scalar, node: Node) -> Field | None:
    name = variable_of(notes, key, "A field")
    group = table(notes, node, f"The field `{key.value[:60]}`")
    if group is None:
        return None
    optional = ("choices", "private")
    keys = Keys(notes, group, "A field", ("kind", "missing", "meaning"), optional)
    kind = keys.one_of("kind", FIELD_KINDS)
    missing_node = keys.node("missing")
    missing = None if missing_node is None else read_message(notes, missing_node, "`missing:`")
    choices = tuple(
        choice
        for item in keys.rows("choices")
        if (choice := value_of(notes, item, "`choices:`")) is not None
    )
    if (kind == "choice") != ("choices" in keys) and kind is not None:
        notes.add(
            "choices",
            keys.at("choices" if "choices" in keys else "kind"),
            "`choices:` and `kind: choice` belong together.",
            "List the names of the choices under `choices:`, or change the kind.",
        )
    private = keys.yes("private", True)
    meaning = keys.text("meaning")
    if name is None or kind is None or missing is None or meaning is None:
        return None
    place = notes.place(key)
    return Field(name, kind, missing.texts, place, choices, private, meaning)  # type: ignore[arg-type]
