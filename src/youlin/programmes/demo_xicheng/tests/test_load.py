"""A small demonstration is loaded by the services, once, also when it was cut short; and emptied again.

One test, because a load is most of what it costs."""

from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from tests.cast import make_member
from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.models import Arrival, Case
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import declarations, naming
from youlin.apps.indicators import selectors as indicators
from youlin.apps.indicators.models import Contest, Restatement
from youlin.apps.indicators.selectors import alike
from youlin.apps.indicators.targets import selectors as targets
from youlin.apps.notices.models import Delivery
from youlin.apps.parties.models import Account, Person
from youlin.apps.places import selectors as places
from youlin.apps.places.models import Place
from youlin.kernel import clock, datasets, journal, reactions
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict
from youlin.programmes import demo, selectors
from youlin.programmes.demo import playing, resetting
from youlin.programmes.models import DemoLoad

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.scenario, pytest.mark.slow]

COMPOUNDS = 5
SMALL = demo.Size(count=16, fresh=8, stuck=2)


def actor(username: str) -> Actor:
    account = Account.objects.get(username=username)
    return Actor("person", person_id=account.person_id)


def test_a_district_with_a_cast_and_cases_in_every_state(monkeypatch: pytest.MonkeyPatch) -> None:
    first = people_of_a_load_that_is_cut_short(monkeypatch)
    loaded = demo.load(size=SMALL)
    assert not Person.objects.filter(id__in=first).exists(), "nobody of the first half is there twice"
    assert DemoLoad.objects.get().finished_at is not None
    assert areas.subtree("110102", level="street").count() == 15
    assert areas.subtree("110102", level="community").count() == 263
    states = set(Case.objects.values_list("state", flat=True))
    assert {"dispatched", "handling", "feedback_given", "verified", "closed", "evaluated", "filed"} <= states
    assert {"received", "replied"} <= states
    assert not [why for why in loaded.summary["refused"] if not why.startswith("me_too")]
    assert not reactions.failing().exists()
    assert journal.verify() == []
    everything_is_marked()
    everybody_has_work()
    a_visitor_finds_something()
    the_neighbour_was_asked_and_answered()
    figures_are_held_against_something()
    no_rule_of_a_figure_is_told_in_codes()
    loading_again_keeps_what_is_there()
    reset_empties_a_demonstration_and_nothing_else()


def people_of_a_load_that_is_cut_short(monkeypatch: pytest.MonkeyPatch) -> set[UUID]:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as cut:
        cut.setattr(playing.Player, "play", broken)
        with pytest.raises(RuntimeError):
            demo.load(size=SMALL)
    people = set(Person.objects.values_list("id", flat=True))
    assert people and not Case.objects.exists()
    return people


def everything_is_marked() -> None:
    assert not Case.objects.filter(is_demo=False).exists()
    assert not Person.objects.filter(is_demo=False).exists()
    assert not Place.objects.filter(is_demo=False, source="").exists(), "only open data is not marked"
    assert Place.objects.filter(is_demo=True, district="110102").count() == 355 + 89 + 1500 + COMPOUNDS
    assert not Delivery.objects.exists(), "nobody outside is written to"


def everybody_has_work() -> None:
    assert len(selectors.cast()) == 26
    for username in ("wang_jianguo", "liu_yang", "zhang_li", "zhao_min", "wu_lei", "feng_juan", "he_yun"):
        assert cases.todays_list(actor(username)), username
    for username in ("li_qiang", "chen_jing"):
        assert cases.my_cases(actor(username)), username
    for member in selectors.cast():
        if member.home == "desk":
            assert cases.inbox(actor(member.username)).total, member.username
    assert places.kept(actor("cai_hong"), due=True) and places.kept(actor("fang_ting"))
    assert Account.objects.get(username="ma_jun").is_staff
    assert not duties.access(actor("qian_duo")).holds_any()


def a_visitor_finds_something() -> None:
    """The public portal of a fresh demonstration: a list and a map with cases; a word about it reaches a person."""
    assert cases.public_cases(district="110102").total >= 10
    assert cases.public_map(district="110102").rows or cases.public_map(district="110102").clusters
    page = Client().get("/", {"district": "110102"}).content.decode()
    assert page.count('class="list-row"') >= 10 and 'href="/case/' in page
    [word] = Case.objects.filter(district="110102", category="platform")
    assert (word.channel, word.holder_id) == ("platform", actor("gao_yuan").person_id)
    assert not word.public


def the_neighbour_was_asked_and_answered() -> None:
    """A second, small district: cases of its own, one that waits to be accepted, one that was."""
    assert Case.objects.filter(district="110101").count() == 12
    assert sorted(Arrival.objects.values_list("state", flat=True)) == ["accepted", "offered"]
    assert Case.objects.get(district="110102", outcome="transferred").excluded
    assert cases.city_districts(actor("lu_ming"), city="1101")[:2] == ("110101", "110102")
    assert cases.inbox(actor("jin_yan"), filters=CaseFilters(mark="arrived")).total == 1


def figures_are_held_against_something() -> None:
    """Targets that hold and one that waits; how many people live there; two appeals, one of them upheld."""
    leader, period = actor("zhou_weidong"), (clock.today().replace(day=1), clock.today())
    listed = targets.listed(leader, "110102", size=100)
    assert listed.total == 5 + 15 * 2 + 2 + 1
    assert targets.waiting(leader, "110102") == 1
    [figure] = indicators.figures(leader, area="110102013", codes=["resolution_rate"], period=period)
    assert (figure.target, figure.target_mark) == (0.85, "")
    assert all(one.extra["population_source"] == "演示数据" for one in areas.children("110102"))
    beside = alike.alike(leader, area="110102", code="reports", period=period)
    assert beside is not None and len(beside.values) > 5
    appeals = Contest.objects.select_related("case")
    assert appeals and all(one.case.is_demo for one in appeals)
    for one in Restatement.objects.all():
        assert one.left_out and one.recalculated_at is not None, "told anew before anybody looks"


def loading_again_keeps_what_is_there() -> None:
    before = (Case.objects.count(), Person.objects.count(), journal.JournalEntry.objects.count())
    assert demo.load(size=SMALL).was_there
    assert before == (Case.objects.count(), Person.objects.count(), journal.JournalEntry.objects.count())


def reset_empties_a_demonstration_and_nothing_else() -> None:
    assert not list(resetting._not_demo()), "open data that came with it is no reason to keep it"
    make_member("real", "真人")
    with pytest.raises(Conflict):
        demo.reset()
    assert Case.objects.exists()
    demo.reset(force=True)
    assert not Case.objects.exists() and not Account.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    with pytest.raises(Conflict):
        demo.reset(force=True)


def no_rule_of_a_figure_is_told_in_codes() -> None:
    """Each value that a rule names has a name in both languages, and each code by which a figure is divided."""
    named = naming.Named("110102")
    for code, one in declarations.in_force("110102").items():
        rule, told = one.rule, set()
        ratio = rule.measure.ratio
        parts = [ratio.numerator.where, ratio.denominator.where] if ratio else []
        for conditions in (rule.where, rule.measure.share or {}, *parts):
            told |= {(column, value) for column, wanted in conditions.items() for value in words_of(wanted)}
        for column, value in told:
            assert all(named.of(rule.dataset, column).get(value, ())), (code, column, value)
        for column in one.indicator.breakdowns:
            assert rule.dataset and datasets.get(rule.dataset).column(column).names("110102"), (code, column)


def words_of(wanted: object) -> set[str]:
    if isinstance(wanted, dict):
        return {word.rstrip(".") for one in wanted.values() for word in words_of(one)}
    found = wanted if isinstance(wanted, list) else [wanted]
    return {one for one in found if isinstance(one, str) and one}
