"""Tests of the numbers in boxes, and of the room for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalargrad import Value
from scalargrad.graph import placeholder
from scalargrad.passes.notation import number_text
from scalargrad.pictures.boxes import NOT_FED, NOT_YET, NUMBER_WIDTH, data_text, gradient_text, text_width

# Widths in thousandths of the font's size, from Helvetica's metrics; Arial and Liberation Sans have the same.
HELVETICA = {"-": 333, ".": 278, "+": 584, "i": 222, "f": 278, "t": 278, " ": 278, "y": 500}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (2.0, "2"),
        (-1.5, "-1.5"),
        (0.18242552, "0.1824"),
        (-0.14914645, "-0.1491"),
        (138.83382, "138.8"),
        (100.0, "100"),
        (9999.6, "10000"),
        (999_999.6, "1e+06"),
        (-123456.7, "-123457"),
        (1e6, "1e+06"),
        (1234567.0, "1.235e+06"),
        (0.00012345, "0.0001234"),
        (-1e-9, "-1e-09"),
        (float("inf"), "inf"),
        (float("nan"), "nan"),
        (3, "3"),
    ],
)
def test_numbers_are_short(number, text):
    """Numbers have four significant digits and no zeros at the end, and very large or small ones an exponent."""
    assert number_text(number) == text


@given(st.floats())
def test_every_number_has_room(x):
    """No number is wider than the room for it, in Helvetica at 16 points."""
    for text in (number_text(x), NOT_YET, NOT_FED):
        assert 0.016 * sum(HELVETICA.get(character, 556) for character in text) < text_width(text)


def test_most_boxes_are_of_one_size():
    """The usual numbers, and the words for what is missing, fit into the least room."""
    assert text_width("-0.1491", "0", "-12.625", NOT_YET, NOT_FED, least=NUMBER_WIDTH) == NUMBER_WIDTH
    assert text_width("0", "-123.4567", least=NUMBER_WIDTH) > NUMBER_WIDTH


def test_what_is_missing_has_a_word():
    """Where there is no number, or no gradient, the text says so."""
    assert data_text(placeholder("x") * 2) == "not fed"
    assert data_text(Value(2)) == "2"
    assert gradient_text(Value(2)) == "not yet"
