"""What a person may declare: a closed list. What is not here cannot be stored.

Source: the target groups of the domain, one defining attribute each. Small-firm staff and building workers follow from
the organisation and its site, youth and older people from the year of birth, so nobody is asked for them.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Attribute:
    """One thing a person can state about themselves.

    choices : values that may be stored; empty for a year.
    months : how long a statement stays good before it must be asked for again; 0 for what does not change.
    is_sensitive : needs a separate consent, see PIPL 28 and 29.
    """

    code: str
    name: Text
    choices: dict[str, Text]
    months: int
    is_sensitive: bool = False
    needs_proof_day: bool = False
    """Somebody saw a certificate or list: the day it was seen belongs to the statement, the paper does not."""


_YES: dict[str, Text] = {"yes": _("Yes"), "no": _("No")}

ATTRIBUTES: dict[str, Attribute] = {
    a.code: a
    for a in (
        Attribute("birth_year", _("Year of birth"), {}, 0),
        Attribute("sex", _("Sex"), {"woman": _("Woman"), "man": _("Man")}, 0),
        Attribute(
            "work_form",
            _("Form of work"),
            {
                "employee": _("Employee"),
                "courier": _("Courier"),
                "rider": _("Delivery rider"),
                "ride_hail_driver": _("Ride-hailing driver"),
                "truck_driver": _("Truck driver"),
                "other_gig": _("Other work through a platform"),
                "freelancer": _("Freelancer"),
                "not_working": _("Not working now"),
            },
            12,
        ),
        Attribute("outdoor_worker", _("Works outdoors"), _YES, 24),
        Attribute("migrant_worker", _("Came to the city to work"), _YES, 36),
        Attribute("graduation_year", _("Year of graduation"), {}, 0),
        Attribute("seeking_work", _("Looking for work"), _YES, 6),
        Attribute("league_member", _("League member"), _YES, 12),
        Attribute(
            "child_band",
            _("Has a child aged"),
            {"0_6": _("0 to 6"), "7_12": _("7 to 12"), "both": _("Both"), "none": _("None of these")},
            12,
        ),
        Attribute(
            "low_income_certificate",
            _("Low-income certificate seen"),
            _YES,
            12,
            is_sensitive=True,
            needs_proof_day=True,
        ),
        Attribute(
            "hardship_listed", _("On the union's hardship list"), _YES, 12, is_sensitive=True, needs_proof_day=True
        ),
        Attribute(
            "access_need",
            _("Needs access by"),
            {
                "ramp": _("Ramp or lift"),
                "sign_language": _("Sign language"),
                "screen_reader": _("Screen reader"),
                "hearing_loop": _("Hearing loop or captions"),
                "large_print": _("Large print"),
                "none": _("Nothing special"),
            },
            0,
            is_sensitive=True,
        ),
        Attribute("volunteer", _("Volunteer"), _YES, 24),
    )
}

FORBIDDEN = frozenset(
    "ethnicity religion belief opinion political_status party_member health diagnosis pregnancy marital_status"
    " sexual_life petition_history credit income pay location_trail device household_register id_number".split()
)
"""Never an attribute, whatever a form or an import asks for."""


def _is_year(value: str) -> bool:
    return len(value) == 4 and value.isdigit() and 1900 <= int(value) <= 2100


def fits(attribute: Attribute, value: str) -> bool:
    """Whether the value is one that this attribute may have."""
    return value in attribute.choices if attribute.choices else _is_year(value)


def good_until(attribute: Attribute, day: date) -> date | None:
    """The day from which a statement made on `day` must be asked for again; None for what does not change."""
    return months_after(day, attribute.months) if attribute.months else None


def months_after(day: date, months: int) -> date:
    """The same day some months on, or the last day of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
