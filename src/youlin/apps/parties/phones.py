"""Phone numbers in one form, so that the same phone is found again however it was typed."""

import unicodedata

import phonenumbers
from django.utils.translation import gettext as _

from youlin.kernel.errors import Invalid

REGION = "CN"
"""A number typed without a country is read as a number of this region."""

SERVICE_NUMBERS = frozenset({"12345", "110", "119", "120", "122", "12315", "12350", "12369", "12388"})
"""Hotlines: real numbers to call, which the numbering plan of `phonenumbers` does not know as such."""


def normalise(text: str) -> str:
    """E.164 (`+8613800138000`), or a hotline's digits as they are. Raises `Invalid` in words."""
    plain = unicodedata.normalize("NFKC", text).strip()
    digits = "".join(character for character in plain if character.isdigit())
    if digits in SERVICE_NUMBERS:
        return digits
    try:
        number = phonenumbers.parse(plain, REGION)
    except phonenumbers.NumberParseException as error:
        raise _refused() from error
    if not phonenumbers.is_valid_number(number):
        raise _refused()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def can_receive_sms(phone: str) -> bool:
    """Whether a normalised number can be sent a message: a mobile number, or one that may be mobile."""
    if phone in SERVICE_NUMBERS:
        return False
    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.number_type(phonenumbers.parse(phone)) in kinds


def national(phone: str) -> str:
    """A normalised number as people of the region write it, e.g. `138 0013 8000`."""
    if phone in SERVICE_NUMBERS:
        return phone
    number = phonenumbers.parse(phone)
    home = number.country_code == phonenumbers.country_code_for_region(REGION)
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(number, form)


def _refused() -> Invalid:
    return Invalid(
        _("电话号码不完整或有误"),
        field="phone",
        remedy=_("请填 11 位手机号，或区号加固定电话；境外号码以 + 开头"),
    )
