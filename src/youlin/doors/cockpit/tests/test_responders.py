"""Leaders see the sums of responders street by street; nobody is named, no street stands first for its sums."""

import re

from tests.cast import DISTRICT, OTHER_STREET, STREET
from youlin.apps.responders import choosing, services
from youlin.apps.responders.tests import factories
from youlin.apps.responders.tests.factories import actor_of, call_out, call_to, enrol
from youlin.kernel.actors import SYSTEM


def test_a_leader_sees_addressed_and_enrolled_apart_and_streets_in_their_order(client, people):
    choosing.forget()
    factories.declare_words()
    services.count_addressed(
        actor=SYSTEM, district=DISTRICT, occupation="courier", source="名单", number=9_998
    )
    one = enrol(who=factories.person("欧阳娜娜"))
    enrol(areas=[OTHER_STREET])
    row = call_out(wanted=1, emergency=True, why="演练")
    services.accept(actor=actor_of(one), district=DISTRICT, call_id=call_to(row, one).id)
    client.force_login(people.leader.account)
    page = client.get(f"/cockpit/{DISTRICT}/responders/?days=7").content.decode()
    assert "9998" in page and "1万" not in page and "100.0" in page and "欧阳" not in page
    links = re.findall(r'href="/cockpit/(\d{9})/responders/', page)
    assert links == sorted(links) and {STREET, OTHER_STREET} <= set(links)
    street = client.get(f"/cockpit/{STREET}/responders/").content.decode()
    assert "9998" not in street and "<table" not in street
    assert client.get("/cockpit/1101/responders/").status_code == 404
    client.force_login(people.wang.account)
    assert client.get(f"/cockpit/{DISTRICT}/responders/").status_code == 403
