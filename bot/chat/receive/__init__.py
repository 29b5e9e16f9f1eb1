"""Receiving: one queue per person, acknowledged last."""

from bot.chat.receive.limits import Bounds, Timing
from bot.chat.receive.receiver import Handle, Receiver
from bot.chat.receive.release import Seal

__all__ = ["Bounds", "Handle", "Receiver", "Seal", "Timing"]
