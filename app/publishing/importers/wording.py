"""Wording of imported records: days in words, slugs, and the texts that all sources of imports have."""

import re
import unicodedata
from datetime import date

from app.publishing.importers.base import InputFile, SeedForm

_MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
}
_SLUG_LENGTH = 100


def day_in_words(day: str) -> dict[str, str]:
    """ISO day in words, in both languages: `9 October 2006`, `1er mars 2013`."""
    of = date.fromisoformat(day)
    first = "1er" if of.day == 1 else str(of.day)
    return {
        "en": f"{of.day} {_MONTHS['en'][of.month - 1]} {of.year}",
        "fr": f"{first} {_MONTHS['fr'][of.month - 1]} {of.year}",
    }


def day_of(text: str | None) -> str | None:
    """ISO day that a text is or begins with, as an instant does; None if it is none."""
    day = (text or "")[:10]
    try:
        return day if date.fromisoformat(day).isoformat() == day else None
    except ValueError:
        return None


def slug(*parts: str) -> str:
    """Slug of some words: lower-case ASCII letters and digits, hyphens between words, 100 characters at most."""
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall("[a-z0-9]+", plain))[:_SLUG_LENGTH].rstrip("-")


def of_file(file: InputFile, source: SeedForm) -> SeedForm:
    """Source record of an imported file: with its SHA-256, and the day on which it was retrieved."""
    return {**source, "file_sha256": file.sha256, "retrieved_on": file.retrieved_on}
