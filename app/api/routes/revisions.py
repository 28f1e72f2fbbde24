"""Revisions: the dataset's clock, and each one in the canonical form that its digest covers."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy import ColumnElement, Connection, Row, Select, select

from app.api.routes.resources import EVERYWHERE, add_list, asked
from app.errors import UnknownRevision
from app.model import canonical
from app.model.fields import Language
from app.reading.list_request import Inquiry, database
from app.reading.list_view import Listing
from app.reading.pages import Page
from app.resources.base import tables_of
from app.resources.params import ItemQuery, PageQuery, RevisionNumber
from app.resources.registry import COLLECTIONS
from app.serving.problems import problem_responses
from app.serving.responses import Asked, Dataset, Moment, moment
from app.store.revision_log import canonical_lines
from app.store.tables import REVISIONS, Revision

router = APIRouter()
_JSONL = {"jsonl": "application/jsonl"}


Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class PublishedRevision(BaseModel):
    """One publication."""

    number: int = Field(description="Number of the revision: 1, 2, 3, …", examples=[1])
    published_at: str = Field(
        description="When it was published: UTC, whole seconds, later than the one before.",
        examples=["2026-11-23T12:00:00Z"],
        json_schema_extra={"format": "date-time"},
    )
    author: str = Field(description="Who published it.")
    note: str = Field(description="What it is about, in the language of the response.")
    added: int = Field(ge=0, description="How many records it added.")
    changed: int = Field(ge=0, description="How many records it changed.")
    withdrawn: int = Field(ge=0, description="How many records it withdrew.")
    records: int = Field(ge=0, description="How many records were current after it, in all collections.")
    digest: Digest = Field(description="SHA-256 of its canonical form, in lower-case hexadecimal.")
    previous_digest: Digest | None = Field(description="Digest of the revision before, null for the first.")
    url: str = Field(description="Path of this revision.", examples=["/v1/revisions/1"])


class RevisionItem(BaseModel):
    """One revision."""

    data: PublishedRevision = Field(description="The revision.")
    dataset: Dataset = Field(description="What the answer speaks for.")


class RevisionQuery(PageQuery):
    sort: Literal["number", "-number"] = Field("-number", description="Order of the rows; `-number` is newest first.")


class CanonicalQuery(ItemQuery):
    format: Literal["jsonl"] | None = Field(None, description="Only JSON Lines.", examples=["jsonl"])  # type: ignore[assignment]  # narrower than elsewhere


Number = Annotated[RevisionNumber, Path(description="Number of the revision.", examples=[1])]


@dataclass(frozen=True, eq=False, kw_only=True)
class Revisions(Listing):
    """The list over `revisions`."""

    page_name = "RevisionList"

    def standing(self, _connection: Connection, at: Moment, _query: Any) -> list[ColumnElement[bool]]:
        """Revisions up to one."""
        return [REVISIONS.c.number <= at.revision]

    def select(self, _lang: Language) -> Select[Any]:
        """All that is known of each."""
        return select(REVISIONS)

    def texts(self, _connection: Connection, rows: Sequence[Row[Any]], inquiry: Inquiry) -> Iterable[str]:
        """Each revision as JSON."""
        return (_published(row._asdict(), inquiry.asked.lang).model_dump_json() for row in rows)


REVISION_LIST = Revisions(
    name="revisions",
    about="Every publication, newest first: when (UTC), by whom, why, how much it changed, and its digest.",
    shape=PublishedRevision,
    version=Revision,
    query=RevisionQuery,
    orders={"number": lambda table, _lang, _descending: [table.c.number]},
    key=("number",),
)
add_list(router, REVISION_LIST, Page)


@router.get(
    "/v1/revisions/{number}",
    tags=["revisions"],
    operation_id="get_revision",
    summary="Get a revision",
    response_model=RevisionItem,
    response_description="The revision.",
    responses=problem_responses(UnknownRevision, *EVERYWHERE),
)
async def get_revision(request: Request, number: Number, query: Annotated[Any, Depends(asked(ItemQuery))]) -> Response:
    """One publication with its counts and digests."""
    reply = Asked(request, query)
    with database(request).reading() as connection:
        at = moment(connection, query)
        row = _revision(connection, number, at)
    item = RevisionItem(data=_published(row, reply.lang), dataset=at.dataset())
    return reply.reply(at, item.model_dump_json)


@router.get(
    "/v1/revisions/{number}/canonical",
    tags=["revisions"],
    operation_id="get_canonical_revision",
    summary="Get a revision in canonical form",
    response_class=StreamingResponse,
    response_description="Lines of RFC 8785 JSON: the heading, then each change. Their SHA-256 is the digest.",
    responses={
        200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}},
        **problem_responses(UnknownRevision, *EVERYWHERE),
    },
)
async def get_canonical_revision(
    request: Request, number: Number, query: Annotated[Any, Depends(asked(CanonicalQuery))]
) -> Response:
    """The bytes that the digest covers: `curl … | sha256sum` gives it. Each heading names the digest before."""
    reply = Asked(request, query, _JSONL)
    db = database(request)
    with db.reading() as connection:
        at = moment(connection, query)
        row = Revision(**_revision(connection, number, at))

    def lines() -> Generator[bytes, None, None]:
        with db.streaming() as connection:
            yield from canonical.encode(canonical_lines(connection, tables_of(COLLECTIONS), row))

    return reply.stream(at, lines, f"dossier-revision-{number:04d}.jsonl")


def _revision(connection: Connection, number: int, at: Moment) -> Any:
    row = connection.execute(select(REVISIONS).where(REVISIONS.c.number == number)).mappings().first()
    if row is None or number > at.revision:
        raise UnknownRevision(f"There is no revision {number}: the newest is {at.revision}.")
    return row


def _published(row: Mapping[str, Any], lang: Language) -> PublishedRevision:
    own = {"note": row[f"note_{lang}"], "url": f"/v1/revisions/{row['number']}"}
    return PublishedRevision.model_validate({**row, **own})
