"""How one signs in, in a browser: a new password weighed while it is typed, a security key, sessions ended."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PATIENCE, PHONE
from tests.browser.test_journey import fits

pytestmark = pytest.mark.browser

FIRST, SECOND = "purpurne-ziegen-am-nordkap", "seltsame-lampen-unter-wasser"


@pytest.fixture
def member(beside):
    """`member("key")` → the name of a new account of the demonstration with the password `FIRST`."""

    def made(word: str) -> str:
        beside(
            "manage",
            "shell",
            "-c",
            "from youlin.apps.parties import services, models; from youlin.kernel.actors import SYSTEM; "
            f"old = models.Account.objects.filter(username='try-{word}').first(); "
            f"services.set_password(actor=SYSTEM, account_id=old.id, password='{FIRST}', district='') if old else "
            f"services.register_person(actor=SYSTEM, name='试{word}', is_demo=True, account_username='try-{word}', "
            f"password='{FIRST}'); "
            "from allauth.mfa.models import Authenticator; "
            f"[one.delete() for one in Authenticator.objects.filter(user__username='try-{word}')]",
        )
        return f"try-{word}"

    return made


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("账号", exact=True).fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    with page.expect_navigation():
        page.get_by_role("button", name="登录", exact=True).click()


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "light"), (PHONE, "dark")], ids=["desk", "phone-dark"])
def test_a_new_password_is_shown_weighed_and_set(open_as, member, accessible, size, scheme):
    name = member("password")
    elsewhere, page = open_as("", size), open_as("", size, color_scheme=scheme)
    sign_in(elsewhere, name, FIRST)
    sign_in(page, name, FIRST)
    page.goto("/accounts/password/change/")
    new = page.get_by_label("新密码", exact=True)
    new.press_sequentially("password1234")
    strength = page.locator("#strength")
    expect(strength).to_contain_text("弱", timeout=PATIENCE)
    expect(strength).to_contain_text("常见的词")
    accessible(page)
    fits(page)
    new.fill("")
    new.press_sequentially(SECOND)
    expect(strength).to_contain_text("很强", timeout=PATIENCE)
    page.get_by_label("显示密码").check()
    expect(new).to_have_attribute("type", "text")
    page.get_by_label("当前密码").fill(FIRST)
    page.get_by_label("再输一次新密码").fill(SECOND)
    with page.expect_navigation():
        page.get_by_role("button", name="修改密码").click()
    page.goto("/accounts/security/")
    expect(page.get_by_text("这台设备")).to_be_visible()
    expect(page.get_by_role("button", name="结束其他所有登录")).to_have_count(0)
    elsewhere.goto("/accounts/security/")
    assert urlsplit(elsewhere.url).path == "/sign-in/"


@pytest.mark.parametrize(("size", "scheme"), [(DESK, "dark"), (PHONE, "light")], ids=["desk-dark", "phone"])
def test_other_sessions_are_ended_from_here(open_as, member, accessible, size, scheme):
    name = member("sessions")
    elsewhere, page = open_as("", size), open_as("", size, color_scheme=scheme)
    sign_in(elsewhere, name, FIRST)
    sign_in(page, name, FIRST)
    page.goto("/accounts/security/")
    expect(page.get_by_text("Chrome").first).to_be_visible()
    accessible(page)
    fits(page)
    with page.expect_navigation():
        page.get_by_role("button", name="结束其他所有登录").click()
    expect(page.get_by_role("button", name="结束其他所有登录")).to_have_count(0)
    elsewhere.goto("/accounts/security/")
    assert urlsplit(elsewhere.url).path == "/sign-in/"


def test_a_security_key_is_enrolled_and_used(open_as, member, accessible, address):
    """With Chromium's own virtual key (CDP, WebAuthn domain); by name, because no key belongs to an address."""
    name, there = member("key"), address.replace("127.0.0.1", "localhost")
    page = open_as("", base_url=there)
    plugged_in(page)
    sign_in(page, name, FIRST)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("密码", exact=True).fill(FIRST)
    with page.expect_navigation():
        page.get_by_role("button", name="确认").click()
    accessible(page)
    page.get_by_label("名字").fill("蓝色那把")
    with page.expect_navigation():
        page.get_by_role("button", name="添加", exact=True).click()
    page.goto("/accounts/2fa/webauthn/")
    expect(page.get_by_text("蓝色那把")).to_be_visible()
    accessible(page)
    fits(page)
    page.goto("/accounts/logout/")
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("button", name="退出").click()
    sign_in(page, name, FIRST)
    assert urlsplit(page.url).path == "/accounts/2fa/authenticate/"
    accessible(page)
    with page.expect_navigation():
        page.get_by_role("button", name="用安全密钥").click()
    page.goto("/accounts/security/")
    expect(page.get_by_text("这台设备")).to_be_visible()


def plugged_in(page: Page) -> None:
    """A virtual security key in the browser's USB port, touched whenever it is asked."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "usb",
        "hasResidentKey": False,
        "hasUserVerification": False,
        "isUserVerified": False,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
