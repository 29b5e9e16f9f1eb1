"""Counters for Prometheus; no label ever names a person, a chat or a text."""

from __future__ import annotations

from prometheus_client import Counter

QUESTIONS = Counter("advisor_questions_total", "Questions by what became of them.", ["outcome"])
UPDATES = Counter("advisor_updates_total", "Updates by how their handling ended.", ["outcome"])
