"""A district's street network: stored, replaced, removed."""

import hashlib
from uuid import UUID

import numpy as np
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.places.models import StreetNetwork
from youlin.apps.places.services import bulk
from youlin.apps.places.walking.network import Network, written
from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

LEAST_INSIDE = 0.02
"""Of the crossings so many must lie in the district: less is another town's file, or swapped coordinates."""


@transaction.atomic
def set_network(
    *, actor: Actor, district: str, network: Network, source: str, licence: str = ""
) -> StreetNetwork:
    """Make this the network of a district, in place of the one before. `source` says whose streets these are.

    Raises `Invalid` where it does not lie in the district, `NotAllowed` unless the actor keeps all its places.
    """
    bulk.may_register(actor, district)
    if not source.strip():
        raise Invalid(_("请写明路网的来源"), field="source", remedy=_("例如：© OpenStreetMap contributors"))
    _demand_here(district, network)
    content = written(network)
    old = StreetNetwork.objects.select_for_update().filter(district=district).first()
    row = old or StreetNetwork(district=district)
    before = _told(old) if old else None
    row.source, row.licence = source.strip()[:120], licence.strip()[:64]
    row.content, row.digest = content, hashlib.sha256(content).hexdigest()
    row.nodes, row.segments = len(network.lons), len(network.a)
    row.created_at = clock.now()
    row.save()
    journal.append(
        act="places.network_set",
        actor=actor,
        subject=row,
        area=district,
        before=before,
        after=_told(row),
        first=old is None,
    )
    return row


@transaction.atomic
def remove_network(*, actor: Actor, district: str) -> UUID:
    """Take the network away: distances are straight lines again."""
    bulk.may_register(actor, district)
    row = StreetNetwork.objects.select_for_update().filter(district=district).first()
    if row is None:
        raise NotFound(_("本区没有路网"))
    journal.append(
        act="places.network_removed", actor=actor, subject=row, area=district, before=_told(row), after={}
    )
    removed = row.id
    row.delete()
    return removed


def _demand_here(district: str, network: Network) -> None:
    codes = areas.locate_many(network.lons, network.lats, prefix=district)
    inside = float(np.mean([bool(code) for code in codes])) if len(codes) else 0.0
    if inside < LEAST_INSIDE:
        raise Invalid(
            _("这张路网不在本区：只有 %(share)s %% 的路口在区内") % {"share": round(inside * 100, 1)},
            field="file",
            remedy=_("请核对区划代码和坐标（WGS84，经度在前）"),
        )


def _told(row: StreetNetwork) -> dict[str, object]:
    return {
        "source": row.source,
        "licence": row.licence,
        "nodes": row.nodes,
        "segments": row.segments,
        "digest": row.digest,
    }
