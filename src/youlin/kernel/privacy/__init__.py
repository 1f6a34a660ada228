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

__all__ = [
    "has_personal_numbers",
    "mask_address",
    "mask_email",
    "mask_id",
    "mask_name",
    "mask_phone",
    "mask_plate",
    "mask_text",
]
