"""Content negotiation: the language and the format of an answer (RFC 9110 §12).

No library: werkzeug 3.1.9 gives English for `fr-CA, en;q=0.9` and for `fr, en`, and 406 for the Accept of Java's own
client (`*; q=.2`); webob 1.8.11, python-mimeparse 2.0.0 and httpcneg 0.1.0 fail 5 or 6 of the 27 tested headers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.errors import InvalidParameter, NotAcceptable, unknown_value
from app.model.fields import LANGUAGES, Language

_QUALITY = re.compile(r"0(\.\d*)?|\.\d+|1(\.0*)?")  # the standard does not allow `.2`, but Java's own client sends it
_TAG = re.compile(r"([a-z]{2,3})(-[a-z0-9]{1,8})*", re.ASCII | re.IGNORECASE)


def language(lang: str | None, header: str | None) -> Language:
    """Language negotiation: `lang` if it is given, else the best match for Accept-Language, else English.

    Both are language tags (BCP 47): a regional variant counts as its language (`fr-CA`), in any case. Of equal
    qualities the language named first wins, and one that is named wins over `*`. Raises InvalidParameter (422) for a
    `lang` that is not served.
    """
    if lang is not None:
        tag = _TAG.fullmatch(lang)
        for served in LANGUAGES:
            if tag and tag[1].lower() == served:
                return served
        raise InvalidParameter("lang", "unknown-value", **unknown_value(lang, LANGUAGES))
    wanted = _weights((tag.partition("-")[0], quality) for tag, quality in _preferences(header))
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
    Raises NotAcceptable (406) if Accept matches no format: also if it has no readable range, because the problem for
    `Accept: json` lists what to send. Raises InvalidParameter (422) for a `format` that is not offered.
    """
    if format_name is not None:
        _expect("format", format_name, list(offered))
        return format_name
    if not (accept or "").strip():
        return next(iter(offered))
    ranges = _weights(_preferences(accept))
    best = max(offered, key=lambda name: _welcome(offered[name], ranges))
    if not _welcome(offered[best], ranges)[0]:
        raise NotAcceptable(offered)
    return best


def _welcome(media_type: str, ranges: Mapping[str, float]) -> tuple[float, int]:
    """Quality of a media type, and how specific the range is that it comes from."""
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
        raise InvalidParameter(parameter, "unknown-value", **unknown_value(value, allowed))
