import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from submissions import codes

DRAWN = st.text(codes.SIGNS, min_size=9, max_size=9).map(lambda body: body + codes._last(body))


def test_signs_are_a_prime_number_without_lookalikes():
    assert (len(codes.SIGNS), len(set(codes.SIGNS)), set("01ILO") & set(codes.SIGNS)) == (31, 31, set())


def test_drawn_codes_read_back_and_differ():
    drawn = {codes.draw() for _ in range(200)}
    assert len(drawn) == 200
    assert {codes.read(codes.grouped(code)) for code in drawn} == drawn


def test_read_takes_what_people_type():
    code = codes.draw()
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in codes.grouped(code))
    assert [codes.read(text) for text in (code.lower(), f" {code[:5]} {code[5:]} ", wide)] == [code] * 3


@given(DRAWN, st.integers(0, 9), st.sampled_from(codes.SIGNS))
def test_one_wrong_sign_is_noticed(code, place, sign):
    wrong = code[:place] + sign + code[place + 1 :]
    if wrong != code:
        with pytest.raises(ValidationError, match="抄错"):
            codes.read(wrong)


@given(DRAWN, st.integers(0, 8), st.integers(0, 8))
def test_two_exchanged_signs_are_noticed(code, one, other):
    signs = list(code)
    signs[one], signs[other] = signs[other], signs[one]
    if signs != list(code):
        with pytest.raises(ValidationError, match="抄错"):
            codes.read("".join(signs))


@pytest.mark.parametrize(("text", "why"), [("ABC", "现有 3 位"), ("ABCDE-FGHJ0", "没有“0”"), ("", "现有 0 位")])
def test_what_cannot_be_a_code_is_told_why(text, why):
    with pytest.raises(ValidationError, match=why):
        codes.read(text)
