"""Organisations, bodies, people and what ties them together. Private to `registry` and to foreign keys by label."""

from .body import Body, BodySpan, Covering, Line, Post, Term
from .consent import Consent, Contact, Declaration, FormerNotice, Guardian, Purpose
from .contract import CollectiveContract
from .duplicate import DuplicatePair, Merge
from .imports import Import, ImportMapping, StagedRow
from .organisation import Agreement, Organisation, OrganisationSpan, Visit
from .person import Membership, Person, Transfer
from .rights import RightsRequest
from .search import SearchText

__all__ = [
    "Agreement",
    "Body",
    "BodySpan",
    "CollectiveContract",
    "Consent",
    "Contact",
    "Covering",
    "Declaration",
    "DuplicatePair",
    "FormerNotice",
    "Guardian",
    "Import",
    "ImportMapping",
    "Line",
    "Membership",
    "Merge",
    "Organisation",
    "OrganisationSpan",
    "Person",
    "Post",
    "Purpose",
    "RightsRequest",
    "SearchText",
    "StagedRow",
    "Term",
    "Transfer",
    "Visit",
]
