"""Contacts of reporters: how a phone is found again without being readable."""

from youlin.apps.parties import selectors as parties
from youlin.kernel.errors import Invalid

NO_PHONE = "-"
"""In place of a blind index: looked at, and no phone number."""


def blind_of(contact: str) -> str:
    """The blind index of a phone number in its normal form; "" for what is none."""
    try:
        return parties.phone_index(contact) if contact.strip() else ""
    except Invalid:
        return ""
