"""Codes that stand in figures have names in both languages: those of clocks, measures, rounds and channels."""

import pytest

from youlin.apps.cases import datasets, measures, words
from youlin.apps.cases.models import FollowUpRound
from youlin.programmes import loader


def named(dataset, column: str) -> set[str]:
    values = dataset.column(column).values
    assert all(zh and en for zh, en in values.values())
    return set(values)


def test_every_kind_and_state_of_a_measure_is_named():
    assert named(datasets.MEASURES, "kind") == set(measures.KINDS)
    assert named(datasets.MEASURES, "state") == {
        state for kind in measures.KINDS.values() for state in kind.states
    }


def test_every_state_of_calling_back_and_every_channel_is_named():
    assert named(datasets.ROUNDS, "state") == set(FollowUpRound.State.values)
    for dataset in (datasets.CASES, datasets.CLOCKS):
        assert set(words.CHANNELS) == named(dataset, "channel")


@pytest.mark.parametrize("programme", ["city_management", "friendly_city"])
def test_every_clock_that_a_workflow_starts_is_named(programme):
    used = set()
    for one in loader.load(programme).declarations.case_types.values():
        used |= {
            clock["name"] for state in one.workflow.get("states", {}).values() for clock in clocks(state)
        }
    assert used
    assert used <= named(datasets.CLOCKS, "clock")


def clocks(state):
    found = state.get("clock") or []
    return found if isinstance(found, list) else [found]
