"""Every adapter keeps one contract; the fake is held to it too, so that tests with it mean something."""

import json
from email import message_from_bytes, policy

import pytest

from youlin.apps.notices.adapters import Refused, console, fake, http_sms, smtp
from youlin.apps.notices.tests import servers
from youlin.kernel.outgoing import NotSent

TEXT = "您反映的“占道经营”已办结，请评价。👍"
SUBJECT = "友邻：已办结"


@pytest.fixture(autouse=True)
def _a_gateway_on_loopback_may_be_called(settings):
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]


class FakeMail:
    """The fake as a mail adapter, and what it took."""

    def __init__(self, settings):
        fake.reset()
        self.send = fake.send_mail

    def taken(self):
        return [(m.to, m.subject, m.text) for m in fake.outbox]


class ConsoleMail:
    """The console adapter, and what it printed."""

    def __init__(self, settings, capsys):
        self.send, self.capsys = console.send_mail, capsys

    def taken(self):
        printed = self.capsys.readouterr().err.strip().removeprefix("[邮件 → ")
        if not printed:
            return []
        to, _, rest = printed.partition("] ")
        return [(to, *rest.split("\n", 1))]


class SmtpMail:
    """The SMTP adapter against a real server."""

    def __init__(self, settings, server):
        settings.MAIL_SERVER, settings.MAIL_PORT = server.server_address
        self.send, self.server = smtp.send_mail, server

    def taken(self):
        mails = [message_from_bytes(raw, policy=policy.default) for raw in self.server.mails]
        return [(m["To"], m["Subject"], m.get_content().replace("\r\n", "\n").rstrip("\n")) for m in mails]


@pytest.fixture(params=["fake", "console", "smtp"])
def mail(request, settings, capsys):
    """Each mail adapter in turn."""
    if request.param == "fake":
        yield FakeMail(settings)
    elif request.param == "console":
        yield ConsoleMail(settings, capsys)
    else:
        with servers.smtp() as server:
            yield SmtpMail(settings, server)


class FakeSms:
    def __init__(self):
        fake.reset()
        self.send = fake.send_sms

    def taken(self):
        return [(m.to, m.text) for m in fake.outbox]


class ConsoleSms:
    def __init__(self, capsys):
        self.send, self.capsys = console.send_sms, capsys

    def taken(self):
        printed = self.capsys.readouterr().err.strip().removeprefix("[短信 → ")
        return [tuple(printed.split("] ", 1))] if printed else []


class HttpSms:
    def __init__(self, settings, server):
        settings.SMS_GATEWAY_URL = "http://{}:{}/send".format(*server.server_address)
        settings.SMS_GATEWAY_SECRET = "geheim"
        self.send, self.server = http_sms.send_sms, server

    def taken(self):
        bodies = [json.loads(body) for _path, _headers, body in self.server.requests]
        return [(body["phone"], body["text"]) for body in bodies]


@pytest.fixture(params=["fake", "console", "http"])
def sms(request, settings, capsys):
    """Each SMS adapter in turn."""
    if request.param == "fake":
        yield FakeSms()
    elif request.param == "console":
        yield ConsoleSms(capsys)
    else:
        with servers.http() as server:
            yield HttpSms(settings, server)


def test_a_mail_arrives_as_it_was_written(mail):
    assert mail.taken() == []
    assert mail.send("li@example.cn", SUBJECT, TEXT) is None
    assert mail.taken() == [("li@example.cn", SUBJECT, TEXT)]


def test_a_mail_of_several_lines_keeps_them(mail):
    mail.send("li@example.cn", SUBJECT, "一\n\n二\n.\n三")
    assert mail.taken()[0][2] == "一\n\n二\n.\n三"


def test_a_text_message_arrives_as_it_was_written(sms):
    assert sms.taken() == []
    assert sms.send("+8613800138000", TEXT) is None
    assert sms.taken() == [("+8613800138000", TEXT)]


def test_the_fake_fails_when_it_is_told_to():
    fake.reset()
    fake.fail_next(OSError("down"), Refused("gone"))
    for expected in (OSError, Refused):
        with pytest.raises(expected):
            fake.send_sms("1", "x")
    fake.send_sms("1", "x")
    assert len(fake.outbox) == 1


class TestSmtp:
    def test_a_recipient_turned_down_for_good_is_refused(self, settings):
        with servers.smtp() as server:
            settings.MAIL_SERVER, settings.MAIL_PORT = server.server_address
            with pytest.raises(Refused):
                smtp.send_mail("li@refused.example", SUBJECT, TEXT)
            with pytest.raises(Exception) as failed:
                smtp.send_mail("li@later.example", SUBJECT, TEXT)
        assert not isinstance(failed.value, Refused)

    def test_a_server_that_is_not_there_may_be_tried_again(self, settings):
        with servers.smtp() as server:
            settings.MAIL_SERVER, settings.MAIL_PORT = server.server_address
        with pytest.raises(OSError):
            smtp.send_mail("li@example.cn", SUBJECT, TEXT)

    def test_a_subject_cannot_smuggle_headers(self, settings):
        with servers.smtp() as server:
            settings.MAIL_SERVER, settings.MAIL_PORT = server.server_address
            smtp.send_mail("li@example.cn", "你好\r\nBcc: all@example.cn", TEXT)
            mail = message_from_bytes(server.mails[0], policy=policy.default)
        assert mail["Bcc"] is None


class TestHttpSms:
    def gateway(self, settings, server):
        settings.SMS_GATEWAY_URL = "http://{}:{}/".format(*server.server_address)
        settings.SMS_GATEWAY_SECRET = "geheim"

    @pytest.mark.parametrize(("status", "final"), [(400, True), (422, True), (429, False), (500, False)])
    def test_a_wrong_number_is_refused_and_a_busy_gateway_tried_again(self, settings, status, final):
        with servers.http(status) as server:
            self.gateway(settings, server)
            with pytest.raises(Exception) as failed:
                http_sms.send_sms("+8613800138000", TEXT)
        assert isinstance(failed.value, Refused) is final

    def test_a_gateway_that_nobody_named_is_not_called(self, settings):
        settings.PRIVATE_NETWORKS = []
        with servers.http() as server:
            self.gateway(settings, server)
            with pytest.raises(NotSent):
                http_sms.send_sms("+8613800138000", TEXT)
            assert server.requests == []

    def test_a_gateway_that_leads_elsewhere_is_not_followed(self, settings):
        with servers.http(302) as server:
            self.gateway(settings, server)
            with pytest.raises(RuntimeError, match="302"):
                http_sms.send_sms("+8613800138000", TEXT)

    def test_a_no_in_the_body_is_a_no(self, settings):
        with servers.http(200, b'{"ok": false, "message": "no credit"}') as server:
            self.gateway(settings, server)
            with pytest.raises(RuntimeError, match="no credit"):
                http_sms.send_sms("+8613800138000", TEXT)
