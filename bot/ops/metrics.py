"""Counters for Prometheus; no label ever names a person, a chat or a text."""

from __future__ import annotations

from prometheus_client import Counter, Gauge

QUESTIONS = Counter("advisor_questions_total", "Questions by what became of them.", ["outcome"])
EDITING_REFUSED = Counter(
    "advisor_editing_refused_total", "Attempts to edit by somebody without the right, by what.", ["what"]
)
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
DELIVERIES_DEAD = Counter(
    "advisor_deliveries_dead_total", "Given up, by why; worth a look.", ["kind", "reason"]
)
DELIVERIES_DUE = Gauge("advisor_deliveries_due", "Deliveries whose time has come and which still wait.")
DELIVERIES_OLDEST = Gauge("advisor_deliveries_oldest_due_seconds", "How long the oldest of them has waited.")
WEBHOOK_REFUSED = Counter(
    "advisor_webhook_refused_total",
    "Requests to the webhook that were turned away, by what was wrong.",
    ["reason"],
)
RECEIVING = Gauge("advisor_receiving", "1 while this process receives; 0 while it stands by for another.")
PROCESSES = Gauge("advisor_processes", "Processes that receive by webhook side by side.")
TELEGRAM_AGE = Gauge(
    "advisor_telegram_answered_seconds_ago", "Seconds since Telegram last answered anything."
)
TELEGRAM_WAITING = Gauge(
    "advisor_telegram_waiting_updates", "Updates that wait at Telegram, as it says itself."
)
