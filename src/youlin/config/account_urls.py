"""The addresses of allauth that are in use: nobody signs up, and accounts have no mail address to reset by."""

from allauth.account import views as account
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path


def not_here(request: HttpRequest) -> HttpResponse:
    """What allauth needs a name for and we do not offer."""
    raise Http404


urlpatterns = [
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", account.signup, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", transaction.atomic(account.password_change), name="account_change_password"),
    path("password/set/", not_here, name="account_set_password"),
    path("2fa/", include("allauth.mfa.urls")),
    path("", include("youlin.doors.accounts.urls")),
]
