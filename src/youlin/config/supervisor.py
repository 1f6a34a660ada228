"""Server and worker as two child processes of one command: started together, ended together."""

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click
from django.conf import settings
from django.core.management import call_command

from youlin.kernel import outgoing
from youlin.kernel.observing import metrics
from youlin.ui import static_files

SERVER_IS_LATE = 60.0
"""Seconds after which a server that does not answer is reported."""
STOP_WITHIN = 15.0
"""Seconds a child is given to end by itself."""


def run(*, host: str, port: int, processes: int, demo: bool) -> int:
    """Prepare, start both children, watch them until a signal comes. Returns the exit code."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "youlin.config.settings"}
    environment["YOULIN_HOME"] = str(settings.YOULIN_HOME)
    if demo:
        environment["YOULIN_DEMO"] = "1"
    prepare(demo=demo)
    commands = {
        "server": _server_command(host, port, processes),
        "worker": [sys.executable, "-m", "youlin.config.cli", "worker"],
    }
    return _Family(commands, environment).live(f"http://{_shown(host)}:{port}", demo=demo)


def prepare(*, demo: bool) -> None:
    """Bring the database up to date and, for a demonstration, load its district once. Safe to repeat."""
    home: Path = settings.YOULIN_HOME
    for folder in (
        home,
        settings.KEYS_FOLDER,
        settings.MEDIA_ROOT,
        settings.LOGS_FOLDER,
    ):
        folder.mkdir(parents=True, exist_ok=True)
    with open(home / "prepare.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        call_command("migrate", verbosity=0, interactive=False)
        static_files.collect()
        metrics.forget_the_dead()
        if demo:
            from youlin.config.commands.demo import load_with_progress

            load_with_progress()


def _server_command(host: str, port: int, processes: int) -> list[str]:
    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface=wsgi",
        f"--host={host}",
        f"--port={port}",
        f"--workers={processes}",
        "--blocking-threads=8",
        "--respawn-failed-workers",
        "--workers-kill-timeout=10",
        "--log-level=warning",
        "youlin.config.wsgi:application",
    ]


def _shown(host: str) -> str:
    return "127.0.0.1" if host in ("0.0.0.0", "::") else host


class _Family:
    """The children of one run: a worker that dies is started again, a server that dies ends the run."""

    def __init__(self, commands: dict[str, list[str]], environment: dict[str, str]) -> None:
        self.commands = commands
        self.environment = environment
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.ending = False

    def live(self, address: str, *, demo: bool) -> int:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_end)
        for name in self.commands:
            self._start(name)
        if self._wait_until_served(address):
            _welcome(address, demo=demo)
        code = self._watch()
        self._end_all()
        return code

    def _start(self, name: str) -> None:
        # A session of its own, so that Ctrl-C reaches the children once, from here.
        self.children[name] = subprocess.Popen(
            self.commands[name], env=self.environment, start_new_session=True
        )

    def _asked_to_end(self, signum: int, frame: FrameType | None) -> None:
        self.ending = True

    def _wait_until_served(self, address: str) -> bool:
        give_up = time.monotonic() + SERVER_IS_LATE
        while not self.ending and time.monotonic() < give_up and self.children["server"].poll() is None:
            try:
                outgoing.own_server(f"{address}/healthz", timeout=5)
                return True
            except (outgoing.NotSent, outgoing.NotAnswered):
                time.sleep(0.2)
        return False

    def _watch(self) -> int:
        while not self.ending:
            time.sleep(0.3)
            code = self.children["server"].poll()
            if code is not None:
                click.secho(f"✗ the server ended by itself (exit code {code})", fg="red", err=True)
                return 1
            if self.children["worker"].poll() is not None:
                click.secho("the worker ended by itself and is started again", fg="yellow", err=True)
                time.sleep(1)
                self._start("worker")
        return 0

    def _end_all(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
        give_up = time.monotonic() + STOP_WITHIN
        for name, child in self.children.items():
            try:
                child.wait(timeout=max(0.1, give_up - time.monotonic()))
            except subprocess.TimeoutExpired:
                click.secho(f"the {name} did not end in time and was stopped", fg="yellow", err=True)
                child.kill()
        click.echo("再见 · stopped")


def _welcome(address: str, *, demo: bool) -> None:
    lines = [
        ("门户 portal", "/"),
        ("派遣台 desk", "/desk/"),
        ("网格 field", "/field/"),
        ("驾驶舱 cockpit", "/cockpit/"),
    ]
    click.secho(f"\n  友邻 Youlin  {address}\n", bold=True)
    if demo:
        click.echo(f"  从这里开始 start here   {address}/demo/   (扮演任何一位 · be any of the cast)")
    for label, path in lines:
        click.echo(f"  {label:<14} {address}{path}")
    click.echo(f"\n  数据 data: {settings.YOULIN_HOME}   Ctrl-C 结束 ends\n")
