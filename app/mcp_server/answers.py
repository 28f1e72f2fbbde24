"""Shapes of answers to assistants: records short enough to be read whole, each with its citations.

They have the members of the API under the same names: `data`, `page`, `dataset`.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self

from pydantic import BaseModel, Field

from app.reading.members import Dataset, PageInfo


class Citation(BaseModel):
    """What supports a record."""

    source: str = Field(description="Id of the source.")
    title: str | None = Field(description="Title of the source.")
    section: str | None = Field(description="Section or provision of it.")
    url: str | None = Field(description="The most exact address known.")


class Row(BaseModel):
    """A record, or its summary."""

    collection: str
    id: str
    title: str
    summary: str
    url: str = Field(description="Address of the record in the API.")
    citations: list[Citation]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Self:
        """Row of a record whose citations have their titles (see `reading.cited`)."""
        return cls.model_validate({name: body[name] for name in cls.model_fields if name in body})


class Entry(Row):
    kind: str | None = None
    date: str | None = Field(None, description="EDTF date, null if it has none in the timeline.")
    actors: list[str] = []


class Hit(Entry):
    snippet: str = Field(description="Text around the match, which is between ** and **.")


class Measure(Row):
    regime: str
    kind: str
    scope: str
    instrument: str = Field(description="Id of the legal instrument (collection legal-instruments).")
    provision: str | None
    in_force_from: str | None = Field(description="First day (EDTF), null if not known.")
    in_force_to: str | None = Field(description="Last day (EDTF), null while no end is known.")
    status: str = Field(description="Whether it is in force, as known on status_as_of.")
    status_as_of: str | None
    exceptions: list[dict[str, Any]] = Field(description="Cases that the law excepts; nobody has to apply for them.")
    authorizations: list[dict[str, Any]] = Field(description="Permits and certificates that can be applied for.")


class Answer(BaseModel):
    dataset: Dataset


class ListAnswer(Answer):
    page: PageInfo
    more: str | None = Field(description="How to get the rest, null if nothing is left.")
    address: str = Field(description="Address of the same answer in the API, at this revision.")


class SearchAnswer(ListAnswer):
    data: list[Hit]
    counts: dict[str, int] = Field(description="Matching records of each collection.")


class TimelineAnswer(ListAnswer):
    data: list[Entry]


class MeasuresAnswer(ListAnswer):
    day: str
    data: list[Measure]


class RecordAnswer(Answer):
    data: dict[str, Any] = Field(description="The record, with the fields of its collection.")
    references: dict[str, int] = Field(description="How many records of each collection name this one.")
    address: str = Field(description="Address of the record in the API, at this revision.")


class Candidate(BaseModel):
    """A listed party whose name is like the name given."""

    score: float = Field(description="How alike the names are, from 0 to 1.")
    matched_name: str
    why: dict[str, str] = Field(description="Reason, as a stable word and as a sentence.")
    designation: dict[str, Any] = Field(description="The listed party, a record of the collection designations.")


class ScreeningAnswer(Answer):
    data: list[Candidate]
    notice: str = Field(description="What the answer is not. Show it with every result.")


def cited(bodies: Iterable[dict[str, Any]], titles: Mapping[str, str], base: str) -> list[dict[str, Any]]:
    """Records with the titles of their sources, and with complete addresses where `base` is one."""
    return [
        body
        | {"url": f"{base}{body['url']}", "citations": [_citation(one, titles) for one in body.get("citations", ())]}
        for body in bodies
    ]


def _citation(citation: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    return {
        "source": citation["source"],
        "title": titles.get(citation["source"]),
        "section": citation.get("section"),
        "url": citation.get("url"),
    }


def marked(pieces: Sequence[Mapping[str, Any]]) -> str:
    """Snippet as one text, with the matches between ** and **."""
    return "".join(f"**{piece['text']}**" if piece["match"] else piece["text"] for piece in pieces)
