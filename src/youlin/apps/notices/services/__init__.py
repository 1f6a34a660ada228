"""Every write of notices: tell people, and let them say how they want to be told."""

from youlin.apps.notices.services.delivering import send_due
from youlin.apps.notices.services.preferences import set_preference, subscribe_push, unsubscribe_push
from youlin.apps.notices.services.telling import Message, mark_all_read, mark_read, notify, notify_many
from youlin.apps.notices.services.writing import Words, write, write_many

__all__ = [
    "Message",
    "Words",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_many",
    "send_due",
    "set_preference",
    "subscribe_push",
    "unsubscribe_push",
    "write",
    "write_many",
]
