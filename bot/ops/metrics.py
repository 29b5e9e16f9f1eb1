"""Counters for Prometheus; no label ever names a person, a chat or a text."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

QUESTIONS = Counter("advisor_questions_total", "Questions by what became of them.", ["outcome"])
UPDATES = Counter("advisor_updates_total", "Updates by how their handling ended.", ["outcome"])
DELIVERIES = Counter(
    "advisor_deliveries_total", "Attempts to send on our own, by what became of them.", ["kind", "fate"]
)
DELIVERIES_LATE = Counter("advisor_deliveries_late_total", "Sent late, and marked so.", ["kind"])
DELIVERIES_REPEATED = Counter(
    "advisor_deliveries_repeated_total", "Sent again with a mark, since it may have arrived.", ["kind"]
)
DELIVERIES_SKIPPED = Counter(
    "advisor_deliveries_skipped_total", "Not sent, for a good reason.", ["kind", "reason"]
)
DELIVERIES_DEAD = Counter("advisor_deliveries_dead_total", "Given up; worth a look.", ["kind"])
DELIVERIES_DUE = Gauge("advisor_deliveries_due", "Deliveries whose time has come and which still wait.")
DELIVERIES_OLDEST = Gauge("advisor_deliveries_oldest_due_seconds", "How long the oldest of them has waited.")
