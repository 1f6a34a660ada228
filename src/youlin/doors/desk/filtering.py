"""What a list is asked for: the address's words, a saved filter beneath them, a view of the sidebar."""

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext_lazy as _

from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.lists.filters import FilterRow
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

ARRIVED = "arrived"
"""What other districts handed here; there is such a view only where there are other districts."""
VIEWS: dict[str, tuple[Any, dict[str, Any]]] = {
    "mine": (_("我的"), {"mine": True}),
    "soon": (_("快到期"), {"light": "soon"}),
    "late": (_("超时"), {"overdue": True}),
    "unassigned": (_("无人承办"), {"unassigned": True}),
    "decide": (_("等我批"), {"to_decide": True, "open": None}),
    "called": (_("叫到我的"), {"called": True}),
    "supervised": (_("督办"), {"mark": "supervised", "open": None}),
    "held": (_("挂账"), {"mark": "carried"}),
    ARRIVED: (_("外区来件"), {"mark": "arrived"}),
    "duplicates": (_("疑似重复"), {"possible_duplicates": True}),
    "closed": (_("已结案"), {"open": False, "order": "closed"}),
    "all": (_("未结和已结"), {"open": None, "order": "newest"}),
}
"""Named views: words and the filters they mean."""
OPEN = "open"
"""The plain list, also where a saved filter would come first."""
VIEW_KEYS = {
    "mine": "m",
    "soon": "s",
    "late": "l",
    "unassigned": "u",
    "decide": "y",
    "called": "w",
    "supervised": "t",
    "held": "h",
    "arrived": "n",
    "duplicates": "d",
    "closed": "c",
    "all": "a",
}
"""The key after `g` that goes to a view."""
LIGHTS = [("", _("全部")), ("ok", _("期限内")), ("soon", _("快到期")), ("late", _("超时"))]
ORDERS = [
    ("due", _("按时限")),
    ("newest", _("新的在前")),
    ("oldest", _("旧的在前")),
    ("updated", _("刚更新的在前")),
    ("closed", _("刚结案的在前")),
]
DUE = [("", _("不限")), ("1", _("今天到期")), ("2", _("明天前到期")), ("7", _("七天内到期"))]
KEPT_IN_A_FILTER = (
    "view", "q", "light", "due", "area", "category", "state", "channel", "from", "to", "archived", "order",
)  # fmt: skip
"""What a saved filter remembers of an address: what is shown, not which page or layout."""
_CODE = re.compile(r"^[\w.-]{1,32}$")
_STATES_MOST = 20
_LONGEST_PAGE = 100_000


class FilterForm(forms.Form):
    """What the list shows; every field may be empty, and rubbish is ignored rather than refused."""

    q = forms.CharField(required=False, max_length=100, label=_("搜索"))
    light = forms.ChoiceField(required=False, choices=LIGHTS, label=_("时限"))
    due = forms.ChoiceField(required=False, choices=DUE, label=_("到期"))
    area = forms.CharField(required=False, max_length=24, label=_("区划"))
    category = forms.CharField(required=False, max_length=128, label=_("类别"))
    channel = forms.CharField(required=False, max_length=24, label=_("来源"))
    order = forms.ChoiceField(required=False, choices=ORDERS, label=_("顺序"))
    archived = forms.BooleanField(required=False, label=_("连同已归档的"))

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        dates = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.fields["from"] = forms.DateField(required=False, label=_("反映时间从"), widget=dates)
        self.fields["to"] = forms.DateField(required=False, label=_("到"), widget=dates)

    def asked(self) -> dict[str, Any]:
        """What was given and makes sense, in the selector's terms."""
        self.is_valid()
        terms = {
            "q": "text",
            "due": "due_days",
            "from": "reported_from",
            "to": "reported_to",
        }
        given = {terms.get(key, key): value for key, value in self.cleaned_data.items() if value}
        if "due_days" in given:
            given["due_days"] = int(given["due_days"])
        states = self.data.getlist("state") if isinstance(self.data, QueryDict) else []
        kept = tuple(dict.fromkeys(code for code in states if _CODE.match(code)))[:_STATES_MOST]
        return given | ({"states": kept} if kept else {})

    def page(self) -> int:
        """The page asked for; 1 when it is no number."""
        text = str(self.data.get("page", "1")) if self.is_bound else "1"
        return min(max(int(text), 1), _LONGEST_PAGE) if text.isascii() and text.isdigit() else 1


@dataclass(frozen=True)
class Asked:
    """A list as it was asked for; `query` is what a saved filter would keep of it."""

    form: FilterForm
    filters: CaseFilters
    view: str
    saved: FilterRow | None
    query: str


def asked_in(request: HttpRequest, actor: Actor) -> Asked:
    """The list that the address means."""
    return asked(request.GET, actor)


def asked(given: QueryDict, actor: Actor) -> Asked:
    """The list that these words mean, over those of the saved filter they name, if it is there."""
    saved = _saved(given.get("filter", ""), actor)
    words = QueryDict(saved.query if saved else "", mutable=True)
    for name in given:
        if name != "filter":
            words.setlist(name, given.getlist(name))
    view = words.get("view", "")
    view = view if view in VIEWS else ""
    form = FilterForm(words or None)
    preset = VIEWS[view][1] if view else {}
    filters = CaseFilters(**{**preset, **form.asked()}) if words else CaseFilters()
    return Asked(form, filters, view, saved, kept(words))


def kept(words: QueryDict) -> str:
    """What of an address is a filter, in a fixed order, so that the same list has the same words."""
    found = QueryDict(mutable=True)
    for name in KEPT_IN_A_FILTER:
        values = [value for value in words.getlist(name) if value.strip()]
        values = values if name != "view" or values[-1:] != [OPEN] else []
        if values:
            found.setlist(name, values)
    return found.urlencode()


def filters_of_query(query: str, actor: Actor) -> CaseFilters:
    """The filters that stored words mean."""
    return asked(QueryDict(query), actor).filters


def _saved(text: str, actor: Actor) -> FilterRow | None:
    try:
        return lists.saved_filter(actor, UUID(text)) if text else None
    except (ValueError, NotFound):
        return None
