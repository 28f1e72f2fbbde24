"""Problems in both languages: the same refusal, asked for in English and in French."""

import re
from typing import Any

import httpx

from app.messages import PARAMETER_CODES, title

# Words of English that no value of this service is, so that none may be in a French sentence.
ENGLISH = re.compile(
    r"(?<!-)\b(the|is|are|must|not|and|or|there|known|allowed|example|cannot|without|leave|give|write|see|did|you|mean)"
    r"\b(?!-)"
)
URN = "urn:dossier:problem:"


def in_both(client: httpx.Client, address: str, method: str = "GET", **headers: str) -> tuple[Any, Any]:
    """The problem in English and in French, by Accept-Language, after what has to hold for every pair."""
    answers = [client.request(method, address, headers={**headers, "Accept-Language": lang}) for lang in ("en", "fr")]
    english, french = (answer.json() for answer in answers)
    for answer in answers:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["cache-control"] == "no-store"
        assert "Accept-Language" in answer.headers["vary"]
    assert [answer.headers["content-language"] for answer in answers] == ["en", "fr"]
    assert [answer.status_code for answer in answers] == [english["status"]] * 2
    check_pair(english, french)
    return english, french


def check_pair(english: Any, french: Any) -> None:
    """Check that two problems differ in their words alone, and that the French one has no English in it."""
    assert list(english) == list(french)
    assert english["type"] == french["type"]
    assert english["status"] == french["status"]
    slug = english["type"].removeprefix(URN)
    assert (english["title"], french["title"]) == (title(slug), title(slug, "fr"))
    assert english["detail"] != french["detail"]
    assert ENGLISH.findall(french["detail"].lower()) == []
    pairs = list(zip(english.get("errors", []), french.get("errors", []), strict=True))
    for one, other in pairs:
        assert (one["parameter"], one["code"]) == (other["parameter"], other["code"])
        assert one["code"] in PARAMETER_CODES
        assert one["detail"] != other["detail"]
    for problem, colon in ((english, ":"), (french, "\N{NO-BREAK SPACE}:")):
        details = [f"{fault['parameter']}{colon} {fault['detail']}" for fault in problem.get("errors", [])]
        assert "; ".join(details) in ("", problem["detail"])
