"""Each update's own outcome, also when several are handled at the same time."""

from __future__ import annotations

import asyncio

import pytest

from bot.chat.errors import NetworkDown, Paused, TokenRefused
from bot.chat.outcome import Outcome, current, judge, note_spoken, record, watch
from bot.storage.faults import StorageDown


@pytest.mark.parametrize("fault", [StorageDown("x"), NetworkDown("x"), Paused("x"), TokenRefused("x")])
def test_what_passes_by_itself_is_transient(fault: Exception) -> None:
    assert judge(fault) is Outcome.TRANSIENT


@pytest.mark.parametrize("fault", [ValueError("x"), KeyError("x"), AssertionError()])
def test_everything_else_is_a_bug(fault: Exception) -> None:
    assert judge(fault) is Outcome.BUG


async def test_updates_handled_at_the_same_time_each_see_their_own() -> None:
    async def handle(fault: Exception | None) -> Outcome:
        with watch() as box:
            await asyncio.sleep(0.001)
            if fault is not None:
                record(fault)
            await asyncio.sleep(0.001)
            return box.outcome

    faults = [None, StorageDown("x"), ValueError("x")] * 5
    expected = [Outcome.DONE, Outcome.TRANSIENT, Outcome.BUG] * 5
    assert await asyncio.gather(*map(handle, faults)) == expected


def test_a_failed_apology_does_not_hide_a_transient_fault() -> None:
    with watch() as box:
        record(StorageDown("x"))
        record(ValueError("x"))
        assert current() is Outcome.TRANSIENT
    assert box.outcome is Outcome.TRANSIENT


def test_a_watch_inside_a_watch_is_the_same_box() -> None:
    with watch() as outer:
        with watch() as inner:
            note_spoken()
        assert inner is outer
        assert outer.spoke


def test_without_a_watch_nothing_is_kept() -> None:
    note_spoken()
    record(StorageDown("x"))
    assert current() is Outcome.DONE
