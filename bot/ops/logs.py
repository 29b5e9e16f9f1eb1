"""Logs as JSON lines on standard error, in which nobody's words, names or secrets can stand.

What we log ourselves is chosen at its place. The rest is held back here, on the handler, where everything
comes by: other libraries are heard from WARNING on (at DEBUG they print texts and parameters), an exception
shows its class and where it was raised but its message only where that is ours or the system's, and the
bot's token is taken out of the finished line. JSON escapes line breaks, ESC and everything beyond ASCII, so
that a log line is one line.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
import traceback
from collections.abc import Callable
from types import TracebackType
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

_OURS = ("bot", "__main__")
_TOKEN = re.compile(r"\d{6,}(?::|%3[Aa])[A-Za-z0-9_-]{30,}")
_REDACTED = "[token]"
_WITHHELD = "(message withheld)"
_SAID = ("bot.", "telegram.error", "aiohttp.", "sqlite3", "ssl")
"""Modules whose exceptions carry no words of a member; others, such as ValueError, quote what they met."""
_CAUSES = 8


def configure(level: str = "INFO", *, token: str | None = None, stream: TextIO | None = None) -> None:
    """Send all logs of the process to `stream`; calling it again replaces what was.

    Args:
        level: DEBUG, INFO, WARNING or ERROR; for our own loggers, others begin at WARNING.
        token: the bot's token, taken out wherever it stands; others are known by their form.
        stream: standard error when left out.
    """
    root = logging.getLogger()
    for old in [handler for handler in root.handlers if isinstance(handler, _Handler)]:
        root.removeHandler(old)
    handler = _Handler(stream if stream is not None else sys.stderr)
    handler.addFilter(_others_only_when_they_warn)
    handler.setFormatter(_Formatter(token))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(level)
    logging.captureWarnings(True)
    # A log call with wrong arguments would print them, raw, on standard error.
    logging.raiseExceptions = False
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )


def catch_the_rest() -> None:
    """Exceptions that nothing caught go to the log too, in place of a raw traceback on standard error."""
    log = logging.getLogger("bot")

    def main_thread(kind: type[BaseException], fault: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, fault, trace)
        else:
            log.critical("uncaught", exc_info=fault)

    def other_thread(args: threading.ExceptHookArgs) -> None:
        log.critical("uncaught_in_thread", exc_info=args.exc_value)

    def unraisable(args: Any) -> None:
        log.error("unraisable", exc_info=args.exc_value)

    sys.excepthook = main_thread
    threading.excepthook = other_thread
    sys.unraisablehook = unraisable


def redactor(token: str | None) -> Callable[[str], str]:
    """A function that takes the token, and whatever has the form of one, out of a text."""
    literals = {token, token.replace(":", "%3A"), token.replace(":", "%3a")} if token else set()

    def redact(text: str) -> str:
        for literal in literals:
            text = text.replace(literal, _REDACTED)
        return _TOKEN.sub(_REDACTED, text)

    return redact


def trace_of(fault: BaseException) -> list[str]:
    """An exception and what caused it, newest first: class, message where it is harmless, and places."""
    lines: list[str] = []
    link: BaseException | None = fault
    for _ in range(_CAUSES):
        if link is None:
            break
        lines.append(f"{type(link).__module__}.{type(link).__qualname__}: {_message(link)}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(link.__traceback__)
        ]
        if isinstance(link, BaseExceptionGroup):
            for one in link.exceptions[:_CAUSES]:
                lines += [f"  | {line}" for line in trace_of(one)]
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    return lines


class _Handler(logging.StreamHandler[TextIO]):
    """Ours, so that `configure` finds it again."""


class _Formatter(structlog.stdlib.ProcessorFormatter):
    def __init__(self, token: str | None) -> None:
        processors: list[Processor] = [
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _own_text_of_asyncio,
            _place_of_fault,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.EventRenamer("event"),
            structlog.processors.JSONRenderer(serializer=json.dumps, default=_kind),
        ]
        super().__init__(processors=processors)
        self._redact = redactor(token)

    def format(self, record: logging.LogRecord) -> str:
        """One line; a record that cannot be formatted is named and not shown."""
        try:
            return self._redact(super().format(record))
        except Exception as fault:
            return json.dumps(
                {"event": "log_call_failed", "logger": record.name, "kind": type(fault).__name__}
            )


def _others_only_when_they_warn(record: logging.LogRecord) -> bool:
    """Whatever level a library or somebody else set on its logger."""
    return record.name.partition(".")[0] in _OURS or record.levelno >= logging.WARNING


def _own_text_of_asyncio(logger: object, method: str, event: EventDict) -> EventDict:
    """After its first line asyncio shows the task, and the exception in it; we show that our way."""
    if event.get("logger") == "asyncio":
        event["event"] = str(event["event"]).split("\n", 1)[0]
    return event


def _place_of_fault(logger: object, method: str, event: EventDict) -> EventDict:
    """`exc_info` of a structlog call or of a record of `logging`, as `trace_of` shows it."""
    found = event.pop("exc_info", None)
    record = event.get("_record")
    if found is None and isinstance(record, logging.LogRecord):
        found = record.exc_info
    if found is True:
        found = sys.exc_info()
    fault = found[1] if isinstance(found, tuple) else found
    if isinstance(fault, BaseException):
        event["exception"] = trace_of(fault)
    if isinstance(record, logging.LogRecord):
        # else `logging.Formatter` would append its own traceback
        record.exc_info = record.exc_text = record.stack_info = None
    return event


def _message(fault: BaseException) -> str:
    if isinstance(fault, OSError) and type(fault).__module__ == "builtins":
        return fault.strerror or _WITHHELD
    module = type(fault).__module__
    return str(fault) if module.startswith(_SAID) or module == "bot" else _WITHHELD


def _kind(value: object) -> str:
    """For what JSON does not know: its class, since its text may be anybody's."""
    return f"<{type(value).__name__}>"
