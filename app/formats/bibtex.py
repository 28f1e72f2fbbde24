r"""BibTeX entry of a record at its revision, made of its CSL-JSON citation.

The entry type is `@misc`, which the styles of classic BibTeX and of biblatex both know; `@online` is only in biblatex.
Text stays in UTF-8, which both read today. No library: pylatexenc 2.11 writes a brace as `\{`, which BibTeX counts as
one that opens.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # macros that every style has
_LANGUAGES = {"en": "english", "fr": "french"}
_ESCAPES = {
    **{sign: f"\\{sign}" for sign in "&%$#_"},
    "\\": "\\textbackslash{}",
    "{": "\\textbraceleft{}",
    "}": "\\textbraceright{}",
    "~": "\\textasciitilde{}",
    "^": "\\textasciicircum{}",
    "`": "\\textasciigrave{}",
}
# What TeX would join to one sign, as `--` to a dash.
_JOINED = re.compile(r"(?<=([-'<>,]))(?=\1)")


def bibtex(citation: Sequence[Mapping[str, Any]]) -> str:
    """BibTeX of a CSL-JSON list of one item. The same citation gives the same text, which ends in a line feed."""
    (item,) = citation
    year, month, day = item["issued"]["date-parts"][0]
    fields = {
        "author": _unchanged(item["author"][0]["literal"]),
        "title": _unchanged(item["title"]),
        "howpublished": f"{{{escaped(item['container-title'])}, {escaped(item['version'])}}}",
        "year": f"{{{year}}}",
        "month": _MONTHS[month - 1],
        "day": f"{{{day}}}",
        "url": f"{{{item['URL']}}}",
        "langid": f"{{{_LANGUAGES[item['language']]}}}",
        "abstract": f"{{{escaped(item['abstract'])}}}",
    }
    lines = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{_key(item['id'])},\n{lines}\n}}\n"


def escaped(text: str) -> str:
    """Text in which no character means anything to TeX."""
    return "".join(_ESCAPES.get(sign, sign) for sign in _JOINED.sub("\0", text)).replace("\0", "{}")


def _key(id: str) -> str:
    # `@` and `/` in a key are refused by some readers.
    return id.replace("/", ":").replace("@", ":r")


def _unchanged(text: str) -> str:
    """Value in two braces: it is no list of names, and styles do not change its capitals."""
    return f"{{{{{escaped(text)}}}}}"
