"""Every write of notices: tell people, and let them say how they want to be told."""

from youlin.apps.notices.services.delivering import send_due
from youlin.apps.notices.services.preferences import set_preference, subscribe_push, unsubscribe_push
from youlin.apps.notices.services.telling import mark_all_read, mark_read, notify
from youlin.apps.notices.services.writing import write

__all__ = [
    "mark_all_read",
    "mark_read",
    "notify",
    "send_due",
    "set_preference",
    "subscribe_push",
    "unsubscribe_push",
    "write",
]
