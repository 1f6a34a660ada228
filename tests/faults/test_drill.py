"""The drill: a backup made under load, the installation lost, everything back — but for who was erased meanwhile."""

import json
import shutil
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.faults.running import Client, free_port, scene, settled, start, youlin

pytestmark = pytest.mark.slow

WORDS = "four unrelated words here"


@pytest.fixture
def passphrase(tmp_path: Path) -> list[str]:
    file = tmp_path / "passphrase"
    file.write_text(WORDS)
    return ["--passphrase-file", str(file)]


def lost(environment: dict, empty_database, name: str) -> dict:
    """A new machine: an empty home and an empty database; the copy of the list of erasures lies elsewhere."""
    return {**environment, **empty_database(), "YOULIN_HOME": str(Path(environment["YOULIN_HOME"]) / name)}


def backed_up(environment: dict, *options: str) -> Path:
    place = Path(environment["YOULIN_HOME"]) / "backups"
    return Path(json.loads(youlin(environment, "backup", str(place), *options, "--json"))["folder"])


def test_a_lost_installation_comes_back_whole_and_the_erased_stay_erased(
    environment, empty_database, prepare, passphrase, tmp_path
):
    elsewhere = tmp_path / "elsewhere" / "erasures.jsonl"
    environment = {**environment, "YOULIN_ERASURES_COPY": str(elsewhere)}
    prepare(environment)
    people = json.loads(scene(environment, "people"))
    port = free_port()
    stop = threading.Event()
    clients = [Client(port, number, stop) for number in range(2)]
    with open(tmp_path / "run.log", "w") as log:
        process = start(environment, port, log)
        for client in clients:
            client.start()
        time.sleep(2)
        before = {text for client in clients for text in client.acknowledged}
        folder = backed_up(environment, *passphrase)
        scene(environment, "erase", people["王小明"])
        assert "正在运行" in youlin(environment, "restore", str(folder), *passphrase, "--force", code=1)
        stop.set()
        for client in clients:
            client.join(timeout=60)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0, (tmp_path / "run.log").read_text()[-3000:]

    anew = lost(environment, empty_database, "anew")
    done = json.loads(youlin(anew, "restore", str(folder), *passphrase, "--json"))
    assert done["breaks"] == [] and done["missing_media"] == [] and done["erased_again"] == 1
    seen = json.loads(scene(anew, "look"))
    assert seen["names"] == ["李小红"] and people["王小明"] not in seen["opened"]
    assert people["李小红"] in seen["opened"] and seen["sessions"] == 0
    assert seen["entries"] > done["entries"], "the erasure done again is journalled too"
    found = settled(anew, running=False)
    assert before and not before - set(found["texts"]), "acknowledged before the backup and lost"
    assert set(found["texts"].values()) == {1}

    port = free_port()
    one_more = Client(port, 9, threading.Event())
    with open(tmp_path / "anew.log", "w") as log:
        process = start(anew, port, log)
        one_more.run_once()
        found = settled(anew)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0, (tmp_path / "anew.log").read_text()[-3000:]
    assert set(one_more.acknowledged) <= set(found["texts"])
    assert found["undispatched"] == found["backlog"] == 0 and not found["breaks"]
    assert set(found["dispatched"]) == {1}


def test_a_backup_that_lost_its_end_or_a_byte_is_refused_and_nothing_is_touched(
    environment, empty_database, prepare, passphrase
):
    prepare(environment)
    scene(environment, "people")
    folder = backed_up(environment, *passphrase)
    data = {"sqlite": "database.sqlite3"}.get(json.loads((folder / "manifest.json").read_text())["vendor"])
    database = folder / (data or "database.dump")
    again = lost(environment, empty_database, "again")

    whole = database.read_bytes()
    database.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert "校验值不符" in youlin(again, "restore", str(folder), "--check", code=1)
    assert "校验值不符" in youlin(again, "restore", str(folder), *passphrase, code=1)
    database.write_bytes(whole[:-100])
    assert "大小不符" in youlin(again, "restore", str(folder), *passphrase, code=1)
    database.write_bytes(whole)

    manifest = (folder / "manifest.json").read_text()
    (folder / "manifest.json").write_text(manifest.replace('"media_files": 2', '"media_files": 1'))
    assert "签名密钥" in youlin(again, "restore", str(folder), *passphrase, code=1)
    (folder / "manifest.json").write_text(manifest)

    wrong = folder.parent / "wrong"
    wrong.write_text("another passphrase")
    assert "口令不对" in youlin(again, "restore", str(folder), "--passphrase-file", str(wrong), code=1)
    assert "口令" in youlin(again, "restore", str(folder), code=1)

    forged = folder.with_name("forged")
    shutil.copytree(folder, forged)
    scene(environment, "cut", str(forged))
    assert "日志与清单不符" in youlin(again, "restore", str(forged), *passphrase, code=1)
    home = Path(again["YOULIN_HOME"])
    assert {p.name for p in home.rglob("*") if p.is_file()} <= {"secret.key"}, "nothing is left of a refusal"
    assert json.loads(youlin(again, "restore", str(folder), *passphrase, "--json"))["breaks"] == []


def test_an_installation_is_replaced_only_when_that_is_said_and_old_backups_go(
    environment, prepare, passphrase
):
    prepare(environment)
    people = json.loads(scene(environment, "people"))
    assert "口令" in youlin(environment, "backup", environment["YOULIN_HOME"] + "/b", code=1)
    first = backed_up(environment, "--without-keys")
    scene(environment, "erase", people["李小红"])
    assert "已有数据" in youlin(environment, "restore", str(first), code=1)
    assert json.loads(scene(environment, "look"))["names"] == ["王小明"]
    assert json.loads(youlin(environment, "restore", str(first), "--force", "--json"))["erased_again"] == 1
    assert json.loads(scene(environment, "look"))["names"] == ["王小明"]
    time.sleep(1)
    second = backed_up(environment, *passphrase, "--keep", "1")
    assert [p.name for p in first.parent.iterdir()] == [second.name]
    assert not [p for p in second.iterdir() if p.stat().st_mode & 0o077], "for the owner alone"
