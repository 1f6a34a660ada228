"""Rows, figures and histories for the gallery, shaped as the doors' are. Every name in them is invented."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from youlin.kernel import clock

STEP_NAMES = ("信息收集", "案卷建立", "任务派遣", "任务处理", "处理反馈", "核查结案", "综合评价")


def steps(now_at: int = 3, stopped: bool = False) -> list[dict[str, str]]:
    """The seven steps with the one at `now_at` under way."""
    state = {-1: "done", 0: "stopped" if stopped else "now", 1: "todo"}
    return [
        {"label": name, "state": state[(number > now_at) - (number < now_at)]}
        for number, name in enumerate(STEP_NAMES)
    ]


def cases() -> list[dict[str, Any]]:
    """A queue in all states."""
    now = clock.now()
    rows = [
        ("late", "暴露垃圾", "XC-7K4M", "什刹海 · 柳荫社区 03 网格", -80, "督办", "王示例"),
        ("soon", "路面塌陷", "XC-7K52", "月坛 · 三里河一区 01", 38, "处置", "赵示例"),
        ("soon", "小区门禁纠纷", "XC-7K3T", "广外 · 红莲北里 02", 65, "吹哨 2/3", "李示例"),
        ("ok", "路灯不亮", "XC-7K60", "西长安街 · 西单 05", 220, "处置", "王示例"),
        ("ok", "助老送餐", "XC-7K61", "白纸坊 · 右北 04", 300, "派遣", ""),
        ("ok", "无照经营", "XC-7K2A", "大栅栏 · 前门西河沿 02", 1900, "核查", "孙示例"),
        ("none", "共享单车淤积", "XC-7JZZ", "展览路 · 北营房 06", None, "反馈", "周示例"),
    ]
    return [
        {
            "light": light,
            "name": name,
            "number": number,
            "place": place,
            "due": None if minutes is None else now + timedelta(minutes=minutes),
            "step": step,
            "holder": holder,
            "selected": number == "XC-7K52",
        }
        for light, name, number, place, minutes, step, holder in rows
    ]


def timeline() -> list[dict[str, Any]]:
    """A history that explains itself."""
    now = clock.now()
    return [
        {"at": now - timedelta(days=1, minutes=4), "act": "上报", "who": "李示例（骑手）",
         "text": "路中间塌了一块，电动车差点摔", "href": "#photos", "link": "拍照 1"},
        {"at": now - timedelta(minutes=62), "act": "定位", "who": "系统",
         "text": "月坛街道 · 三里河一区社区 · 01 网格，由编码 110102016005001"},
        {"at": now - timedelta(minutes=61), "act": "派给", "who": "系统", "text": "网格员 王示例（道路巡护）",
         "why": "类别“路面”属道路巡护；01 网格的道路巡护由王示例负责，今天在岗。",
         "why_label": "为什么是他？"},
        {"at": now - timedelta(minutes=20), "act": "核实", "who": "王示例", "text": "属实，约 0.6 m²，已围挡",
         "photos": photos()[:2]},
    ]  # fmt: skip


def photos() -> list[dict[str, str]]:
    """A photo, one with a caption, and one still in the making."""
    drawn = "data:image/svg+xml," + (
        "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 4 4'%3E%3Crect width='4' height='4' "
        "fill='%2390887a'/%3E%3Cpath d='M0 4 1.5 2l1 1L3 2.5l1 1.5z' fill='%23736b5e'/%3E%3C/svg%3E"
    )
    return [
        {"thumb": drawn, "alt": "示例照片：路面", "caption": "处置前"},
        {"thumb": drawn, "alt": "示例照片：围挡"},
        {"thumb": ""},
    ]


def stats() -> list[dict[str, Any]]:
    """Figures with target and trend: met, missed by a little, missed, without a value."""
    return [
        {"label": "响应率", "value": "99.2", "unit": "%", "target": "目标 98", "goal": 98,
         "values": [99.6, 99.4, 99.5, 98.7, 98.9, 98.2, 98.5, 98.3, 99.0, 98.6, 99.2]},
        {"label": "解决率", "value": "91.4", "unit": "%", "target": "目标 93 · 差 1.6", "goal": 93,
         "state": "soon",
         "values": [93.5, 94.0, 93.2, 93.8, 94.1, 93.0, 93.6, 92.5, 92.1, 91.9, 91.4]},
        {"label": "办结中位", "value": "6.5", "unit": "时", "target": "上月 7.9",
         "values": [9, 7.5, 7, 8.2, 8, 7.9, 7, 7.6, None, 6.8, 6.5]},
        {"label": "超时未结", "value": "37", "unit": "件", "target": "目标 14", "state": "late",
         "values": [14, 20, 16, 12, 30, 18, 28, 25, 31, 35, 37]},
        {"label": "满意率", "value": None, "unit": "", "target": "还没有回访", "values": []},
    ]  # fmt: skip


def course() -> list[dict[str, Any]]:
    """A rate by months with a gap, and what is expected of the next two."""
    known = [(93.5, 187), (94.0, 188), (None, 0), (91.9, 182), (92.6, 189), (91.4, 191), (92.8, 194)]
    rows: list[dict[str, Any]] = [
        {"at": f"2026-{month:02}", "value": "" if value is None else value, "n": n, "d": 200 if n else 0}
        for month, (value, n) in enumerate(known, start=4)
    ]
    expected = [("2026-10", 92.8, 92.1, 93.4), ("2026-11", 93.0, 91.2, 94.9), ("2026-12", 93.3, 90.6, 96.0)]
    return rows + [
        {"at": at, "value": value, "low": low, "high": high, "n": f"{low}–{high}%", "d": ""}
        for at, value, low, high in expected
    ]


def rates(codes: list[str]) -> dict[str, float | None]:
    """A rate for each code; the last has none."""
    values: dict[str, float | None] = {
        code: round(78 + (number * 7 % 15) * 1.4, 1) for number, code in enumerate(codes)
    }
    values[codes[-1]] = None
    return values


def table() -> list[dict[str, Any]]:
    """Streets against the target."""
    rows = [
        ("月坛", 1482, 84.1, 90.2, -5.3, "道路塌陷类拖低，三里河一区占 6 成"),
        ("什刹海", 2011, 88.7, 92.9, -0.8, ""),
        ("金融街", 1120, 95.2, 96.0, 1.1, ""),
        ("大栅栏", 964, 94.6, 95.1, 0.4, ""),
    ]
    return [
        {"label": n, "taken": t, "value": s, "pleased": p, "change": c, "why": w, "target": 93,
         "state": "soon" if s < 93 else "", "text": f"{s}%"}
        for n, t, s, p, c, w in rows
    ]  # fmt: skip


def duties() -> list[dict[str, Any]]:
    """Today's duties of a grid worker."""
    now = clock.now()
    return [
        {"name": "路面塌陷", "state": "late", "due": now + timedelta(minutes=38), "number": 1,
         "text": "三里河东路 11 号门口，骑手 9:12 上报，已围挡", "acts": [_("到场"), _("要人"), _("不归我")]},
        {"name": "助老：陪陈示例取药", "state": "jade", "words": "10:30 前", "number": 2,
         "text": "月坛社区卫生站 · 轮椅 · 家属已同意", "acts": [_("我去"), _("转同岗")]},
        {"name": "沿街餐饮巡查", "state": "jade", "words": "本周内 · 4/9", "number": 3,
         "text": "已知栏目已填好，只问 2 项", "acts": [_("开始")]},
    ]  # fmt: skip
