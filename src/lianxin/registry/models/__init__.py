"""Organisations, bodies, people and what ties them together. Private to `registry` and to foreign keys by label."""

from .body import Body, BodySpan, Covering, Line, Post, Term
from .imports import Import
from .organisation import Organisation, OrganisationSpan, Visit
from .person import Membership, Person
from .search import SearchText

__all__ = [
    "Body",
    "BodySpan",
    "Covering",
    "Import",
    "Line",
    "Membership",
    "Organisation",
    "OrganisationSpan",
    "Person",
    "Post",
    "SearchText",
    "Term",
    "Visit",
]
