"""Answers kept for some seconds in this process, where computing them anew for everybody who looks would be dear."""

import threading
from collections import OrderedDict
from collections.abc import Hashable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from youlin.kernel import clock

V = TypeVar("V")


class Kept(Generic[V]):
    """At most `most` answers, each for `seconds`. The key must hold everything an answer depends on, rights included."""

    def __init__(self, *, seconds: float, most: int = 64) -> None:
        self._lasts, self._most = timedelta(seconds=seconds), most
        self._lock = threading.Lock()
        self._known: OrderedDict[Hashable, tuple[datetime, V]] = OrderedDict()

    def get(self, key: Hashable) -> V | None:
        """The answer, None when there is none or it is too old; a clock that was set back makes it too old as well."""
        with self._lock:
            at, answer = self._known.get(key, (None, None))
        return answer if at is not None and timedelta() <= clock.now() - at < self._lasts else None

    def put(self, key: Hashable, answer: V) -> None:
        """Keep it from now on; what was kept longest goes when there are too many."""
        with self._lock:
            self._known[key] = clock.now(), answer
            self._known.move_to_end(key)
            while len(self._known) > self._most:
                self._known.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._known.clear()
