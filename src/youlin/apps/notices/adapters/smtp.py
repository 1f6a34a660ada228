"""Mail through an SMTP server (settings `YOULIN_MAIL_SERVER` and following)."""

import smtplib
from email.headerregistry import Address
from email.message import EmailMessage

from django.conf import settings

from youlin.apps.notices.adapters import Refused

TIMEOUT_SECONDS = 20


def send_mail(to: str, subject: str, text: str) -> None:
    """Hand a mail over to the server. Raises `Refused` when it will not take this recipient or sender."""
    message = EmailMessage()
    message["From"] = settings.MAIL_FROM
    message["To"] = _address(to)
    message["Subject"] = " ".join(subject.split())
    message.set_content(text)
    with smtplib.SMTP(settings.MAIL_SERVER, settings.MAIL_PORT, timeout=TIMEOUT_SECONDS) as server:
        if settings.MAIL_STARTTLS:
            server.starttls()
        if settings.MAIL_USER:
            server.login(settings.MAIL_USER, settings.MAIL_PASSWORD)
        try:
            server.send_message(message)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as error:
            if _permanent(error):
                raise Refused(str(error)) from error
            raise


def _address(to: str) -> Address:
    name, _at, host = to.rpartition("@")
    return Address(username=name, domain=host)


def _permanent(error: smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused) -> bool:
    """Whether every answer was a 5xx: RFC 5321, 4.2.1 says not to repeat those."""
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code >= 500
    return all(code >= 500 for code, _words in error.recipients.values())
