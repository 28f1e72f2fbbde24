"""The real seed: both languages everywhere, own wording, passages that are in the source, and the packaged log."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.model.fields import LANGUAGES, Language, in_language, searchable_texts
from app.model.passages import SourceText
from app.model.records import Citation, Record
from app.paths import packaged
from app.publishing import check_citations
from app.publishing.bootstrap import bootstrap
from app.publishing.publish import publish
from app.publishing.seed_files import read_folder
from app.publishing.submission import Submission
from app.resources.registry import COLLECTIONS
from tests.support.pages import CITED_PAGES, SOURCE, CitedPage
from tests.support.servers import migrated, settings_for

RUN = 12  # words in a row that are nobody's own
BY_IMPORT = {"designations"}  # collections of which every record comes from a publisher's file
OFFICIAL_NAMES = ("Vancouver Foreign Ministers’ Meeting on Security and Stability on the Korean Peninsula",)


@pytest.fixture(scope="module")
def seed() -> list[Submission]:
    """The seed files as read."""
    return read_folder(packaged("seed"), COLLECTIONS)


def validated(seed: list[Submission]) -> list[tuple[str, Record]]:
    """Every record of a seed, under the name of its collection."""
    return [
        (file.collection, COLLECTIONS[file.collection].model.model_validate(record))
        for file in seed
        for record in file.records
    ]


def texts_of(record: Record, lang: Language) -> list[str]:
    """Texts of a record that are searched and rank, in one language."""
    return [in_language(text, lang) for text, ranked in searchable_texts(record) if ranked]


@pytest.fixture(scope="module")
def records(seed: list[Submission]) -> list[tuple[str, Record]]:
    """Every record of the packaged seed."""
    return validated(seed)


def texts(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text in two languages within a record in seed form, and its place."""
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
    assert {file.collection for file in seed if file.records} | BY_IMPORT == set(COLLECTIONS)


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
    found = [(name, one.id, text) for name, one in records for text in texts_of(one, "fr") if slip.search(text)]
    assert found == []


def test_every_record_but_a_source_is_cited(records: list[tuple[str, Record]]) -> None:
    assert [(name, one.id) for name, one in records if name != "sources" and not one.citations] == []


# Pages and the seeds that cite them


@pytest.fixture(params=[pytest.param(page, id=name) for name, page in CITED_PAGES.items()])
def page(request: pytest.FixtureRequest) -> CitedPage:
    """Each page in turn."""
    return request.param  # type: ignore[no-any-return]  # one of those above


def test_no_run_of_twelve_words_is_shared_with_the_source(page: CitedPage) -> None:
    theirs = runs(page.text.read_text()) - {run for name in OFFICIAL_NAMES for run in runs(name)}
    assert len(theirs) > 5 * page.passages
    shared = {
        (name, one.id): " ".join(run)
        for name, one in validated(read_folder(page.seed, COLLECTIONS))
        for lang in LANGUAGES
        for text in texts_of(one, lang)
        for run in runs(text) & theirs
    }
    assert shared == {}


def test_every_passage_is_in_the_source(page: CitedPage, tmp_path: Path) -> None:
    report = check_citations.run(settings_for(tmp_path / "none.db"), {SOURCE: page.text}, page.seed)
    assert report.faults == []
    assert report.checked >= page.passages


def citations(page: CitedPage) -> list[Citation]:
    """What the seed of a page cites from it."""
    records = validated(read_folder(page.seed, COLLECTIONS))
    return [cited for _, one in records for cited in one.citations if cited.source == SOURCE]


def test_every_section_of_the_page_is_cited(page: CitedPage) -> None:
    assert {cited.section for cited in citations(page)} == set(page.sections)


def test_every_sentence_and_list_item_of_the_page_is_cited(page: CitedPage) -> None:
    text = "\n".join(block.text for block in SourceText.of_plain(page.text.read_text()).blocks)
    cited = []
    for fragment in (one.fragment for one in citations(page)):
        assert fragment is not None
        start = text.index(fragment.start)
        last = text.index(fragment.end, start + len(fragment.start)) if fragment.end else start
        cited.append((start, last + len(fragment.end or fragment.start)))
    begins, ends = text.index(page.begins), text.index("Date Modified")
    # A sentence ends with a full stop that is not that of an initial, and before a capital or the end of its line.
    sentences = re.finditer(r"\S.*?(?:(?<![A-Z])[.:](?= +[A-Z]|$)|$)", text[begins:ends], re.MULTILINE)
    spans = [(begins + one.start(), begins + one.end()) for one in sentences]
    uncited = [text[a:b] for a, b in spans if not any(start < b and a < end for start, end in cited)]
    assert uncited == page.uncited
    assert len(spans) > 4 * len(uncited)


def test_the_seed_is_what_the_packaged_revisions_come_to(seed: list[Submission], tmp_path: Path) -> None:
    database = migrated(tmp_path / "dossier.db")
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
    files = {id for (name, id), record in current.items() if name == "sources" and "file_sha256" in record}
    imported = {("sources", id) for id in files}
    imported |= {key for key, record in current.items() if record.get("citations", [{}])[0].get("source") in files}
    assert current.keys() - imported == {(file.collection, record["id"]) for file in seed for record in file.records}
