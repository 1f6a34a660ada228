"""The stories are drawn from a seed and hold together before anything is written."""

from datetime import UTC, datetime

import pytest

from youlin.programmes import loader
from youlin.programmes.demo import files, stories, works
from youlin.programmes.demo.files import Pack
from youlin.programmes.demo.stories import Story

NOW = datetime(2026, 11, 18, 15, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def pack() -> Pack:
    return files.read(loader.FOLDER / "demo_xicheng")


def drawn(pack: Pack, seed: int = 1) -> list[Story]:
    return stories.draw(pack, seed=seed, now=NOW, count=150, fresh=40, stuck=10)


def test_the_same_seed_tells_the_same_stories(pack: Pack) -> None:
    assert drawn(pack) == drawn(pack)
    assert drawn(pack) != drawn(pack, seed=2)


def test_stories_are_told_in_order_and_lie_in_the_past(pack: Pack) -> None:
    told = drawn(pack)
    assert [story.at for story in told] == sorted(story.at for story in told)
    assert all(story.at < NOW for story in told)
    assert len({story.number for story in told}) == len(told)


def test_every_category_with_texts_can_be_reported(pack: Pack) -> None:
    known = {c.code: c for c in loader.load("city_management").categories()}
    written = {**pack.phrases.events, **pack.more.components, **pack.more.hotline, **pack.more.tip_offs}
    assert not set(written) - set(known)
    assert {c.code for c in known.values() if c.reportable} <= set(written)
    assert {scene.category for scene in pack.scenes.scenes} <= set(known)
    assert {told.category for told in (*pack.neighbour.cases, *pack.neighbour.crossings)} <= set(known)


def test_every_act_of_a_story_is_in_its_workflow(pack: Pack) -> None:
    programme = loader.load("city_management")
    types = {category.code: category.case_type for category in programme.categories()}
    for story in drawn(pack):
        workflow = programme.workflow(types[story.category])
        told = {beat.act for beat in story.beats}
        assert {act for act in told if not works.knows(act)} <= set(workflow["acts"]), story
        assert {act.partition(":")[0] for act in told if works.knows(act)} <= set(
            workflow.get("measures", {})
        ), story


def test_no_text_keeps_a_gap(pack: Pack) -> None:
    assert not [story.text for story in drawn(pack) if "{" in story.text]
