"""Every write of parties: keyword-only, one transaction, one journal entry."""

from youlin.apps.parties.services.accounts import (
    account_for,
    allow_admin,
    close_account,
    open_account,
    set_password,
)
from youlin.apps.parties.services.bodies import (
    change_organisation,
    close_organisation,
    join,
    leave,
    register_household,
    register_organisation,
)
from youlin.apps.parties.services.consents import (
    carry_consents,
    end_guardianship,
    give_consent,
    set_guardian,
    withdraw_consent,
)
from youlin.apps.parties.services.forgetting import forget_unknown
from youlin.apps.parties.services.merging import (
    follow_merge,
    merge_persons,
    register_references,
    undo_merge,
)
from youlin.apps.parties.services.people import (
    add_contact,
    add_identifier,
    change_person,
    register_person,
    remove_contact,
    remove_push,
)
from youlin.apps.parties.services.producers import (
    CHANGEABLE,
    change_producer,
    close_producer,
    register_producer,
)
from youlin.apps.parties.services.unmasking import unmask

__all__ = [
    "CHANGEABLE",
    "account_for",
    "allow_admin",
    "add_contact",
    "add_identifier",
    "change_organisation",
    "change_person",
    "change_producer",
    "close_account",
    "close_organisation",
    "close_producer",
    "end_guardianship",
    "follow_merge",
    "forget_unknown",
    "carry_consents",
    "give_consent",
    "join",
    "leave",
    "merge_persons",
    "open_account",
    "register_household",
    "register_organisation",
    "register_person",
    "register_producer",
    "register_references",
    "remove_contact",
    "remove_push",
    "set_guardian",
    "set_password",
    "undo_merge",
    "unmask",
    "withdraw_consent",
]
