"""The sentences that scripts say. In Chinese they are written in the scripts; other languages fetch them.

A test holds this list and the scripts together; the translations collector reads it like any Python file.
"""

from django.utils.translation import gettext, gettext_noop, override

SENTENCES: tuple[str, ...] = (
    gettext_noop("%(n)s 件已发出，看回执"),
    gettext_noop("%(n)s 件待发，已存好"),
    gettext_noop("%(n)s 件待发，登录后发出"),
    gettext_noop("%(n)s 件被退回，请看一下"),
    gettext_noop("%(time)s 写的"),
    gettext_noop("%(time)s 写的 · %(n)s 个附件"),
    gettext_noop("%(time)s 更新 · 自动刷新"),
    gettext_noop("■ 说完了（%(n)s 秒，最多 %(max)s 秒）"),
    gettext_noop("下一条、上一条"),
    gettext_noop("不要了，重写"),
    gettext_noop("从相册选"),
    gettext_noop("写了 %(n)s 字，最多 %(max)s 字"),
    gettext_noop("列表"),
    gettext_noop("去往"),
    gettext_noop("办理"),
    gettext_noop("关闭"),
    gettext_noop("关闭快捷键"),
    gettext_noop("再发一次"),
    gettext_noop("删除"),
    gettext_noop("删除后找不回来，确定吗？"),
    gettext_noop("去掉录音"),
    gettext_noop("去掉照片 %(n)s"),
    gettext_noop("去改"),
    gettext_noop("已发出：%(label)s"),
    gettext_noop("已复制"),
    gettext_noop("已存好，有网络就发出。"),
    gettext_noop("已恢复您 %(time)s 写的内容。"),
    gettext_noop("已选 %(n)s 张，最多 %(max)s 张"),
    gettext_noop("已选位置：东经 %(lon)s，北纬 %(lat)s"),
    gettext_noop("待发的内容"),
    gettext_noop("快捷键"),
    gettext_noop("打开"),
    gettext_noop("打开快捷键"),
    gettext_noop("找到我的位置"),
    gettext_noop("拍照"),
    gettext_noop("按住 Ctrl 并滚动来缩放"),
    gettext_noop("按住 ⌘ 并滚动来缩放"),
    gettext_noop("搜索"),
    gettext_noop("放大"),
    gettext_noop("无网络 · %(n)s 件待发，已存好"),
    gettext_noop("无网络 · 写的都会存好"),
    gettext_noop("最多 %(n)s 张，多的没有加上。"),
    gettext_noop("正在准备照片 %(at)s / %(of)s"),
    gettext_noop("正在发送 %(at)s / %(of)s"),
    gettext_noop("没有取到位置"),
    gettext_noop("没有用上麦克风，请在浏览器里允许，或直接选一个录音文件。"),
    gettext_noop("没有连上服务器，请检查网络后再试。"),
    gettext_noop("添加照片"),
    gettext_noop("照片 %(n)s"),
    gettext_noop("用两个手指移动地图"),
    gettext_noop("用方向键移动地图，按回车选中间的位置。"),
    gettext_noop("看回执"),
    gettext_noop("知道了"),
    gettext_noop("系统出错了，请稍后再试。已填的内容都还在。"),
    gettext_noop("系统暂时不能保存 · %(n)s 件待发，已存好"),
    gettext_noop("系统暂时不能保存，已存在本机，恢复后自动发出。"),
    gettext_noop("缩小"),
    gettext_noop("说一段"),
    gettext_noop("辖区图"),
    gettext_noop("还没有提交成功，内容已存好："),
    gettext_noop("这里只能放照片。"),
    gettext_noop("这里有 %(n)s 处，放大"),
    gettext_noop("都发出去了。"),
    gettext_noop("重新说"),
)


def translated(language: str) -> dict[str, str]:
    """Chinese sentence → the sentence in `language`."""
    with override(language):
        return {sentence: gettext(sentence) for sentence in SENTENCES}
