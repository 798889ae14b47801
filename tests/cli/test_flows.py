"""`hearthline flows ...` over the shipped library and over files."""

from __future__ import annotations

import json

import pytest

from flows.shelf import FOLDER, shipped

TALK = (FOLDER / "talk.yaml").read_text("utf-8")


def shipped_flows():
    return [name for kind, name in shipped() if kind == "flow"]


WALK = """
walk: A person asks for somebody
flow: talk
language: en
steps:
  - we do: alert
  - they hear: "{hear}"
  - ends: asked
"""


def test_check_of_a_good_file_is_well(hearthline, file):
    ran = hearthline("flows", "check", file("talk.yaml", TALK))
    assert (ran.code, ran.err) == (0, "")
    assert "all is well" in ran.out


def test_check_tells_place_trouble_and_cure_and_ends_with_1(hearthline, file):
    path = file("talk.yaml", TALK.replace("start: bring", "start: nowhere"))
    ran = hearthline("flows", "check", path)
    assert ran.code == 1
    assert f"{path}:" in ran.out
    ran = hearthline("flows", "check", path, "--json")
    assert ran.code == 1
    found = next(one for one in ran.objects if "nowhere" in one["trouble"])
    assert found["file"] == path
    assert found["level"] == "error"
    assert found["line"] > 0
    assert found["cure"]


def test_check_of_the_shipped_library_looks_at_all_of_it(hearthline):
    ran = hearthline("flows", "check")
    assert ran.code in (0, 1)
    assert f"{len(shipped())} files checked" in ran.out


@pytest.mark.parametrize("text", ["a: [", "\x00", "- 1\n- 2\n", "", "flow: &a [*a]"])
def test_what_is_no_flow_is_told_plainly(hearthline, file, text):
    ran = hearthline("flows", "check", file("odd.yaml", text), "--json")
    assert ran.code == 1
    assert ran.objects


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (bytes(range(256)) * 20, "reading/not-utf8"),
        (TALK.encode("utf-16"), "reading/not-utf8"),
        (b"\0" * 500, "reading/not-text"),
        (TALK.encode() + b"#" * 10_000_000, "reading/too-large"),
    ],
)
def test_what_is_no_text_is_told_once(hearthline, tmp_path, raw, code):
    path = tmp_path / "talk.yaml"
    path.write_bytes(raw)
    ran = hearthline("flows", "check", str(path), "--json")
    assert ran.code == 1
    assert [one["code"] for one in ran.objects] == [code]


def test_problems_of_one_place_come_in_one_order(hearthline, file):
    ran = hearthline("flows", "check", file("odd.yaml", "flow: odd\n"), "--json")
    told = [one["trouble"] for one in ran.objects]
    assert len(told) > 3
    assert told == sorted(told)


def test_a_file_that_is_not_there(hearthline, tmp_path):
    ran = hearthline("flows", "check", str(tmp_path / "none.yaml"), "--json")
    assert ran.code == 2
    assert "no such file" in ran.error["trouble"]
    ran = hearthline("flows", "check", str(tmp_path))
    assert ran.code == 2
    assert "No .yaml file" in ran.err


def test_walks_of_the_library_hold(hearthline):
    ran = hearthline("flows", "walk")
    assert ran.code == 0, ran.out[-2000:]
    assert " 0 broken" in ran.out


def test_a_walk_that_holds_and_the_ways_it_left_out(hearthline, file):
    path = file("mine.walks.yaml", WALK.replace("{hear}", "asking a person"))
    ran = hearthline("flows", "walk", path, "--talk")
    assert ran.code == 0
    assert "1 walk: 0 broken" in ran.out
    assert "not walked: talk, from nobody" in ran.out
    assert hearthline("flows", "walk", path, "--all-ways").code == 1


def test_a_walk_that_breaks_says_where(hearthline, file):
    path = file("mine.walks.yaml", WALK.replace("{hear}", "something else"))
    ran = hearthline("flows", "walk", path)
    assert ran.code == 1
    assert "mine.walks.yaml:7:" in ran.out
    [result] = [one for one in hearthline("flows", "walk", path, "--json").objects if "walk" in one]
    assert result["ok"] is False
    assert result["problems"][0]["cure"]


def test_the_shipped_walks_are_played_on_a_changed_flow(hearthline, file):
    path = file("talk.yaml", TALK.replace("end: asked", "end: heard"))
    ran = hearthline("flows", "walk", path)
    assert ran.code == 1
    assert hearthline("flows", "walk", file("talk.yaml", TALK)).code == 0


def test_parity_counts_every_flow_in_each_language_and_channel(hearthline):
    ran = hearthline("flows", "parity", "--json")
    assert (ran.code, ran.err) == (0, "")
    cells = {(one["flow"], one["language"], one["channel"]) for one in ran.objects}
    assert len(cells) == len(ran.objects) == 4 * len(shipped_flows())
    assert all(one["walks"] and one["ways"] == one["taken"] for one in ran.objects)
    assert "0 ways not walked, 0 without" in hearthline("flows", "parity").out


def test_parity_names_what_no_call_walks(hearthline, file):
    path = file("talk.walks.yaml", WALK.replace("{hear}", "asking a person"))
    ran = hearthline("flows", "parity", path)
    assert ran.code == 1
    assert "3 without a walk" in ran.out
    call = next(one for one in hearthline("flows", "parity", path, "--json").objects
                if (one["language"], one["channel"]) == ("en", "call"))  # fmt: skip
    assert (call["walks"], call["taken"]) == (0, 0)
    assert "nobody: end: nobody-reached" in call["missing"]


def test_the_walks_of_a_flow_are_played_by_its_name(hearthline):
    ran = hearthline("flows", "walk", "talk", "--json")
    assert ran.code == 0
    walked = [one for one in ran.objects if "walk" in one]
    assert walked
    assert {one["flow"] for one in walked} == {"talk"}
    assert hearthline("flows", "walk", "nosuch").code == 2


def test_show_tells_each_state_once(hearthline):
    ran = hearthline("flows", "show", "talk")
    assert ran.code == 0
    assert "bring: do alert" in ran.out
    [shown] = hearthline("flows", "show", "talk", "--json").objects
    assert shown["states"][0]["state"] == "bring"
    assert hearthline("flows", "show", "no-such-flow").code == 2


def test_schema_is_json(hearthline):
    schema = json.loads(hearthline("flows", "schema").out)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert hearthline("flows", "schema", "--json").objects == [schema]


def test_draw_gives_mermaid(hearthline, file):
    assert hearthline("flows", "draw", "talk").out.startswith("flowchart TD\n")
    assert hearthline("flows", "draw", file("talk.yaml", TALK), "--json").objects[0]["mermaid"]
    ran = hearthline(
        "flows",
        "draw",
        file(
            "bad.yaml",
            "flow: [",
        ),
    )
    assert ran.code == 2
    assert "bad.yaml:1" in ran.err


def test_diff_says_what_changed_and_nothing_otherwise(hearthline, file):
    same = file("talk.yaml", TALK)
    ran = hearthline("flows", "diff", same)
    assert (ran.code, ran.out) == (0, "Nothing differs.\n")
    other = file("talk.yaml", TALK.replace("title: ", "title: Not "))
    ran = hearthline("flows", "diff", other)
    assert ran.code == 1
    assert "title" in ran.out
    assert hearthline("flows", "diff", "talk", "menu", "--json").objects
