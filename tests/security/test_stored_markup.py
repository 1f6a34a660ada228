"""Markup sent through every form and service that takes words: on every page it is words again.

`test_requests` plants markup in the tables themselves; here it comes the way an attacker would bring it.
"""

import copy
import uuid

import pytest
from django.apps import apps
from django.db import models

from tests.access.outcomes import OK
from tests.access.table import TABLE
from tests.access.world import World, make_world
from tests.cast import DISTRICT, GRID, point_in
from tests.security.asking import data_of, names_in_doors, path_of, query_of, rows, who_gets_in
from tests.security.test_requests import Planted
from youlin.apps.cases import workflow
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories as cases
from youlin.apps.cases.tests.workflows import CITY_EVENT
from youlin.apps.exchange import services as exchange
from youlin.apps.notices import services as notices
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import ContactPoint
from youlin.kernel import jobs, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.db import CityModel, DistrictModel

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORDS = (
    '令"\'><xss-planted onmouseover="alert(1)">{{7*7}}{0.__class__}%s%(x)n</textarea></title></script>'
    "<svg/onload=alert(1)><a href=javascript:alert(1)>"
)
FIELDS = [
    name
    for name in names_in_doors()
    if any(part in name for part in ("text", "note", "reason", "name", "title", "comment", "address", "words", "answer",
                                      "body", "label", "description", "what", "detail", "place", "wording"))
]  # fmt: skip
ENDS_SESSIONS = ("accounts/", "sign-out/", "my/data/erase/", "admin/", "demo/")
LINKS = ("href", "src", "action", "formaction", "hx-get", "hx-post", "poster", "xlink:href")


class Page(Planted):
    """Also finds addresses that are scripts."""

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        for name, value in attrs:
            address = "".join((value or "").split()).casefold()
            if name in LINKS and address.startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"{tag} {name}={value}")


def through_every_form(world: World) -> int:
    """Send every form with markup in each field of words; how many were taken."""
    taken = 0
    for row in rows("POST"):
        if row.pattern.startswith(ENDS_SESSIONS):
            continue
        given = data_of(row, world)
        fields = dict.fromkeys(FIELDS, WORDS) | given | dict.fromkeys(set(given) & set(FIELDS), WORDS)
        fields["idempotency_key"] = str(uuid.uuid4())
        client = world.clients[who_gets_in(row)]
        if row.json:
            answer = client.post(path_of(row, world), fields, content_type="application/json")
        else:
            answer = client.post(path_of(row, world), fields)
        assert answer.status_code < 500, row.name
        taken += answer.status_code < 400
    return taken


def through_services(world: World) -> None:
    """What needs more than words to be taken, or has no form in the table."""
    lon, lat = point_in(GRID)
    report = {
        "text": WORDS, "category": cases.GARBAGE, "lon": lon, "lat": lat, "address": WORDS[:200],
        "idempotency_key": str(uuid.uuid4()),
    }  # fmt: skip
    assert world.clients["li"].post("/report/", report).status_code < 400
    case = cases.reported(text=WORDS, address=WORDS[:200]).case
    cases.do(case, "file", note=WORDS)
    secret = cases.reported(text=WORDS, address=WORDS[:200], category=cases.TIP_OFF).case
    cases.do(secret, "accept", note=WORDS)
    li = ContactPoint.objects.filter(kind="phone").order_by("created_at").first().person_id
    notices.notify(district=DISTRICT, person_id=li, kind="t", key="x", title=WORDS[:200], body=WORDS)
    nowhere = {"actor": SYSTEM, "district": DISTRICT, "url": "https://outside.invalid/v3"}
    exchange.add_system(code="planted", services={"*": WORDS[:60]}, name=WORDS[:60], **nowhere)
    exchange.subscribe(name=WORDS[:60], **nowhere)
    parties.register_person(actor=SYSTEM, name=WORDS[:60])
    reactions.drain_all()
    jobs.run_pending(raise_errors=False)


def columns_with_markup() -> set[str]:
    """Every column in which the markup arrived."""
    found = set()
    for model in apps.get_models():
        if not issubclass(model, CityModel | DistrictModel):
            continue
        for field in model._meta.local_fields:
            if isinstance(field, models.CharField | models.TextField):
                values = model._default_manager.values_list(field.name, flat=True)[:500]
                if any("<xss-planted" in str(value) for value in values):
                    found.add(f"{model.__name__}.{field.name}")
    return found


def test_markup_brought_by_forms_and_services_is_words_on_every_page():
    world = make_world()
    assert through_every_form(world) >= 8
    through_services(world)
    arrived = columns_with_markup()
    assert len(arrived) >= 10, arrived
    shown = 0
    for row in (row for row in TABLE if row.method == "GET"):
        for name in [name for name in ("sun", "confidant", "li", "nobody") if row.expected[name] == OK][:2]:
            answer = world.clients[name].get(path_of(row, world), query_params=query_of(row, world))
            body = b"".join(answer) if answer.streaming else answer.content
            assert answer.status_code < 500, row.name
            if "html" in answer.headers.get("Content-Type", ""):
                page = Page()
                page.feed(body.decode())
                assert not page.found, f"{row.name} as {name}: {page.found[:2]}"
                assert b"49{0" not in body and b"<class" not in body, (
                    f"{row.name}: a text was run as a template"
                )
                shown += b"xss-planted" in body
    for case in Case.objects.filter(description__contains="xss-planted"):
        for address in (f"/desk/case/{case.number}/", f"/field/case/{case.number}/", f"/case/{case.number}/"):
            for name in ("sun", "confidant"):
                page = Page()
                page.feed(world.clients[name].get(address).content.decode())
                assert not page.found, address
                shown += 1
    assert shown >= 12, "words that nobody sees prove nothing"


def test_what_is_drawn_by_code_escapes_its_words():
    """The few drawings that templates take as they are: a workflow's names come from a programme."""
    changed = copy.deepcopy(CITY_EVENT)
    for state in changed["states"].values():
        state["name"] = WORDS[:60]
    drawn = workflow.draw_svg(workflow.parse(changed))
    page = Page()
    page.feed(drawn)
    assert not page.found and "<xss-planted" not in drawn
    assert "xss-planted" in drawn, "the name is there, as words"
