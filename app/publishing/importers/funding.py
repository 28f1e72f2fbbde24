"""What importers of funding have in common: the two states, and exact amounts as text."""

from decimal import Decimal

from app.publishing.importers.base import SeedForm

MILLION = 1_000_000


def amount_text(amount: Decimal) -> str:
    """Amount as the text of an exact decimal number, without an exponent and without zeros at its end."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def actor(id: str, kind: str, names: tuple[str, str], source: str, code: str | None = None) -> SeedForm:
    """Supporting actor: submitted only where none of this id is published."""
    en, fr = names
    return {
        "id": id,
        "kind": kind,
        **({"code": code} if code else {}),
        "title": {"en": en, "fr": fr},
        "summary": {"en": f"{en}, as the cited source names it.", "fr": f"{fr}, selon la source citée."},
        "citations": [{"source": source, "section": {"en": "rows", "fr": "lignes"}}],
    }


def states(source: str) -> list[SeedForm]:
    """Canada and North Korea, as supporting actors that cite a source."""
    return [
        actor("canada", "state", ("Canada", "Canada"), source, "CA"),
        actor("north-korea", "state", ("North Korea", "Corée du Nord"), source, "KP"),
    ]
