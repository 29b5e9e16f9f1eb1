"""Dates written in figures, alike in every language."""

from __future__ import annotations

import re

from bot.reminders.phrases.pieces import Build, Clock, OnDate, Piece, Slashed, clock, date_of

_YEAR = r"(?P<y>(?:19|20)\d\d|\d\d)"


def _one(piece: Piece | None) -> tuple[Piece, ...] | None:
    return None if piece is None else (piece,)


def _date(found: re.Match[str]) -> tuple[Piece, ...] | None:
    return _one(date_of(int(found["d"]), int(found["m"]), found.groupdict().get("y")))


def _iso(found: re.Match[str]) -> tuple[Piece, ...] | None:
    date: OnDate | None = date_of(int(found["d"]), int(found["m"]), found["y"])
    if date is None or found["h"] is None:
        return _one(date)
    time: Clock | None = clock(int(found["h"]), int(found["min"]))
    return None if time is None else (date, time)


def _slashed(found: re.Match[str]) -> tuple[Piece, ...] | None:
    first, second = int(found["a"]), int(found["b"])
    year = None if found["y"] is None else int(found["y"])
    if year is not None and year < 100:
        year += 2000
    readings = (date_of(first, second, year), date_of(second, first, year))
    return (Slashed(first, second, year),) if any(readings) else None


FIGURES: tuple[tuple[str, Build], ...] = (
    (r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?:t(?P<h>\d\d):(?P<min>\d\d)(?::00)?)?", _iso),
    (rf"(?P<d>\d{{1,2}})\. ?(?P<m>\d{{1,2}})\.? ?{_YEAR}", _date),
    (r"(?P<d>\d{1,2})\. ?(?P<m>\d{1,2})\.?", _date),
    (rf"(?P<d>\d{{1,2}})-(?P<m>\d{{1,2}})-{_YEAR}", _date),
    (rf"(?P<a>\d{{1,2}})/(?P<b>\d{{1,2}})(?:/{_YEAR})?", _slashed),
)
