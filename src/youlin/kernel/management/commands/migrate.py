"""Django's `migrate`, with short locks and one at a time (`kernel.migrating`)."""

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from youlin.kernel import migrating


class Command(migrate.Command):
    """Run by `youlin run` before it starts; `youlin manage migrate` for developers."""

    def handle(self, *args: Any, **options: Any) -> None:
        def work() -> None:
            super(Command, self).handle(*args, **options)

        migrating.careful(connections[options["database"]], work)
