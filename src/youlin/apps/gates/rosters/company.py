"""A company's own system as a source of its roster: page by page over HTTPS, in the shape that the guide describes.

GET the address with `month` and `page`, and a bearer token. The answer is `{"month": "2026-11", "pages": 3, "riders":
[{"name": …, "phone": …, "active": true}]}`. A roster that does not come whole ends nobody's code.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from youlin.apps.gates.rosters.reading import MOST_ROWS, Listed, Row, told
from youlin.kernel import clock, outgoing
from youlin.kernel.errors import Conflict, Invalid

MOST_PAGES = 200


class Rider(BaseModel):
    """One rider as a company tells of them."""

    model_config = ConfigDict(strict=True)

    name: str = Field(max_length=200)
    phone: str = Field(default="", max_length=64)
    active: bool = True


class Page(BaseModel):
    """One page of a roster. What else stands in it is the company's own affair."""

    model_config = ConfigDict(strict=True)

    month: str = Field(pattern=r"^\d{4}-\d{2}$")
    pages: int = Field(ge=1, le=MOST_PAGES)
    riders: list[Rider]


@dataclass(frozen=True)
class Company:
    """A source (`reading.Source`): the system at `url`, which knows us by `token`."""

    url: str
    token: str

    def listed(self) -> Listed:
        """This month's roster, whole. Raises `Conflict` where the system gives none, `Invalid` where nobody is on it."""
        month, found, number, last = f"{clock.today():%Y-%m}", Listed(), 1, 1
        while number <= last:
            page = self._page(month, number)
            if page.month != month or (number > 1 and page.pages != last):
                raise _unusable(_("各页不是同一个月或同一份名单"))
            for rider in page.riders:
                line = len(found.rows) + len(found.faults) + 1
                name, phone = (one.replace("\0", "").strip() for one in (rider.name, rider.phone))
                found.add(Row(line, name[:64], phone[:32], not rider.active))
            if len(found.rows) > MOST_ROWS:
                raise _unusable(_("超过 %(most)s 人") % {"most": MOST_ROWS})
            number, last = number + 1, page.pages
        return told(found)

    def _page(self, month: str, number: int) -> Page:
        joined = "&" if "?" in self.url else "?"
        address = f"{self.url}{joined}{urlencode({'month': month, 'page': number})}"
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json"}
        try:
            answer = outgoing.call("GET", address, headers=headers)
        except (outgoing.NotSent, outgoing.NotAnswered) as error:
            raise _unusable(_("没有连上")) from error
        if answer.status != 200:
            raise _unusable(_("回答 %(status)s") % {"status": answer.status})
        try:
            return Page.model_validate_json(answer.body)
        except ValidationError as error:
            raise _unusable(_("回答的格式不对")) from error


def known() -> dict[tuple[str, str], Company]:
    """By district and the company's code: the systems that are set (`YOULIN_ROSTER_SOURCES`). Raises `Invalid`."""
    found = {}
    for name, source in settings.ROSTER_SOURCES.items():
        district, _slash, code = name.partition("/")
        if not isinstance(source, dict) or not {"url", "token"} <= source.keys() or not code:
            raise Invalid(
                _("名单来源“%(name)s”写得不对") % {"name": name},
                field="YOULIN_ROSTER_SOURCES",
                remedy=_('请写成 {"110102/企业代码": {"url": "https://…", "token": "…"}}'),
            )
        found[district, code] = Company(str(source["url"]), str(source["token"]))
    return found


def _unusable(why: str) -> Conflict:
    return Conflict(_("没有取到完整的名单：%(why)s") % {"why": why}, remedy=_("没有停用任何人的码；稍后再取"))
