"""Texts made for measuring, with what in them tells who somebody is. «name:王秀英» marks a stretch and its kind.

They are written the way people report: plates and phones in running text, names with and without titles, and the
places, figures and dates that look like them. Nobody in them is real; phone numbers are those of the demonstration.
"""

import re

MARKED = """
«name:王秀英»家门口堆了三袋垃圾
物业的«name:张伟»说不归他管，电话 «phone:13800001234»
请联系«name:李阿姨»，她住一层
«plate:京A12345» 天天停在消防通道
蓝牌 «plate:京N·8K3F2» 堵住了小区出口
新能源车 «plate:京AD12345» 占着充电位不充电
货车«plate:冀B88K21»半夜卸货
打 «phone:010-66012345» 没人接
座机«phone:（010）66012345»打了三次，改打 «phone:13900005678»
我的号码 «phone:138 0000 1234»，白天打
«phone:+86 13800001234» 是我爱人的
身份证 «id:11010519491231002X» 被他们拍了照
押金要求打到 «card:6222021234567890123»
发邮件到 «email:report@example.cn» 也不回
«name:赵师傅»修了两次都没修好
«name:欧阳先生»的车一直没挪
楼上«name:刘建军»半夜装修
找«name:陈静»问过了，她也不知道
«name:孙大爷»在这儿摔了一跤
跟«name:周老师»说了好几次
居委会«name:马主任»说下周来看
三单元«name:吴桂兰»家漏水，楼下«name:郑淑珍»家也湿了
快递员«name:杨洋»把车横在楼道口
«name:何先生»留的电话是 «phone:13700002222»
保安«name:徐强»不让送餐的进
这家店老板叫«name:冯志刚»，手机«phone:15000003333»
«plate:津C5R6T7»和«plate:京QX1234»并排停在盲道上
工人«name:小李»说材料没到
路口井盖翘起来了，车一过咣当响
便道上有一堆暴露垃圾，味道很大
黄河路和高原街口路面塌陷
杨梅竹斜街路灯不亮
马连道路药店门口绿化带里全是烟头
白广路 3 号楼 201 室门口漏水
2026 年 1 月 5 日报的修，到 1 月 12 日还没来
公交 26 路站牌倒了
电梯停了 3 天，7 楼的老人下不来
订单 20260105123456 送不进去
王府井地铁站 A 口共享单车堆满
史家胡同垃圾桶满了没人收
高空抛物砸了车顶
金属护栏断了一截，露着尖
石头墩子挪到路中间了
安全出口被堵住
宋庄路口积水有 20 厘米
充电桩 110 千瓦的那台坏了
西便门桥下的路面坑有 1.5 米长
施工到夜里 23:30，分贝表显示 78
广安门外大街 305 号院西墙倒了
小区门口的石狮子被人刷了漆
"""


def texts() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every text without its marks, and what is marked in it: kind and words, in order."""
    mark = re.compile(r"«(\w+):([^»]+)»")
    lines = [line.strip() for line in MARKED.strip().splitlines()]
    return [(mark.sub(lambda found: found[2], line), mark.findall(line)) for line in lines]
