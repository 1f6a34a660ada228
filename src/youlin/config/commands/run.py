"""`youlin run` and `youlin worker`."""

import click
from django.conf import settings

from youlin.config import supervisor


@click.command()
@click.option("--port", default=8000, show_default=True, envvar="PORT", help="Port to listen on.")
@click.option("--host", default="127.0.0.1", show_default=True, envvar="HOST", help="Address to listen on.")
@click.option("--processes", default=1, show_default=True, help="Server processes.")
@click.option("--demo/--no-demo", default=None, help="Demonstration district and cast (YOULIN_DEMO).")
def run(port: int, host: str, processes: int, demo: bool | None) -> None:
    """Start server and worker together; Ctrl-C ends both cleanly.

    On first start the database, the keys and (with --demo) the demonstration district are made in YOULIN_HOME.
    Started again, it keeps what is there.
    """
    raise SystemExit(
        supervisor.run(
            host=host, port=port, processes=processes, demo=settings.DEMO if demo is None else demo
        )
    )


@click.command()
def worker() -> None:
    """Start one more worker. It drains reactions, runs jobs and keeps the schedule; any number may run."""
    from youlin.kernel import jobs

    jobs.Worker().run()
