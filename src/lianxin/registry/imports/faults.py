"""Why a row is set aside: codes, words, and the groups a list is filtered by."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .fields import RosterKind

FAULTS: dict[str, str | Promise] = {
    "name_missing": _("There is no name, so nobody can tell what it is"),
    "total_row": _("This looks like a line of totals"),
    "too_long": _("Longer than %(limit)s characters"),
    "code_length": _("%(length)s characters; a credit code has 18"),
    "code_letter": _("“%(character)s” at place %(place)s cannot stand in a credit code"),
    "code_letter_filled": _("A credit code has no letter %(character)s; the digit was filled in for you"),
    "code_check": _("The check digit does not fit; probably copied wrong"),
    "code_number": _("Excel kept it as a number and lost its last digits"),
    "code_missing": _("There is no credit code, and rows are recognised by it"),
    "address_missing": _("There is no address, and rows are recognised by name and address"),
    "count_words": _("Not a number"),
    "count_range": _("A range; one number is needed"),
    "count_about": _("Only roughly; one number is needed"),
    "count_negative": _("Less than nothing"),
    "count_fraction": _("Not a whole number"),
    "count_large": _("Too large to be true"),
    "count_above": _("More than the %(headcount)s employees"),
    "date_words": _("Not a date"),
    "date_two_ways": _("Can be read as two different days"),
    "date_no_day": _("The day is missing"),
    "date_no_such": _("There is no such day"),
    "date_future": _("After today"),
    "date_early": _("Before 1840"),
    "closed_before": _("Closed before it was opened"),
    "choice_unknown": _("Not a kind we know"),
    "yes_no_unknown": _("Neither yes nor no"),
    "area_unknown": _("No community or subdistrict of this name or code"),
    "area_two": _("More than one place has this name"),
    "area_contradicts": _("The address names another place: %(named)s"),
    "area_outside": _("Lies outside the area you look after"),
    "same_in_file": _("The same as row %(row)s"),
    "same_key_in_file": _("The same record as row %(row)s, but %(fields)s differ"),
    "code_taken": _("“%(name)s” already has this credit code"),
    "name_twice": _("%(count)s organisations on record have this name; a credit code is needed"),
    "newer_on_record": _("What is on record holds since %(since)s, later than this file"),
    "closed_on_record": _("Closed on record since %(since)s; reopen it there first"),
    "closed_unknown": _("Closed already, and not on record: nothing to enter"),
    "line_unknown": _("Not a line we know"),
    "line_missing": _("It does not say of which line the body is"),
    "line_outside": _("Of another line: this file is about “%(line)s”"),
    "line_other": _("The body of this number belongs to another line"),
    "number_unknown": _("No body on record has this number"),
    "body_twice": _("%(count)s bodies on record have this name; the number on record is needed"),
    "dissolved_on_record": _("Dissolved on record since %(since)s"),
    "kind_missing": _("It does not say what kind of body it is, and the name does not tell"),
    "form_missing": _("It does not say whether it is one employer's own, joint, of a building or of an area"),
    "body_area_missing": _("Nothing says where it is: a community, an address or the one organisation covered"),
    "site_missing": _("A body of a building or park needs its name"),
    "site_unknown": _("No building or park of this name is on record"),
    "covered_unknown": _("No organisation on record has this code or exactly this name: %(name)s"),
    "covered_two": _("More than one organisation on record has this name: %(name)s"),
    "own_covers_two": _("One employer's own body covers that one employer"),
    "parent_unknown": _("No body above of this name, on record or in this file"),
    "parent_other_line": _("The body above belongs to another line"),
    "parent_loop": _("It would hang below itself"),
    "row_aside": _("Waits for row %(row)s, which is set aside; mend that one first"),
    "term_order": _("The term ends before it begins"),
    "term_half": _("A term has a first and a last day; one of them is missing"),
    "term_before_founded": _("The term begins before the body was founded"),
    "term_older": _("A later term is on record, since %(since)s"),
    "named_unknown": _("No body of this name is on record here; none is founded by this. Enter it first"),
    "named_two": _("More than one body on record has this name"),
    "named_own": _("This is the own body of another organisation"),
    "union_unnamed": _("It says there is a union, but names none, and none on record covers it"),
    "union_denied": _("It says there is no union, but names one"),
    "union_on_record": _("It says there is no union, but one on record covers it"),
    "person_missing": _("There is no name"),
    "contact_unreadable": _("Not a phone number or an e-mail address"),
    "joined_later": _("After the day from which the file holds"),
    "joined_before_body": _("Before the body was founded on %(since)s"),
    "consent_missing": _("The basis is consent, and it does not say when this person agreed"),
    "member_twice": _("%(count)s members of this name and workplace are on record"),
    "changed_meanwhile": _("Changed on record while the import was waiting"),
}

GROUPS: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "code": (_("Credit code wrong"), ("code_",)),
    "count": (_("Count is not a number"), ("count_",)),
    "date": (_("Date wrong"), ("date_", "closed_before", "term_", "joined_")),
    "same": (_("Twice in this file"), ("same_",)),
    "name": (_("Name missing"), ("name_missing", "person_missing", "total_row", "address_missing")),
    "area": (_("Place unclear"), ("area_", "body_area_", "site_")),
    "covers": (_("Covering unclear"), ("covered_", "own_covers_", "named_", "union_")),
    "above": (_("Body above not found"), ("parent_", "row_aside")),
    "line": (_("Line unclear"), ("line_",)),
    "consent": (_("Basis missing"), ("consent_",)),
    "contact": (_("Contact wrong"), ("contact_",)),
    "record": (
        _("At odds with the record"),
        (
            *("code_taken", "name_twice", "newer_", "closed_on_", "closed_unknown", "changed_", "number_unknown"),
            *("body_twice", "dissolved_", "line_other", "term_older", "member_twice"),
        ),
    ),
    "other": (_("Something else"), ("",)),
}


def sentence(fault: dict[str, Any], kind: RosterKind) -> str:
    """The reason in the reader's language."""
    text = str(FAULTS[fault["code"]])
    details = dict(fault.get("details", {}))
    if "fields" in details:
        labels = {f.code: str(f.label) for f in kind.fields}
        details["fields"] = gettext(", ").join(labels.get(code, str(_("place"))) for code in details["fields"])
    return text % details if details else text


def group_of(code: str) -> str:
    """The group of the filter that a fault belongs to."""
    record = GROUPS["record"][1]
    if code.startswith(record):
        return "record"
    return next(group for group, (_label, starts) in GROUPS.items() if code.startswith(starts))
