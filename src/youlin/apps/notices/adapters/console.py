"""Prints what would be sent: for trying the platform out, and for reading one's own sign-in code."""

import sys


def send_sms(to: str, text: str) -> None:
    """Print a text message."""
    print(f"[短信 → {to}] {text}", file=sys.stderr, flush=True)


def send_wecom(to: str, title: str, text: str, link: str) -> None:
    """Print an app message of WeCom."""
    words = "\n".join(part for part in (title, text, link) if part)
    print(f"[企业微信 → {to}] {words}", file=sys.stderr, flush=True)


def send_mail(to: str, subject: str, text: str) -> None:
    """Print a mail."""
    print(f"[邮件 → {to}] {subject}\n{text}", file=sys.stderr, flush=True)
