"""Over real requests PostgreSQL gives the same cells as DuckDB."""

import pytest
from django.db import connection

from tests.engines import real, rows
from youlin.apps.indicators import scaling
from youlin.kernel.datasets import reading
from youlin.kernel.engines.postgres import Postgres
from youlin.kernel.tests import exported

pytestmark = pytest.mark.django_db


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the database is another")
def test_real_requests_give_the_same_cells(tmp_path):
    with exported.own_folder():
        assert real.put(tmp_path) > 2000
        ours, theirs = real.answers(scaling.Duck()), real.answers(Postgres(reading.address()))
    assert sum(one.num_rows for one in ours) > 5000
    for mine, other in zip(ours, theirs, strict=True):
        rows.same(mine, other)
