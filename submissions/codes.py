"""Check codes as papers carry them: ten signs, in two groups of five. The first nine are drawn by lot, the last one
follows from them: a slip of the pen (one sign wrong, two exchanged) is told from a code that does not exist.

The signs are 31, without 0, 1, I, L and O, which look alike; 31 is a prime, so that the weighted sum over the signs
changes with every single error and every exchange.
"""

import secrets
import unicodedata

from django.core.exceptions import ValidationError

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 10


def draw() -> str:
    """A new code; 31⁹ of them make guessing hopeless."""
    body = "".join(secrets.choice(SIGNS) for _ in range(LENGTH - 1))
    return body + _last(body)


def read(text: str) -> str:
    """The code that a person typed, in any case, with or without its hyphen. Raises ValidationError, in Chinese, where
    it cannot be one."""
    code = "".join(sign for sign in unicodedata.normalize("NFKC", text).upper() if sign not in " -—–_")
    if len(code) != LENGTH:
        raise ValidationError(f"校验码是 {LENGTH} 位，现有 {len(code)} 位。", code="length")
    strange = [sign for sign in code if sign not in SIGNS]
    if strange:
        raise ValidationError(f"校验码里没有“{strange[0]}”，请对照签字表核对。", code="sign")
    if _last(code[:-1]) != code[-1]:
        raise ValidationError("校验码抄错了：有一位不对，或有两位颠倒，请对照签字表核对。", code="check")
    return code


def grouped(code: str) -> str:
    """ABCDE-FGHJK."""
    return f"{code[:5]}-{code[5:]}"


def _last(body: str) -> str:
    return SIGNS[sum(place * SIGNS.index(sign) for place, sign in enumerate(body, start=1)) % len(SIGNS)]
