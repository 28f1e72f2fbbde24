"""Plain citation of a record at its revision: one line of text, made of its CSL-JSON citation."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.messages import sentence
from app.model.date_words import in_words


def plain_citation(citation: Sequence[Mapping[str, Any]]) -> str:
    """Text of a CSL-JSON list of one item, in its language; it ends in a line feed."""
    (item,) = citation
    lang = item["language"]
    year, month, day = item["issued"]["date-parts"][0]
    values = {
        "author": item["author"][0]["literal"],
        "title": item["title"],
        "container": item["container-title"],
        "version": item["version"],
        "day": in_words(f"{year:04}-{month:02}-{day:02}", lang),
        "address": item["URL"],
    }
    return f"{sentence('plain-citation', values, lang)}\n"
