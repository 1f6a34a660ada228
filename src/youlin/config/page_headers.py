"""What browsers may keep of our pages, and who may use them: nothing of a signed-in person's, and nobody else's site."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PERSONAL = "private, no-store"


class PageHeaders:
    """Sends `Cross-Origin-Resource-Policy`; to a browser with a session also `no-store`, where a view says nothing.

    Asks the cookie, not the session: no query, and rather too careful.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        begins = settings.SESSION_COOKIE_NAME in response.cookies
        if begins or settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", PERSONAL)
        return response
