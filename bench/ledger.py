"""Transfers a second through the ledger's services: 8 clients, 1,000 accounts, one by one, in bulk, all on one account.

Beside `pgbench -c 8 -M prepared` (TPC-B) on the same server in the same run, and django-hordak where
`YOULIN_BENCH_HORDAK` names a Python that has it. On PostgreSQL alone; afterwards the books are proved from their rows.
"""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from bench import databases

CLIENTS = 8
ACCOUNTS = 1_000
AIMS = {"one": 0.07, "bulk": 0.15}
TIMES_HORDAK = 3.0
_FLOOR = {"plain": "", "floor": ", which locks and looks at the balance first, as a floor needs"}
HOT_AIM = 0.02
"""All from one account: they wait for each other; the bound that is promised."""


class Done(NamedTuple):
    """What clients got done together: transfers a second, and CPU milliseconds of one, of client and server."""

    rate: float
    cpu: float


def run(server: str, quick: bool = False) -> list[dict[str, Any]]:
    """Three rows and, with hordak, four more. Nothing on SQLite: it has one writer."""
    if not server:
        return []
    seconds = 3.0 if quick else 10.0
    beside = _pgbench(server, scale=5 if quick else 50, seconds=seconds)
    with databases.empty(server) as environment:
        databases.in_process("bench.ledger_world", environment, "fill", str(ACCOUNTS))
        found = {how: _clients(environment, how, seconds) for how in ("one", "bulk", "hot")}
        proof = databases.in_process("bench.ledger_world", environment, "prove")
    assert proof["breaks"] == [], proof
    rows = [_row(how, one.rate, beside) for how, one in found.items()]
    for job, hordak in _hordak(server, seconds).items():
        rows += _beside_hordak(found["one"], hordak, job)
    return rows


def _clients(environment: dict[str, str], how: str, seconds: float) -> Done:
    start = time.time() + 25
    return _done(
        [
            [sys.executable, "-m", "bench.ledger_client", how, str(start), str(seconds), str(seed)]
            for seed in range(CLIENTS)
        ],
        environment,
        seconds,
    )


def _done(commands: list[list[str]], environment: dict[str, str], seconds: float) -> Done:
    running = [
        subprocess.Popen(one, env=environment, stdout=subprocess.PIPE, text=True, cwd=databases.ROOT)
        for one in commands
    ]
    said = [json.loads(one.communicate()[0].splitlines()[-1]) for one in running]
    count = sum(one["count"] for one in said)
    return Done(count / seconds, 1000 * sum(one["cpu"] for one in said) / count)


def _pgbench(server: str, *, scale: int, seconds: float) -> float:
    """Its transactions a second, on a scratch database of the same server."""
    program = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))[-1]
    with databases._scratch(server, "youlin_pgbench") as url:
        told = urlsplit(url)
        where = [
            "-h",
            str(told.hostname),
            "-p",
            str(told.port),
            "-U",
            str(told.username),
            told.path.strip("/"),
        ]
        subprocess.run([program, "-i", "-q", "-s", str(scale), *where], check=True, capture_output=True)
        asked = ["-c", str(CLIENTS), "-j", "2", "-M", "prepared", "-T", str(int(seconds))]
        done = subprocess.run([program, *asked, *where], check=True, capture_output=True, text=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]


def _hordak(server: str, seconds: float) -> dict[str, Done]:
    """Its transfers: as they come, and with what it takes to hold a floor; nothing where it is not there."""
    python = os.environ.get("YOULIN_BENCH_HORDAK", "")
    script = str(Path(__file__).with_name("ledger_hordak.py"))
    found = {}
    for job in ("plain", "floor") if python else ():
        with databases._scratch(server, "youlin_hordak") as url:
            environment = {**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(databases.ROOT)}
            fill = [python, script, "fill", str(ACCOUNTS)]
            subprocess.run(fill, env=environment, check=True, stdout=subprocess.DEVNULL)
            start = time.time() + 20
            commands = [
                [python, script, "post", str(start), str(seconds), str(seed), job] for seed in range(CLIENTS)
            ]
            found[job] = _done(commands, environment, seconds)
    return found


def _row(how: str, rate: float, beside: float) -> dict[str, Any]:
    work = {
        "one": "transfers among 1,000 accounts, one at a time, 8 clients",
        "bulk": "transfers among 1,000 accounts, 100 at a time, 8 clients",
        "hot": "transfers all from one account, 8 clients",
    }[how]
    aim = AIMS.get(how, HOT_AIM)
    return {
        "work": work,
        "database": "postgresql",
        "figure": round(rate, 1),
        "unit": "a second",
        "beside": f"pgbench TPC-B {beside:,.0f}",
        "ratio": round(rate / beside, 3),
        "aim": f"≥ {aim:.0%} of pgbench",
        "met": rate >= aim * beside,
    }


def _beside_hordak(ours: Done, hordak: Done, job: str) -> list[dict[str, Any]]:
    """How often, and what each costs client and server: other work on a busy machine moves that less."""
    told = (
        ("the same", "a second", "", round(ours.rate, 1), f"{hordak.rate:,.1f}", ours.rate / hordak.rate),
        (
            "CPU of client and server",
            "ms each",
            " less",
            round(ours.cpu, 2),
            f"{hordak.cpu:,.2f}",
            hordak.cpu / ours.cpu,
        ),
    )
    return [
        {
            "work": f"{work} beside django-hordak{_FLOOR[job]}",
            "database": "postgresql",
            "figure": figure,
            "unit": unit,
            "beside": f"django-hordak {theirs}",
            "ratio": round(times, 2),
            "aim": f"≥ {TIMES_HORDAK:g} ×{less}",
            "met": times >= TIMES_HORDAK,
        }
        for work, unit, less, figure, theirs, times in told
    ]
