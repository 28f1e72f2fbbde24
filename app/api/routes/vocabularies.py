"""Route of the vocabularies: every list of values, with labels and descriptions."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from app.api.dependencies import query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.model.fields import Language
from app.reading.members import Dataset
from app.reading.vocabularies import vocabularies
from app.resources.params import OneOf, RevisionParams, values_field
from app.resources.registry import COLLECTIONS
from app.serving.responses import Responder
from app.serving.state import state_of

router = APIRouter(route_class=QueryRoute)
_COLLECTIONS = (*COLLECTIONS, "changes")


class VocabularyValue(BaseModel):
    """One value of a vocabulary."""

    value: str = Field(description="The value, the same in both languages.", examples=["nuclear-test"])
    label: str = Field(description="Name of the value, in the language of the response.", examples=["Nuclear test"])
    description: str = Field(description="What it means, in the language of the response.")


class VocabularyEntry(BaseModel):
    """The list of values that a field takes. More values may come."""

    collection: str = Field(
        description="Collection whose records have the field, or `changes`.", examples=["timeline-events"]
    )
    field: str = Field(description="Field, or the path of one inside of another.", examples=["kind"])
    values: list[VocabularyValue] = Field(description="Its values, in the order of the schema.")


class VocabularyList(BaseModel):
    """Vocabularies: every list of values."""

    data: list[VocabularyEntry] = Field(description="The lists, in the order of the collections.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


class VocabularyParams(RevisionParams):
    collection: list[Annotated[str, OneOf(_COLLECTIONS)]] = values_field("Only lists of these collections.")


@router.get(
    "/v1/vocabularies",
    operation_id="get_vocabularies",
    summary="Vocabularies: labels of values",
    tags=["service"],
    response_model=VocabularyList,
    response_description="The lists of values.",
    responses=problem_responses(UnknownRevision),
)
async def get_vocabularies(
    request: Request, params: Annotated[VocabularyParams, Depends(query_params(VocabularyParams))]
) -> Response:
    """Every list of values that fields take, with a label and a description of each value in one language.

    The lists are those of this release, whatever revision the answer names.
    """
    return await state_of(request).read(_answer, Responder(request, params, ("json",)), params)


def _answer(responder: Responder, params: VocabularyParams) -> Response:
    with snapshot_for(responder.request, params) as snapshot:
        dataset = Dataset.of(snapshot.revision)
        return responder.respond(
            snapshot.revision,
            lambda: VocabularyList(data=_entries(params, responder.lang), dataset=dataset).model_dump_json(),
        )


def _entries(params: VocabularyParams, lang: Language) -> list[VocabularyEntry]:
    return [
        VocabularyEntry(
            collection=one.collection,
            field=one.field,
            values=[
                VocabularyValue(value=value, label=term.label(lang), description=term.description(lang))
                for value, term in one.terms.items()
            ],
        )
        for one in vocabularies()
        if one.collection in (params.collection or _COLLECTIONS)
    ]
