"""What is taken out of a question: addresses, numbers, names, links; and that nothing gets through."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.editing.masking import MAX_CHARACTERS, Masks, mask, says_something

MASKED = [
    ("write to anna.schmidt@example.co.uk please", "write to [mail] please"),
    ("anna (at) example (dot) com wants to know", "[mail] wants to know"),
    ("see https://linkedin.com/in/anna-schmidt?x=1 for it", "see [link] for it"),
    ("see www.anna.example.org", "see [link]"),
    ("t.me/anna_schmidt is me", "[link] is me"),
    ("I am @anna_schmidt there", "I am [name] there"),
    ("call +49 (0)171 / 234 567-8 about meta", "call [number] about meta"),
    ("call 0171 2345678 about meta", "call [number] about meta"),
    ("customer AB1234567", "customer [number]"),
    ("born 01.02.1990 in Ulm", "born [number] in Ulm"),
    ("my name is anna schmidt and I use meta", "my name is [name] and I use meta"),
    ("My name is Anna Maria Schmidt, is it used?", "My name is [name], is it used?"),
    ("Ich heiße Anna und nutze Meta", "Ich heiße [name] und nutze Meta"),
    ("mein Name ist Schmidt", "mein Name ist [name]"),
    ("je m'appelle Anne Dupont", "je m'appelle [name]"),
    ("I'm Anna Schmidt and I use meta", "I'm [name] and I use meta"),
    ("Frau Schmidt fragt nach TikTok", "Frau [name] fragt nach TikTok"),
    ("how to stop meta? Best regards, Anna Schmidt", "how to stop meta? Best regards, [name]"),
    ("Wie geht das? Viele Grüße Anna", "Wie geht das? Viele Grüße [name]"),
    ("I live at 12 Baker Street and use meta", "I live at [address] and use meta"),
    ("post to 221b Baker St, NW1 6XE", "post to [address], [address]"),
    ("in der Lindenstraße 12a, 10969 Berlin", "in der [address]"),
    ("ich wohne Am Markt 3 in Erfurt", "ich wohne [address] in Erfurt"),
    ("in 10969 Berlin", "in [address]"),
    ("12 rue de la Paix", "[address]"),
]
KEPT = [
    "how do I stop linkedin from using my posts",
    "since 3 November 2025 or 26 June 2024?",
    "does GPT-4o or Llama 3.1 train on my 20 chats",
    "article 21 of the GDPR",
    "was macht meta im jahr 2025 in meinem fall",
    "wie wird das wetter in berlin",
    "is my name used to train AI",
    "I am 17 years old, may meta use my posts",
    "thanks for the help",
    "how are the 5 steps on ios done",
]


@pytest.mark.parametrize(("text", "masked"), MASKED)
def test_it_is_taken_out(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize("text", KEPT)
def test_what_names_nobody_stays(text: str) -> None:
    assert mask(text) == text


@pytest.mark.parametrize("text", [text for text, _ in MASKED] + KEPT)
def test_masking_again_changes_nothing(text: str) -> None:
    assert mask(mask(text)) == mask(text)


def test_it_is_short_and_in_one_line() -> None:
    text = mask("what about meta\n\n\x00and\t  more? " * 40)
    assert len(text) <= MAX_CHARACTERS
    assert text.startswith("what about meta and more? what")
    assert text.endswith("…")


def test_a_text_of_masks_alone_says_nothing() -> None:
    assert not says_something(mask("+49 171 2345678 anna@example.org"))
    assert not says_something(mask("???"))
    assert says_something(mask("is anna@example.org used"))


def test_masks_speak_the_language_of_the_member() -> None:
    masks = Masks(name="[Name]")
    assert mask("Ich heiße Anna", masks) == "Ich heiße [Name]"
    assert not says_something("[Name] ?", masks)


_WORDS = st.lists(
    st.sampled_from(["how", "does", "meta", "use", "my", "posts", "und", "wie", "?"]), max_size=6
)
_LOCAL = st.from_regex(r"[a-z][a-z0-9._+-]{0,12}[a-z0-9]", fullmatch=True)
_DIGITS = st.lists(st.sampled_from("0123456789"), min_size=6, max_size=15)


@given(before=_WORDS, local=_LOCAL, after=_WORDS)
def test_no_mail_address_gets_through(before: list[str], local: str, after: list[str]) -> None:
    address = f"{local}@mail.example.org"
    masked = mask(" ".join([*before, address, *after]))
    assert "@" not in masked
    assert "example" not in masked


@given(before=_WORDS, digits=_DIGITS, gaps=st.data(), after=_WORDS)
def test_no_long_number_gets_through(
    before: list[str], digits: list[str], gaps: st.DataObject, after: list[str]
) -> None:
    number = "".join(
        digit + gaps.draw(st.sampled_from(["", "", " ", "-", ".", "/"])) for digit in digits
    ).strip(" -./")
    masked = mask(" ".join([*before, number, *after]))
    assert not re.search(r"\d", masked)


def test_a_number_that_ends_like_a_postcode_is_taken_out_whole() -> None:
    assert mask("0 00000 how") == "[number] how"


@given(name=st.text(st.characters(categories=["L"]), min_size=2, max_size=12), after=_WORDS)
def test_no_name_after_my_name_is_gets_through(name: str, after: list[str]) -> None:
    masked = mask(" ".join(["my name is", name, *after]))
    assert masked.startswith("my name is [name]")


@given(text=st.text(max_size=700))
def test_any_text_can_be_masked(text: str) -> None:
    masked = mask(text)
    assert len(masked) <= MAX_CHARACTERS
    assert masked.isprintable()


@pytest.mark.parametrize(
    "text",
    [
        "a@" * 2000,
        "ab-" * 1300,
        "a." * 2000,
        "1 " * 2000,
        "+ " * 2000,
        "1a " * 1300,
        "a@a " * 1000,
        " " * 4000,
    ],
)
def test_a_text_that_was_made_to_take_long_is_cut_before_it_is_read(text: str) -> None:
    assert len(mask(text)) <= MAX_CHARACTERS
    assert mask(text) == mask(text + "x" * 9000)


def test_a_number_that_is_cut_in_the_middle_does_not_get_through() -> None:
    for length in range(770, 800):
        masked = mask("meta " * (length // 5) + "x" * (length % 5) + " call +49 171 2345678 please")
        assert not re.search(r"\d", masked)
