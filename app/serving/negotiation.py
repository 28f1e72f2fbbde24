"""Content negotiation: the language and the format of an answer (RFC 9110 §12)."""

from collections.abc import Collection, Mapping, Sequence

from app.errors import InvalidParameter, NotAcceptable, unknown_value
from app.model.fields import LANGUAGES, Language, language_of
from app.serving.preferences import cached_by_header, preferences, weights

# Other names of a media type, by which clients ask for it
_JSON_LINES = ("x-ndjson", "ndjson", "jsonlines", "x-jsonlines", "json-lines", "x-jsonl")
_ALIASES = {f"application/{name}": "application/jsonl" for name in _JSON_LINES} | {"application/csv": "text/csv"}
# What generated clients ask for where an operation has no JSON, or name for its problems: any format suits them.
_ANY_FORMAT = ("application/octet-stream", "application/problem+json")


def language(lang: str | None, header: str | None) -> Language:
    """Language negotiation: `lang` if it is given, else the best match for Accept-Language, else English.

    Both are language tags (BCP 47): a regional variant counts as its language (`fr-CA`), in any case. Of equal
    qualities the language named first wins, and one that is named wins over `*`. Raises InvalidParameter (422) for a
    `lang` that is not served.
    """
    if lang is not None:
        if served := language_of(lang):
            return served
        raise InvalidParameter("lang", "unknown-value", **unknown_value(lang, LANGUAGES))
    return _preferred_language(header) if header else LANGUAGES[0]


@cached_by_header
def _preferred_language(header: str) -> Language:
    wanted = weights((tag.partition("-")[0], quality) for tag, quality in preferences(header))
    named = list(wanted)

    def rank(name: Language) -> tuple[float, bool, int]:
        known = name in wanted
        return wanted.get(name, wanted.get("*", 0.0)), known, -named.index(name) if known else 0

    best = max(LANGUAGES, key=rank)
    return best if rank(best)[0] else LANGUAGES[0]


def negotiate(format_name: str | None, accept: str | None, offered: Mapping[str, str]) -> str:
    """Format negotiation: the name of a format out of `offered` (media types by name, the default first).

    `format=` wins over Accept. For each media type its most specific range in Accept counts; parameters other than `q`
    are ignored. Of equal qualities the type with the more specific range wins, then the one that is offered first.
    The address of one file does not look at Accept. Raises NotAcceptable (406) if Accept matches no format: also if it
    has no readable range, because the problem for `Accept: json` lists what to send. Raises InvalidParameter (422) for
    a `format` that is not offered.
    """
    if format_name is not None:
        _expect("format", format_name, list(offered))
        return format_name
    default = next(iter(offered))
    if is_one_file(offered) or not (accept or "").strip():
        return default
    best = _preferred_format(accept or "", tuple(offered.items()))
    if best is None:
        raise NotAcceptable(offered)
    return best


def prefers_html(accept: str) -> bool:
    """Whether Accept prefers HTML to JSON, as that of a browser does; of equal qualities JSON wins."""
    return _preferred_format(accept, (("json", "application/json"), ("html", "text/html"))) == "html"


@cached_by_header
def _preferred_format(accept: str, offered: tuple[tuple[str, str], ...]) -> str | None:
    ranges = weights((_ALIASES.get(name, name), quality) for name, quality in preferences(accept))
    best, media_type = max(offered, key=lambda one: _welcome(one[1], ranges))
    if _welcome(media_type, ranges)[0]:
        return best
    return offered[0][0] if any(ranges.get(name) for name in _ANY_FORMAT) else None


def is_one_file(formats: Collection[str]) -> bool:
    """Whether an address has one format and is a file, such as a download. One with JSON alone may gain formats."""
    return len(formats) == 1 and "json" not in formats


def _welcome(media_type: str, ranges: Mapping[str, float]) -> tuple[float, int]:
    """Quality of a media type, and how specific the range is that it comes from."""
    essence = media_type.partition(";")[0].strip().lower()
    from_general = enumerate(("*", "*/*", f"{essence.partition('/')[0]}/*", essence))
    met = [(ranges[name], place) for place, name in from_general if name in ranges]
    return met[-1] if met else (0.0, -1)


def _expect(parameter: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise InvalidParameter(parameter, "unknown-value", **unknown_value(value, allowed))
