"""What is looked for, as an address says it: each search has a link of its own, and what cannot be read is told."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.places import selectors as places
from youlin.apps.places.finding import Asked
from youlin.apps.places.telling import Word
from youlin.doors import maps
from youlin.doors.portal.home import district_of
from youlin.kernel import clock
from youlin.kernel.errors import Problem

PAGE_SIZE = 20
LAST_PAGE = 250
NOW, AT = "now", "at"


@dataclass
class Search:
    """One search. `at` is the moment asked for; `here` the chosen point, without which nothing is told of distance."""

    district: str
    words: str = ""
    needs: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    area: str = ""
    open: str = ""
    at: datetime | None = None
    wheelchair: bool = False
    ride: bool = False
    here: tuple[float, float] | None = None
    page: int = 1
    problems: list[Problem] = field(default_factory=list)
    known_needs: list[Word] = field(default_factory=list)
    known_kinds: list[Word] = field(default_factory=list)

    @property
    def open_at(self) -> datetime | None:
        """The moment at which it must be open; None when that does not matter."""
        return clock.now() if self.open == NOW else self.at

    @property
    def narrowed(self) -> bool:
        """Whether anything but a point is asked for."""
        return bool(self.words or self.needs or self.kinds or self.area or self.open or self.wheelchair)

    def asked(self) -> Asked:
        """The same for `places`: from the chosen point, else from the middle of the street or district."""
        lon, lat = self.here or maps.middle(self.area or self.district) or (0.0, 0.0)
        return Asked(
            self.district,
            lon,
            lat,
            needs=self.needs,
            kinds=self.kinds,
            area=self.area,
            open_at=self.open_at,
            wheelchair=self.wheelchair,
            limit=self.page * PAGE_SIZE,
        )

    def query(self, **changes: Any) -> str:
        """The address of this search without what says nothing."""
        pairs: list[tuple[str, str]] = [("district", self.district)]
        pairs += [("q", self.words), ("kind", ",".join(self.kinds)), ("area", self.area), ("open", self.open)]
        pairs += [("need", need) for need in self.needs]
        pairs += [("at", f"{timezone.localtime(self.at):%Y-%m-%dT%H:%M}" if self.at else "")]
        pairs += [("wheelchair", "1" if self.wheelchair else ""), ("way", "ride" if self.ride else "")]
        pairs += [("lon", f"{self.here[0]:.6f}"), ("lat", f"{self.here[1]:.6f}")] if self.here else []
        told = [(name, value) for name, value in pairs if name not in changes]
        told += [(name, str(value)) for name, value in changes.items() if value is not None]
        return urlencode([(name, value) for name, value in told if value])


def search_of(request: HttpRequest) -> Search:
    """What the address asks for. What is not understood is left out and told in `problems`."""
    asked = request.GET
    search = Search(district_of(request), words=asked.get("q", "").replace("\0", "")[:100].strip())
    search.wheelchair = asked.get("wheelchair") == "1"
    search.ride = asked.get("way") == "ride"
    search.page = _page(asked.get("page", "1"))
    _choices(search, asked)
    _when(search, asked)
    _where(search, asked)
    return search


def _choices(search: Search, asked: QueryDict) -> None:
    """Needs, kinds and street: those that there are."""
    words = places.words(search.district)
    search.known_needs, search.known_kinds = list(words.needs), list(words.kinds)
    known_needs = {word.code for word in search.known_needs}
    known_kinds = {word.code for word in search.known_kinds}
    needs = [code for code in dict.fromkeys(asked.getlist("need")) if code][:20]
    kinds = [code for code in asked.get("kind", "")[:400].split(",") if code]
    search.needs = tuple(code for code in needs if code in known_needs)
    search.kinds = tuple(code for code in kinds if code in known_kinds)
    if len(search.needs) < len(needs):
        _told(search, "need", _("有的设施本区没有登记，没有按它找"), _("请从上面的按钮里选"))
    if len(search.kinds) < len(kinds):
        _told(search, "kind", _("本区没有这种地点，没有按它找"), _("请从列表里选"))
    area = asked.get("area", "")[:24]
    if area and area != search.district:
        if area.startswith(search.district) and areas.live(area):
            search.area = area
        else:
            _told(search, "area", _("没有这个街道，没有按它找"), _("请从列表里选"))


def _when(search: Search, asked: QueryDict) -> None:
    text = asked.get("at", "")[:32].strip()
    if text:
        search.at = _moment(text)
        if search.at is None:
            _told(
                search,
                "at",
                _("看不懂这个时间：%(text)s") % {"text": text},
                _("请写成 2026-11-23 18:30 的样子"),
            )
        else:
            search.open = AT
            return
    search.open = NOW if asked.get("open") == NOW else ""


def _moment(text: str) -> datetime | None:
    try:
        found = parse_datetime(text.replace(" ", "T", 1))
    except ValueError:
        return None
    if found is None or not 2000 <= found.year <= 2100:
        return None
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _where(search: Search, asked: QueryDict) -> None:
    lon, lat = asked.get("lon", "").strip(), asked.get("lat", "").strip()
    if not lon and not lat:
        return
    try:
        x, y = float(lon), float(lat)
    except ValueError:
        x = y = float("nan")
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        _told(search, "lon", _("看不懂这个位置，没有按它找"), _("请在图上点，或用“我的位置”"))
    else:
        search.here = (x, y)


def _page(text: str) -> int:
    return min(max(int(text), 1), LAST_PAGE) if text.isascii() and text.isdigit() and len(text) < 9 else 1


def _told(search: Search, name: str, message: str, remedy: str) -> None:
    search.problems.append(Problem(name, message, remedy))
