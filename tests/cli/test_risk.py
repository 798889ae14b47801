"""`hearthline risk evaluate`: shares by label, what was missed, and files that cannot be used."""

from __future__ import annotations

import pytest

TABLE = """\
text,label,evident
I want to die,cssrs_ideation,yes
purple is a colour that I like,cssrs_ideation,yes
I want to die,cssrs_ideation,no
see you at three,ham,
my phone died,benign_homonyms,
I feel suicidal,benign_homonyms,
"no puedo más, todo",selfharm_yes,
"""

SMALL = """\
lexicon: organisation
languages: [en]
danger:
  self:
    code words:
      weighs: question
      en: [purple is a colour]
not danger:
  en: [my phone died]
wish to stop:
  en: [stop texting me]
"""


def test_shares_by_label_and_what_was_missed(hearthline, file) -> None:
    ran = hearthline("risk", "evaluate", file("judged.csv", TABLE))
    assert ran.code == 0, ran.err
    lines = {line.split()[0]: line.split()[1:] for line in ran.out.splitlines() if line}
    assert lines["cssrs_ideation"] == ["3", "66.7%", "66.7%", "0.0%", "33.3%"]
    assert lines["ham"] == ["1", "0.0%", "0.0%", "0.0%", "100.0%"]
    assert "Missed: should be heard, and was not: 1." in ran.out
    assert "purple is a colour" in ran.out
    assert "False: should not be heard, and was: 1." in ran.out


def test_for_programs_it_is_one_object(hearthline, file) -> None:
    [told] = hearthline("risk", "evaluate", file("judged.csv", TABLE), "--json").objects
    assert told["rows"] == 7
    assert told["outcomes"] == {"alarm": 2, "question": 2, "none": 3}
    assert told["should_be_heard"] == {"rows": 3, "wrong": 1, "share_right": 2 / 3}
    assert [row["row"] for row in told["missed"]] == [2]
    assert [row["text"] for row in told["false_alarms"]] == ["I feel suicidal"]
    [homonyms] = [one for one in told["labels"] if one["label"] == "benign_homonyms"]
    assert (homonyms["heard"], homonyms["none"]) == (0.5, 0.5)


def test_an_edited_lexicon_is_tried_before_it_is_published(hearthline, file) -> None:
    judged = file("judged.csv", TABLE)
    ran = hearthline("risk", "evaluate", judged, "--lexicon", file("lexicon.yaml", SMALL), "--json")
    [told] = ran.objects
    assert told["outcomes"]["question"] == 1
    broken = file("broken.yaml", SMALL.replace("weighs: question", "weighs: a lot"))
    ran = hearthline("risk", "evaluate", judged, "--lexicon", broken)
    assert ran.code == 2
    assert "line 6" in ran.err
    assert "alarm" in ran.err


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ("words,label\nhello,ham\n", "There is no column `text`. It has: words, label."),
        ("text\nhello\n", "There is no column `label`"),
        ("", "It is empty"),
        ("text,label\n", "No text is in this file"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_with_the_cure(
    hearthline, file, text: str, trouble: str
) -> None:
    ran = hearthline("risk", "evaluate", file("judged.csv", text), "--json")
    assert ran.code == 2
    assert trouble in ran.error["trouble"]
    assert ran.error["cure"]


def test_a_file_that_is_not_there(hearthline) -> None:
    ran = hearthline("risk", "evaluate", "nowhere.csv", "--json")
    assert ran.code == 2
    assert ran.error["place"] == "nowhere.csv"


def test_words_are_learnt_into_a_new_lexicon(hearthline, file, tmp_path) -> None:
    rows = [f"deep in the well {n},selfharm_yes," for n in "abcdef"]
    rows += [f"tea at four {n},ham," for n in "abcdef"]
    judged = file("judged.csv", "\n".join(["text,label,evident", *rows, ""]))
    started = file("small.yaml", SMALL)
    out = tmp_path / "taught.yaml"
    ran = hearthline("risk", "learn", judged, "--lexicon", started, "--out", str(out), "--json")
    [told] = ran.objects
    assert (told["rows"], told["should_be_heard"], told["everyday"]) == (12, 6, 6)
    assert out.read_text().startswith(SMALL)
    [told] = hearthline("risk", "evaluate", judged, "--lexicon", str(out), "--json").objects
    assert told["outcomes"] == {"alarm": 0, "question": 6, "none": 6}

    again = hearthline("risk", "learn", judged, "--lexicon", started, "--out", str(out))
    assert again.code == 2
    assert "It cannot be written" in again.err
    few = file("few.csv", "text,label\nhello,ham\n")
    less = hearthline("risk", "learn", few, "--lexicon", started, "--out", str(out) + "2")
    assert (less.code, "Nothing is learnt" in less.err) == (2, True)
    nothing = hearthline("risk", "learn", "--lexicon", started, "--out", str(out))
    assert "There is no text to learn from." in nothing.err
