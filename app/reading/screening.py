"""Screening: listed parties whose names are like a name that somebody gives. The name is kept nowhere."""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.messages import sentence
from app.model.fields import Language
from app.reading.bodies import bodies_by_number
from app.reading.name_matching import Match, NameIndex
from app.reading.version_order import order_of
from app.reading.version_rows import matches_of
from app.resources.designations import DESIGNATIONS, Designation, DesignationParams
from app.resources.params import RevisionParams
from app.store.snapshot import Snapshot

# Of all listed names written in seven ways 97.8 % are among the first three candidates with at least this score, and
# 0.4 % of 500 common names that are not listed have one: `python -m tools.measure_screening`.
DEFAULT_THRESHOLD = 0.78
_MOST = 20  # candidates of an answer
_NAME_LENGTH = 200


class ScreeningParams(RevisionParams):
    name: Annotated[str, Field(min_length=1, max_length=_NAME_LENGTH)] = Field(
        description="Name of a person, company or other body, in any order of its words, with or without accents.",
        examples=["Komid"],
    )
    threshold: Annotated[float, Field(ge=0, le=1)] = Field(
        DEFAULT_THRESHOLD, description="Least score of a candidate, from 0 to 1.", examples=[DEFAULT_THRESHOLD]
    )


class Why(BaseModel):
    """Why a candidate matches."""

    reason: str = Field(
        description="The reason, as a stable word.",
        examples=["other-order"],
        json_schema_extra={"x-extensible-enum": ["same-name", "other-order", "other-romanisation", "similar-spelling"]},
    )
    detail: str = Field(description="The same as a sentence, in the language of the response.")


class Candidate(BaseModel):
    """A listed party whose name is like the name given."""

    score: float = Field(description="How alike the names are, from 0 to 1.", examples=[1.0])
    matched_name: str = Field(description="The listed name that is most alike.", examples=["YUN HO-JIN"])
    why: Why = Field(description="Why it matches.")
    designation: Designation = Field(description="The listed party.")


@dataclass(frozen=True)
class _Party:
    """A name of a listed party: the name, its quality, and the number of the party's version."""

    name: str
    quality: Literal["good", "low"] | None
    version: int


@dataclass(frozen=True)
class _Parties:
    """All names of the parties at a revision, with their index."""

    names: list[_Party]
    index: NameIndex


def screen(snapshot: Snapshot, params: ScreeningParams, lang: Language) -> list[dict[str, Any]]:
    """Candidates as JSON values, best first; at most 20, each party once by its most alike name."""
    parties = snapshot.cached(("screening",), lambda: _parties(snapshot))
    best: dict[int, tuple[Match, _Party]] = {}
    for match in _matches(parties.index, params):
        party = parties.names[match.position]
        if party.version not in best or match.score > best[party.version][0].score:
            best[party.version] = match, party
    found = sorted(best.values(), key=lambda one: (-one[0].score, one[1].version))[:_MOST]
    bodies = bodies_by_number(snapshot.connection, DESIGNATIONS.table, lang, [party.version for _, party in found])
    return [
        {
            "score": round(match.score, 3),
            "matched_name": party.name,
            "why": {"reason": match.reason, "detail": _detail(match, party, json.loads(body), lang)},
            "designation": json.loads(body),
        }
        for (match, party), body in zip(found, bodies, strict=True)
    ]


def _matches(index: NameIndex, params: ScreeningParams) -> list[Match]:
    """Matches of the name. Raises RuntimeError for any error, whose message may have the name and would be logged."""
    try:
        return index.matches(params.name, params.threshold)
    except Exception as error:  # noqa: BLE001 - whatever it is, its message may have the name
        raise RuntimeError(type(error).__name__).with_traceback(error.__traceback__) from None


def _parties(snapshot: Snapshot) -> _Parties:
    names = []
    for numbers in order_of(DESIGNATIONS, "id", "en").all(snapshot, _all(snapshot)):
        bodies = bodies_by_number(snapshot.connection, DESIGNATIONS.table, "en", numbers)
        for number, body in zip(numbers, bodies, strict=True):
            names += [_Party(one["name"], one["quality"], number) for one in json.loads(body)["names"]]
    return _Parties(names, NameIndex([one.name for one in names]))


def _all(snapshot: Snapshot) -> Any:
    return matches_of(snapshot, DESIGNATIONS, DesignationParams()).all


def _detail(match: Match, party: _Party, designation: dict[str, Any], lang: Language) -> str:
    """Why a candidate matches, in a sentence or two: how the names differ, and what lessens the weight of it."""
    parts = [sentence(match.reason, {"count": match.differing}, lang)]
    if party.quality == "low":
        parts.append(sentence("low-quality-alias", lang=lang))
    if designation["status"] == "ended":
        parts.append(sentence("no-longer-listed", lang=lang))
    return " ".join(parts)
