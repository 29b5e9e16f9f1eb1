"""What the bot sends on its own: reminders, change notices, corrections. Knows no Telegram.

Whoever has something to say adds a row (`store.add`) in the transaction that decides it, so that a crash can
neither lose nor double it. The `Dispatcher` claims what is due, commits that it is sending, sends through
the port `Send`, and writes what became of it.

Telegram has no key that would make a repeated send harmless, so exactly once does not exist. What does: at
least once, and a repeat says that it may be one. Nothing is lost, because a row is only done when the answer
was written; a repeat is known, because `sending` was committed before the first byte left. A row found in
`claimed` after a crash surely did not arrive and goes out as if nothing had happened.
"""
