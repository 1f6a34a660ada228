"""People, organisations, households and producers: one row each, however many programmes know them."""

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils.translation import gettext_lazy as _

from youlin.kernel import clock
from youlin.kernel.crypto import EncryptedTextField
from youlin.kernel.db import CityModel, DistrictForeignKey, DistrictModel


class Person(CityModel):
    """One human being, once in the whole installation. The name is encrypted; show it through `selectors`."""

    name = EncryptedTextField(_("姓名"), blank=True)
    born_on = models.DateField(_("出生日期"), null=True, blank=True)
    language = models.CharField(_("语言"), max_length=10, default="zh-hans")
    needs = models.JSONField(_("无障碍与照护需要"), default=dict, blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_from")
    erased_at = models.DateTimeField(_("已删除于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("人员")

    def __str__(self) -> str:
        return str(self.id)


class PersonIdentifier(CityModel):
    """A number a register gave a person. A failing check digit warns and never rejects: real ones fail."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="identifiers")
    kind = models.CharField(_("证件种类"), max_length=32)
    value = EncryptedTextField(_("号码"))
    blind = models.CharField(max_length=64)
    check_ok = models.BooleanField(_("校验位相符"), default=True)

    class Meta:
        verbose_name = verbose_name_plural = _("个人证件")
        constraints = [models.UniqueConstraint(fields=["kind", "blind"], name="person_identifier_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class ContactPoint(CityModel):
    """A phone number, mail address, push endpoint or WeCom member id of a person. Several people may share one."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="contact_points")
    kind = models.CharField(
        _("种类"),
        max_length=16,
        choices=[
            ("phone", _("电话")),
            ("email", _("邮箱")),
            ("push", _("网页推送")),
            ("wecom", _("企业微信")),
        ],
    )
    value = EncryptedTextField(_("内容"))
    blind = models.CharField(max_length=64)
    label = models.CharField(_("说明"), max_length=64, blank=True)
    verified_at = models.DateTimeField(_("已验证于"), null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("联系方式")
        indexes = [models.Index(fields=["kind", "blind"], name="contact_by_blind")]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "blind"], name="contact_once_per_person")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class AccountManager(BaseUserManager["Account"]):
    """Creation of accounts as Django's commands expect it."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> "Account":
        account = self.model(username=username, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, username: str, password: str | None = None, **fields: object) -> "Account":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Account(AbstractBaseUser, PermissionsMixin, CityModel):
    """How a person signs in. What the account may do comes from the person's duties alone.

    `is_staff` opens the configuration admin; it grants nothing in the doors.
    """

    username = models.CharField(_("账号"), max_length=64, unique=True)
    person = models.OneToOneField(Person, models.PROTECT, null=True, blank=True, related_name="account")
    home_district = models.CharField(_("所在区"), max_length=12, blank=True)
    is_active = models.BooleanField(_("可用"), default=True)
    is_staff = models.BooleanField(_("可进入配置后台"), default=False)
    date_joined = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    class Meta:
        verbose_name = verbose_name_plural = _("账号")

    def __str__(self) -> str:
        return self.username


class OneTimeCode(CityModel):
    """A six-digit code sent to a phone; kept only as a digest, of no use after ten minutes, gone after a day.

    `asked_from` is the blind index of the network address that asked, for limits alone.
    """

    blind = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    purpose = models.CharField(max_length=32, default="sign_in")
    asked_from = models.CharField(max_length=64)
    expires_at = models.DateTimeField()
    tries_left = models.PositiveSmallIntegerField(default=5)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("一次性验证码")
        indexes = [
            models.Index(fields=["blind", "created_at"], name="one_time_code_phone"),
            models.Index(fields=["asked_from", "created_at"], name="one_time_code_address"),
            models.Index(fields=["created_at"], name="one_time_code_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class OpenSession(CityModel):
    """Where an account is signed in, for its holder to look at and end: what device, which door, about where.

    `place` is the network without its last parts (`203.0.*.*`), never an address. The row goes with the session.
    """

    account = models.ForeignKey(Account, models.CASCADE, related_name="open_sessions")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(max_length=64, blank=True)
    door = models.CharField(max_length=16, blank=True)
    place = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(default=clock.now, editable=False)
    seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = verbose_name_plural = _("登录中的设备")

    def __str__(self) -> str:
        return str(self.id)


class SignInSecret(CityModel):
    """The secret of a second factor, encrypted; the library's own table keeps only this row's id."""

    value = EncryptedTextField()
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("第二因素密钥")

    def __str__(self) -> str:
        return str(self.id)


class Organisation(DistrictModel):
    """A department, company, property firm, street office or station: anything that answers as a body."""

    code = models.CharField(_("代码"), max_length=64)
    name = models.CharField(_("名称"), max_length=128)
    kind = models.CharField(_("种类"), max_length=32, default="department")
    area = models.CharField(_("所在区划"), max_length=24, blank=True)
    address = models.CharField(_("地址"), max_length=255, blank=True, default="", db_default="")
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    credit_code_ok = models.BooleanField(_("校验位相符"), default=True)
    parent = DistrictForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches")
    is_demo = models.BooleanField(_("演示"), default=False)
    closed_on = models.DateField(_("注销日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("单位")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="organisation_code_once")]
        indexes = [models.Index(fields=["district", "parent"], name="organisation_parent")]

    def __str__(self) -> str:
        return self.name


class Membership(DistrictModel):
    """A person in an organisation or household, dated."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", db_index=False)
    organisation = DistrictForeignKey(
        Organisation, models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    household = DistrictForeignKey(
        "Household", models.CASCADE, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("身份"), max_length=32, default="member")
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("成员关系")
        indexes = [
            models.Index(fields=["district", "person"], name="membership_person"),
            models.Index(fields=["district", "organisation"], name="membership_organisation"),
            models.Index(fields=["district", "household"], name="membership_household"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.id}"


class Household(DistrictModel):
    """People who live at one address."""

    code = models.CharField(_("户码"), max_length=64)
    area = models.CharField(_("所在网格"), max_length=24)
    address = EncryptedTextField(_("住址"), blank=True)
    is_demo = models.BooleanField(_("演示"), default=False)

    class Meta:
        verbose_name = verbose_name_plural = _("住户")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="household_code_once")]
        indexes = [models.Index(fields=["district", "area"], name="household_area")]

    def __str__(self) -> str:
        return self.code


class Producer(DistrictModel):
    """A subject on record: a household, a shop, a producer of farm goods, each with one code (一户一码).

    `duty` is the kind of duty that answers for it in its area. The address of a household is personal data, so every
    address is encrypted.
    """

    code = models.CharField(_("主体编号"), max_length=64)
    name = models.CharField(_("名称"), max_length=128)
    kind = models.CharField(_("主体类型"), max_length=32, default="household")
    area = models.CharField(_("所在区划"), max_length=24)
    address = EncryptedTextField(_("地址"), blank=True, default="", db_default="")
    contact = models.ForeignKey(
        Person, models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    duty = models.CharField(_("负责岗位"), max_length=64, blank=True, default="", db_default="")
    organisation = DistrictForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="producers"
    )
    household = DistrictForeignKey(Household, models.PROTECT, null=True, blank=True, related_name="producers")
    is_demo = models.BooleanField(_("演示"), default=False)
    closed_on = models.DateField(_("注销日期"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("主体")
        constraints = [models.UniqueConstraint(fields=["district", "code"], name="producer_code_once")]
        indexes = [
            models.Index(fields=["district", "area"], name="producer_area"),
            models.Index(fields=["district", "organisation"], name="producer_organisation"),
            models.Index(fields=["district", "household"], name="producer_household"),
        ]

    def __str__(self) -> str:
        return self.code


class Consent(DistrictModel):
    """What a person (or the guardian for them) agreed to, in which words, until withdrawn."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="consents", db_index=False)
    purpose = models.CharField(_("用途"), max_length=64)
    wording = models.CharField(_("告知版本"), max_length=64)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    given_at = models.DateTimeField(default=clock.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("同意")
        indexes = [models.Index(fields=["district", "person", "purpose"], name="consent_person_purpose")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.id}"


class Guardianship(DistrictModel):
    """A guardian who may act for a ward, dated."""

    guardian = models.ForeignKey(Person, models.CASCADE, related_name="wards", db_index=False)
    ward = models.ForeignKey(Person, models.CASCADE, related_name="guardians", db_index=False)
    basis = models.CharField(_("依据"), max_length=64, blank=True)
    valid_from = models.DateField(default=clock.today)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("监护关系")
        indexes = [
            models.Index(fields=["district", "guardian"], name="guardianship_guardian"),
            models.Index(fields=["district", "ward"], name="guardianship_ward"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class ApiClient(DistrictModel):
    """A machine that speaks for an organisation through the open doors. Only the key's digest is kept."""

    name = models.CharField(_("名称"), max_length=128)
    key_digest = models.CharField(max_length=64)
    organisation = DistrictForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="api_clients"
    )
    may_report = models.BooleanField(_("可提交反映"), default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    revoked_at = models.DateTimeField(_("停用于"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("接口密钥")
        constraints = [models.UniqueConstraint(fields=["district", "key_digest"], name="api_client_key_once")]
        indexes = [models.Index(fields=["district", "organisation"], name="api_client_organisation")]

    def __str__(self) -> str:
        return self.name
