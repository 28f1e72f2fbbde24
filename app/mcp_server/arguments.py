"""Tool arguments: read, and refused, as the API reads its query parameters.

A tool takes some of the parameters of a model. Their JSON schema is made of that model too, so that a value which the
API gains is known here at once.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Generic, TypeVar, get_origin

from pydantic import BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo

from app import clock
from app.errors import InvalidParameter, shown
from app.model.fields import LANGUAGES, Language, language_of
from app.reading.screening import ScreeningParams
from app.reading.search import SearchParams
from app.reading.timeline import TimelineParams
from app.resources.in_force import require_day
from app.resources.params import Flag, Id, OneOf, PageParams, RevisionParams, digits
from app.resources.registry import COLLECTIONS
from app.serving.validation import faults_of

P = TypeVar("P", bound=RevisionParams)

# Rows of an answer: an assistant reads all of it. Ten measures are 30 kB, fifty are 135, more than some clients take.
MOST, USUAL = 50, 10
ToolLanguage = Annotated[Language | None, BeforeValidator(lambda tag: language_of(tag) or tag)]
_UNREADABLE = re.compile("[\0\ud800-\udfff]")  # what SQLite or UTF-8 cannot have
_LANGUAGE: Any = Field(None, description="Language of the texts; English without it.", examples=["fr"])


class ListArguments(PageParams):
    """Arguments of every tool that gives a list."""

    lang: ToolLanguage = _LANGUAGE
    limit: Annotated[int, Field(ge=1, le=MOST), BeforeValidator(digits)] = Field(
        USUAL, description="Maximum number of rows in the answer.", examples=[10]
    )


class SearchArguments(ListArguments, SearchParams):
    pass


class TimelineArguments(ListArguments, TimelineParams):
    pass


class MeasuresArguments(ListArguments):
    day: Annotated[str, BeforeValidator(require_day)] = Field(
        default_factory=lambda: clock.now().date().isoformat(),
        description="The day, YYYY-MM-DD; today (UTC) without it.",
        examples=["2018-06-12"],
    )
    certain: Flag | None = Field(
        None,
        description="With true, only measures certainly in force on that day. Otherwise also those that are possibly "
        "so, because their first or last day is not known.",
        examples=[True],
    )


class RecordArguments(RevisionParams):
    lang: ToolLanguage = _LANGUAGE
    collection: Annotated[str, OneOf(tuple(COLLECTIONS))] = Field(description="Collection of the record.")
    id: Id = Field(description="Id of the record.", examples=["first-nuclear-test"])


class ScreeningArguments(ScreeningParams):
    lang: ToolLanguage = _LANGUAGE


@dataclass(frozen=True)
class Arguments(Generic[P]):
    """Arguments of a tool: those parameters of a model that it takes, by their names in the schema."""

    params: type[P]
    names: tuple[str, ...]

    @cached_property
    def schema(self) -> dict[str, Any]:
        """JSON schema of the arguments."""
        whole = self.params.model_json_schema()["properties"]
        return {
            "type": "object",
            "properties": {name: _plain(whole[name]) for name in self.names},
            "required": [name for name in self.names if self._fields[name].is_required()],
            "additionalProperties": False,
        }

    def read(self, given: Mapping[str, Any]) -> P:
        """Parameters of a call; null counts as not given. Raises InvalidParameter with all that is wrong."""
        given = {name: value for name, value in given.items() if value is not None}
        strange = [{"type": "extra_forbidden", "loc": ("argument", name)} for name in given if name not in self.names]
        texts, faults = {}, faults_of(strange, self._fields)
        for name in self.names:
            if name in given:
                try:
                    texts[name] = _as_sent(name, given[name], self._fields[name])
                except InvalidParameter as error:
                    faults += error.faults
        try:
            params = self.params.model_validate(texts)
        except ValidationError as error:
            wrong = {fault.parameter for fault in faults}
            errors = [{**one, "loc": ("argument", *one["loc"])} for one in error.errors(include_url=False)]
            faults += [one for one in faults_of(errors, self._fields) if one.parameter not in wrong]
            raise InvalidParameter(*faults) from None
        if faults:
            raise InvalidParameter(*faults)
        return params

    @cached_property
    def _fields(self) -> dict[str, FieldInfo]:
        fields = {info.alias or name: info for name, info in self.params.model_fields.items()}
        return {name: fields[name] for name in self.names}


def language_given(given: Mapping[str, Any]) -> Language:
    """Language of an answer: that of the argument `lang`, English if it has none or a wrong one."""
    tag = given.get("lang")
    return (language_of(tag) if isinstance(tag, str) else None) or LANGUAGES[0]


def _as_sent(name: str, value: Any, field: FieldInfo) -> str | list[str]:
    """Value as the query of an address has it: text, or texts where the parameter takes several.

    So 2017 is good where "2017" is, and one value where a list is. Raises InvalidParameter.
    """
    several = get_origin(field.annotation) is list
    if isinstance(value, list) and not several:
        raise InvalidParameter(name, "already-given")
    texts = [_text(name, one) for one in value] if isinstance(value, list) else [_text(name, value)]
    return texts if several else texts[0]


def _text(name: str, value: Any) -> str:
    if isinstance(value, dict | list) or value is None:
        raise InvalidParameter(name, "invalid-value", value=shown(value))
    text = value if isinstance(value, str) else json.dumps(value)
    if not text.strip():
        raise InvalidParameter(name, "no-value")
    if unreadable := _UNREADABLE.search(text):
        raise InvalidParameter(name, "unreadable-parameter", sign=f"U+{ord(unreadable[0]):04X}")
    return text


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Schema of an argument without what helps nobody: titles, null, defaults that mean "not given"."""
    plain = {name: value for name, value in schema.items() if name not in ("title", "anyOf")}
    for one in schema.get("anyOf", ()):
        if one != {"type": "null"}:
            plain = {**one, **plain}
    if plain.get("default", 0) in (None, []):
        del plain["default"]
    return plain
