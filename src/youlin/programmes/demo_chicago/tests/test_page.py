"""docs/real-input.md: all 55,315 rows, imported and compared."""

import re

import pytest

from youlin.apps.cases.imports import selectors, services
from youlin.apps.cases.models import Case
from youlin.programmes.demo_chicago import DISTRICT, district, page
from youlin.programmes.demo_chicago.tests.conftest import IMPORTER


@pytest.mark.slow
@pytest.mark.django_db
def test_all_figures_of_the_whole_file_equal_the_files():
    outcome = district.load(actor=IMPORTER)
    assert (outcome.read, outcome.taken, outcome.unplaced, outcome.refused) == (55_315, 55_291, 24, 0)
    made = page.make(actor=IMPORTER)
    assert made.equal
    assert "✗" not in made.text and not re.search(r"[{}]", made.text)
    assert set(re.findall(r"images/([\w.-]+)", made.text)) == set(made.charts)
    again = district.load(actor=IMPORTER)
    assert again.read == 0
    for row in selectors.waiting(IMPORTER, DISTRICT):
        lon, lat = row.suggestion or (-87.65, 41.85)
        services.place(actor=IMPORTER, district=DISTRICT, row_id=row.id, lon=lon, lat=lat)
    assert Case.objects.filter(district=DISTRICT).count() == 55_315
    assert selectors.tally_of_inbox(IMPORTER, DISTRICT).figures() == {}
