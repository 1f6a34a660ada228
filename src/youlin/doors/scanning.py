"""Pages that read codes with the camera (`ui/scanner.html`): only they may run WebAssembly."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render one of them."""
    response = render(request, template, context, status=status)
    response._csp_update = {"script-src": ["'wasm-unsafe-eval'"]}  # type: ignore[attr-defined]
    return response
