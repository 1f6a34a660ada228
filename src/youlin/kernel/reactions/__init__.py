"""Reactions: when *this* is journalled and *that* holds, do *this*; drained by the worker in batches."""

from youlin.kernel.reactions.draining import drain, drain_all, retry_now
from youlin.kernel.reactions.models import ReactionCursor, ReactionFailure, ReactionRule
from youlin.kernel.reactions.registry import (
    VARIABLES,
    Action,
    Reaction,
    check,
    declare,
    in_force,
    register_action,
    registered_actions,
)
from youlin.kernel.reactions.selectors import Backlog, backlog, failing

__all__ = [
    "VARIABLES",
    "Action",
    "Backlog",
    "Reaction",
    "ReactionCursor",
    "ReactionFailure",
    "ReactionRule",
    "backlog",
    "check",
    "declare",
    "drain",
    "drain_all",
    "failing",
    "in_force",
    "register_action",
    "registered_actions",
    "retry_now",
]
