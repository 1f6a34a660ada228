"""Empties an installation that holds nothing but a demonstration."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.utils.translation import gettext as _

from youlin.apps.ledger.models import Account
from youlin.apps.offers.models import Offer
from youlin.apps.places.models import Place
from youlin.kernel import journal
from youlin.kernel.errors import Conflict
from youlin.programmes.demo import friendly
from youlin.programmes.models import DemoLoad


def reset(*, force: bool = False) -> None:
    """Remove every row and every uploaded file. The next `load` begins anew.

    Raises `Conflict` where rows are not marked 演示 (`force` removes them all the same), and always where no
    demonstration was ever loaded: then this is somebody's real installation.
    """
    if not DemoLoad.objects.exists():
        raise Conflict(_("这里没有装过演示数据，不会清空"), remedy=_("要清空正式数据，请由数据库管理员处理"))
    real = list(_not_demo())
    if real and not force:
        raise Conflict(
            _("除演示数据外还有：%(what)s") % {"what": "；".join(real)},
            remedy=_("确认不要这些数据时，请加 --force"),
        )
    with journal.lifted():
        call_command("flush", interactive=False, verbosity=0)
    media = Path(settings.MEDIA_ROOT)
    for entry in media.iterdir() if media.exists() else []:
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _not_demo() -> Iterator[str]:
    """What is there that no demonstration made, in words."""
    for model in apps.get_models():
        if not any(field.name == "is_demo" for field in model._meta.get_fields()):
            continue
        if model is Account:
            continue  # whoever owns it is asked about; pots come with a programme
        rows = model._default_manager.filter(is_demo=False)
        if model is Place:
            rows = rows.exclude(source__in=friendly.OPEN_SOURCES)
        if model is Offer:
            rows = rows.filter(code="")  # what a programme declared comes with it
        count = rows.count()
        if model._meta.label != "areas.Area" and count:
            yield f"{model._meta.verbose_name} {count}"
