"""Query of a page: its parameters, parsed and checked by a model, as a form without script sends them."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from app.errors import InvalidParameter
from app.resources.params import RevisionParams
from app.serving.validation import faults_of

P = TypeVar("P", bound=BaseModel)


class PageQuery(RevisionParams):
    """Parameters of every page: `revision` or `as_of`. The path has the language, and a page has one format."""

    lang: None = None
    format: None = None


def read_query(model: type[P], pairs: Iterable[tuple[str, str]]) -> P:
    """Parameters of a query. Raises InvalidParameter (422).

    Parameters without a value are left out: a form sends those that nobody filled in.
    """
    values: dict[str, Any] = {}
    fields = {info.alias or name: info for name, info in model.model_fields.items()}
    for name, value in pairs:
        if not value.strip():
            continue
        if name in fields and get_origin(fields[name].annotation) is list:
            values.setdefault(name, []).append(value)
        elif name in values:
            raise InvalidParameter(name, "already-given")
        else:
            values[name] = value
    return checked(model, values)


def checked(model: type[P], values: Mapping[str, Any]) -> P:
    """Parameters of these values. Raises InvalidParameter (422)."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        known = {
            info.alias or name: info for name, info in model.model_fields.items() if info.annotation is not type(None)
        }
        errors = [{**one, "loc": ("query", *one["loc"])} for one in error.errors()]
        raise InvalidParameter(*faults_of(errors, known)) from None
