"""Reporters sign in by a one-time code sent to their phone."""

from uuid import UUID

from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from youlin.apps.parties import sign_in as party_sign_in
from youlin.doors.portal.forms import CodeForm, PhoneForm
from youlin.kernel.errors import YoulinError

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
PHONE = "sign_in_phone"
TICKET = "sign_in_ticket"
GOAL = "sign_in_next"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a phone number and send a code; the answer is the same whoever the number belongs to."""
    form = PhoneForm(request.POST or None)
    goal = request.GET.get("next", "")
    if goal and url_has_allowed_host_and_scheme(goal, allowed_hosts={request.get_host()}):
        request.session[GOAL] = goal
    if request.method == "POST" and form.is_valid():
        phone = form.cleaned_data["phone"]
        try:
            sent = party_sign_in.send_code(phone=phone, address=party_sign_in.client_address(request))
        except YoulinError as error:
            for problem in error.problems:
                form.add_error("phone", f"{problem.message} {problem.remedy}".strip())
        else:
            request.session[PHONE] = phone
            request.session[TICKET] = str(sent.ticket)
            return HttpResponseRedirect(reverse("portal:sign-in-code"))
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/sign_in.html", {"form": form}, status=status)


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Take the code and sign in."""
    phone = request.session.get(PHONE)
    if not phone:
        return HttpResponseRedirect(reverse("portal:sign-in"))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = party_sign_in.account_by_code(
                phone=phone, code=form.cleaned_data["code"], ticket=UUID(request.session[TICKET])
            )
        except YoulinError as error:
            for problem in error.problems:
                form.add_error("code", f"{problem.message} {problem.remedy}".strip())
        else:
            goal = request.session.pop(GOAL, reverse("portal:my"))
            del request.session[PHONE], request.session[TICKET]
            login(request, account, backend=BACKEND)
            return HttpResponseRedirect(goal)
    status = 422 if request.method == "POST" else 200
    return render(request, "portal/sign_in_code.html", {"form": form}, status=status)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return HttpResponseRedirect("/")
