"""What leaves the database for figures names nobody: every column of every dataset is walked."""

from typing import Any

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from youlin.apps.parties.models import Account, ContactPoint, Person, PersonIdentifier
from youlin.kernel import datasets
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.datasets import Column, Dataset, making

PUBLIC_NAMES = {
    ("areas.areas", "name"),
    ("areas.areas", "name_en_text"),
    ("offers.seasons", "brand"),
}
"""Columns of free text: the names of areas and of what is offered to everybody."""

ALIASES = {
    ("offers.redemptions", "person"),
    ("rewards.redemptions", "person"),
    ("responders.attendances", "responder"),
    ("responders.calls", "responder"),
    ("responders.services", "responder"),
}
"""Where people are told apart, because how many different ones there are is a figure."""

OF_PEOPLE = (Person, Account, ContactPoint, PersonIdentifier)
UNSPOKEN = (
    "address", "contact", "description", "email", "external_number", "lat", "lon", "note", "number_plate",
    "outline", "phone", "position", "ref", "tail", "text", "title", "token_digest", "what", "where", "words",
)  # fmt: skip
"""Fields that may say who or exactly where."""
CODES = (models.CharField, models.BooleanField, models.DateField, models.IntegerField, models.FloatField)

_COLUMNS = [(dataset, column) for dataset in datasets.all() for column in dataset.columns]


def _way(dataset: Dataset, path: str) -> list[Any]:
    """The fields along a path, none where it is an annotation of the rows."""
    model: Any = dataset.rows().model
    found = []
    for name in path.split("__"):
        try:
            field = model._meta.get_field(name)
        except FieldDoesNotExist:
            assert name in dataset.rows().query.annotations, f"{dataset.name}: no field {path}"
            return found
        found.append(field)
        model = field.related_model
    return found


@pytest.mark.parametrize(("dataset", "column"), _COLUMNS, ids=[f"{d.name}.{c.name}" for d, c in _COLUMNS])
def test_no_column_tells_who_or_exactly_where(dataset: Dataset, column: Column) -> None:
    assert (column.kind == "text") == ((dataset.name, column.name) in PUBLIC_NAMES)
    assert (column.kind == "alias") == ((dataset.name, column.name) in ALIASES)
    if column.computed is not None or not isinstance(column.of, str):
        return
    way = _way(dataset, column.of or column.name)
    if column.kind == "alias":
        return
    for field in way:
        assert field.related_model not in OF_PEOPLE, "a person"
        assert field.name not in UNSPOKEN, field.name
    if way:
        assert not isinstance(
            way[-1], EncryptedTextField | models.TextField | models.JSONField | models.BinaryField
        )
        assert isinstance(way[-1], CODES)


@pytest.mark.parametrize("dataset", datasets.all(), ids=lambda one: one.name)
def test_what_a_row_hangs_on_is_no_person(dataset: Dataset) -> None:
    for read in making.read_columns(dataset):
        if read.kind == "uuid" and read.name != "id":
            for field in _way(dataset, read.of):
                assert field.related_model not in OF_PEOPLE


def test_rows_of_cases_leave_only_where_the_case_is_not_confidential() -> None:
    """Every dataset whose rows are, or hang on, cases refuses the confidential ones."""
    from youlin.apps.cases.models import Case

    seen = 0
    for dataset in datasets.all():
        model: Any = dataset.rows().model
        of_cases = model is Case or any(
            field.related_model is Case and not field.null
            for field in model._meta.fields
            if field.is_relation
        )
        if of_cases:
            seen += 1
            assert "confidential" in str(dataset.excludes), dataset.name
    assert seen == 4
