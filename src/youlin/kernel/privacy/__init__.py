"""Personal data: masked by default, unmasked for a reason, kept as long as needed, exported and erased."""

from youlin.kernel.privacy.masks import (
    has_personal_numbers,
    mask_address,
    mask_email,
    mask_id,
    mask_name,
    mask_phone,
    mask_plate,
    mask_text,
)
from youlin.kernel.privacy.people import (
    erase_person,
    export_person,
    known_by,
    pending_erasures,
    replay_erasures,
)
from youlin.kernel.privacy.registry import (
    register_eraser,
    register_exporter,
    register_retention,
    retention_rules,
)
from youlin.kernel.privacy.unmasking import unmask

__all__ = [
    "erase_person",
    "export_person",
    "has_personal_numbers",
    "known_by",
    "mask_address",
    "mask_email",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mask_plate",
    "mask_text",
    "pending_erasures",
    "register_eraser",
    "register_exporter",
    "register_retention",
    "replay_erasures",
    "retention_rules",
    "unmask",
]
