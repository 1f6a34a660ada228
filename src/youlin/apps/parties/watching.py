"""What happens in Django's and allauth's pages, and who of ours is told."""

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_used
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_delete, post_save

from youlin.apps.parties import credentials, open_sessions, sessions


def connect() -> None:
    """Connect each signal once."""
    user_logged_in.connect(sessions.begin, dispatch_uid="parties.begin_session")
    user_logged_in.connect(open_sessions.note, dispatch_uid="parties.note_session")
    user_logged_out.connect(open_sessions.forget, dispatch_uid="parties.forget_session")
    password_changed.connect(credentials.password_changed, dispatch_uid="parties.password_changed")
    authenticator_used.connect(credentials.factor_used, dispatch_uid="parties.factor_used")
    post_save.connect(credentials.factor_saved, sender=Authenticator, dispatch_uid="parties.factor_saved")
    post_delete.connect(credentials.factor_gone, sender=Authenticator, dispatch_uid="parties.factor_gone")
