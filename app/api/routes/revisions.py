"""Routes of single revisions: one publication, and its canonical form (RFC 8785), from which the digest is computed."""

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, Field

from app.api.dependencies import query_params, snapshot_for
from app.api.problem_schemas import problem_responses
from app.api.routing import QueryRoute
from app.errors import UnknownRevision
from app.model import canonical
from app.model.fields import LANGUAGES
from app.reading.members import Dataset
from app.reading.revisions import PublishedRevision, read_revision, read_revision_row
from app.resources.base import tables_of
from app.resources.params import RevisionNumber, RevisionParams, format_among
from app.resources.registry import COLLECTIONS
from app.serving.responses import Responder
from app.serving.state import state_of
from app.serving.streaming import in_chunks
from app.store.checksums import damaged
from app.store.revision_log import canonical_lines
from app.store.tables import Revision

router = APIRouter(route_class=QueryRoute)
Number = Annotated[RevisionNumber, Path(description="Number of the revision.", examples=[1])]


class RevisionItem(BaseModel):
    """One revision."""

    data: PublishedRevision = Field(description="The revision.")
    dataset: Dataset = Field(description="Dataset revision that the answer was made from.")


class CanonicalParams(RevisionParams):
    format: str | None = format_among("jsonl", description="Only JSON Lines.")


@router.get(
    "/v1/revisions/{number}",
    tags=["revisions"],
    operation_id="get_revision",
    summary="One revision",
    response_model=RevisionItem,
    response_description="The revision.",
    responses=problem_responses(UnknownRevision),
)
async def get_revision(
    request: Request, number: Number, params: Annotated[RevisionParams, Depends(query_params(RevisionParams))]
) -> Response:
    """One publication: its time (UTC), author and note, the counts of its changes, and its digest."""
    return await state_of(request).read(_revision, Responder(request, params, ("json",)), number, params)


def _revision(responder: Responder, number: int, params: RevisionParams) -> Response:
    with snapshot_for(responder.request, params, at_least=number) as snapshot:
        revision = read_revision(snapshot, number, responder.lang)
    item = RevisionItem(data=revision, dataset=Dataset.of(snapshot.revision))
    return responder.respond(snapshot.revision, item.model_dump_json)


@router.get(
    "/v1/revisions/{number}/canonical",
    tags=["revisions"],
    operation_id="get_canonical_revision",
    summary="Canonical form of a revision",
    response_class=StreamingResponse,
    response_description="Lines of RFC 8785 JSON: the header, then each change. Their SHA-256 is the digest.",
    responses={
        200: {"content": {"application/jsonl": {"schema": {"type": "string"}}}},
        **problem_responses(UnknownRevision),
    },
)
async def get_canonical_revision(
    request: Request, number: Number, params: Annotated[CanonicalParams, Depends(query_params(CanonicalParams))]
) -> Response:
    """The bytes from which the digest of the revision is computed: check it by `curl … | sha256sum`.

    The header of each revision names the digest of the previous one, so the revisions form a chain.
    """
    # The lines have both languages.
    return await state_of(request).export_threads.run(
        _canonical, Responder(request, params, ("jsonl",), languages=LANGUAGES), number, params
    )


def _canonical(responder: Responder, number: int, params: RevisionParams) -> Response:
    with contextlib.ExitStack() as stack:
        snapshot = stack.enter_context(snapshot_for(responder.request, params, at_least=number))
        row = read_revision_row(snapshot, number)
        lines = canonical_lines(snapshot.connection, tables_of(COLLECTIONS), row)
        filename = f"dossier-revision-{number:04d}.jsonl"
        parts = in_chunks(_verified(lines, row))
        return responder.not_modified(snapshot.revision) or responder.stream(snapshot, parts, filename, stack)


def _verified(lines: Iterable[str], revision: Revision) -> Iterator[bytes]:
    """Canonical bytes of a revision. Raises Unavailable before the last of them if they have another digest.

    The stream then breaks off, and no client takes what it has for the revision.
    """
    found, held = hashlib.sha256(), b""
    for part in canonical.encode(lines):
        yield held
        held = part
        found.update(part)
    if found.hexdigest() != revision.digest:
        raise damaged("revision", revision.number)
    yield held
