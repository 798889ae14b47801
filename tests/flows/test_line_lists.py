"""Lists of lines: what can be used is used, and what cannot is told by line, column and cure."""

from __future__ import annotations

from flows import line_lists

HEAD = "id,country,name,needs,languages,voice,zone,hours,source,source_date\n"


def test_a_row_becomes_a_line():
    entries, troubles = line_lists.read(
        HEAD
        + "dk-one,dk,Livslinien,self young,da,70 201 201,Europe/Copenhagen,11-05,"
        + "A list,2026-05-04\n"
    )
    assert troubles == []
    [entry] = entries
    assert (entry.line.country, entry.line.voice) == ("DK", "70 201 201")
    assert entry.line.needs == ("self", "young")
    assert (entry.source, entry.source_date) == ("A list", "2026-05-04")


def test_bad_rows_are_told_and_hinder_no_other():
    entries, troubles = line_lists.read(
        HEAD
        + "a-1,US,One,self,en,988,,24/7,A list,2026-05-04\n"
        + "a-2,Spain,Two,self,en,024,,24/7,A list,2026-05-04\n"
        + "a-3,US,Three,sorrow,en,988,,24/7,A list,2026-05-04\n"
        + "a-4,US,Four,self,en,,,24/7,A list,2026-05-04\n"
        + "a-5,US,Five,self,en,988,,9-17,A list,2026-05-04\n"
        + "a-6,US,Six,self,en,988,,24/7,,2026-05-04\n"
        + "a-7,US,Seven,self,en,988,,24/7,A list,May\n"
        + "a-1,US,Eight,self,en,988,,24/7,A list,2026-05-04\n"
        + "\n"
        + "a-9,US,Nine,self,en,call us,,24/7,A list,2026-05-04\n"
    )
    assert [entry.line.id for entry in entries] == ["a-1"]
    assert [(trouble.row, trouble.column) for trouble in troubles] == [
        (3, "country"), (4, "needs"), (5, "voice"), (6, "hours"), (7, "source"),
        (8, "source_date"), (9, "id"), (11, "voice"),
    ]  # fmt: skip
    assert all(trouble.cure for trouble in troubles)


def test_a_heading_that_is_not_one_is_told():
    assert [t.column for t in line_lists.read("country;phone\nUS;988\n")[1]] == [
        "name", "source", "source_date", "phone",
    ]  # fmt: skip
    assert line_lists.read("")[0] == []


def test_an_id_is_made_of_country_and_name():
    assert line_lists.named("ES", "024 Linea conducta suicida") == "es-024-linea-conducta-suicida"
