"""BibTeX: an entry that another program reads as it was meant, whatever a title has."""

from typing import Any

import pytest
from bibtexparser.entrypoint import parse_string
from hypothesis import given
from hypothesis import strategies as st
from pylatexenc.latex2text import LatexNodes2Text

from app.formats.bibtex import bibtex, escaped
from app.formats.csl import citation
from app.model.fields import Language
from tests.formats.test_csl import ADDRESS, RECORD


def cited(lang: Language = "en", **changes: Any) -> str:
    """The entry of the record with changes."""
    return bibtex(citation(RECORD | changes, collection="timeline-events", lang=lang, address=ADDRESS))


def fields_of(text: str) -> dict[str, str]:
    """The fields of the one entry, with its key and type, as a reader of BibTeX finds them."""
    library = parse_string(text)
    assert library.failed_blocks == []
    (entry,) = library.entries
    return {"key": entry.key, "type": entry.entry_type, **{field.key: field.value for field in entry.fields}}


def read(value: str) -> str:
    """What TeX shows for a value."""
    known = value.replace("\\textbraceleft{}", "\\{").replace("\\textbraceright{}", "\\}")  # pylatexenc lacks these
    return str(LatexNodes2Text(strict_latex_spaces=True, keep_comments=True).latex_to_text(known))


def test_an_event_in_full() -> None:
    assert cited() == (
        "@misc{timeline-events:first-test:r3,\n"
        "  author = {{Maintainers of the dossier}},\n"
        "  title = {{First test}},\n"
        "  howpublished = {Canada–North Korea dossier, revision 3},\n"
        "  year = {2026},\n"
        "  month = jan,\n"
        "  day = {2},\n"
        "  url = {https://dossier.example/v1/timeline-events/first-test?revision=3},\n"
        "  langid = {english},\n"
        "  abstract = {A test was announced.}\n"
        "}\n"
    )


def test_a_reader_finds_every_field() -> None:
    assert fields_of(cited("fr", title="Premier essai")) == {
        "key": "timeline-events:first-test:r3",
        "type": "misc",
        "author": "{Équipe du dossier}",
        "title": "{Premier essai}",
        "howpublished": "Dossier Canada–Corée du Nord, révision 3",
        "year": "2026",
        "month": "jan",
        "day": "2",
        "url": ADDRESS,
        "langid": "french",
        "abstract": "A test was announced.",
    }


@pytest.mark.parametrize("title", ["}", "{", "a } b", "\\", "a\\", "{{", '"', "@misc{x,", "100 %", "x = {y},", "=,#"])
def test_no_title_ends_the_entry_early(title: str) -> None:
    fields = fields_of(cited(title=title, summary=title))
    assert len(fields) == 11
    assert read(fields["title"].removeprefix("{").removesuffix("}")) == read(fields["abstract"]) == title


# Without what a reader makes one blank of, and `^`, for which pylatexenc gives an accent.
TEXTS = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="^"), min_size=1, max_size=30)
SIGNS = st.text(alphabet="\\{}$&#%_~'`-,<>!?a é…", min_size=1).map(lambda text: " ".join(text.split()) or "a")


@given(TEXTS | SIGNS)
def test_any_text_is_read_back_as_it_was(text: str) -> None:
    value = escaped(text)
    assert value.count("{") == value.count("}")
    assert read(value) == text


def test_a_circumflex_is_no_accent() -> None:
    assert escaped("x^e") == "x\\textasciicircum{}e"
