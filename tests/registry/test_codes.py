import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.registry import codes

TEXTBOOK = "91350100M000100Y43"
"""The example printed in GB 32100-2015."""


def test_the_example_of_the_standard_is_valid():
    assert codes.check_code(TEXTBOOK) == TEXTBOOK


def test_a_code_is_taken_in_full_width_lower_case_and_with_spaces():
    assert codes.check_code("９１３５０１００ m000-100y 43") == TEXTBOOK


def test_an_empty_code_is_unknown_not_wrong():
    assert codes.check_code("  ") == ""


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (TEXTBOOK[:-1], codes.WrongLength),
        (TEXTBOOK[:8] + "I" + TEXTBOOK[9:], codes.WrongCharacter),
        (TEXTBOOK[:-1] + "4", codes.WrongCheckDigit),
    ],
)
def test_each_fault_has_its_own_words(text, refusal):
    with pytest.raises(refusal) as raised:
        codes.check_code(text)
    assert len(raised.value.sentence) > 10


def test_a_wrong_organisation_digit_is_told_apart_from_a_wrong_check_digit():
    wrong_inside = TEXTBOOK[:16] + "5"
    with pytest.raises(codes.WrongOrganisationDigit):
        codes.check_code(wrong_inside + codes.check_digit(wrong_inside))
    with pytest.raises(codes.WrongBothDigits):
        codes.check_code(wrong_inside + TEXTBOOK[17])


@given(st.integers(0, 10**8 - 1), st.sampled_from(["91", "92", "51", "52", "53", "11", "12", "81"]))
def test_every_code_made_is_valid_and_every_single_slip_is_found(number, prefix):
    code = codes.make_code(prefix, "440304", number)
    assert codes.check_code(code) == code
    for place in (0, 5, 9, 15, 16, 17):
        for wrong in codes.ALPHABET:
            if wrong != code[place]:
                with pytest.raises(codes.BadCreditCode):
                    codes.check_code(code[:place] + wrong + code[place + 1 :])


@given(st.text(alphabet=string.printable, max_size=20))
def test_any_text_is_either_a_code_or_refused_in_words(text):
    words = ""
    try:
        code = codes.check_code(text)
    except codes.BadCreditCode as refusal:
        code, words = "", refusal.sentence
    assert words or len(code) in (0, 18)


@pytest.mark.parametrize(
    ("code", "kind"),
    [("91", "enterprise"), ("92", "sole_trader"), ("52", "service_org"), ("12", "institution"), ("A1", "other")],
)
def test_the_first_two_characters_say_what_kind_it_is(code, kind):
    assert codes.kind_of_code(code + "0" * 16) == kind
