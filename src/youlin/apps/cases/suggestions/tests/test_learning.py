"""A model learned from what people filed: right on later cases, explained by its words, replaced in one step."""

import os
import random

import pytest

from tests.cast import DISTRICT, Cast
from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.cases.suggestions import features, learning, storage
from youlin.apps.cases.suggestions.learning import PUT_IN_FORCE, TRAINED
from youlin.apps.cases.suggestions.model import Example, train
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.conftest import _seeded, people
from youlin.apps.cases.tests.factories import GARBAGE, NOISE
from youlin.kernel import journal
from youlin.kernel.errors import Invalid

__all__ = ["_seeded", "people"]

WORDS = {
    GARBAGE: ["垃圾桶满了", "厨余堆放发臭", "生活垃圾没人收", "垃圾袋堆在路边"],
    NOISE: ["半夜施工太吵", "广场舞音响很大", "楼上装修噪声", "夜里机器轰鸣"],
}


def examples(count: int) -> list[Example]:
    rng = random.Random(7)
    return [
        Example(
            f"{rng.choice(['三里河', '白广路', '护国寺'])}{rng.choice(WORDS[one])}，{rng.randrange(9)}天了",
            one,
            {},
        )
        for one in rng.choices(list(WORDS), k=count)
    ]


@pytest.fixture(autouse=True)
def _a_home_of_its_own(settings, tmp_path) -> None:
    settings.YOULIN_HOME = tmp_path
    storage._kept.clear()


def filed(count: int) -> None:
    for one, case in zip(examples(count), factories.many(count), strict=True):
        Case.objects.filter(id=case.id).update(description=one.text, category=one.category)


def test_the_model_beats_the_most_frequent_on_cases_that_came_later() -> None:
    earlier, later = learning.split(examples(200))
    model = learning.score("model", learning.by_model(train(earlier)), later)
    often = learning.score("often", learning.by_frequency(earlier), later)
    assert model.top1 > 0.95 > often.top1
    assert model.top3 >= model.top1


def test_a_guess_is_explained_by_the_words_that_led_to_it() -> None:
    (best, *_rest) = train(examples(200)).guess("白广路楼上装修噪声")
    assert best.category == NOISE
    assert set(best.words) & {"噪声", "装修", "楼上"}
    assert all(word in "白广路楼上装修噪声" for word in best.words)


def test_probabilities_add_up_and_an_empty_text_falls_back_to_shares() -> None:
    model = train(examples(60))
    assert model.chances(features.of("垃圾")).sum() == pytest.approx(1, abs=1e-4)
    assert len(model.guess("")) == 2


def test_learning_stores_a_version_that_the_suggestions_use(people: Cast) -> None:
    filed(240)
    learned = learning.learn(DISTRICT)
    assert (learned.version, learned.categories) == (1, 2)
    assert learning.learn(DISTRICT).version == 2
    assert [path.name for path in storage.path(DISTRICT).parent.iterdir()] == [f"{DISTRICT}.npz"]
    best = selectors.suggest_categories(DISTRICT, "夜里机器轰鸣")[0]
    assert best.code == NOISE and best.words


def test_training_and_putting_in_force_are_journalled_with_who_and_how_well(people: Cast) -> None:
    filed(240)
    learning.learn(DISTRICT, actor=people.sun.actor, operator="ops")
    measured = learning.learn(DISTRICT, use=False)
    assert (measured.in_force, measured.version, storage.version(DISTRICT)) == (False, 2, 1)
    entries = journal.entries_for(areas.get(DISTRICT))
    first, second, third = [entry for entry in entries if entry.act.startswith("cases.suggestions")]
    assert (first.act, second.act, third.act) == (TRAINED, PUT_IN_FORCE, TRAINED)
    assert first.actor_person == second.actor_person == people.sun.id
    assert (first.after["cases"], first.after["operator"], third.after["in_force"]) == (240, "ops", False)
    assert first.after["scores"]["model"]["top1"] > 0.9 and first.after["scores"]["model"]["cases"] == 48
    assert (second.after["before"], second.after["version"]) == (0, 1)


def test_what_is_refused_is_not_journalled(people: Cast) -> None:
    with pytest.raises(Invalid):
        learning.learn(DISTRICT)
    acts = [entry.act for entry in journal.entries_for(areas.get(DISTRICT))]
    assert TRAINED not in acts


def test_without_a_model_or_with_a_broken_one_declared_words_speak(people: Cast) -> None:
    assert selectors.suggest_categories(DISTRICT, "垃圾满溢")[0].words[0] in ("垃圾", "垃圾满溢")
    storage.path(DISTRICT).parent.mkdir(parents=True)
    storage.path(DISTRICT).write_bytes(b"no model")
    assert storage.load(DISTRICT) is None
    assert selectors.suggest_categories(DISTRICT, "垃圾满溢")[0].code == GARBAGE


def test_a_write_that_fails_leaves_the_old_model_in_place(people: Cast, monkeypatch) -> None:
    storage.save(DISTRICT, train(examples(60)), {"version": 1})

    def refuse(_from: str, _to: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        storage.save(DISTRICT, train(examples(60)), {"version": 2})
    assert storage.version(DISTRICT) == 1
    assert len(list(storage.path(DISTRICT).parent.iterdir())) == 1


def test_a_model_that_did_worse_than_declared_words_comes_after_them(people: Cast) -> None:
    model = train(examples(200))
    text = "夜里机器轰鸣，旁边垃圾满溢"
    storage.save(DISTRICT, model, {"version": 1, "leads": True})
    assert selectors.suggest_categories(DISTRICT, text)[0].code == NOISE
    storage._kept.clear()
    storage.save(DISTRICT, model, {"version": 2, "leads": False})
    assert selectors.suggest_categories(DISTRICT, text)[0].code == GARBAGE


def test_too_few_cases_are_refused_in_words(people: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        learning.learn(DISTRICT)
    assert "200" in refused.value.problems[0].message


def test_confidential_void_and_repeated_cases_teach_nothing(people: Cast) -> None:
    filed(4)
    ids = list(Case.objects.values_list("id", flat=True))
    Case.objects.filter(id=ids[0]).update(confidential=True)
    Case.objects.filter(id=ids[1]).update(outcome="void")
    Case.objects.filter(id=ids[2]).update(outcome="duplicate")
    assert len(learning.examples_of(DISTRICT)) == 1
