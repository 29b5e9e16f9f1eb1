"""Member ids and sealed boxes."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.members.identity import Identity, Unreadable
from bot.members.keys import parse_keys
from bot.members.profile import Profile

ONE = base64.b64encode(bytes(range(32))).decode()
TWO = base64.b64encode(bytes(range(32, 64))).decode()
OLD, NEW = Identity(parse_keys(f"1:{ONE}")), Identity(parse_keys(f"2:{TWO},1:{ONE}"))
ANNA, BEN = OLD.member_id(1), OLD.member_id(2)


def test_a_member_id_is_32_bytes_that_depend_on_person_and_key() -> None:
    assert len(ANNA) == 32
    assert OLD.member_id(1) == ANNA
    assert len({ANNA, BEN, NEW.member_id(1)}) == 3


def test_a_member_id_is_fixed_for_ever() -> None:
    assert OLD.member_id(123456789).hex()[:16] == "78c464035add271e"


@given(st.integers(min_value=-(2**63), max_value=2**63 - 1))
def test_a_sealed_chat_is_37_bytes_and_opens_again(chat_id: int) -> None:
    sealed = OLD.seal_chat(ANNA, chat_id)
    assert len(sealed) == 37
    assert OLD.unseal_chat(ANNA, sealed) == chat_id


def test_the_same_is_never_sealed_to_the_same_bytes() -> None:
    assert OLD.seal(ANNA, b"x") != OLD.seal(ANNA, b"x")


def test_what_was_sealed_for_one_member_does_not_open_for_another() -> None:
    with pytest.raises(Unreadable):
        OLD.unseal(BEN, OLD.seal(ANNA, b"x"))


@pytest.mark.parametrize("place", [0, 1, 13, -1])
def test_what_was_changed_does_not_open(place: int) -> None:
    sealed = bytearray(OLD.seal(ANNA, b"choices"))
    sealed[place] ^= 1
    with pytest.raises(Unreadable):
        OLD.unseal(ANNA, bytes(sealed))


@given(st.binary(max_size=40))
def test_any_bytes_are_refused_and_harm_nothing(sealed: bytes) -> None:
    with pytest.raises(Unreadable):
        OLD.unseal(ANNA, sealed)


def test_an_older_key_still_opens_and_the_newest_seals() -> None:
    assert NEW.unseal(ANNA, OLD.seal(ANNA, b"x")) == b"x"
    assert NEW.seal(ANNA, b"x")[0] == 2
    with pytest.raises(Unreadable):
        OLD.unseal(ANNA, NEW.seal(ANNA, b"x"))


profiles = st.builds(
    Profile,
    language=st.none() | st.text(min_size=1, max_size=8),
    region=st.none() | st.text(min_size=1, max_size=8),
    zone=st.none() | st.text(min_size=1, max_size=40),
    plain=st.booleans(),
)


@given(profiles)
def test_a_profile_comes_back_as_it_was_and_its_length_tells_little(profile: Profile) -> None:
    data = profile.to_bytes()
    assert Profile.from_bytes(data) == profile
    assert len(data) % 64 == 0


def test_a_profile_of_a_newer_program_is_read_as_far_as_it_is_known() -> None:
    assert Profile.from_bytes(b'{"language":"de","mood":"good","plain":"yes"}') == Profile(language="de")


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff"])
def test_what_is_no_profile_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        Profile.from_bytes(data)
