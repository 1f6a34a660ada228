"""WeCom and Tencent SMS: signed and shaped as documented, errors told apart, secrets in no word of ours."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.cast import DISTRICT
from youlin.apps.notices import services
from youlin.apps.notices.adapters import Refused, tencent_sms, wecom
from youlin.apps.notices.models import Delivery
from youlin.apps.notices.tests import providers
from youlin.apps.parties import services as parties
from youlin.kernel import clock, jobs
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid
from youlin.kernel.outgoing import NotSent

TO = "+8613800138000"
TEXT = "【友邻】您反映的“占道经营”已办结 👍"
SECRETS = (providers.SECRET, providers.SECRET_KEY, "token-")


@pytest.fixture
def tencent(settings):
    with providers.provider(providers.TencentSms) as server:
        settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
        settings.TENCENT_SMS_URL = "http://{}:{}".format(*server.server_address)
        settings.TENCENT_SMS_SECRET_ID = providers.SECRET_ID
        settings.TENCENT_SMS_SECRET_KEY = providers.SECRET_KEY
        settings.TENCENT_SMS_APP, settings.TENCENT_SMS_SIGN = "1400006666", "友邻"
        settings.TENCENT_SMS_TEMPLATE = "1110"
        yield server


@pytest.fixture
def company(settings):
    wecom.forget_tokens()
    with providers.provider(providers.WeCom) as server:
        settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]
        settings.WECOM_URL = "http://{}:{}".format(*server.server_address)
        settings.WECOM_CORP, settings.WECOM_SECRET = providers.CORP, providers.SECRET
        settings.WECOM_AGENT = providers.AGENT
        yield server
    wecom.forget_tokens()


def failing(send, *words: str) -> Exception:
    """What a send raises: never a word that is secret."""
    with pytest.raises((Refused, RuntimeError)) as failed:
        send(*words)
    assert not any(secret in repr(failed.value) for secret in SECRETS)
    return failed.value


def test_the_signature_is_that_of_the_documented_example():
    body = b'{"Limit": 1, "Filters": [{"Values": ["\\u672a\\u547d\\u540d"], "Name": "instance-name"}]}'
    found = tencent_sms.authorization(
        body,
        datetime.fromtimestamp(1551113065, UTC),
        host="cvm.tencentcloudapi.com",
        action="DescribeInstances",
        service="cvm",
        id="AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE",
        key="Gu5t9xGARNpq86cd98joQYCN3EXAMPLE",
        signed="content-type;host",
    )
    assert found == (
        "TC3-HMAC-SHA256 Credential=AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE/2019-02-25/cvm/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=72e494ea809ad7a8c8f7a4507b9bddcbaa8e581f516e8da2f66e2c5a96525168"
    )


class TestTencentSms:
    def test_a_message_goes_out_in_the_template_without_our_signature(self, tencent):
        assert tencent_sms.send_sms(TO, TEXT) is None
        assert tencent.taken == [(TO, "您反映的“占道经营”已办结 👍")]

    @pytest.mark.parametrize("number", ["+8613800138009", "+1", "12345"])
    def test_a_number_that_can_have_none_is_refused(self, tencent, number):
        assert isinstance(failing(tencent_sms.send_sms, number, TEXT), Refused)

    def test_too_many_are_tried_again(self, tencent):
        tencent_sms.send_sms(TO, TEXT)
        error = failing(tencent_sms.send_sms, TO, TEXT)
        assert not isinstance(error, Refused) and "ThirtySecond" in str(error)

    @pytest.mark.parametrize("code", ["InternalError.Timeout", "RequestLimitExceeded", "FailedOperation"])
    def test_trouble_over_there_is_tried_again(self, tencent, code):
        tencent.trouble = code
        assert not isinstance(failing(tencent_sms.send_sms, TO, TEXT), Refused)

    def test_a_wrong_secret_is_told_without_saying_it(self, tencent, settings):
        settings.TENCENT_SMS_SECRET_KEY = "another"
        assert "SignatureFailure" in str(failing(tencent_sms.send_sms, TO, TEXT))

    def test_a_clock_that_is_wrong_is_told(self, tencent):
        tencent.now = lambda: clock.now().timestamp() + 400
        assert "SignatureExpire" in str(failing(tencent_sms.send_sms, TO, TEXT))

    def test_a_provider_that_is_not_there_is_tried_again(self, tencent, settings):
        settings.TENCENT_SMS_URL = "http://127.0.0.1:9"
        with pytest.raises(NotSent):
            tencent_sms.send_sms(TO, TEXT)


class TestWeCom:
    def test_a_message_with_a_link_is_a_card_and_one_without_is_text(self, company):
        wecom.send_wecom("wang", "新案件", "暴露垃圾", "https://youlin.example/desk/")
        wecom.send_wecom("Wang", "新案件", "", "")
        card, text = company.taken
        assert card["textcard"] == {
            "title": "新案件",
            "description": "暴露垃圾",
            "url": "https://youlin.example/desk/",
        }
        assert text["text"] == {"content": "新案件"}

    def test_one_token_serves_many_messages(self, company):
        for number in range(5):
            wecom.send_wecom("wang", f"第 {number} 件", "", "")
        assert len(company.tokens) == 1

    def test_a_token_that_ended_is_renewed_at_once(self, company):
        wecom.send_wecom("wang", "一", "", "")
        company.now = lambda: clock.now().timestamp() + 7300
        wecom.send_wecom("wang", "二", "", "")
        assert len(company.tokens) == 2 and len(company.taken) == 2

    def test_a_token_that_was_withdrawn_is_renewed_at_once(self, company):
        wecom.send_wecom("wang", "一", "", "")
        company.tokens.append("token-of-somebody-else")
        wecom.send_wecom("wang", "二", "", "")
        assert len(company.taken) == 2

    def test_a_token_is_renewed_before_its_end_by_our_own_clock(self, company, time_machine):
        wecom.send_wecom("wang", "一", "", "")
        time_machine.move_to(clock.now() + timedelta(seconds=7000))
        wecom.send_wecom("wang", "二", "", "")
        assert len(company.tokens) == 2

    def test_one_message_sent_twice_arrives_once(self, company):
        for _again in range(2):
            wecom.send_wecom("wang", "一", "", "")
        assert len(company.taken) == 1

    def test_a_stranger_is_refused(self, company):
        assert isinstance(failing(wecom.send_wecom, "qian", "一", "", ""), Refused)

    def test_too_many_are_tried_again(self, company):
        for number in range(30):
            wecom.send_wecom("wang", f"第 {number} 件", "", "")
        assert "45009" in str(failing(wecom.send_wecom, "wang", "一", "", ""))

    @pytest.mark.parametrize("code", [-1, 45009, 60020])
    def test_trouble_over_there_is_tried_again(self, company, code):
        company.trouble = code
        assert not isinstance(failing(wecom.send_wecom, "wang", "一", "", ""), Refused)

    def test_a_wrong_secret_is_told_without_saying_it(self, company, settings):
        settings.WECOM_SECRET = "wecom-secret-of-yesterday"
        assert "40001" in str(failing(wecom.send_wecom, "wang", "一", "", ""))

    def test_long_words_are_cut_to_what_is_taken(self, company):
        wecom.send_wecom("wang", "题" * 200, "文" * 900, "https://youlin.example/")
        wecom.send_wecom("wang", "题" * 200, "文" * 900, "")
        assert len(company.taken) == 2


@pytest.mark.django_db
class TestDelivery:
    @pytest.fixture(autouse=True)
    def _adapter(self, settings):
        settings.WECOM_ADAPTER = "youlin.apps.notices.adapters.wecom.send_wecom"
        settings.PUBLIC_URL = "https://youlin.example"

    def told(self, cast) -> Delivery:
        person = cast.wang.person
        parties.add_contact(actor=SYSTEM, person=person, kind="wecom", value=" Wang ", district=DISTRICT)
        services.notify(
            district=DISTRICT,
            person_id=person.id,
            kind="t",
            key="k",
            title="新案件",
            link="/desk/",
            urgent=True,
        )
        return Delivery.objects.get(channel="wecom")

    def test_whoever_has_an_id_is_told_through_wecom(self, cast, company):
        delivery = self.told(cast)
        jobs.run_pending()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.last_error) == ("sent", "")
        assert company.taken[0]["textcard"]["url"] == "https://youlin.example/desk/"

    def test_a_failure_is_seen_and_tried_again_and_names_no_secret(self, cast, company, time_machine, caplog):
        company.trouble = -1
        delivery = self.told(cast)
        jobs.run_pending()
        delivery.refresh_from_db()
        assert (delivery.state, delivery.attempts) == ("waiting", 1) and "-1" in delivery.last_error
        assert not any(secret in delivery.last_error + caplog.text for secret in SECRETS)
        company.trouble = None
        time_machine.move_to(clock.now() + timedelta(seconds=61))
        services.send_due(district=DISTRICT)
        delivery.refresh_from_db()
        assert delivery.state == "sent"

    def test_an_id_that_cannot_be_one_is_told_in_words(self, cast):
        for value in ("", "a|b", "@all", "x" * 65):
            with pytest.raises(Invalid):
                parties.add_contact(
                    actor=SYSTEM, person=cast.wang.person, kind="wecom", value=value, district=DISTRICT
                )


def test_the_providers_check_what_they_say():
    """A body nobody signed, or with another field, is turned down: passing above means something."""
    with providers.provider(providers.TencentSms) as server:
        from urllib.request import Request, urlopen

        url = "http://{}:{}".format(*server.server_address)
        with urlopen(Request(url, data=b"{}", method="POST")) as answer:
            assert (
                json.loads(answer.read())["Response"]["Error"]["Code"] == "AuthFailure.InvalidAuthorization"
            )
