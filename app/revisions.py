"""Revisions: the dataset's clock, and each one in the canonical form that its digest covers."""

from collections.abc import Generator, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field
from sqlalchemy import Connection, select

from app import canonical
from app.answer import Asked, Dataset, Moment, moment
from app.collections import COLLECTIONS
from app.cursor import fingerprint
from app.errors import UnknownRevision, problem_responses
from app.fields import Language
from app.filters import CURSOR, ItemQuery, Limit, RevisionNumber
from app.ledger import REVISIONS, Revision
from app.query import PageInfo, database
from app.routes import EVERYWHERE, asked
from app.verify import canonical_lines
from app.walk import Walk

router = APIRouter(prefix="/v1/revisions", tags=["revisions"])
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


class RevisionList(BaseModel):
    """A page of revisions."""

    data: list[PublishedRevision] = Field(description="The revisions of this page.")
    page: PageInfo = Field(description="Where the page stands in its list.")
    dataset: Dataset = Field(description="What the answer speaks for.")


class RevisionItem(BaseModel):
    """One revision."""

    data: PublishedRevision = Field(description="The revision.")
    dataset: Dataset = Field(description="What the answer speaks for.")


class RevisionQuery(ItemQuery):
    sort: Literal["number", "-number"] = Field("-number", description="Order of the rows; `-number` is newest first.")
    limit: Limit = Field(50, description="Most rows a page can have.", examples=[10])
    cursor: str | None = CURSOR


class CanonicalQuery(ItemQuery):
    format: Literal["jsonl"] | None = Field(None, description="Only JSON Lines.", examples=["jsonl"])  # type: ignore[assignment]


Number = Annotated[RevisionNumber, Path(description="Number of the revision.", examples=[1])]


@router.get(
    "",
    operation_id="list_revisions",
    summary="List revisions",
    response_model=RevisionList,
    response_description="A page of revisions.",
    responses=problem_responses(UnknownRevision, *EVERYWHERE),
)
async def list_revisions(request: Request, query: Annotated[Any, Depends(asked(RevisionQuery))]) -> Response:
    """Every publication, newest first: when (UTC), by whom, why, how much it changed, and its digest."""
    reply = Asked(request, query)
    walk = Walk.begin("revisions", query.sort, fingerprint({}), [REVISIONS.c.number], query.cursor)
    with database(request).reading() as connection:
        at = walk.moment(connection, query)
        stood = select(REVISIONS).where(REVISIONS.c.number <= at.revision)
        rows, following = walk.page(connection, stood, query.limit, at)
    page = RevisionList(
        data=[_published(row._asdict(), reply.lang) for row in rows],
        page=PageInfo(limit=query.limit, total=at.revision, next=following),
        dataset=at.dataset(),
    )
    return reply.reply(at, page.model_dump_json, reply.page_links(following))


@router.get(
    "/{number}",
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
    "/{number}/canonical",
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
            yield from canonical.encode(canonical_lines(connection, COLLECTIONS, row))

    return reply.stream(at, lines, f"dossier-revision-{number:04d}.jsonl")


def _revision(connection: Connection, number: int, at: Moment) -> Any:
    row = connection.execute(select(REVISIONS).where(REVISIONS.c.number == number)).mappings().first()
    if row is None or number > at.revision:
        raise UnknownRevision(f"There is no revision {number}: the newest is {at.revision}.")
    return row


def _published(row: Mapping[str, Any], lang: Language) -> PublishedRevision:
    own = {"note": row[f"note_{lang}"], "url": f"/v1/revisions/{row['number']}"}
    return PublishedRevision.model_validate({**row, **own})
