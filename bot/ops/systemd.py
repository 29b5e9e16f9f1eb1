"""systemd's notify protocol: datagrams to the socket that it names (sd_notify(3)), if it names one."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping


class Notifier:
    """Tells systemd how it goes; a failure to tell changes nothing.

    Args:
        address: of the socket, `@name` for an abstract one; empty for none.
        watchdog: seconds within which systemd wants to hear `alive`; 0 when it does not.
    """

    def __init__(self, address: str = "", *, watchdog: float = 0.0) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.watchdog = watchdog

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Notifier:
        """As the service manager set it up."""
        micros, pid = environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", "")
        ours = not pid or pid == str(os.getpid())
        watchdog = int(micros) / 1_000_000 if micros.isdigit() and ours else 0.0
        return cls(environ.get("NOTIFY_SOCKET", ""), watchdog=watchdog)

    def ready(self, status: str) -> None:
        """The start is over."""
        self._send(f"READY=1\n{_status(status)}")

    def alive(self, status: str | None = None) -> None:
        """It works, and how, in a line."""
        self._send("WATCHDOG=1" if status is None else f"WATCHDOG=1\n{_status(status)}")

    def status(self, status: str) -> None:
        """How it goes, in a line."""
        self._send(_status(status))

    def stopping(self, status: str) -> None:
        """The end begins."""
        self._send(f"STOPPING=1\n{_status(status)}")

    def _send(self, message: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as way:
                way.setblocking(False)
                way.sendto(message.encode(), self._address)
        except OSError:
            return


def _status(text: str) -> str:
    return "STATUS=" + text.replace("\n", " ")
