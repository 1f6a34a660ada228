"""Entries, exits and refusals by compound and day as a table that leaves the house: figures of nobody."""

import csv
import io
from datetime import date

from django.utils.translation import gettext as _

from youlin.apps.gates import selectors
from youlin.kernel.actors import Actor
from youlin.kernel.languages import in_language
from youlin.kernel.tables import harmless


def table(actor: Actor, district: str, first: date, last: date) -> bytes:
    """CSV of the compounds of the actor's areas, from day to day; days on which nothing happened are left out."""
    out = io.StringIO("\ufeff", newline="")
    out.seek(1)
    written = csv.writer(out)
    written.writerow([_("小区"), _("编号"), _("日期"), _("进"), _("出"), _("后来补报"), _("被拒")])
    for one in selectors.days(actor, district, first, last):
        place = one.row.place
        name = harmless(in_language(place.name, place.name_en))
        figures = (one.entries, one.exits, one.late, one.refusals)
        written.writerow([name, place.number, one.day, *figures])
    return out.getvalue().encode()
