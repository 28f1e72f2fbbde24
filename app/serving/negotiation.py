"""What a request says: its language and format, what it has already, what does not fit; answers in pieces."""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Generator, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from app.errors import InvalidParameter, NotAcceptable
from app.model.fields import LANGUAGES, Language

_QUALITY = re.compile(r"0(\.\d*)?|\.\d+|1(\.0*)?")  # `.2` is against the standard; Java's own client sends it
_ENTITY_TAG = re.compile(r'[\s,]*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')
_FAULTS = 10  # errors of one request that are put into words: each one costs time and space
_SHOWN = 80  # characters of a wrong value that are repeated: enough to know it again
_PATIENCE = 60  # seconds that a client may take nothing of a stream, which holds a connection to the database


def language(lang: str | None, header: str | None) -> Language:
    """The language of the answer: `lang`, else the best of Accept-Language, else English.

    A regional variant counts as its language (`fr-CA`); of equals the one named first wins, `*` after all
    that are named. Raises InvalidParameter (422) for a `lang` that is not served.
    """
    if lang is not None:
        _expect("lang", lang, LANGUAGES)
        return "fr" if lang == "fr" else "en"
    wanted = _weights((tag.partition("-")[0], quality) for tag, quality in _preferences(header))
    named = list(wanted)

    def rank(name: Language) -> tuple[float, bool, int]:
        known = name in wanted
        return wanted.get(name, wanted.get("*", 0.0)), known, -named.index(name) if known else 0

    best = max(LANGUAGES, key=rank)
    return best if rank(best)[0] else LANGUAGES[0]


def negotiate(format_name: str | None, accept: str | None, offered: Mapping[str, str]) -> str:
    """The name of the format to answer in, out of `offered` (name to media type, the default first).

    A name given by `format=` wins, then Accept: for each type its most specific range counts, parameters
    other than `q` do not; of equally welcome types the one that was named, then the one offered first.
    Nothing meets an Accept without a readable range, so that `Accept: json` gets an answer that helps.
    Raises NotAcceptable (406), or InvalidParameter (422) for a name that is not offered.
    """
    if format_name is not None:
        _expect("format", format_name, list(offered))
        return format_name
    if not (accept or "").strip():
        return next(iter(offered))
    ranges = _weights(_preferences(accept))
    best = max(offered, key=lambda name: _welcome(offered[name], ranges))
    if not _welcome(offered[best], ranges)[0]:
        names = ", ".join(f"{media_type} (format={name})" for name, media_type in offered.items())
        raise NotAcceptable(f"Accept admits nothing that is offered here. Offered: {names}.")
    return best


def _welcome(media_type: str, ranges: Mapping[str, float]) -> tuple[float, int]:
    """Quality of a media type, and how specific the range is that gives it."""
    essence = media_type.partition(";")[0].strip().lower()
    from_general = enumerate(("*", "*/*", f"{essence.partition('/')[0]}/*", essence))
    met = [(ranges[name], place) for place, name in from_general if name in ranges]
    return met[-1] if met else (0.0, -1)


def _preferences(header: str | None) -> Iterator[tuple[str, float]]:
    """The elements of an Accept header and their `q`; those with an unreadable `q` are left out."""
    for element in (header or "").lower().split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        values = {key.strip(): value.strip() for key, _, value in (text.partition("=") for text in parameters)}
        quality = values.get("q", "1")
        if name and _QUALITY.fullmatch(quality):
            yield name, float(quality)


def _weights(preferences: Iterable[tuple[str, float]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for name, quality in preferences:
        weights[name] = max(quality, weights.get(name, 0.0))
    return weights


def _expect(parameter: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise InvalidParameter(parameter, _not_among(value, allowed))


def etag(revision: str, release: str, lang: str, format_name: str, coding: str = "identity") -> str:
    """The strong entity tag of what a path answers: it changes whenever one of these could change a byte."""
    return f'"{revision}-{release}-{lang}-{format_name}-{coding}"'


def not_modified(if_none_match: str | None, etag: str) -> bool:
    """Whether the client has this answer, by weak comparison: a proxy that compresses may weaken tags.

    A header that is not written as RFC 9110 says counts as absent.
    """
    text = if_none_match or ""
    if text.strip() == "*":
        return True
    found, position = False, 0
    while match := _ENTITY_TAG.match(text, position):
        found = found or match[1] == etag.removeprefix("W/")
        position = match.end()
    return found and not text[position:].strip(" \t,")


class _TakesNothing(Exception):  # noqa: N818 - what a client does
    """Ends a stream whose client takes nothing."""


class Stream(StreamingResponse):
    """An answer sent piece by piece. Its generator is closed however it ends: whole, failed, or cut off.

    Starlette leaves that to the garbage collector, and until then open whatever the generator holds. Servers wait for
    ever for a client that takes nothing: here it is given up, and the server closes the connection.
    """

    def __init__(
        self,
        content: Generator[str | bytes, None, None] | AsyncGenerator[str | bytes, None],
        headers: Mapping[str, str] | None = None,
        media_type: str | None = None,
    ) -> None:
        super().__init__(content, headers=headers, media_type=media_type)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_in_time(message: Message) -> None:
            try:
                async with asyncio.timeout(_PATIENCE):
                    await send(message)
            except TimeoutError as fault:
                raise _TakesNothing from fault

        try:
            await super().__call__(scope, receive, send_in_time)
        except _TakesNothing:
            return  # not whole, so that the server closes the connection; no fault of ours that the log should tell
        finally:
            if isinstance(self._content, AsyncGenerator):
                await self._content.aclose()
            else:
                await run_in_threadpool(self._content.close)


def validation_faults(request: Request, errors: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Pydantic's errors as pairs of parameter and what is wrong with it, in words that say what to write."""
    known = query_parameters(getattr(request.scope.get("route"), "dependant", None))
    faults: dict[tuple[Any, ...], tuple[str, str]] = {}
    for error in errors[:_FAULTS]:
        place = error["loc"]  # ("query", "kind", 0): kind's first value; other parts name members of a union
        value = (*place[:2], *(part for part in place[2:] if isinstance(part, int)))
        name = str(value[1] if len(value) > 1 else value[0])
        faults.setdefault(value, (name, _fault(error, name, known)))
    return list(faults.values())


def query_parameters(dependant: Any) -> dict[str, FieldInfo]:
    """What a route (its `dependant`) takes in the query, by name as in the address; models field by field."""
    found: dict[str, FieldInfo] = {}
    for field in dependant.query_params if dependant else ():
        model = field.field_info.annotation
        if isinstance(model, type) and issubclass(model, BaseModel):
            found |= {info.alias or name: info for name, info in model.model_fields.items()}
        else:
            found[field.alias] = field.field_info
    for inner in dependant.dependencies if dependant else ():
        found |= query_parameters(inner)
    return found


# By pydantic's error type, or by its first word for a family: date_parsing, date_from_datetime_inexact, …
_WORDS = {
    "missing": "is required",
    "int": "{value} is not a whole number",
    "float": "{value} is not a number",
    "decimal": "{value} is not a decimal number",
    "bool": "{value} is neither true nor false",
    "date": "{value} is not a day of the calendar, written YYYY-MM-DD",
    "datetime": "{value} is not an instant, written YYYY-MM-DDThh:mm:ssZ",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "string_too_short": "needs {min_length} or more characters",
    "string_too_long": "takes {max_length} characters at most",
    "string_pattern_mismatch": "{value} is not written as needed here",
    "too_long": "has more values than the {max_length} allowed",
    "value_error": "{error}",
    "assertion_error": "{error}",
}


def _fault(error: Mapping[str, Any], name: str, known: Mapping[str, FieldInfo]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        takes = f"Known here: {', '.join(sorted(known))}" if known else "This address takes no parameters"
        return f"is unknown.{_did_you_mean(name, known)} {takes}"
    if "expected" in context:
        return _not_among(str(error["input"]), re.findall(r"'([^']*)'", context["expected"]))
    words = _WORDS.get(kind) or _WORDS.get(kind.partition("_")[0]) or "{value} cannot be used here"
    words = words.format(value=_shown(error["input"]), **context)
    examples = known[name].examples if name in known else None
    return f"{words}. For example: {_example(examples[0])}" if examples else words


def _example(value: Any) -> str:
    first = value[0] if isinstance(value, list) else value
    return first if isinstance(first, str) else json.dumps(first)


def _not_among(value: str, allowed: Sequence[str]) -> str:
    return f"{_shown(value)} is not known.{_did_you_mean(value, allowed)} Allowed: {', '.join(allowed)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _did_you_mean(wrong: str, names: Iterable[str]) -> str:
    near = get_close_matches(wrong[:100].lower(), names, 1)
    return f" Did you mean {near[0]}?" if near else ""
