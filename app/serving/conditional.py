"""Conditional requests (RFC 9110 §13): If-Match and If-None-Match, and what the entity tags in them mean.

No library: werkzeug 3.1.9 takes malformed headers such as `"a", b` for a match, webob 1.8.11 cannot read `"b","a"`.
"""

import re
from collections.abc import Sequence

from starlette.datastructures import Headers

from app.errors import PreconditionFailed

_ENTITY_TAG = re.compile(r'[\s,]*(W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')
# What proxies add inside the quotes when they compress: Apache does not take its `-gzip` off when the tag comes back.
_OF_PROXIES = ("-gzip", "--gzip", "-br", "-zstd")


def entity_tag(version: str, coding: str) -> str:
    """Strong entity tag (RFC 9110 §8.8.3) of a version of an answer in one content coding."""
    return f'"{version}-{coding}"'


def held_coding(headers: Headers, version: str, codings: Sequence[str]) -> str | None:
    """Content coding in which the client has a version of an answer, for a 304; None if it needs the answer.

    Raises PreconditionFailed (412).
    """
    tags = {entity_tag(version, coding): coding for coding in codings}
    held = not_modified(headers, list(tags))
    return tags[held] if held else None


def joined(headers: Headers, name: str) -> str:
    """Value of a header: its lines as one list, empty without the header."""
    return ", ".join(headers.getlist(name))


def not_modified(headers: Headers, tags: Sequence[str]) -> str | None:
    """Conditional request check: the entity tag that the client has, for a 304; None if it needs the answer.

    `tags` are those of the answer: one for each content coding that the client takes. If-Match is looked at first, by
    strong comparison: raises PreconditionFailed (412) if it has none of them. If-None-Match is compared weakly, because
    a proxy that compresses may weaken tags, and a tag to which a proxy has added its coding is still ours. A header
    that is not in the form of RFC 9110 has no tags.
    """
    if held := headers.getlist("if-match"):
        given = _entity_tags(held)
        if given is not None and not {tag for weak, tag in given if not weak}.intersection(tags):
            raise PreconditionFailed
    if not (held := headers.getlist("if-none-match")):
        return None
    given = _entity_tags(held)
    if given is None:
        return tags[0]
    known = {f'{tag[:-1]}{added}"': tag for tag in tags for added in ("", *_OF_PROXIES)}
    return next((known[tag] for _, tag in given if tag in known), None)


def _entity_tags(lines: Sequence[str]) -> list[tuple[bool, str]] | None:
    """Entity tags of a header, each with whether it is weak; none if the header is malformed, None for `*`."""
    text = ", ".join(lines)
    if text.strip() == "*":
        return None
    found, position = [], 0
    while match := _ENTITY_TAG.match(text, position):
        found.append((match[1] is not None, match[2]))
        position = match.end()
    return [] if text[position:].strip(" \t,") else found
