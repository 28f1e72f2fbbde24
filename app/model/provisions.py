"""Provisions of legal instruments: their texts in the languages that were imported."""

from typing import Annotated, Self

from pydantic import Field, PlainSerializer, SerializationInfo, WithJsonSchema, model_validator

from app.errors import InvalidValue
from app.model.fields import ContentModel, EdtfDate, Text

_LONGEST = 50_000
_Wording = Annotated[str, Field(min_length=1, max_length=_LONGEST)]


class Wording(ContentModel):
    """Words of the law in English and in French, or in the one language that was imported."""

    en: _Wording | None = None
    fr: _Wording | None = None

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if self.en is None and self.fr is None:
            raise InvalidValue("no-language")
        return self


def _speak(words: Wording, info: SerializationInfo) -> str | dict[str, str] | None:
    if info.context and (lang := info.context.get("lang")):
        return words.fr if lang == "fr" else words.en
    given = {"en": words.en, "fr": words.fr}
    return {lang: text for lang, text in given.items() if text is not None}


Words = Annotated[
    Wording,
    PlainSerializer(_speak),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]}, mode="serialization"),
]


class Provision(ContentModel):
    """A provision of a legal instrument that has words of its own: a section, subsection, paragraph or item."""

    label: Text = Field(description="Number of the provision, as it is cited.", examples=["5(1)(a)"])
    heading: Words | None = Field(None, description="Heading above it, null if there is none.")
    marginal_note: Words | None = Field(None, description="Marginal note of it, null if there is none.")
    text: Words = Field(
        description="Words of the law, in the language of the response; null if they were not imported in it."
    )
    in_force_from: EdtfDate | None = Field(
        None, description="Day from which these words have been in force, null if not known.", examples=["2020-06-01"]
    )
