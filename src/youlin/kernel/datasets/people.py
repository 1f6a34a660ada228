"""What happens to people changes rows that no entry names: they are erased, forgotten after a time, or merged."""

from collections.abc import Callable

from django.db.models import Q

MERGED = Q(act__in=["parties.merge_followed", "parties.rows_returned"])
"""Entries of a district after which rows belong to another record of the same person."""


def forgotten(*kinds: str) -> Callable[[], str]:
    """Marks of a dataset: how often people were erased, and rows of these kinds forgotten by their retention."""

    def told() -> str:
        from youlin.kernel.privacy.models import PrivacyAct

        erased = PrivacyAct.objects.filter(act=PrivacyAct.Act.ERASED).count()
        expired = PrivacyAct.objects.filter(act=PrivacyAct.Act.EXPIRED, subject_kind__in=kinds).count()
        return f"{erased}:{expired}"

    return told
