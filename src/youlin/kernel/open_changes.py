"""What this thread has changed in a transaction that is still open: caches must not mix it with what is committed."""

import threading
import weakref
from collections.abc import Iterator

from django.db import transaction


class _Pending:
    """Lives in the connection's list of things to do after the commit, so it dies with the transaction."""

    def __call__(self) -> None:
        """Nothing to do: that it is gone says all."""


class OpenChanges(threading.local):
    """Names of what was changed, each with a token of its own while the transaction lasts, committed or not."""

    def __init__(self) -> None:
        self._noted: dict[str, tuple[weakref.ref[_Pending], object]] = {}

    def note(self, name: str) -> None:
        """`name` is changed in the transaction that is open now."""
        pending = _Pending()
        self._noted[name] = (weakref.ref(pending), object())
        transaction.on_commit(pending)

    def settle(self) -> bool:
        """Forget what was changed in transactions that have ended; whether there was any."""
        lasting = {name: one for name, one in self._noted.items() if one[0]() is not None}
        ended = len(lasting) < len(self._noted)
        self._noted = lasting
        return ended

    def token(self, name: str) -> object | None:
        """What stands for the change of `name` until it is settled; None when there is none."""
        noted = self._noted.get(name)
        return noted[1] if noted else None

    def __iter__(self) -> Iterator[str]:
        return iter(tuple(self._noted))
