"""Numbers and sums of money as a reader of English or French in Canada writes them.

No library: Babel has 30 MB of locales, and these two forms are all that the pages need.
"""

from decimal import Decimal

from app.model.fields import Language

_NBSP = "\N{NO-BREAK SPACE}"


def number(value: int | str | Decimal, lang: Language) -> str:
    """Number with grouped thousands: `1,234.5` in English, `1\u00a0234,5` in French. All its decimals stay."""
    text = f"{Decimal(value):,f}"
    return text if lang == "en" else text.replace(",", _NBSP).replace(".", ",")


def money(amount: str, currency: str, lang: Language) -> str:
    """Sum of money with the code of its currency (ISO 4217), since a dollar sign says less: whole, or with cents."""
    whole, _, fraction = amount.partition(".")
    text = number(f"{whole}.{fraction:0<2}" if fraction else amount, lang)
    return f"{currency}{_NBSP}{text}" if lang == "en" else f"{text}{_NBSP}{currency}"
