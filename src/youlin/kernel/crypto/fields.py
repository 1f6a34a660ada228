"""A text column that is encrypted in the database and plain in Python."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression
from django.db.models.lookups import Exact, IsNull

from youlin.kernel.crypto import keyring

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable

    Text = models.TextField[str | Combinable, str]
else:
    Text = models.TextField


class EncryptedTextField(Text):
    """Encrypted at rest, transparent otherwise. None and the empty text stay as they are.

    It can only be looked up as empty or missing; keep a `blind_index` beside it to find a value.
    """

    def get_prep_value(self, value: Any) -> Any:
        value = super().get_prep_value(value)
        return keyring.encrypt(value) if value else value

    def from_db_value(
        self, value: str | None, expression: Expression, connection: BaseDatabaseWrapper
    ) -> str | None:
        return keyring.decrypt(value) if value else value

    def get_lookup(self, lookup_name: str) -> Any:
        return _LOOKUPS.get(lookup_name, _Refused)

    def get_transform(self, lookup_name: str) -> Any:
        return None


class _Refused(Exact):
    """Two encryptions of one text differ, so a comparison in the database would silently find nothing."""

    def get_prep_lookup(self) -> Any:
        if self.rhs == "" and type(self) is _OnlyEmpty:
            return ""
        raise FieldError("an encrypted field cannot be searched: compare its blind index instead")


class _OnlyEmpty(_Refused):
    lookup_name = "exact"


_LOOKUPS: dict[str, Any] = {"isnull": IsNull, "exact": _OnlyEmpty}
