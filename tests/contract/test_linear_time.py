"""What reads text of strangers takes time that grows with the length: headers, queries, texts that are indexed."""

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from starlette.datastructures import Headers

from app.errors import CodedError, nearest
from app.model import edtf, folding
from app.publishing.fetch import _allowed, _charset
from app.reading import cursor
from app.serving import conditional, negotiation, preferences, ranges, request_checks
from app.store.search import query, stems, tokens
from app.store.search.highlight import highlighter

LENGTH = 16_000  # as long as an address may be; quadratic time at four nanoseconds a step is a second
MOST_SECONDS = 0.5

_FORMATS = {"json": "application/json", "csv": "text/csv"}
_MARKED = highlighter(query.parse("nuclear test"), "fr")


def _scope(text: str) -> dict[str, Any]:
    raw = text.encode("utf-8", "replace")
    headers = [(b"host", raw)]
    return {"type": "http", "method": "GET", "path": "/", "raw_path": b"/", "query_string": raw, "headers": headers}


READERS: dict[str, Callable[[str], object]] = {
    "Accept-Language": lambda text: negotiation.language(None, text),
    "Accept": lambda text: negotiation.negotiate(None, text, _FORMATS),
    "elements of Accept": lambda text: list(preferences.preferences(text)),
    "Range": lambda text: ranges.usable_range(text, 1000),
    "If-None-Match": lambda text: conditional.not_modified(Headers({"if-none-match": text}), ['"a"']),
    "request line": lambda text: request_checks.refusal(_scope(text), 60_000),
    "tracking parameters": lambda text: request_checks.without_tracking(text.encode("utf-8", "replace")),
    "search": query.parse,
    "words": tokens.tokens,
    "index in English": lambda text: tokens.index_text(text, "en"),
    "index in French": lambda text: tokens.index_text(text, "fr"),
    "stem in French": lambda text: stems.stem(text, "fr"),
    "highlight": _MARKED.marks,
    "fold": folding.fold,
    "sort key": folding.sort_key,
    "expand": folding.expand,
    "unsuitable characters": lambda text: list(folding.unsuitable_characters(text)),
    "date": edtf.bounds,
    "cursor": cursor.decode,
    "suggestion": lambda text: nearest(text, ["category", "channel"]),
    "charset": _charset,
    "redirect": _allowed,
}
PIECES = (
    'a|er|ee| |,|;|q=,|;q=0.|a,|a;|"|W/|"a",|"a|-|1-|1-1,|bytes=|%|%2|&|a=&|utm_|utm_a=1&|=|\'|l\'|a\'|-a|n°|n° |'
    "No. 1 |é|\u0301|a\u0301|ﬁ|\xad|\u200d|(|)|OR |NOT |a*|[|[2017,|2017-|2017/|/|//|//a@|/../|?|#|@|\t|\0|북|ㄱ|"
    "I.|U.N.|a.b|'s|1,|\n|A |_|- |\u2028|\u3000"
).split("|")


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_no_repetition_makes_the_time_grow_with_the_square_of_the_length(name: str) -> None:
    slow = {}
    for piece in PIECES:
        filled = piece * (LENGTH // len(piece))
        for text in (f"{filled}!", f'bytes="{filled}'):
            if (taken := _seconds(name, text)) > MOST_SECONDS:
                # Once more: other work on the machine can double the time.
                slow[text[:20]] = min(taken, _seconds(name, text), _seconds(name, text))
    assert {text: taken for text, taken in slow.items() if taken > MOST_SECONDS} == {}


def _seconds(name: str, text: str) -> float:
    begun = time.process_time()
    with suppress(CodedError, ValueError):
        READERS[name](text)
    return time.process_time() - begun


def test_a_word_longer_than_any_is_its_own_stem() -> None:
    word = "er" * 50_000
    assert stems.stem(word, "fr") == word
    assert stems.stem("anticonstitutionnellement", "fr") == "anticonstitutionnel"
