"""Conditional requests (RFC 9110 §13): the entity tags of If-None-Match, and whether one is that of the answer.

No library: werkzeug 3.1.9 takes malformed headers such as `"a", b` for a match, webob 1.8.11 cannot read `"b","a"`.
"""

import re

_ENTITY_TAG = re.compile(r'[\s,]*(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")\s*(?=,|$)')


def not_modified(if_none_match: str | None, etag: str) -> bool:
    """Conditional request check: whether the client has the answer with this entity tag, so that 304 is sent.

    Weak comparison (RFC 9110 §8.8.3.2), because a proxy that compresses may weaken tags. A header that is not in the
    form of RFC 9110 counts as absent: the answer is then 200, not 422.
    """
    text = if_none_match or ""
    if text.strip() == "*":
        return True
    found, position = False, 0
    while match := _ENTITY_TAG.match(text, position):
        found = found or match[1] == etag.removeprefix("W/")
        position = match.end()
    return found and not text[position:].strip(" \t,")
