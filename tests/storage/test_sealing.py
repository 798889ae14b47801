"""What is sealed opens only with its key and in its place; blinds find and tell nothing."""

from __future__ import annotations

import base64

import pytest

from service.storage.sealing import CannotOpen, KeyTrouble, Sealer, new_key, read_keys

OLD = "old:" + base64.b64encode(b"o" * 32).decode()
NEW = "new:" + base64.b64encode(b"n" * 32).decode()
PLACE = "message.sealed_body:01"


def test_what_was_sealed_opens_in_its_place() -> None:
    sealer = Sealer(NEW)
    for plain in (b"", b"hello", "¿qué? 🌻".encode(), bytes(5000)):
        sealed = sealer.seal(plain, PLACE)
        assert sealer.open(sealed, PLACE) == plain
        assert plain == b"" or plain not in sealed
        assert sealer.seal(plain, PLACE) != sealed


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param(lambda sealed: b"", id="empty"),
        pytest.param(lambda sealed: sealed[:1], id="only the length"),
        pytest.param(lambda sealed: sealed[:10], id="cut in the nonce"),
        pytest.param(lambda sealed: sealed[:-1], id="cut at the end"),
        pytest.param(lambda sealed: sealed[:-1] + bytes([sealed[-1] ^ 1]), id="one bit"),
        pytest.param(lambda sealed: b"\xff" + sealed[1:], id="a length that is too long"),
        pytest.param(lambda sealed: b"\x03xyz" + sealed[4:], id="an unknown key"),
    ],
)
def test_broken_bytes_do_not_open(broken: object) -> None:
    sealer = Sealer(NEW)
    with pytest.raises(CannotOpen):
        sealer.open(broken(sealer.seal(b"hello", PLACE)), PLACE)  # type: ignore[operator]


def test_moved_bytes_do_not_open() -> None:
    sealer = Sealer(NEW)
    with pytest.raises(CannotOpen, match="moved"):
        sealer.open(sealer.seal(b"hello", PLACE), "message.sealed_body:02")


def test_old_keys_open_and_the_first_one_seals() -> None:
    sealed = Sealer(OLD).seal(b"hello", PLACE)
    both = Sealer(f"{NEW}, {OLD}")
    assert both.open(sealed, PLACE) == b"hello"
    assert not both.is_current(sealed)
    assert both.is_current(both.seal(b"hello", PLACE))
    with pytest.raises(CannotOpen, match="'old', which is not among"):
        Sealer(NEW).open(sealed, PLACE)


def test_blinds_find_under_every_key() -> None:
    old, new, both = Sealer(OLD), Sealer(NEW), Sealer(f"{NEW},{OLD}")
    number = "+15550100123"
    assert both.blinds(number, "number") == (
        new.blind(number, "number"),
        old.blind(number, "number"),
    )
    assert both.blind(number, "number") != both.blind(number, "name")
    assert len(both.blind(number, "number")) == 32


def test_a_retired_key_recognises_and_opens_nothing() -> None:
    sealed = Sealer(OLD).seal(b"hello", PLACE)
    sealer = Sealer(f"{NEW},{read_keys(OLD)[0].retired()}")
    assert sealer.blinds("+1555", "number")[1] == Sealer(OLD).blind("+1555", "number")
    with pytest.raises(CannotOpen):
        sealer.open(sealed, PLACE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no key is set"),
        ("nonsense", "id:base64"),
        ("a b:AAAA", "id:base64"),
        ("a:!!!", "not base64"),
        ("a:AAAA", "has 3 bytes and needs 32"),
        (f"{NEW},{NEW}", "twice"),
        (read_keys(NEW)[0].retired(), "put a whole key first"),
    ],
)
def test_wrong_keys_name_the_cure_and_no_key(text: str, said: str) -> None:
    with pytest.raises(KeyTrouble, match=said) as told:
        Sealer(text)
    assert "AAAA" not in str(told.value)


def test_new_keys_are_read_and_differ() -> None:
    assert read_keys(new_key("a"))[0].id == "a"
    assert new_key("a") != new_key("a")
    with pytest.raises(KeyTrouble):
        new_key("no spaces")


def test_a_signature_is_ours_for_one_text_and_one_use() -> None:
    sealer = Sealer(NEW)
    signature = sealer.sign("a?1", "links")
    assert sealer.signed("a?1", "links", signature)
    assert not sealer.signed("a?2", "links", signature)
    assert not sealer.signed("a?1", "letters", signature)
    for forged in ("", signature[:-1], signature.upper(), "ñ", "\ud800"):
        assert not sealer.signed("a?1", "links", forged)


def test_what_an_older_whole_key_signed_still_counts_and_a_retired_one_signs_nothing() -> None:
    signature = Sealer(OLD).sign("a", "links")
    both = Sealer(f"{NEW},{OLD}")
    assert both.signed("a", "links", signature)
    assert both.sign("a", "links") != signature
    retired = read_keys(OLD)[0].retired()
    assert not Sealer(f"{NEW},{retired}").signed("a", "links", signature)
