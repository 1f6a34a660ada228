"""Every table of the kernel, found here by Django; each lives in the room it belongs to."""

from youlin.kernel.crypto.models import KeyCheck, PersonKey
from youlin.kernel.media.models import MediaFile
from youlin.kernel.privacy.models import PrivacyAct
from youlin.kernel.search.models import SearchDocument

__all__ = ["KeyCheck", "MediaFile", "PersonKey", "PrivacyAct", "SearchDocument"]
