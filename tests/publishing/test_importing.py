"""Import: what is added, changed, ended and left alone, what is one thing in two sources, and what is refused."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.messages import line
from app.publishing.faults import PublicationError
from app.publishing.import_decisions import Decisions, read_decisions
from app.publishing.importers.base import Importer, InputFile, Reading
from app.publishing.importers.registry import IMPORTERS
from app.publishing.importing import Import, Outcome, preview, read, run
from app.publishing.publish import Lenient
from app.publishing.verify import verify_database
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from app.store.tables import Revision
from tests.support.import_files import FILES, inputs
from tests.support.tiny_importer import SOURCE, TINY, tiny_file
from tests.support.waiting import TIMEOUT
from tests.support.world import World, record, text

NOTE = {"en": "An import", "fr": "Un import"}
ONE, TWO = "1,First Trading,2010-01-01", "2,Second Shipping,2011-02-03"


def imported(
    db: SqliteDatabase,
    *files: InputFile,
    importer: Importer = TINY,
    decisions: Decisions | None = None,
    force: bool = False,
    do: Callable[..., Outcome] = run,
) -> Outcome:
    """Import files, with the clock accepted."""
    reading = read(importer, files, force=force)
    what = Import(importer, reading, decisions or Decisions(), force, Lenient.CLOCK)
    return do(db, COLLECTIONS, what, "The test", NOTE) if do is run else do(db, COLLECTIONS, what)


def revision(outcome: Outcome) -> Revision:
    assert outcome.revision is not None
    return outcome.revision


def counts(outcome: Outcome) -> tuple[int, int, int]:
    """How many records the revision of an import added, changed and withdrew."""
    made = revision(outcome)
    return made.added, made.changed, made.withdrawn


def current(db: SqliteDatabase, collection: str = "designations") -> dict[str, dict[str, Any]]:
    """Current records of a collection by id, in canonical form, without the party that the world begins with."""
    table = COLLECTIONS[collection].table
    with db.reading() as connection:
        rows = connection.execute(table.select().where(table.c.superseded_in.is_(None))).mappings()
        return {row["id"]: json.loads(row["record"]) for row in rows if row["id"] != "party-one"}


def warnings(outcome: Outcome) -> list[str]:
    return [line(fault) for fault in outcome.warnings]


def refusals(db: SqliteDatabase, *files: InputFile, **options: Any) -> list[str]:
    """What an import is refused for, line by line; nothing may have been published."""
    with db.reading() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM revisions").scalar()
    with pytest.raises(PublicationError) as caught:
        imported(db, *files, **options)
    with db.reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM revisions").scalar() == before
    return [line(fault) for fault in caught.value.faults]


def without_measures(reading: Reading) -> Reading:
    records = reading.records["designations"]
    reading.records["designations"] = [
        {name: value for name, value in record.items() if name != "measures"} for record in records
    ]
    return reading


def read_as(source: str) -> Callable[[Sequence[InputFile]], Reading]:
    """The tiny importer's reading of a file, as a file of another source."""

    def read_other(files: Sequence[InputFile]) -> Reading:
        reading = TINY.read(files)
        renamed: Any = json.loads(json.dumps([reading.sources, reading.records]).replace(SOURCE, source))
        return Reading(*renamed)

    return read_other


def own_party(world: World, id: str = "own-party", number: str = "X 1", **fields: Any) -> None:
    """Publish a designation that the world itself wrote."""
    made: dict[str, Any] = {
        "kind": "entity",
        "reference_number": number,
        "names": [{"name": "Own", "kind": "primary"}],
        "listed_on": "2009-09-09",
        "status": "in-force",
        "status_as_of": "2020-01-01",
    }
    world.records["designations"].append(record(id, "Own", **made | fields))
    assert world.publish() is not None


# --- one file after the other ----------------------------------------------------------------------------------------


def test_an_import_is_one_revision_with_its_source_and_what_it_needs(world: World) -> None:
    outcome = imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    assert counts(outcome) == (4, 0, 0)
    assert [*current(world.db)] == ["tiny-1", "tiny-2"]
    source = current(world.db, "sources")[SOURCE]
    assert (source["retrieved_on"], source["content_as_of"]) == ("2024-06-01", "2024-05-01")
    assert source["file_sha256"] == tiny_file("2024-05-01", ONE, TWO).sha256
    assert "cora" in current(world.db, "actors")
    assert verify_database(world.db, COLLECTIONS)


def test_the_same_file_on_another_day_gives_no_revision(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    assert imported(world.db, tiny_file("2024-05-01", ONE, TWO, on="2025-01-01")).revision is None
    assert current(world.db, "sources")[SOURCE]["retrieved_on"] == "2024-06-01"


def test_a_newer_file_gives_exactly_the_differences(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    outcome = imported(world.db, tiny_file("2024-05-01", ONE, TWO.replace("Second", "2nd"), on="2025-01-01"))
    assert counts(outcome) == (0, 2, 0)
    assert current(world.db)["tiny-2"]["title"] == text("2nd Shipping")
    assert current(world.db, "sources")[SOURCE]["retrieved_on"] == "2025-01-01"


def test_a_newer_complete_list_changes_its_source_and_what_differs_and_no_other_party(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    outcome = imported(world.db, tiny_file("2024-07-01", ONE, TWO.replace("Second", "2nd")))
    assert counts(outcome) == (0, 2, 0)
    days = {id: party["status_as_of"] for id, party in current(world.db).items()}
    assert days == {"tiny-1": "2024-05-01", "tiny-2": "2024-07-01"}
    assert current(world.db, "sources")[SOURCE]["content_as_of"] == "2024-07-01"


def test_a_party_that_a_complete_list_lost_has_ended_between_the_two(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    outcome = imported(world.db, tiny_file("2024-07-01", ONE))
    assert revision(outcome).withdrawn == 0
    gone = current(world.db)["tiny-2"]
    assert (gone["status"], gone["delisted_on"]) == ("ended", "[2024-05-01..2024-07-01]")
    assert counts(imported(world.db, tiny_file("2024-08-01", ONE))) == (0, 1, 0)
    assert current(world.db)["tiny-2"] == gone


def test_a_party_that_is_listed_again_is_in_force_again(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    imported(world.db, tiny_file("2024-07-01", ONE))
    imported(world.db, tiny_file("2024-09-01", ONE, TWO))
    again = current(world.db)["tiny-2"]
    assert (again["status"], "delisted_on" in again) == ("in-force", False)


def test_an_older_file_is_refused_unless_forced_and_ends_nothing(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    (fault,) = refusals(world.db, tiny_file("2023-05-01", ONE))
    assert fault.startswith("tiny: the file is current to 2023-05-01, but what is published of tiny-list is current to")
    imported(world.db, tiny_file("2023-05-01", ONE), force=True)
    assert current(world.db)["tiny-2"]["status"] == "in-force"


def test_a_file_of_the_future_is_refused_unless_forced(world: World) -> None:
    (fault,) = refusals(world.db, tiny_file("2099-01-05", ONE))
    assert fault == "tiny: the file is current to 2099-01-05, which is in the future; --force imports it all the same"
    assert imported(world.db, tiny_file("2099-01-05", ONE), force=True).revision is not None


def test_too_few_rows_are_refused_unless_forced(world: World) -> None:
    assert refusals(world.db, tiny_file("2024-05-01")) == [
        "tiny: has 0 records of designations, and should have at least 1; --force imports it all the same",
        "tiny: designations: only 0 % of the records have the field listed_on, and 50 % should; --force imports them all the same",  # noqa: E501
    ]
    assert imported(world.db, tiny_file("2024-05-01"), force=True).revision is not None


def test_a_file_that_cannot_be_read_is_refused_with_its_line(world: World) -> None:
    (fault,) = refusals(world.db, tiny_file(""))
    assert fault == "list-.txt: line 1: does not say of which day it is: day is missing or is no day"


@pytest.mark.parametrize("name", ["un-list", "csis"])
def test_importers_of_one_file_refuse_a_second(name: str) -> None:
    (file,) = inputs(name)
    with pytest.raises(PublicationError) as refused:
        read(IMPORTERS[name], [file, replace(file, name="second")])
    assert [line(fault) for fault in refused.value.faults] == [
        "second: is the second file of its kind: import one at a time"
    ]


def test_a_dry_run_finds_the_changes_and_writes_nothing(world: World) -> None:
    outcome = imported(world.db, tiny_file("2024-05-01", ONE), do=preview)
    assert outcome.revision is None
    assert {(one.action, one.id) for one in outcome.changes} == {
        ("added", SOURCE),
        ("added", "tiny-1"),
        ("added", "cora"),
    }
    assert current(world.db) == {}


def test_ids_that_are_not_published_are_left_out_of_optional_fields(world: World, db: SqliteDatabase) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE))
    assert current(world.db)["tiny-1"]["measures"] == ["no-apples"]
    imported(db, tiny_file("2024-05-01", ONE))
    assert "measures" not in current(db)["tiny-1"]


def test_a_record_that_others_need_is_left_as_it_is_published_or_withdrawn(world: World) -> None:
    world.add("actors", "cora", "Our own Cora", kind="group")
    world.publish()
    outcome = imported(world.db, tiny_file("2024-05-01", ONE))
    assert (current(world.db, "actors")["cora"]["kind"], warnings(outcome)) == ("group", [])
    world.withdraw("actors", "cora")
    world.publish()
    outcome = imported(world.db, tiny_file("2024-05-02", ONE))
    assert "cora" not in current(world.db, "actors")
    assert warnings(outcome) == ["tiny: actors: cora: is needed, but was withdrawn; it stays withdrawn"]


# --- one thing, two sources ------------------------------------------------------------------------------------------


def test_a_record_with_the_same_key_keeps_its_words_and_gets_citation_and_other_values(world: World) -> None:
    own_party(world, number="1")
    imported(world.db, tiny_file("2024-05-01", ONE))
    (both,) = current(world.db).values()
    assert (both["id"], both["title"], both["listed_on"]) == ("own-party", text("Own"), "2009-09-09")
    assert both["measures"] == ["no-apples"]
    assert [one["source"] for one in both["citations"]] == ["gazette", SOURCE]
    assert {one["field"]: one["value"] for one in both["other_values"]} == {
        "listed_on": "2010-01-01",
        "status_as_of": "2024-05-01",
    }
    assert imported(world.db, tiny_file("2024-05-01", ONE)).revision is None


def test_another_value_that_is_true_or_false_is_written_as_in_json(world: World) -> None:
    flow = {**world.of("funding-records", "aid-2010"), "id": "fts-flow-516", "in_kind": False}
    world.records["funding-records"].append(flow)
    world.publish()
    rows = b"usage_year,flow_id,amount_usd,status,contribution_type,recipient_org\n2010,516,1000.5,paid,in kind,\n"
    imported(world.db, InputFile("flows_canada_prk.csv", rows, "2024-05-02"), importer=IMPORTERS["fts"])
    others = current(world.db, "funding-records")["fts-flow-516"]["other_values"]
    assert [one["value"] for one in others if one["field"] == "in_kind"] == ["true"]


def test_the_other_values_of_an_import_are_those_of_its_newest_file(world: World) -> None:
    own_party(world, number="1", status_as_of="2024-05-01")
    imported(world.db, tiny_file("2024-05-01", ONE))
    imported(world.db, tiny_file("2024-05-01", ONE.replace("2010", "2011")))
    assert [one["value"] for one in current(world.db)["own-party"]["other_values"]] == ["2011-01-01"]
    imported(world.db, tiny_file("2024-05-01", "1,First Trading,2009-09-09"))
    assert "other_values" not in current(world.db)["own-party"]


def test_equal_names_prove_nothing_and_are_named_for_a_person_to_decide(world: World) -> None:
    own_party(world)
    file = tiny_file("2024-05-01", "1,Own,2010-01-01")
    expected = "tiny: designations: tiny-1: may be the same as own-party: write [[same]] or [[different]] into a file"
    (warning,) = warnings(imported(world.db, file, do=preview))
    assert warning.startswith(expected)
    different = Decisions(different=frozenset({("tiny-1", "own-party")}))
    assert warnings(imported(world.db, file, decisions=different)) == []
    assert {*current(world.db)} == {"own-party", "tiny-1"}


def test_a_decision_makes_one_record_of_two(world: World) -> None:
    own_party(world)
    same = Decisions({"tiny-1": "own-party"})
    outcome = imported(world.db, tiny_file("2024-05-01", "1,Own,2010-01-01"), decisions=same)
    assert warnings(outcome) == []
    assert [*current(world.db)] == ["own-party"]
    assert [one["source"] for one in current(world.db)["own-party"]["citations"]] == ["gazette", SOURCE]


def test_a_decision_after_the_import_withdraws_the_record_that_was_the_same(world: World) -> None:
    own_party(world)
    file = tiny_file("2024-05-01", "1,Own,2010-01-01", TWO)
    imported(world.db, file)
    outcome = imported(world.db, file, decisions=Decisions({"tiny-1": "own-party"}))
    assert counts(outcome) == (0, 1, 1)
    assert {*current(world.db)} == {"own-party", "tiny-2"}
    assert imported(world.db, file, decisions=Decisions({"tiny-1": "own-party"})).revision is None


def test_a_record_that_others_write_after_the_import_takes_its_place(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE))
    own_party(world, number="1")
    outcome = imported(world.db, tiny_file("2024-05-01", ONE))
    assert counts(outcome) == (0, 1, 1)
    assert [*current(world.db)] == ["own-party"]
    assert imported(world.db, tiny_file("2024-05-01", ONE)).revision is None


def test_what_an_import_needed_names_the_record_that_took_the_place_of_its_own(world: World) -> None:
    amendment = (
        b"<RecentAmendments><Amendment><AmendmentCitation>SOR/2023-801</AmendmentCitation>"
        b"<AmendmentDate>2023-06-19</AmendmentDate></Amendment></RecentAmendments></Regulation>"
    )
    files = [
        replace(one, body=one.body.replace(b"</Regulation>", amendment if "SOR" in one.name else b"</Regulation>"))
        for one in inputs("justice-laws")
    ]
    imported(world.db, *files, importer=IMPORTERS["justice-laws"])
    assert current(world.db, "legal-instruments")["sor-2023-801"]["amends"] == ["sor-2001-901"]
    world.add("legal-instruments", "own-rule", "Own rule", kind="regulation", legal_citation=text("SOR/2001-901"))
    world.publish()
    imported(world.db, *files, importer=IMPORTERS["justice-laws"])
    laws = current(world.db, "legal-instruments")
    assert laws["sor-2023-801"]["amends"] == ["own-rule"]
    assert "sor-2001-901" not in laws


def test_two_files_that_cite_the_same_section_are_both_cited_again(world: World) -> None:
    world.add("legal-instruments", "own-rule", "Own rule", kind="regulation", legal_citation=text("SOR/2001-901"))
    world.publish()
    importer = IMPORTERS["justice-laws"]
    imported(world.db, *inputs("justice-laws"), importer=importer)
    rule = current(world.db, "legal-instruments")["own-rule"]
    assert [one["source"] for one in rule["citations"]] == [
        "gazette",
        "justice-laws-xml-sor-2001-901-en",
        "justice-laws-xml-sor-2001-901-fr",
    ]
    assert imported(world.db, *inputs("justice-laws"), importer=importer).revision is None


def test_a_decision_for_a_record_that_is_not_published_is_named(world: World) -> None:
    outcome = imported(world.db, tiny_file("2024-05-01", ONE), decisions=Decisions({"tiny-1": "nobody"}))
    (warning,) = warnings(outcome)
    assert warning.startswith("tiny: designations: tiny-1: should be nobody, which is not published")
    assert [*current(world.db)] == ["tiny-1"]


def test_citations_that_others_added_to_an_imported_record_stay(world: World) -> None:
    imported(world.db, tiny_file("2024-05-01", ONE))
    published = current(world.db)["tiny-1"]
    other = {"field": "listed_on", "value": "2009", "citations": [{"source": "gazette"}]}
    citations = [*published["citations"], {"source": "gazette"}]
    world.records["designations"].append({**published, "citations": citations, "other_values": [other]})
    world.publish()
    imported(world.db, tiny_file("2024-06-01", ONE.replace("2010", "2011")))
    now = current(world.db)["tiny-1"]
    assert [one["source"] for one in now["citations"]] == [SOURCE, "gazette"]
    assert [one["value"] for one in now["other_values"]] == ["2009"]
    assert now["status_as_of"] == "2024-06-01"


def test_seed_files_that_lack_what_imports_brought_leave_it(world: World) -> None:
    own_party(world, number="1")
    imported(world.db, tiny_file("2024-05-01", ONE, TWO))
    before = current(world.db)
    world.publish_with_change("actors", "zara", title=text("Queen Zara"))
    assert current(world.db) == before
    assert SOURCE in current(world.db, "sources")


def test_a_value_that_an_import_filled_in_goes_when_its_file_no_longer_has_it(world: World) -> None:
    own_party(world, number="1")
    imported(world.db, tiny_file("2024-05-01", ONE))
    assert current(world.db)["own-party"]["measures"] == ["no-apples"]
    without = replace(TINY, optional={}, read=lambda files: without_measures(TINY.read(files)))
    imported(world.db, tiny_file("2024-06-01", ONE), importer=without)
    now = current(world.db)["own-party"]
    assert "measures" not in now
    assert now["citations"][1] == {"source": SOURCE, "section": text("line 1")}


def test_a_value_that_one_import_filled_in_stays_when_another_brings_its_record_again(world: World) -> None:
    without = replace(TINY, read=lambda files: without_measures(TINY.read(files)))
    imported(world.db, tiny_file("2024-05-01", ONE), importer=without)
    imported(world.db, tiny_file("2024-05-01", ONE), importer=replace(TINY, name="other", read=read_as("other-list")))
    imported(world.db, tiny_file("2024-06-01", ONE), importer=without)
    now = current(world.db)["tiny-1"]
    assert [one["source"] for one in now["citations"]] == [SOURCE, "other-list"]
    # A newer list that has the record as it is leaves it alone, with the day of the list that it came from.
    assert (now["measures"], now["status_as_of"]) == (["no-apples"], "2024-05-01")


def test_a_value_of_the_seed_takes_the_place_of_one_that_an_import_filled_in(world: World) -> None:
    own_party(world, number="1")
    imported(world.db, tiny_file("2024-05-01", ONE))
    world.publish_with_change("designations", "own-party", measures=["no-boats"])
    now = current(world.db)["own-party"]
    assert now["measures"] == ["no-boats"]
    assert now["citations"][1] == {"source": SOURCE, "section": text("line 1")}
    assert imported(world.db, tiny_file("2024-05-01", ONE)).revision is None


# --- decisions in a file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("[[same]]\nimported = 'a'\nrecord = 'b'\n[[same]]\nimported = 'a'\nrecord = 'c'", "says of one imported"),
        ("[[same]]\nimported = 'a'\nrecord = 'b'\n[[different]]\nimported = 'a'\nrecord = 'b'", "says of a that it is"),
        ("[[same]]\nimported = 'a'", "same.0.record: "),
        ("[[equal]]\nimported = 'a'\nrecord = 'b'", "equal: "),
        ("[[same", "cannot be read: "),
    ],
)
def test_a_file_of_decisions_that_says_nothing_clear_is_refused(tmp_path: Path, content: str, fault: str) -> None:
    file = tmp_path / "matches.toml"
    file.write_text(content)
    with pytest.raises(PublicationError) as caught:
        read_decisions("tiny", file)
    assert next(line(one) for one in caught.value.faults).startswith(f"{file}: {fault}")


def test_the_decisions_of_a_file_come_before_those_of_the_package(tmp_path: Path) -> None:
    packaged = read_decisions("csis", None)
    (imported_id, record_id), *_ = packaged.same.items()
    file = tmp_path / "matches.toml"
    file.write_text(f"[[different]]\nimported = '{imported_id}'\nrecord = '{record_id}'")
    found = read_decisions("csis", file)
    assert imported_id not in found.same
    assert len(found.same) == len(packaged.same) - 1


# --- all importers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_fills_an_empty_database_and_its_second_run_changes_nothing(
    db: SqliteDatabase, name: str
) -> None:
    outcome = imported(db, *inputs(name), importer=IMPORTERS[name], force=True)
    assert revision(outcome).number == 1
    assert verify_database(db, COLLECTIONS)
    assert imported(db, *inputs(name, on="2025-01-01"), importer=IMPORTERS[name], force=True).revision is None


@pytest.mark.parametrize("name", IMPORTERS)
def test_every_importer_cites_the_file_first_and_says_where(name: str) -> None:
    reading = IMPORTERS[name].read(inputs(name))
    sources = {source["id"] for source in reading.sources}
    assert all(source["file_sha256"] and source["retrieved_on"] == "2024-05-02" for source in reading.sources)
    for records in reading.records.values():
        for one in records:
            assert one["citations"][0]["source"] in sources
            assert one["citations"][0]["section"].keys() == {"en", "fr"}


def test_all_importers_together_fill_one_database(db: SqliteDatabase) -> None:
    for name in IMPORTERS:
        imported(db, *inputs(name), importer=IMPORTERS[name], force=True)
    for name in IMPORTERS:
        assert imported(db, *inputs(name), importer=IMPORTERS[name], force=True).revision is None
    assert len(verify_database(db, COLLECTIONS)) == len(FILES)


# --- two at once, and killed ------------------------------------------------------------------------------------------


def test_two_imports_at_once_give_the_records_of_both_or_of_one_and_never_half(world: World) -> None:
    files = [tiny_file("2024-05-01", ONE, TWO), tiny_file("2024-05-01", ONE, "3,Third,2012-03-04")]
    outcomes: list[Outcome] = []

    def start(file: InputFile) -> None:
        outcomes.append(imported(world.db, file))

    threads = [threading.Thread(target=start, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(TIMEOUT)
    assert sorted(revision(one).number for one in outcomes) == [2, 3]
    parties = current(world.db)
    assert {*parties} == {"tiny-1", "tiny-2", "tiny-3"}
    assert [one["status"] for one in parties.values()].count("ended") == 1
    assert verify_database(world.db, COLLECTIONS)


KILLED = """
import sys
from pathlib import Path
from app.publishing import publish
from tests.publishing.test_importing import imported
from tests.support.engines import database_at
from tests.support.tiny_importer import tiny_file

publish.check_references = lambda *_: (print("written", flush=True), sys.stdin.read())
imported(database_at(Path(sys.argv[1])), tiny_file("2024-05-01", "1,First,2010-01-01"))
"""


@pytest.mark.slow
def test_an_import_that_is_killed_after_it_has_written_leaves_nothing(world: World) -> None:
    world.db.close()
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, world.db.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
        process.wait(TIMEOUT)
    assert current(world.db) == {}
    assert len(verify_database(world.db, COLLECTIONS)) == 1
    assert imported(world.db, tiny_file("2024-05-01", ONE)).revision is not None
