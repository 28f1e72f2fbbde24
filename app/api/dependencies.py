"""Dependencies of routes: parameter models, ids, and the snapshot that a request is answered from."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from typing import Annotated, Any, TypeVar, get_origin

from fastapi import Path, Query, Request
from pydantic import BaseModel

from app.errors import InvalidParameter
from app.model.fields import SLUG, SLUG_LENGTH
from app.resources.params import RevisionParams
from app.serving.state import state_of
from app.store.snapshot import RevisionSelector, Snapshot, open_snapshot

P = TypeVar("P", bound=BaseModel)

# The form is in the schema only: an id in another form is unknown (404), and the nearest one is suggested.
ItemId = Annotated[
    str,
    Path(
        description="Id of the record, as `id` in the list.",
        json_schema_extra={"pattern": SLUG, "maxLength": SLUG_LENGTH},
    ),
]


def query_params(model: type[P]) -> Callable[[Request, Any], Awaitable[P]]:
    """Dependency that reads a parameter model; raises InvalidParameter (422) for a repeated parameter with one value.

    FastAPI alone would accept `limit=1&limit=2` and take the last one.
    """
    single = {
        info.alias or name for name, info in model.model_fields.items() if get_origin(info.annotation) is not list
    }

    async def read(request: Request, params: Annotated[model, Query()]) -> P:  # type: ignore[valid-type]  # known when it runs
        names = [name for name, _ in request.query_params.multi_items()]
        for name in single:
            if names.count(name) > 1:
                raise InvalidParameter(name, "already-given")
        return params

    return read


def snapshot_for(request: Request, params: RevisionParams, *, at_least: int = 0) -> AbstractContextManager[Snapshot]:
    """Snapshot of the revision that the parameters ask for. Raises UnknownRevision (404) and more: `open_snapshot`.

    `at_least` is a revision that the answer speaks of.
    """
    state = state_of(request)
    selector = RevisionSelector(params.revision, params.as_of, at_least=at_least)
    prefix = state.settings.path_prefix
    return open_snapshot(state.database, state.results, selector, prefix=prefix)
