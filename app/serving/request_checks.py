"""Request checks before routing: host, method and address; and the tracking parameters that are passed over."""

import contextlib
import re
from collections.abc import Iterator
from itertools import islice
from urllib.parse import quote, unquote_to_bytes

from starlette.types import Scope

from app.errors import (
    BadRequest,
    DossierError,
    Fault,
    InvalidParameter,
    MethodNotAllowed,
    UnknownPath,
    UriTooLong,
)
from app.model.fields import LANGUAGES
from app.serving.problems import METHODS

_STRAY_PERCENT = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_PAGES = tuple(f"/{lang}/" for lang in LANGUAGES)  # paths of pages for people begin so
_FAULTS = 10  # most parameters that one problem lists: without a limit 16 kB of `a&a&a` would give 700 kB of answer
_HOST = re.compile(rb"[\w.~%!$&'()*+,;=:\[\]-]*", re.ASCII)  # what RFC 3986 allows in a host with a port
# What sites and mailings append to the links in them
_TRACKING = re.compile(rb"utm_.*|fbclid|gclid|msclkid|mc_cid|mc_eid", re.IGNORECASE | re.DOTALL)
# A query that has none of these and nothing to decode or to refuse: most are so, and one expression spares them 8 µs.
_PLAIN = re.compile(rb"(?:(?!utm_|fbclid=|gclid=|msclkid=|mc_[ce]id=)[a-z_]+=[\w.,:~*/-]+(?:&|\Z))*", re.ASCII)


def without_tracking(query: bytes) -> bytes:
    """Query without tracking parameters, whose names may be in percent-encoding: no answer depends on them."""
    if _PLAIN.fullmatch(query):
        return query
    pairs = query.split(b"&")
    return b"&".join(pair for pair in pairs if not _TRACKING.fullmatch(unquote_to_bytes(pair.partition(b"=")[0])))


def refusal(scope: Scope, max_url_bytes: int) -> DossierError | None:
    """Request check: the error for a request that cannot be routed, None if it can.

    BadRequest (400) unless HTTP/1.1 has one Host (RFC 9112 §3.2), MethodNotAllowed (405) for any path, UriTooLong (414)
    for path and query longer than `max_url_bytes`. What is not UTF-8 in percent-encoding, or has a NUL
    in it, is UnknownPath (404) in the path and InvalidParameter (422) in the query, which also refuses a parameter
    without a value. The framework would silently go on with U+FFFD, NUL and empty texts.
    """
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1 or (not hosts and scope.get("http_version") == "1.1") or not all(map(_HOST.fullmatch, hosts)):
        return BadRequest("not-one-host")
    if scope["method"] not in METHODS:
        return MethodNotAllowed(scope["method"])
    path, query = raw_path(scope), scope["query_string"]
    if len(path) + len(query) + (1 if query else 0) > max_url_bytes:
        return UriTooLong(max_url_bytes)
    # An encoded slash would reach the router as a slash, so that an item would have two addresses.
    if b"%" in path and (_decoded(path) is None or b"%2f" in path.lower()):
        return UnknownPath("unreadable-path")
    in_form = scope["path"].startswith(_PAGES)
    faults = [] if _PLAIN.fullmatch(query) else list(islice(_query_faults(query, in_form=in_form), _FAULTS))
    return InvalidParameter(*faults) if faults else None


def raw_path(scope: Scope) -> bytes:
    """Path of a request as it was sent, in percent-encoding."""
    raw: bytes | None = scope.get("raw_path")  # servers may leave it out
    return quote(scope["path"]).encode() if raw is None else raw


def target(scope: Scope) -> bytes:
    """Target of a request: its path and query as they were sent."""
    query: bytes = scope["query_string"]
    return raw_path(scope) + b"?" + query if query else raw_path(scope)


def _query_faults(query: bytes, *, in_form: bool) -> Iterator[Fault]:
    """Faults of a query. The form of a page sends the fields that nobody filled in, too."""
    for pair in query.split(b"&"):
        raw_name, _, raw_value = pair.partition(b"=")
        name, value = _decoded(raw_name), _decoded(raw_value)
        if name is None or value is None:
            known = raw_name.decode("ascii", "backslashreplace") if name is None else name
            yield Fault(known, "unreadable-parameter")
        elif name and not value.strip() and not in_form:
            yield Fault(name, "no-value")


def _decoded(raw: bytes) -> str | None:
    """Decoded text of a part of an address; None if it is not UTF-8 in percent-encoding, or has a NUL in it."""
    if not raw.isascii() or _STRAY_PERCENT.search(raw):
        return None
    with contextlib.suppress(UnicodeDecodeError):
        text = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
        return text if "\0" not in text else None
    return None
