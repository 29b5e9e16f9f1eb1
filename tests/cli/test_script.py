"""What the lines of the terminal chat mean."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.cli.script import (
    Become,
    Choose,
    Do,
    Edit,
    Enter,
    Inline,
    Say,
    Send,
    SetClock,
    Step,
    Tap,
    TapNumber,
    WrongLine,
    read_line,
)


@pytest.mark.parametrize(
    ("line", "step"),
    [
        ("how do i stop this", Say("how do i stop this")),
        ("/start", Say("/start")),
        ("", None),
        ("   \n", None),
        ("# a comment", None),
        ("\\# no comment", Say("# no comment")),
        ("\\:as text", Say(":as text")),
        ("[Done]", Tap("Done")),
        ("[LinkedIn …]", Tap("LinkedIn")),
        ("[Fri 27 Nov ...]", Tap("Fri 27 Nov")),
        ("[#12]", TapNumber(12)),
        ("[a] and [b", Say("[a] and [b")),
        (":as 7", Become(7)),
        (":as 7 lang=pt-BR", Become(7, "pt-BR")),
        (":group 3", Enter(3)),
        (":group -3", Enter(3)),
        (":private", Do("private")),
        (":at 2026-11-27T18:00:00+01:00", SetClock(datetime(2026, 11, 27, 17, tzinfo=UTC))),
        (":file a folder/file.yaml", Send("a folder/file.yaml")),
        (":file 'a b.yaml'", Send("a b.yaml")),
        (":inline", Inline("")),
        (":inline linkedin opt out", Inline("linkedin opt out")),
        (":choose 2", Choose(2)),
        (":edit on mobile", Edit("on mobile")),
        (":reply thanks", Say("thanks", reply=True)),
        (":kill", Do("kill")),
    ],
)
def test_lines_and_their_steps(line: str, step: Step | None) -> None:
    assert read_line(line) == step


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (":nonsense", r"there is no :nonsense.*:as, :at.*\\:nonsense"),
        (":as", "the number of a member"),
        (":as 0", "the number of a member"),
        (":as 7 lang=", "the number of a member"),
        (":group x", "the number of a group"),
        (":at tomorrow", "is no instant"),
        (":at 2026-11-27T18:00:00", "no offset"),
        (":file", "takes a path"),
        (":edit", "takes a text"),
        (":block 7", "takes nothing"),
        (":choose one", "the number of an inline result"),
    ],
)
def test_wrong_lines_are_told_with_their_mend(line: str, words: str) -> None:
    with pytest.raises(WrongLine, match=words):
        read_line(line)
