"""Saved filters: the sidebar's part, the page where they are kept, and more ways to narrow the list."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import selectors as cases
from youlin.apps.cases.lists import selectors as lists
from youlin.apps.cases.lists import services
from youlin.apps.cases.words import CHANNELS
from youlin.apps.duties import selectors as duties
from youlin.doors.desk import filtering, inbox
from youlin.doors.desk.filtering import DUE, LIGHTS, ORDERS, VIEWS
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, Problem

STEPS = {"up": -1, "down": 1}


class SaveForm(forms.Form):
    """A name for the list that is shown, and who else sees it."""

    name = forms.CharField(
        label=gettext_lazy("名称"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "placeholder": gettext_lazy("例如：今天到期未处置")}
        ),
    )
    shared_with = forms.ChoiceField(label=gettext_lazy("共享给"), required=False)
    is_default = forms.BooleanField(label=gettext_lazy("打开派遣台时先看这个"), required=False)
    query = forms.CharField(required=False, max_length=1000, widget=forms.HiddenInput)
    filter_id = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, kinds: tuple[tuple[str, str], ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        share = self.fields["shared_with"]
        if isinstance(share, forms.ChoiceField):
            share.choices = [("", gettext_lazy("只给自己")), *kinds]


@require_http_methods(["GET", "HEAD", "POST"])
@staff("desk")
def manage(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's saved filters; GET with a list's words offers to save that list, POST saves it."""
    kinds = lists.sharing_kinds(actor)
    if request.method == "POST":
        form = SaveForm(request.POST, kinds=kinds)
        problems: list[Problem] = []
        if form.is_valid():
            given = form.cleaned_data
            try:
                saved = services.save_filter(
                    actor=actor,
                    name=given["name"],
                    query=filtering.kept(QueryDict(given["query"])),
                    shared_with=given["shared_with"],
                    is_default=given["is_default"],
                    filter_id=given["filter_id"],
                )
                return HttpResponseRedirect(f"{reverse('desk:inbox')}?filter={saved.id}")
            except (Invalid, Conflict) as error:
                problems = error.problems
        return _page(request, actor, form, str(form.data.get("query", "")), problems, status=422)
    asked = filtering.asked_in(request, actor)
    own = asked.saved if asked.saved and asked.saved.mine else None
    first: dict[str, Any] = {"query": asked.query}
    if own is not None and "edit" in request.GET:
        first |= {
            "filter_id": own.id,
            "name": own.name,
            "shared_with": own.shared_with,
            "is_default": own.is_default,
        }
    return _page(request, actor, SaveForm(initial=first, kinds=kinds), asked.query, [])


@require_POST
@staff("desk")
def change(request: HttpRequest, actor: Actor, filter_id: UUID) -> HttpResponse:
    """Move one's own filter up or down, make it the first to see, or delete it."""
    do = request.POST.get("do", "")
    if do in STEPS:
        services.move_filter(actor=actor, filter_id=filter_id, step=STEPS[do])
    elif do == "delete":
        services.drop_filter(actor=actor, filter_id=filter_id)
    elif do == "default":
        one = lists.saved_filter(actor, filter_id)
        services.save_filter(
            actor=actor,
            name=one.name,
            query=one.query,
            shared_with=one.shared_with,
            is_default=not one.is_default,
            filter_id=one.id,
        )
    else:
        raise Invalid(_("不明白要做什么"), field="do", remedy=_("请用页面上的按钮"))
    return HttpResponseRedirect(reverse("desk:filters"))


@require_safe
@staff("desk")
def side(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The sidebar's saved filters with their counts; asked for after the page, once a minute."""
    rows = [
        {
            "row": row,
            "count": lists.count(actor, filtering.filters_of_query(row.query, actor)),
            "key": number if number < 10 else None,
        }
        for number, row in enumerate(lists.saved_filters(actor), start=1)
    ]
    context = {"rows": rows, "current": request.GET.get("current", ""), "counted": lists.COUNTED}
    return render(request, "desk/_saved.html", context)


@require_safe
@staff("desk")
def more(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every way to narrow the list, in one form."""
    asked = filtering.asked_in(request, actor)
    context = {
        "form": asked.form if asked.form.is_bound else filtering.FilterForm(QueryDict("order=due")),
        "filters": asked.filters,
        "view": asked.view,
        "views": [("", _("未结案")), *((code, label) for code, (label, _f) in VIEWS.items())],
        "states": lists.states(actor),
        "chosen_states": asked.filters.states,
        "channels": list(CHANNELS.items()),
        "categories": _categories(actor),
        "areas": _areas(actor, asked.filters.area),
        "lights": LIGHTS,
        "dues": DUE,
        "due_days": str(asked.filters.due_days or ""),
        "orders": ORDERS,
    }
    return render(request, "desk/more.html", context)


def _page(
    request: HttpRequest,
    actor: Actor,
    form: SaveForm,
    query: str,
    problems: list[Problem],
    *,
    status: int = 200,
) -> HttpResponse:
    saved = lists.saved_filters(actor)
    context = {
        "form": form,
        "problems": problems,
        "words": in_words(query, actor),
        "saved": [
            {"row": row, "words": in_words(row.query, actor), "shared": _kind_name(actor, row.shared_with)}
            for row in saved
        ],
        "query": query,
    }
    return render(request, "desk/filters.html", context, status=status)


def in_words(query: str, actor: Actor) -> str:
    """A filter as a person would say it."""
    words = QueryDict(query)
    filters = filtering.asked(words, actor).filters
    view = words.get("view", "")
    named = {code: name for code, name in lists.states(actor)} if filters.states else {}
    said = [
        str(VIEWS[view][0]) if view in VIEWS else _("未结案"),
        _("搜索“%(text)s”") % {"text": filters.text} if filters.text else "",
        str(dict(LIGHTS).get(words.get("light", ""), "")) if words.get("light") else "",
        str(dict(DUE).get(words.get("due", ""), "")) if filters.due_days else "",
        areas.short_name(filters.area) if filters.area else "",
        dict(_categories(actor)).get(filters.category, filters.category) if filters.category else "",
        "、".join(named.get(code, code) for code in filters.states),
        str(CHANNELS.get(filters.channel, filters.channel)) if filters.channel else "",
        f"{filters.reported_from or ''} – {filters.reported_to or ''}"
        if filters.reported_from or filters.reported_to
        else "",
        _("连同已归档的") if filters.archived else "",
    ]
    return " · ".join(part for part in said if part)


def _areas(actor: Actor, chosen: str) -> list[tuple[str, str]]:
    """The areas below what the actor reads, and the one that is chosen already."""
    home = inbox.home_of(actor)
    below = [(one.code, one.short_name) for one in areas.children(home)] if home else []
    known = {code for code, _name in below}
    return below + ([(chosen, areas.short_name(chosen))] if chosen and chosen not in known else [])


def _kind_name(actor: Actor, code: str) -> str:
    return dict(lists.sharing_kinds(actor)).get(code, code)


def _categories(actor: Actor) -> list[tuple[str, str]]:
    districts = duties.access(actor).districts("case.read")
    rows = cases.categories(districts[0], reportable_only=False) if districts else ()
    return [(row.code, row.name) for row in rows if not row.is_leaf]
