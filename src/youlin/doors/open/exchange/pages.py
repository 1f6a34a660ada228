"""The exchange of a district: seen, set up, tried out, put right."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from youlin.apps.areas import selectors as areas
from youlin.apps.exchange import selectors, services
from youlin.apps.exchange.services import polling, systems
from youlin.doors.entrance import staff
from youlin.doors.open.exchange.forms import ForwardForm, HookForm, SystemForm
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound, YoulinError

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
@staff("exchange")
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Everything at a glance."""
    return render(request, "open/exchange/overview.html", {"found": selectors.overview(actor)})


@require_http_methods(FORM_METHODS)
@staff("exchange")
def new_system(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Register an outside system."""
    form = SystemForm(request.POST or None, districts=_districts(actor))

    def save() -> HttpResponse:
        made = services.add_system(actor=actor, **form.cleaned_data)
        return _back(request, _("已登记"), "open:exchange-system", made.id)

    return _asked(request, form, _("登记外部系统"), save)


@require_http_methods(FORM_METHODS)
@staff("exchange")
def system(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """One system: what is known of it, what went there."""
    row, sent = selectors.system(actor, id)
    form = SystemForm(request.POST or None, districts=[], fixed=True, initial=_initial(row))

    def save() -> HttpResponse:
        services.change_system(actor=actor, district=row.district, system_id=id, **form.cleaned_data)
        return _back(request, _("已保存"), "open:exchange-system", id)

    return _asked(request, form, row.name, save, "system", row=row, sent=sent)


@require_POST
@staff("exchange")
def system_act(request: HttpRequest, actor: Actor, id: UUID, act: str) -> HttpResponse:
    """Try it out, ask it now, or retire it."""
    row, _sent = selectors.system(actor, id)
    if act == "test":
        offered = systems.offered(actor=actor, district=row.district, system_id=id)
        said = _("它在应答，提供 %(n)d 项服务") % {"n": len(offered)}
    elif act == "poll":
        said = _("%(n)d 件有变化") % {"n": polling.poll_system(row)}
    elif act == "retire":
        services.retire_system(actor=actor, district=row.district, system_id=id)
        said = _("已停用")
    else:
        raise NotFound()
    return _back(request, said, "open:exchange-system", id)


@require_POST
@staff("exchange")
def retry(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """Send one again at once."""
    row = selectors.forwarding(actor, id)
    services.retry_forwarding(actor=actor, district=row.district, forwarding_id=id)
    return _back(request, _("马上再次转送"), "open:exchange-system", row.system_id)


@require_http_methods(FORM_METHODS)
@staff("exchange")
def new_hook(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Make a subscription."""
    form = HookForm(request.POST or None, districts=_districts(actor))

    def save() -> HttpResponse:
        made, _secret = services.subscribe(actor=actor, **form.cleaned_data)
        return _back(request, _("已登记，密钥在下面"), "open:exchange-hook", made.id)

    return _asked(request, form, _("登记事件订阅"), save, events=selectors.events())


@require_http_methods(FORM_METHODS)
@staff("exchange")
def hook(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """One subscription: its secret, its events, what was sent lately."""
    row, sent = selectors.hook(actor, id)
    initial = {"name": row.name, "url": row.url, "acts": "\n".join(row.acts)}
    form = HookForm(request.POST or None, districts=[], fixed=True, initial=initial)

    def save() -> HttpResponse:
        services.change_hook(actor=actor, district=row.district, hook_id=id, **form.cleaned_data)
        return _back(request, _("已保存"), "open:exchange-hook", id)

    return _asked(request, form, row.name, save, "hook", row=row, sent=sent, events=selectors.events())


HOOK_ACTS: dict[str, tuple[Callable[..., object], str | Promise]] = {
    "test": (services.test_hook, _lazy("试发的事件已排队")),
    "pause": (services.pause_hook, _lazy("已暂停")),
    "resume": (services.resume_hook, _lazy("已恢复")),
    "rotate": (services.rotate_hook, _lazy("已换密钥；旧密钥一天内仍会签名")),
    "retire": (services.retire_hook, _lazy("已停用")),
}


@require_POST
@staff("exchange")
def hook_act(request: HttpRequest, actor: Actor, id: UUID, act: str) -> HttpResponse:
    """Try it out, pause, resume, change its secret, or end it."""
    row, _sent = selectors.hook(actor, id)
    if act not in HOOK_ACTS:
        raise NotFound()
    do, said = HOOK_ACTS[act]
    do(actor=actor, district=row.district, hook_id=id)
    if act == "retire":
        return _back(request, said, "open:exchange")
    return _back(request, said, "open:exchange-hook", id)


@require_POST
@staff("exchange")
def replay(request: HttpRequest, actor: Actor, id: UUID) -> HttpResponse:
    """Send an event again."""
    row = selectors.message(actor, id)
    services.replay(actor=actor, district=row.district, message_id=id)
    return _back(request, _("马上重新投递"), "open:exchange-hook", row.subscription_id)


@require_http_methods(FORM_METHODS)
@staff("exchange")
def forward(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Forward a case: to whom it went, and to whom it may go."""
    found = selectors.of_case(actor, number)
    form = ForwardForm(request.POST or None, systems=[(one.code, one.name) for one in found.left])

    def save() -> HttpResponse:
        services.forward(actor=actor, district=found.district, case_id=found.case_id, **form.cleaned_data)
        return _back(request, _("马上转送"), "open:exchange-forward", number)

    title = _("转送 %(number)s") % {"number": number}
    shown = {"sent": found.sent, "left": found.left, "may": found.may}
    return _asked(request, form, title, save, "forward", number=number, **shown)


def _asked(
    request: HttpRequest,
    form: forms.Form,
    title: str,
    save: Callable[[], HttpResponse],
    template: str = "form",
    **shown: Any,
) -> HttpResponse:
    """The page with its form; what was refused is shown again with what was entered."""
    problems = []
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                return save()
            except YoulinError as error:
                status = 422 if error.status == 400 else error.status
                for problem in error.problems:
                    if problem.field in form.fields:
                        form.add_error(problem.field, f"{problem.message} {problem.remedy}".strip())
                    else:
                        problems.append(problem)
    content = {"form": form, "title": title, "problems": problems, **shown}
    return render(request, f"open/exchange/{template}.html", content, status=status)


def _back(request: HttpRequest, said: str | Promise, name: str, *args: object) -> HttpResponse:
    messages.success(request, str(said))
    return HttpResponseRedirect(reverse(name, args=args))


def _districts(actor: Actor) -> list[tuple[str, str]]:
    return [(code, areas.short_name(code)) for code in selectors.overview_districts(actor)]


def _initial(row: Any) -> dict[str, Any]:
    """A system as its form shows it; its key never comes back."""
    names = ("name", "url", "jurisdiction", "keyed", "poll_minutes")
    lines = "\n".join(f"{ours} = {theirs}" for ours, theirs in row.services.items())
    return {**{name: getattr(row, name) for name in names}, "services": lines}
