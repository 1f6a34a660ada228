"""Reading ahead: the next pieces are got by another thread while the last one is worked on."""

from collections.abc import Generator
from contextlib import closing, suppress
from queue import Full, Queue
from threading import Event, Thread
from typing import TypeVar

from django.utils import translation

Piece = TypeVar("Piece")
WAITING = 2
"""How many pieces wait at most."""


def ahead(found: Generator[Piece]) -> Generator[Piece]:
    """The same pieces in the same order, errors too, in the language of whoever asks.

    Whoever may stop before the end closes it (`contextlib.closing`): then `found` is closed too, and what it holds open.

    Worth it where whoever works on them waits for a database meanwhile, or where getting them leaves Python alone.
    `found` must not use Django's connection: it would be another thread's.
    """
    ready: Queue[tuple[Piece | None, BaseException | None]] = Queue(maxsize=WAITING)
    stopped, language = Event(), translation.get_language()

    def put(piece: Piece | None, error: BaseException | None = None) -> None:
        while not stopped.is_set():
            with suppress(Full):
                return ready.put((piece, error), timeout=0.2)

    def read() -> None:
        try:
            with translation.override(language), closing(found):
                for piece in found:
                    put(piece)
                    if stopped.is_set():
                        return
            put(None, StopIteration())
        except BaseException as error:
            put(None, error)

    reader = Thread(target=read, name="ahead", daemon=True)
    reader.start()
    try:
        while True:
            piece, error = ready.get()
            if isinstance(error, StopIteration):
                return
            if error is not None:
                raise error
            yield piece  # type: ignore[misc]
    finally:
        stopped.set()
        reader.join()
