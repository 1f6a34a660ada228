"""One's saved views of the cockpit: kept under a name, told of every week or month if one likes, let go of."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.areas import selectors as areas
from youlin.apps.indicators import saved_views
from youlin.doors.entrance import staff
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound, Problem

KEPT = ("period", "compare", "show")
"""What a saved view remembers of an address."""


class ViewForm(forms.Form):
    """A name, what it is about, and whether one wants to hear of it."""

    name = forms.CharField(
        label=gettext_lazy("名称"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    every = forms.ChoiceField(label=gettext_lazy("提醒我"), choices=list(saved_views.CHOICES), required=False)
    area = forms.CharField(max_length=24, widget=forms.HiddenInput)
    query = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)


@require_http_methods(["GET", "HEAD", "POST"])
@staff("cockpit")
def views(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One's saved views; `?area=` offers to save that area's page as it was looked at, POST saves it."""
    if request.method == "POST":
        form = ViewForm(request.POST)
        problems: list[Problem] = []
        if form.is_valid():
            given = form.cleaned_data
            try:
                saved_views.save_view(
                    actor=actor,
                    name=given["name"],
                    area=given["area"],
                    query=_kept(QueryDict(given["query"])),
                    every=given["every"],
                )
                messages.success(request, _("已保存"))
                return HttpResponseRedirect(reverse("cockpit:views"))
            except Invalid as error:
                problems = error.problems
        return _page(request, actor, form, problems, status=422)
    area = request.GET.get("area", "")
    if not area:
        return _page(request, actor, None, [])
    name = areas.get(area).short_name
    form = ViewForm(initial={"area": area, "query": _kept(request.GET), "name": name})
    return _page(request, actor, form, [])


@require_POST
@staff("cockpit")
def drop(request: HttpRequest, actor: Actor, view_id: UUID) -> HttpResponse:
    """Let go of one's own view."""
    if view_id not in {one.id for one in saved_views.views(actor)}:
        raise NotFound(_("没有这个看法"))
    saved_views.drop_view(actor=actor, view_id=view_id)
    messages.success(request, _("已删除"))
    return HttpResponseRedirect(reverse("cockpit:views"))


def _page(
    request: HttpRequest, actor: Actor, form: ViewForm | None, problems: list[Problem], status: int = 200
) -> HttpResponse:
    context = {"views": saved_views.views(actor), "form": form, "problems": problems}
    return render(request, "cockpit/views.html", context, status=status)


def _kept(query: QueryDict) -> str:
    """What of an address is kept."""
    held = QueryDict(mutable=True)
    for name in KEPT:
        if value := query.get(name, "")[:40].replace("\0", ""):
            held[name] = value
    return held.urlencode()
