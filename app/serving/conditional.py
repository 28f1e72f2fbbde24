"""Conditional requests: entity tags, and whether a client has an answer already (RFC 9110 §13)."""

import re

_ENTITY_TAG = re.compile(r'[\s,]*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')


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
