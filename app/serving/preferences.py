"""Preferences (RFC 9110 §12.4.2): the elements of an Accept header and the quality of each.

No library: werkzeug 3.1.9 gives English for `fr-CA, en;q=0.9` and for `fr, en`, and 406 for the Accept of Java's own
client (`*; q=.2`); webob 1.8.11, python-mimeparse 2.0.0 and httpcneg 0.1.0 fail 5 or 6 of the 27 tested headers.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

_REMEMBERED = 200  # characters of a header whose outcome is kept, and how many: clients could fill memory with others
T = TypeVar("T")

_QUALITY = re.compile(r"0(\.\d*)?|\.\d+|1(\.0*)?")  # the standard does not allow `.2`, but Java's own client sends it


def cached_by_header(function: Callable[..., T]) -> Callable[..., T]:
    """Bounded cache of a pure function of a header: clients send the same few headers again and again."""
    kept = lru_cache(_REMEMBERED)(function)

    def call(header: str, *others: Hashable) -> T:
        return (kept if len(header) <= _REMEMBERED else function)(header, *others)

    return call


def preferences(header: str | None) -> Iterator[tuple[str, float]]:
    """Elements of an Accept header in lower case, each with its `q`; those with an unreadable `q` are left out."""
    for element in (header or "").lower().split(","):
        name, *parameters = (part.strip() for part in element.split(";"))
        values = {key.strip(): value.strip() for key, _, value in (text.partition("=") for text in parameters)}
        quality = values.get("q", "1")
        if name and _QUALITY.fullmatch(quality):
            yield name, float(quality)


def weights(elements: Iterable[tuple[str, float]]) -> dict[str, float]:
    """Quality by name: the highest, where a name occurs more than once."""
    found: dict[str, float] = {}
    for name, quality in elements:
        found[name] = max(quality, found.get(name, 0.0))
    return found
