"""What the types cannot see of codes: verbs that are none, what contradicts itself, what is too large to scan."""

from collections.abc import Iterator
from typing import Any

import segno
from django.utils.translation import gettext as _

from youlin.apps.passes import codes, keys, sources
from youlin.apps.passes.services.issuing import LABEL_BYTES
from youlin.programmes.faults import Fault
from youlin.programmes.findings import unknown
from youlin.programmes.loader import Programme
from youlin.programmes.marks import Path_
from youlin.programmes.schema import PassKind
from youlin.programmes.vocabulary import Vocabulary

LARGEST = 12
"""Version of a QR code (ISO/IEC 18004) that a common phone still reads at arm's length."""
HOST = "https://" + "h" * 30
_SIGNATURE = 86
_HEADER = len('{"alg":"Ed25519","kid":""}') + keys.KID


def check(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    """A fault for each kind that could not be issued, checked or scanned."""
    for code, kind in programme.declarations.pass_kinds.items():
        at: Path_ = ("pass_kinds", code)
        for name in ("issue_verb", "check_verb"):
            yield from unknown(programme, (*at, name), _("动作"), getattr(kind, name), vocabulary.verbs)
        for key, message, remedy in (*_contradictions(kind), *_too_open(kind)):
            yield Fault(programme.source.place((*at, key)), message % {"code": code}, remedy)
        if version_of(code, kind) > LARGEST:
            message = _("“%(code)s”的二维码太密，手机难扫。") % {"code": code}
            yield Fault(
                programme.source.key_place(at), message, _("请用短一些的代码，或不要把说明放进码里。")
            )


def _contradictions(kind: PassKind) -> Iterator[tuple[str, str, str]]:
    if kind.rotates and not kind.offline_hours:
        message = _("“%(code)s”会变，却没有说无网络能用几小时。")
        yield "rotates", message, _("请写 offline_hours: 8。")
    if kind.offline_hours and not kind.rotates:
        yield "offline_hours", _("“%(code)s”不变，不需要 offline_hours。"), _("请去掉它，或写 rotates: 30。")
    if kind.rotates and kind.holder != "person":
        yield "rotates", _("“%(code)s”不是发给人的，没有手机来变。"), _("请去掉 rotates。")
    if kind.rotates and kind.paper:
        yield "paper", _("“%(code)s”会变，印出来没有用。"), _("请去掉 paper 或 rotates。")
    if kind.rotates and "label" in kind.inside:
        yield "inside", _("“%(code)s”会变，码里放不下说明。"), _("请去掉 inside。")
    if kind.by_holder and kind.holder != "person":
        yield "by_holder", _("“%(code)s”不是发给人的，不能自己领。"), _("请去掉 by_holder。")
    if kind.public and kind.holder == "person":
        yield "public", _("“%(code)s”是发给人的，不能谁扫都看。"), _("请去掉 public。")


def _too_open(kind: PassKind) -> Iterator[tuple[str, str, str]]:
    """What everybody would be told of a person, and cards that come with nothing that is known."""
    if kind.anyone and kind.holder not in ("person", "producer"):  # among producers are households
        yield "anyone", _("“%(code)s”不是发给人的，用 public 即可。"), _("请去掉 anyone，写 public: true。")
    more = [name for name, how in kind.anyone.items() if how == "full" and kind.shows.get(name) != "full"]
    if more or kind.anyone.keys() - kind.shows.keys():
        message = _("“%(code)s”让谁扫都看的，比查验人看到的还多。")
        yield "anyone", message, _("请先在 shows 里写上同样的内容。")
    if kind.anyone.get("name") == "full":
        message = _("“%(code)s”不能让谁扫都看到全名。")
        yield "anyone", message, _("请写 name: masked，或去掉 name。")
    if kind.comes_with and kind.comes_with.partition(":")[0] not in sources.names():
        message = _("“%(code)s”随它发的东西没有哪个应用知道。")
        remedy = _("可写 %(names)s。") % {"names": "、".join(sources.names())}
        yield "comes_with", message, remedy
    if kind.comes_with and (kind.holder != "person" or kind.by_holder):
        message = _("“%(code)s”随岗位或登记发，只能发给人，也不能谁都来领。")
        yield "comes_with", message, _("请写 holder: person，并去掉 by_holder。")
    if not kind.comes_with and "area" in kind.shows and kind.holder in ("person", "organisation"):
        yield "shows", _("“%(code)s”不随岗位发，没有区域可看。"), _("请写 comes_with，或去掉 area。")


def version_of(code: str, kind: PassKind, site: str = HOST) -> int:
    """The version of the QR code of the longest token of this kind at a site, at error level M."""
    said = [16, len(code) + 7, 17, 17, 17]  # jti, k, iat, exp, nbf, each with its comma
    if kind.rotates:
        said = [*said[:4], len(f',"r":{kind.rotates}'), len(',"a":""') + 20]
    elif "label" in kind.inside:
        said.append(len(',"t":""') + LABEL_BYTES)
    token = "A" * (
        _base64(_HEADER) + 1 + _base64(sum(said) + 2) + 1 + _SIGNATURE + (21 if kind.rotates else 0)
    )
    address, digits = codes.parts(site, token)
    segments: Any = [address, digits]  # each in the densest way its characters allow
    return int(segno.make(segments, error="m", micro=False, boost_error=False).version)


def _base64(size: int) -> int:
    return -(-size * 4 // 3)
