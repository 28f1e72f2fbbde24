"""Terms: label and description of each value of a field, in English and French (a controlled vocabulary).

A field names its terms where it is declared, so that one value may have other words in another field. The French words
are those of Canada's laws and of Global Affairs Canada.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple


class Term(NamedTuple):
    """Term: the label that people read instead of a value, and what the value means, in both languages."""

    label_en: str
    label_fr: str
    description_en: str
    description_fr: str

    def label(self, lang: Literal["en", "fr"]) -> str:
        """Label in one language."""
        return self.label_en if lang == "en" else self.label_fr

    def description(self, lang: Literal["en", "fr"]) -> str:
        """Description in one language; empty if there is none."""
        return self.description_en if lang == "en" else self.description_fr


Terms = Mapping[str, Term]  # by value
