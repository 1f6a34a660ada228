"""Base models. Every table is city-wide and named here, or carries its district first (Citus keeps that road open)."""

from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.lookups import Exact
from django.db.models.sql.where import AND, WhereNode

from youlin.kernel import ids

CITY_WIDE = frozenset(
    {
        "parties.Account",
        "parties.Person",
        "parties.PersonIdentifier",
        "parties.ContactPoint",
        "parties.OneTimeCode",
        "parties.OpenSession",
        "parties.SignInSecret",
        "kernel.BackupRun",
        "kernel.KeyCheck",
        "kernel.PersonKey",
        "kernel.JournalOrigin",
        "kernel.Lease",
        "kernel.PaceCount",
        "kernel.ScheduledRun",
        "kernel.WorkerBeat",
    }
)
"""Our own tables without a district: accounts, person identity, tasks. Third-party tables are city-wide too."""


class CityModel(models.Model):
    """A row of the whole installation; its model must be named in `CITY_WIDE`."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)

    class Meta:
        abstract = True


class DistrictModel(models.Model):
    """A row of one district. `district` is the shard key, fixed at birth: the code of the district then."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7, editable=False)
    district = models.CharField(max_length=12, editable=False)

    class Meta:
        abstract = True


if TYPE_CHECKING:
    _ForeignKey = models.ForeignKey[Any, Any]
else:
    _ForeignKey = models.ForeignKey


class DistrictForeignKey(_ForeignKey):
    """A foreign key within a district: it joins and fetches on `district` *and* `id`.

    It makes no index of its own; declare `Index(fields=["district", "<name>"])` on the model.
    """

    def __init__(self, to: Any, on_delete: Any, **kwargs: Any) -> None:
        kwargs.setdefault("db_index", False)
        super().__init__(to, on_delete, **kwargs)

    def get_extra_descriptor_filter(self, instance: models.Model) -> dict[str, Any]:
        return {"district": getattr(instance, "district")}  # noqa: B009

    def get_extra_restriction(self, alias: str, related_alias: str) -> WhereNode:
        mine = _district_of(self.model).get_col(alias)
        theirs = _district_of(self.remote_field.model).get_col(related_alias)
        return WhereNode([Exact(mine, theirs)], connector=AND)  # type: ignore[list-item]


def _district_of(model: type[models.Model]) -> Any:
    return model._meta.get_field("district")
