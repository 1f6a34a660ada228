"""What pages may ask the device for: our own pages place, camera and microphone, nobody else anything."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

OURS = ("camera", "geolocation", "microphone")
NOBODYS = ("browsing-topics", "display-capture", "payment", "usb")
POLICY = ", ".join([*(f"{name}=(self)" for name in OURS), *(f"{name}=()" for name in NOBODYS)])


class PermissionsPolicy:
    """Sends the `Permissions-Policy` header with every answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Permissions-Policy"] = POLICY
        return response
