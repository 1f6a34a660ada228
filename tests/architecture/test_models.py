"""The district rules, over all models: what keeps the road to a distributed database open."""

import pytest
from django.apps import apps
from django.db import models

from youlin.kernel.db import CITY_WIDE, DistrictForeignKey, DistrictModel

OURS = [m for m in apps.get_models(include_auto_created=True) if m.__module__.startswith("youlin.")]
DISTRICT = [m for m in OURS if issubclass(m, DistrictModel)]
CITY = [m for m in OURS if not issubclass(m, DistrictModel)]


def first_of(fields: object) -> str:
    return next(iter(fields)).lstrip("-")  # type: ignore[call-overload]


def leading_fields(model: type[models.Model]) -> set[tuple[str, ...]]:
    """Every declared index and unique constraint with plain fields, as tuples of names."""
    found = {tuple(f.lstrip("-") for f in index.fields) for index in model._meta.indexes if index.fields}
    return found | {
        tuple(c.fields) for c in model._meta.constraints if isinstance(c, models.UniqueConstraint)
    }


@pytest.mark.parametrize("model", CITY, ids=lambda m: m._meta.label)
def test_a_table_without_district_is_named_as_city_wide(model):
    if model._meta.auto_created:
        assert model._meta.auto_created._meta.label in CITY_WIDE
    else:
        assert model._meta.label in CITY_WIDE


def test_every_named_city_wide_table_exists():
    assert {m._meta.label for m in CITY if not m._meta.auto_created} == set(CITY_WIDE)


@pytest.mark.parametrize("model", OURS, ids=lambda m: m._meta.label)
def test_keys_are_uuids(model):
    if not model._meta.auto_created:
        assert isinstance(model._meta.pk, models.UUIDField)


@pytest.mark.parametrize("model", DISTRICT, ids=lambda m: m._meta.label)
def test_district_comes_first_in_every_index_and_unique_constraint(model):
    for index in model._meta.indexes:
        assert not index.fields or first_of(index.fields) == "district", index.name
        if not index.fields:
            assert "district" in str(index.expressions[0]), index.name
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            assert constraint.fields and first_of(constraint.fields) == "district", constraint.name
    for field in model._meta.local_fields:
        assert field.primary_key or not field.unique, f"{field.name} is unique without its district"
        assert field.primary_key or not field.db_index, f"{field.name} has an index without its district"


@pytest.mark.parametrize("model", DISTRICT, ids=lambda m: m._meta.label)
def test_foreign_keys_within_a_district_join_on_the_district(model):
    for field in model._meta.local_fields:
        if isinstance(field, models.ForeignKey):
            target = field.remote_field.model
            within = isinstance(target, type) and issubclass(target, DistrictModel)
            assert isinstance(field, DistrictForeignKey) == within, f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("model", DISTRICT, ids=lambda m: m._meta.label)
def test_foreign_keys_within_a_district_have_an_index_behind_the_district(model):
    for field in model._meta.local_fields:
        if isinstance(field, DistrictForeignKey):
            assert any(f[:2] == ("district", field.name) for f in leading_fields(model)), field.name


@pytest.mark.parametrize("model", DISTRICT, ids=lambda m: m._meta.label)
def test_no_table_joins_many_to_many_behind_our_back(model):
    assert not model._meta.local_many_to_many
