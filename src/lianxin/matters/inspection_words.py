"""Words for inspections, own problems and reviews."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

FAMILIES: dict[str, str | Promise] = {"safety": _("Safety at work"), "labour": _("Labour relations")}
GRADES: dict[str, str | Promise] = {
    "general": pgettext_lazy("grade of a finding", "General"),
    "major": pgettext_lazy("grade of a finding", "Major hazard"),
}
ANSWERS: dict[str, str | Promise] = {
    "ok": pgettext_lazy("item of a check list", "In order"),
    "bad": pgettext_lazy("item of a check list", "Finding"),
    "na": pgettext_lazy("item of a check list", "Does not apply"),
}
REASONS: dict[str, str | Promise] = {
    "open_major": _("a major finding not yet seen mended"),
    "not_passed": _("failed a re-check in two years"),
    "found_before": _("findings in two years"),
    "spoken_of": _("matters of its workers in a year"),
    "never": _("never inspected"),
    "large": _("300 employees or more"),
}
ROUND_STATES: dict[str, str | Promise] = {
    "planned": _("Drawn, not started"),
    "open": pgettext_lazy("round of inspections", "Under way"),
    "closed": pgettext_lazy("round of inspections", "Finished"),
    "dropped": pgettext_lazy("round of inspections", "Given up"),
}
SOURCES: dict[str, str | Promise] = {
    "complaint": pgettext_lazy("source of a problem", "A complaint"),
    "survey": pgettext_lazy("source of a problem", "A survey"),
    "rating": pgettext_lazy("source of a problem", "A rating"),
    "audit": pgettext_lazy("source of a problem", "An audit"),
    "inspection": pgettext_lazy("source of a problem", "An inspection"),
    "review": pgettext_lazy("source of a problem", "A periodic review"),
    "theme": pgettext_lazy("source of a problem", "A theme of many matters"),
    "self": pgettext_lazy("source of a problem", "Found by the body itself"),
}


def word(words: dict[str, str | Promise], code: str) -> str:
    """The word of a code; the code itself where there is none."""
    return str(words.get(code, code))
