"""How much of what tells who somebody is is found, and how much of what is found does: on texts made for it."""

from collections import Counter

from youlin.apps.cases.moderation import findings
from youlin.apps.cases.moderation.tests.labelled import texts

NUMBERS = ("phone", "plate", "id", "card", "email")


def counted() -> tuple[Counter[str], Counter[str], Counter[str]]:
    """For each kind how many marks were found, how many findings are no mark, how many marks were missed."""
    right, wrong, missed = Counter[str](), Counter[str](), Counter[str]()
    for text, marked in texts():
        found, wanted = Counter((one.kind, one.text) for one in findings.in_text(text)), Counter(marked)
        for told, pairs in ((right, found & wanted), (wrong, found - wanted), (missed, wanted - found)):
            told.update(kind for kind, _words in pairs.elements())
    return right, wrong, missed


def test_every_number_is_found_and_nothing_else_is_taken_for_one() -> None:
    right, wrong, missed = counted()
    assert [(kind, wrong[kind], missed[kind]) for kind in NUMBERS] == [(kind, 0, 0) for kind in NUMBERS]
    assert {kind: right[kind] for kind in NUMBERS} == {"phone": 8, "plate": 6, "id": 1, "card": 1, "email": 1}


def test_names_are_marks_for_a_person_who_reads() -> None:
    """As docs/guides/hotline.md says: of 17 names 13 are found, and of 19 findings 13 are names."""
    right, wrong, missed = counted()
    assert right["name"] + missed["name"] == 17
    assert right["name"] >= 13
    assert wrong["name"] <= 6
