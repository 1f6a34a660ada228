"""Another installation of this very platform, run as a program of its own with a home of its own.

`prepare` makes a district and the key of a client; `serve PORT` answers; `close NUMBER` ends a case.
"""

import os
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")

KEY = "key-of-the-neighbour-0123456789abcdefghijklm"


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


def prepare() -> None:
    from tests import cast
    from tests.faults import scene
    from youlin.apps.parties import clients
    from youlin.kernel.actors import SYSTEM

    scene.prepare()
    clients.issue_key(actor=SYSTEM, district=cast.DISTRICT, name="邻区", key=KEY)


def serve(port: int) -> None:
    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet) as server:
        server.serve_forever()


def close(number: str) -> None:
    from youlin.apps.cases import lookup, services
    from youlin.kernel.actors import SYSTEM

    case = lookup.with_number(number)
    services.act(
        actor=SYSTEM,
        case_id=case.id,
        act="void",
        idempotency_key=f"close-{number}",
        note="不属于本区管辖，已告知",
    )


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "prepare":
        prepare()
    elif sys.argv[1] == "serve":
        serve(int(sys.argv[2]))
    else:
        close(sys.argv[2])
