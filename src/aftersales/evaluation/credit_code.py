"""The unified social credit code of a Chinese organisation (统一社会信用代码, GB 32100-2015)."""

__all__ = ["is_credit_code"]

_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100-2015, 4: no I, O, S, V or Z


def is_credit_code(text: str) -> bool:
    """Whether a text is a unified social credit code with its check digit (GB 32100-2015).

    It has 18 characters. The last one makes Σ cᵢ × 3ⁱ, for i = 0 to 16, plus itself a multiple of 31.

    >>> is_credit_code("91350100M000100Y43"), is_credit_code("91350100M000100Y44")
    (True, False)
    """
    if len(text) != 18 or not set(text) <= set(_DIGITS):
        return False
    *values, check = map(_DIGITS.index, text)
    return (sum(value * pow(3, place, 31) for place, value in enumerate(values)) + check) % 31 == 0
