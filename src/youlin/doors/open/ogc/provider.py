"""pygeoapi's view of one collection: it asks, our selectors answer. Loaded by pygeoapi alone, by its dotted name."""

from typing import Any

from pygeoapi.provider.base import BaseProvider

from youlin.doors.open.ogc import asking, district
from youlin.doors.open.ogc.features import COLLECTIONS, Asking


class Ours(BaseProvider):  # type: ignore[misc]
    """A collection of a district; `data` is the district's code."""

    def __init__(self, definition: dict[str, Any]) -> None:
        super().__init__(definition)
        self.collection = COLLECTIONS[definition["options"]["kind"]]
        self.site = definition["options"]["site"]
        self.get_fields()

    def get_fields(self) -> dict[str, dict[str, Any]]:
        """The properties; copied, because pygeoapi writes into them."""
        self._fields = {name: dict(schema) for name, schema in self.collection.fields.items()}
        return self._fields

    def query(
        self, offset: int, limit: int, bbox: list[float], datetime_: str | None, properties: Any, **_more: Any
    ) -> dict[str, Any]:
        """The items of a question that the door has checked."""
        box = asking.box_of(",".join(map(str, bbox))) if bbox else None
        asked = Asking(
            box=asking.one_sided(box, district.extent(self.data)),
            span=asking.span_of(datetime_),
            words=dict(properties),
            skip=offset,
            most=limit,
            site=self.site,
        )
        found = self.collection.query(self.data, asked)
        counted = {} if found.matched is None else {"numberMatched": found.matched}
        return {
            "type": "FeatureCollection",
            "features": found.features,
            "numberReturned": len(found.features),
            **counted,
        }

    def get(self, identifier: str, **_more: Any) -> dict[str, Any]:
        """One item. Raises `NotFound`."""
        return self.collection.one(self.data, identifier, self.site)
