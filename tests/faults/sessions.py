"""Signed-in sessions for the load: nobody types a password while things are killed."""


def session_of(username: str) -> str:
    """A new session of the account with this name."""
    from youlin.apps.parties.models import Account

    return session(Account.objects.get(username=username))


def session(account) -> str:
    """A new session of an account."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from youlin.apps.parties.sign_in import BACKEND

    made = SessionStore()
    made[SESSION_KEY] = str(account.pk)
    made[BACKEND_SESSION_KEY] = BACKEND
    made[HASH_SESSION_KEY] = account.get_session_auth_hash()
    made.save()
    return str(made.session_key)
