"""Wrong passwords beyond those that axes counts by person and address: many addresses against one account, and one
address against many accounts.

Whoever uses a device of their own (`sign_in.remember_device`) is never stopped by what others guess. Only passwords
that were compared count, so somebody locked out elsewhere cannot use up an account's guesses. Counted in the
server's memory: each process by itself.
"""

from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest
from limits import RateLimitItemPerHour
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

PER_ACCOUNT = RateLimitItemPerHour(100)
"""OWASP ASVS 2.2.1: no more than a hundred failed attempts an hour on one account."""
PER_ADDRESS = RateLimitItemPerHour(400)
"""An office of four hundred may mistype once each; who tries one password on every account is stopped."""
COMPARED = "youlin.password_compared"

_limiter = SlidingWindowCounterRateLimiter(MemoryStorage())


def too_many(name: str, address: str) -> bool:
    """Whether an unknown device has to wait before it may try a password for this account from this address."""
    return not (
        _limiter.test(PER_ACCOUNT, f"account:{name}") and _limiter.test(PER_ADDRESS, f"address:{address}")
    )


def expect(request: HttpRequest, username: str) -> None:
    """Note whether the password that comes will be compared, or axes refuses it unseen."""
    request.META[COMPARED] = AxesProxyHandler.is_allowed(request, {"username": username})


def count(request: HttpRequest, name: str, address: str) -> None:
    """Count a wrong password."""
    if request.META.get(COMPARED):
        _limiter.hit(PER_ACCOUNT, f"account:{name}")
        _limiter.hit(PER_ADDRESS, f"address:{address}")


def forget() -> None:
    """Begin to count anew: for tests."""
    _limiter.storage.reset()
