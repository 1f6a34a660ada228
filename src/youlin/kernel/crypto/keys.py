"""The life of data-protection keys: prepared, checked, rotated, retired."""

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from youlin.kernel.crypto import keyring
from youlin.kernel.crypto.fields import EncryptedTextField
from youlin.kernel.errors import Problem

_BATCH = 500


def prepare(**signal: Any) -> None:
    """Make the key file if this is a fresh installation and note its check values. Runs after each migration.

    Raises `KeyLost` when the file is missing or differs from what the database was written with.
    """
    problems = check()
    if problems:
        raise keyring.KeyLost(problems=problems)
    _note(keyring.ring())


def check() -> list[Problem]:
    """What is wrong with the key file, for `youlin doctor`: nothing, or problems with their remedy."""
    try:
        values = keyring.ring().check_values()
    except keyring.KeyLost as error:
        return error.problems
    known = _known()
    lost = [name for name in known if name not in values]
    other = [name for name, value in values.items() if known.get(name, value) != value]
    remedy = keyring.remedy_for_a_lost_file()
    found = []
    if lost:
        message = _("密钥文件缺少数据库使用过的密钥：%(keys)s") % {"keys": "、".join(lost)}
        found.append(Problem("DATA_PROTECTION_KEY_FILE", message, remedy))
    if other:
        message = _("密钥文件不是本数据库的密钥文件：%(keys)s 不符") % {"keys": "、".join(other)}
        found.append(Problem("DATA_PROTECTION_KEY_FILE", message, remedy))
    return found


def database_knows_keys() -> bool:
    """Whether this database was ever written with a data-protection key."""
    return bool(_known())


def add_key() -> str:
    """Make a new key the one that encrypts from now on; its id. `rotate` moves the rows over."""
    prepare()
    name = keyring.add_key_to_file()
    _note(keyring.ring())
    return name


def rotate(progress: Callable[[str, int], None] = lambda table, rows: None) -> dict[str, int]:
    """Encrypt everything with the current key that still uses an older one; rows changed by table.

    May run beside a living system and be repeated: a row is only replaced if it is still as it was read.
    `progress` is told the table and the number of rows changed so far.
    """
    changed: dict[str, int] = {}
    for model, names in _encrypted_columns():
        label = model._meta.label
        changed[label] = 0
        for batch in _batches(model):
            changed[label] += _renew(model, names, batch)
            progress(label, changed[label])
    return changed


def retire_keys() -> list[str]:
    """Take those keys out of the file that no row uses any more; their ids."""
    current = keyring.ring().current
    used = {current} | _keys_in_use()
    names = {name for name in keyring.ring().keys if name not in used}
    keyring.remove_keys_from_file(names)
    _check_model().objects.filter(key_id__in=names).delete()
    return sorted(names)


def _check_model() -> Any:
    from youlin.kernel.crypto.models import KeyCheck

    return KeyCheck


def _known() -> dict[str, str]:
    model = _check_model()
    if model._meta.db_table not in connection.introspection.table_names():
        return {}
    return dict(model.objects.values_list("key_id", "value"))


def _note(ring: keyring.KeyRing) -> None:
    model = _check_model()
    missing = ring.check_values().items() - _known().items()
    rows = [model(key_id=name, value=value) for name, value in sorted(missing)]
    if model._meta.db_table in connection.introspection.table_names():
        model.objects.bulk_create(rows, ignore_conflicts=True)


def _encrypted_columns() -> Iterator[tuple[Any, list[str]]]:
    """Every model with columns that hold encrypted text, and those columns."""
    for model in apps.get_models():
        names = [field.name for field in model._meta.concrete_fields if isinstance(field, EncryptedTextField)]
        if model._meta.label == "kernel.PersonKey":
            names.append("wrapped")
        if names and model._meta.managed and not model._meta.proxy:
            yield model, names


def _batches(model: Any) -> Iterator[list[Any]]:
    last = None
    while True:
        rows = model._base_manager.order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        keys = list(rows.values_list("pk", flat=True)[:_BATCH])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _renew(model: Any, names: list[str], keys: list[Any]) -> int:
    """Encrypt again what is not under the current key; a row changed meanwhile is left alone."""
    current = keyring.ring().current
    changed = set()
    for name in names:
        rows = model._base_manager.annotate(stored_token=Cast(name, models.TextField()))
        for key, token in rows.filter(pk__in=keys).values_list("pk", "stored_token"):
            if not token or keyring.key_of(token) == current:
                continue
            plain = keyring.decrypt(token)
            again = plain if _encrypts_itself(model, name) else keyring.encrypt(plain)
            if rows.filter(pk=key, stored_token=token).update(**{name: again}):
                changed.add(key)
    return len(changed)


def _encrypts_itself(model: Any, name: str) -> bool:
    return isinstance(model._meta.get_field(name), EncryptedTextField)


def _keys_in_use() -> set[str]:
    used: set[str] = set()
    for model, names in _encrypted_columns():
        for name in names:
            tokens = model._base_manager.annotate(stored_token=Cast(name, models.TextField()))
            for token in tokens.values_list("stored_token", flat=True).iterator(chunk_size=2000):
                if token:
                    used.add(keyring.key_of(token))
    return used
