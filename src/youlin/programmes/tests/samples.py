"""A small programme for tests, as text that tests change, and its reading."""

from pathlib import Path

from youlin.programmes import loader
from youlin.programmes.loader import Programme

GOOD = """\
name: 小方案
name_en: Small programme
version: "1.0"
duty_kinds:
  worker:
    name: 网格员
    name_en: Grid worker
    level: grid
    verbs: [case.read, case.handle]
    climbs_to: [clerk]
  clerk:
    name: 社区
    name_en: Community
    level: community
case_types:
  plain:
    name: 事件
    name_en: Event
    workflow:
      initial: reported
      steps: [上报, 办结]
      states:
        reported:
          name: 已上报
          name_en: Reported
          step: 1
          clock: {name: handle, limit: "category:handle"}
        closed: {name: 已办结, name_en: Closed, step: 2, open: false}
      acts:
        close:
          name: 办结
          name_en: Close
          from: [reported]
          to: closed
          verb: case.close
categories:
  event:
    name: 事件
    name_en: Event
    case_type: plain
    duty: worker
    limits: {handle: 1 工作日}
  event.rubbish:
    name: 垃圾
    name_en: Rubbish
    official_code: "0102"
    keywords: [垃圾]
place_kinds:
  station: {name: 驿站, name_en: Station, steward_duty: clerk, confirm_days: 30}
  block: {name: 街区, name_en: Block, role: scene}
facilities:
  water: {name: 饮水, name_en: Water}
reactions:
  report_goes_on:
    name: 上报即办
    when: [cases.reported]
    do: cases.go_on
    with: {acts: [file]}
"""


def changed(old: str, new: str, text: str = GOOD) -> str:
    """The sample with one place changed; the place must be there exactly once."""
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in the sample"
    return text.replace(old, new)


def write(folder: Path, text: str, **parts: str) -> Path:
    """The programme's folder with this `programme.yaml` and these part files."""
    home = folder / "small"
    home.mkdir(exist_ok=True)
    (home / "programme.yaml").write_text(text, encoding="utf-8")
    for name, content in parts.items():
        (home / f"{name}.yaml").write_text(content, encoding="utf-8")
    return home


def read(folder: Path, text: str = GOOD) -> Programme:
    """The programme as the loader reads it."""
    return loader.load("small", folder=write(folder, text))
