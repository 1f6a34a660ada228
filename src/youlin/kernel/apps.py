from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _

ACTS = {
    "kernel.media_received": _("收到照片或录音"),
    "kernel.media_removed": _("删除照片或录音"),
    "kernel.unmasked": _("查看完整信息"),
    "kernel.person_exported": _("导出个人信息"),
    "kernel.person_erased": _("删除个人信息"),
    "kernel.retention_ran": _("按保存期限清理"),
    "kernel.retried": _("再试一次"),
    "kernel.backup_made": _("完成备份"),
    "kernel.backup_failed": _("备份失败"),
    "kernel.backup_restored": _("从备份恢复"),
}


class Config(AppConfig):
    name = "youlin.kernel"
    label = "kernel"

    def ready(self) -> None:
        from youlin.kernel import crypto, housekeeping, journal, tallies  # noqa: F401
        from youlin.kernel.media import personal_data, thumbnails  # noqa: F401
        from youlin.kernel.operations import parts
        from youlin.kernel.privacy import retention  # noqa: F401
        from youlin.kernel.search import following

        journal.register_acts(ACTS)
        parts.register_all()
        personal_data.register()
        post_migrate.connect(crypto.prepare, sender=self, dispatch_uid="kernel.crypto.prepare")
        post_migrate.connect(_keep_positions_ahead, sender=self, dispatch_uid="kernel.journal.positions")
        post_migrate.connect(following.after_migrate, sender=self, dispatch_uid="kernel.search.following")
        post_migrate.connect(tallies.after_migrate, sender=self, dispatch_uid="kernel.tallies")
        autodiscover_modules("jobs")


def _keep_positions_ahead(**signal: Any) -> None:
    from youlin.kernel.journal import positions

    positions.keep_ahead()
