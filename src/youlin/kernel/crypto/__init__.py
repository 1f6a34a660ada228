"""Protection of personal data at rest: encrypted fields, blind indexes, one key for each person.

The data-protection key file (`settings.DATA_PROTECTION_KEY_FILE`) is made on first start. The database
keeps a check value of every key, so that a lost or wrong file is noticed before anything is written.
Callers normalise a value before they index it: the index of `+86 138…` is not that of `138…`.
"""

from youlin.kernel.crypto.fields import EncryptedTextField
from youlin.kernel.crypto.keyring import KeyLost, Unreadable, blind_index, decrypt, encrypt
from youlin.kernel.crypto.keys import add_key, check, prepare, retire_keys, rotate
from youlin.kernel.crypto.persons import (
    PersonErased,
    erase_person_key,
    is_erased,
    seal,
    seal_many,
    unseal,
    unseal_many,
)

__all__ = [
    "EncryptedTextField",
    "KeyLost",
    "PersonErased",
    "Unreadable",
    "add_key",
    "blind_index",
    "check",
    "decrypt",
    "encrypt",
    "erase_person_key",
    "is_erased",
    "prepare",
    "retire_keys",
    "rotate",
    "seal",
    "seal_many",
    "unseal",
    "unseal_many",
]
