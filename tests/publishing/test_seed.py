"""The real seed: both languages everywhere, own wording, passages that stand in the source, and the packaged log."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.model.fields import LANGUAGES, Language, Record, searchable_texts
from app.model.passages import SourceText
from app.paths import packaged
from app.publishing import check_citations as citecheck
from app.publishing.bootstrap import bootstrap
from app.publishing.publish import Submission, publish
from app.publishing.seed_files import read_folder
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.paths import PAGE
from tests.support.servers import settings_for

RUN = 12  # words in a row that are nobody's own

needs_page = pytest.mark.skipif(not PAGE.is_file(), reason=f"the source's text is not held here: {PAGE}")


@pytest.fixture(scope="module")
def seed() -> list[Submission]:
    """The seed files as read."""
    return read_folder(packaged("seed"), COLLECTIONS)


@pytest.fixture(scope="module")
def records(seed: list[Submission]) -> list[tuple[str, Record]]:
    """Every record of the seed, under the name of its collection."""
    return [
        (file.collection, COLLECTIONS[file.collection].model.model_validate(record))
        for file in seed
        for record in file.records
    ]


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in two languages within a record in seed form, and the place where it stands."""
    if isinstance(value, dict) and value.keys() & {"en", "fr"}:
        yield path, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner, path)


def runs(text: str) -> set[tuple[str, ...]]:
    """Every run of twelve words of a text, signs and capitals left aside."""
    found = re.findall(r"\w+", text.casefold())
    return {tuple(found[start : start + RUN]) for start in range(len(found) - RUN + 1)}


def test_every_collection_has_records(seed: list[Submission]) -> None:
    assert {file.collection for file in seed if file.records} == set(COLLECTIONS)


def test_every_text_is_there_in_both_languages(seed: list[Submission]) -> None:
    found = [
        (file.collection, record["id"], path, text)
        for file in seed
        for record in file.records
        for path, text in texts(record)
    ]
    assert len(found) > 2 * sum(len(file.records) for file in seed)
    assert [one[:3] for one in found if set(one[3]) != {"en", "fr"} or not all(one[3].values())] == []


def test_every_summary_is_translated_and_not_repeated(records: list[tuple[str, Record]]) -> None:
    assert [(name, one.id) for name, one in records if one.summary.en == one.summary.fr] == []


def test_french_has_no_break_spaces_and_curved_apostrophes(records: list[tuple[str, Record]]) -> None:
    slip = re.compile(r"\w'\w|« | »|\S: | : ")  # as Canada sets it: a space before the colon and within « »
    found = [(name, one.id, text) for name, one in records for text in searchable_texts(one, "fr") if slip.search(text)]
    assert found == []


def test_every_record_but_a_source_is_cited(records: list[tuple[str, Record]]) -> None:
    assert [(name, one.id) for name, one in records if name != "sources" and not one.citations] == []


@needs_page
@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_run_of_twelve_words_is_shared_with_the_source(records: list[tuple[str, Record]], lang: Language) -> None:
    theirs = runs(PAGE.read_text())
    assert len(theirs) > 1000
    shared = {
        (name, one.id): " ".join(run)
        for name, one in records
        for text in searchable_texts(one, lang)
        for run in runs(text) & theirs
    }
    assert shared == {}


@needs_page
def test_every_passage_stands_in_the_source(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "none.db")
    report = citecheck.run(settings, {"gac-country-page": PAGE}, packaged("seed"))
    assert report.faults == []
    assert report.checked >= report.records > 100


def passages(records: list[tuple[str, Record]], text: str) -> list[tuple[int, int]]:
    """Start and end in the page's text of every passage that is cited from it."""
    found = []
    for fragment in (
        cited.fragment for _, one in records for cited in one.citations if cited.source == "gac-country-page"
    ):
        assert fragment is not None
        start = text.index(fragment.start)
        last = text.index(fragment.end, start + len(fragment.start)) if fragment.end else start
        found.append((start, last + len(fragment.end or fragment.start)))
    return found


@needs_page
def test_every_section_of_the_page_is_cited(records: list[tuple[str, Record]]) -> None:
    cited = (cited for _, one in records for cited in one.citations)
    assert {one.section for one in cited if one.source == "gac-country-page"} == {
        "North Korea",
        "Bilateral Relations",
        "Canadian Sanctions Related to North Korea",
        "Human Rights",
        "Humanitarian Assistance",
    }


@needs_page
def test_every_sentence_and_list_item_of_the_page_is_cited(records: list[tuple[str, Record]]) -> None:
    text = "\n".join(block.text for block in SourceText.of_plain(PAGE.read_text()).blocks)
    body = text[: text.index("Date Modified")]
    begins = text.index("The Democratic People's Republic of Korea (North Korea) is")
    cited = passages(records, text)
    # A sentence ends with a full stop that is not that of an initial, and before a capital or the end of its line.
    sentences = re.finditer(r"\S.*?(?:(?<![A-Z])[.:](?= +[A-Z]|$)|$)", body[begins:], re.MULTILINE)
    spans = [(begins + one.start(), begins + one.end()) for one in sentences]
    assert len(spans) > 60
    assert [text[a:b] for a, b in spans if not any(start < b and a < end for start, end in cited)] == [
        "Bilateral Relations",
        "Canadian Sanctions Related to North Korea",
        "The SEMA sanctions include:",
        "Human Rights",
        "Humanitarian Assistance",
    ]


def test_the_seed_is_what_the_packaged_revisions_come_to(seed: list[Submission], tmp_path: Path) -> None:
    database = SqliteDatabase(settings_for(tmp_path / "dossier.db"))
    bootstrap(database, COLLECTIONS)
    published = publish(database, COLLECTIONS, seed, "The test", {"en": "A test", "fr": "Un essai"})
    with database.reading() as connection:
        current = {
            (name, id): json.loads(text)
            for name, resource in COLLECTIONS.items()
            for id, text in connection.execute(
                select(resource.table.c.id, resource.table.c.record).where(resource.table.c.superseded_in.is_(None))
            ).all()
        }
    database.close()
    assert published is None, "run dossier publish and dossier release, and commit the new seed/revisions"
    assert current.keys() == {(file.collection, record["id"]) for file in seed for record in file.records}
