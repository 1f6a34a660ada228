"""Keeps what would be sent: for tests. `fail_next` makes the next sends fail as a gateway may."""

from typing import NamedTuple


class Message(NamedTuple):
    """One message as it was handed over."""

    to: str
    subject: str
    text: str


outbox: list[Message] = []
_failures: list[Exception] = []


def send_sms(to: str, text: str) -> None:
    """Keep a text message."""
    _keep(Message(to, "", text))


def send_wecom(to: str, title: str, text: str, link: str) -> None:
    """Keep an app message of WeCom."""
    _keep(Message(to, title, "\n".join(part for part in (text, link) if part)))


def send_mail(to: str, subject: str, text: str) -> None:
    """Keep a mail."""
    _keep(Message(to, subject, text))


def fail_next(*failures: Exception) -> None:
    """Raise these, one for each of the next sends."""
    _failures.extend(failures)


def reset() -> None:
    """Forget all messages and failures."""
    outbox.clear()
    _failures.clear()


def _keep(message: Message) -> None:
    if _failures:
        raise _failures.pop(0)
    outbox.append(message)
