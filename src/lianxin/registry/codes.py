"""The unified social credit code, GB 32100-2015, with the organisation code GB 11714 inside it.

Source: GB 32100-2015 (18 characters, check = 31 - sum(c_i * 3**(i-1)) mod 31), GB 11714-1997 (9 characters,
check = 11 - sum(c_i * w_i) mod 11).
"""

import unicodedata

from django.utils.translation import gettext_lazy as _

from lianxin.kit.refusals import Refused

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Characters of a credit code and their values: no I, O, S, V, Z."""
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(3**place % 31 for place in range(17))
_INNER = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_KIND = {
    "91": "enterprise",
    "92": "sole_trader",
    "93": "enterprise",
    "51": "association",
    "52": "service_org",
    "53": "foundation",
    "11": "agency",
    "12": "institution",
    "81": "union",
}


class BadCreditCode(Refused):
    """A credit code that cannot be one. The subject is the code as normalised."""

    text = _("This credit code is not valid.")


class WrongLength(BadCreditCode):
    text = _("A credit code has 18 characters; this one has %(length)d. Please copy it from the certificate again.")


class WrongCharacter(BadCreditCode):
    text = _(
        "“%(character)s” at place %(place)d cannot stand in a credit code (letters I, O, S, V and Z are never used). "
        "Please compare it with the certificate."
    )


class WrongOrganisationDigit(BadCreditCode):
    text = _(
        "The check digit at place 17 (organisation code) does not fit places 9 to 16. "
        "Please compare these characters with the certificate."
    )


class WrongCheckDigit(BadCreditCode):
    text = _(
        "The check digit at place 18 does not fit the 17 characters before it. "
        "Please compare the code with the certificate."
    )


class WrongBothDigits(BadCreditCode):
    text = _(
        "Neither check digit fits: place 17 (organisation code) nor place 18. One of places 9 to 16 is probably wrong."
    )


def normalise_code(text: str) -> str:
    """The code as it is stored: half-width capitals, without spaces or hyphens."""
    return "".join(unicodedata.normalize("NFKC", text).upper().replace("-", "").split())


def check_digit(first17: str) -> str:
    """The 18th character of a credit code."""
    total = sum(_VALUE[c] * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[(31 - total % 31) % 31]


def organisation_digit(first8: str) -> str:
    """The 9th character of a GB 11714 organisation code, which stands at place 17 of the credit code."""
    total = sum(_INNER.index(c) * w for c, w in zip(first8, _INNER_WEIGHTS, strict=True))
    digit = 11 - total % 11
    return {10: "X", 11: "0"}.get(digit, str(digit))


def check_code(text: str) -> str:
    """The normalised code; an empty text stays empty (unknown).

    Raises WrongLength, WrongCharacter, WrongOrganisationDigit, WrongCheckDigit, WrongBothDigits.
    """
    code = normalise_code(text)
    if not code:
        return ""
    if len(code) != 18:
        raise WrongLength(code, length=len(code))
    for place, character in enumerate(code, start=1):
        if character not in _VALUE:
            raise WrongCharacter(code, character=character, place=place)
    inner_fits = organisation_digit(code[8:16]) == code[16]
    outer_fits = check_digit(code[:17]) == code[17]
    if not inner_fits and not outer_fits:
        raise WrongBothDigits(code)
    if not inner_fits:
        raise WrongOrganisationDigit(code)
    if not outer_fits:
        raise WrongCheckDigit(code)
    return code


def kind_of_code(code: str) -> str:
    """The kind of organisation its first two characters name; "other" where they name none of ours."""
    return _KIND.get(code[:2], "other")


def make_code(prefix: str, area_code: str, number: int) -> str:
    """A code with right check digits for invented organisations, such as seeds and tests.

    prefix : two characters, as in `kind_of_code`; area_code : 6 digits of GB/T 2260; number : below 10**8.
    """
    first8 = f"{number:08d}"
    body = prefix + area_code + first8 + organisation_digit(first8)
    return body + check_digit(body)
