"""Every write of the exchange: outside systems and what is forwarded to them, subscriptions and their events."""

from youlin.apps.exchange.services.forwarding import forward, retry_forwarding
from youlin.apps.exchange.services.hooks import (
    change_hook,
    pause_hook,
    replay,
    resume_hook,
    retire_hook,
    rotate_hook,
    subscribe,
    test_hook,
)
from youlin.apps.exchange.services.systems import add_system, change_system, retire_system

__all__ = [
    "add_system",
    "change_hook",
    "change_system",
    "forward",
    "pause_hook",
    "replay",
    "resume_hook",
    "retire_hook",
    "retire_system",
    "retry_forwarding",
    "rotate_hook",
    "subscribe",
    "test_hook",
]
