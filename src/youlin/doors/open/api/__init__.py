"""The JSON API, `/api/v1`, with its OpenAPI document at `/api/v1/openapi.json` and a page at `/api/v1/docs` (`pages`)."""

from typing import cast

from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from youlin.doors.open.api import answers, areas, desk, photos, public

v1 = answers.Interface(
    parser=answers.JsonAlone(),
    title="友邻 Youlin",
    version="1",
    description=cast(
        str,
        _(
            "公开的部分无需密钥即可读取。写入需要 X-API-Key，或已登录的会话加 CSRF 令牌；每次写入还需要 Idempotency-Key："
            "同一个键加同样的内容，发送多少次都只做一次。时间为 ISO 8601（UTC），坐标为 WGS84 度数。"
        ),
    ),
    renderer=answers.Plainly(),
    docs_url=None,
    docs_decorator=require_safe,
    urls_namespace="api",
)
v1.add_router("/areas", areas.router, tags=["areas"])
v1.add_router("/cases", public.router, tags=["cases"])
v1.add_router("/photos", photos.router, tags=["cases"])
v1.add_router("/inbox", desk.router, tags=["inbox"])
answers.tell(v1)
