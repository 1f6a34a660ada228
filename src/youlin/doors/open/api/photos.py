"""Photos that go with a report or an act: sent first, named by their ids afterwards."""

from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Router, Status
from ninja.files import UploadedFile
from ninja.params.functions import File, Query

from youlin.apps.areas import selectors as areas
from youlin.doors import uploads
from youlin.doors.open.api import shapes
from youlin.doors.open.api.asking import WRITERS, asker_of, own_district
from youlin.doors.open.api.shapes import PLAIN, in_language
from youlin.doors.pace import Paced
from youlin.kernel.errors import Invalid

Files = Annotated[list[UploadedFile], File(min_length=1, max_length=uploads.MOST_PHOTOS)]

router = Router(auth=WRITERS, throttle=[Paced()])
REFUSED = {code: shapes.ErrorShape for code in (400, 401, 403, 422, 429)}


@router.post(
    "", response={201: shapes.PhotosShape, **REFUSED}, summary=in_language(_lazy("上传照片，得到编号"))
)
def receive(
    request: HttpRequest,
    photos: Files,
    district: str = Query("", max_length=12, pattern=PLAIN),
) -> object:
    asker = asker_of(request)
    where = own_district(asker, district)
    if where not in {area.code for area in areas.districts()}:
        raise Invalid(_("没有这个辖区"), field="district", remedy=_("可用的代码见 areas/districts"))
    kept = uploads.received(request, asker.actor, where, purpose="case", names=("photos",))
    return Status(201, {"photos": kept})
