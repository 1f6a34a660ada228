"""The whole file, read through its mapping: the shipped scorecard is what it teaches."""

import pytest

from youlin.apps.cases.duplicates import evaluation, scorer, shipping
from youlin.apps.cases.imports import files, mapping, rows
from youlin.programmes import demo_chicago


@pytest.mark.slow
def test_learning_again_from_the_file_gives_the_shipped_card():
    table = mapping.load(demo_chicago.MAPPING)
    read = rows.reader(table)
    requests = [read(line, row) for line, row in files.rows(demo_chicago.FILE, table)]
    assert len(requests) == 55_315
    taken = [request for request in requests if isinstance(request, rows.Request)]
    report = evaluation.evaluate(taken, table.zone, year=2013, unspecified=demo_chicago.NOT_STATED)
    text = shipping.content(report, source=f"{table.source}: {table.name}", licence=table.licence)
    assert text == scorer.WEIGHTS_FILE.read_text(encoding="utf-8")
