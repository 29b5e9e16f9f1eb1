"""Receiving: one queue per person, acknowledged last."""

from bot.chat.receive.attempt import Handle
from bot.chat.receive.hook import Hook, hook_path
from bot.chat.receive.hooked import HookedReceiver
from bot.chat.receive.limits import Bounds, Timing
from bot.chat.receive.receiver import Receiver
from bot.chat.receive.release import Seal

__all__ = ["Bounds", "Handle", "Hook", "HookedReceiver", "Receiver", "Seal", "Timing", "hook_path"]
