"""Imports of funding, from files to totals: exact, once, and never added to what counts otherwise."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.publishing import importing
from app.publishing.faults import PublicationError
from app.publishing.import_decisions import Decisions
from app.publishing.importers.base import Importer, InputFile
from app.publishing.importers.fts import IMPORTER as FTS
from app.publishing.importers.iati import IMPORTER as IATI
from app.publishing.importers.oecd_crs import IMPORTER as CRS
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.command import dossier
from tests.support.engines import database_at
from tests.support.reading import Reader
from tests.support.servers import migrated

SHARED = Path(__file__).parents[4] / "shared" / "data"
NOTE = {"en": "Import", "fr": "Import"}
FILES = {
    "crs_2002.csv": 'Recipient,Canada,Norway\n"Korea, Dem. Rep.",0.3124,1\n',
    "flows_canada_prk_2002.csv": """\
usage_year,flow_id,amount_usd,status,contribution_type,recipient_org
2002,1,1740036,paid,in kind,World Food Programme
2002,2,312943,paid,in kind,World Food Programme
2002,3,25247,commitment,financial,Canadian Red Cross Society
""",
    "fts_requirements_funding_prk.csv": """\
countryCode,id,name,code,year,requirements,funding
PRK,82,DPR of Korea 2002,CPRK02,2002,246990271,220007418
PRK,,Not specified,,2002,,140827822
""",
    "gac.xml": """\
<iati-activities version="2.03">
 <iati-activity default-currency="USD">
  <iati-identifier>CA-3-1</iati-identifier>
  <reporting-org ref="CA-3"/>
  <recipient-country code="KP"/>
  <transaction ref="T">
   <transaction-type code="3"/>
   <transaction-date iso-date="2002-05-01"/>
   <value>312943</value>
  </transaction>
 </iati-activity>
</iati-activities>
""",
}


def given(*names: str) -> list[InputFile]:
    return [InputFile(name, FILES[name].encode(), "2026-11-26") for name in names]


def real(pattern: str) -> list[InputFile]:
    return [InputFile(str(path), path.read_bytes(), "2026-11-26") for path in sorted(SHARED.glob(pattern))]


def imported(db: SqliteDatabase, importer: Importer, files: Sequence[InputFile]) -> int | None:
    """Number of the revision that an import makes; None if it makes none."""
    what = importing.Import(importer, importing.read(importer, files), Decisions())
    revision = importing.run(db, COLLECTIONS, what, "Importer", NOTE).revision
    return revision.number if revision else None


def sums(db: SqliteDatabase, query: str = "") -> list[tuple[Any, ...]]:
    members = ("key", "basis", "source", "amount", "records")
    with Reader(db).totals(query) as totals:
        return [tuple(group.model_dump()[name] for name in members) for group in totals.sums()]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[SqliteDatabase]:
    database = migrated(tmp_path / "dossier.db")
    yield database
    database.close()


@pytest.fixture
def filled(empty: SqliteDatabase) -> SqliteDatabase:
    """A database with the four kinds of files above, each imported by itself."""
    assert imported(empty, CRS, given("crs_2002.csv")) == 1
    assert imported(empty, FTS, given("flows_canada_prk_2002.csv")) == 2
    assert imported(empty, FTS, given("fts_requirements_funding_prk.csv")) == 3
    assert imported(empty, IATI, given("gac.xml")) == 4
    return empty


def test_the_same_file_again_makes_no_revision(filled: SqliteDatabase) -> None:
    for importer, name in ((CRS, "crs_2002.csv"), (FTS, "flows_canada_prk_2002.csv"), (IATI, "gac.xml")):
        assert imported(filled, importer, given(name)) is None
    later = [InputFile(file.name, file.body, "2027-01-01") for file in given("fts_requirements_funding_prk.csv")]
    assert imported(filled, FTS, later) is None


def test_sums_of_one_year_stay_apart_by_source_basis_and_donor(filled: SqliteDatabase) -> None:
    assert sums(filled) == [
        ("2002", "commitment", "fts-flows-canada-2002", "25247", 1),
        ("2002", "disbursement", "iati-gac", "312943", 1),
        ("2002", "disbursement", "oecd-crs-2002", "312400", 1),
        ("2002", "disbursement", "fts-flows-canada-2002", "2052979", 2),
        ("2002", "received", "fts-requirements-funding", "360835240", 2),
        ("2002", "requirement", "fts-requirements-funding", "246990271", 1),
    ]


@pytest.mark.parametrize("group_by", ["year", "donor", "delivery_channel", "basis", "currency"])
def test_what_all_donors_gave_is_never_in_a_sum_of_canada(filled: SqliteDatabase, group_by: str) -> None:
    groups = sums(filled, f"group_by={group_by}&actor=canada")
    assert {group[2] for group in groups} == {"fts-flows-canada-2002", "iati-gac", "oecd-crs-2002"}
    assert sum(group[4] for group in groups) == 5
    assert sum(group[4] for group in sums(filled, f"group_by={group_by}")) == 8


def test_every_record_is_in_a_sum_or_is_said_to_be_left_out(filled: SqliteDatabase) -> None:
    with Reader(filled).totals("") as totals:
        in_sums = sum(group.records for group in totals.sums())
        assert (in_sums, totals.left_out("en")) == (8, [])


def test_a_newer_file_changes_exactly_what_differs(filled: SqliteDatabase) -> None:
    (file,) = given("flows_canada_prk_2002.csv")
    newer = InputFile(file.name, file.body.replace(b"312943", b"312944"), "2026-12-01")
    what = importing.Import(FTS, importing.read(FTS, [newer]), Decisions())
    changes = importing.preview(filled, COLLECTIONS, what).changes
    assert sorted((change.action, change.collection, change.id) for change in changes) == [
        ("changed", "funding-records", "fts-flow-2"),
        ("changed", "sources", "fts-flows-canada-2002"),
    ]


def test_a_file_with_too_little_is_refused_with_the_reasons_of_its_rows() -> None:
    file = InputFile("crs_2003.csv", b"Recipient,Canada\nDPRK,\nChina,1\n", "2026-11-26")
    with pytest.raises(PublicationError) as refused:
        importing.read(CRS, [file])
    assert [(fault.code, fault.where) for fault in refused.value.faults] == [
        ("below-floor", "oecd-crs"),
        ("cell-empty", "crs_2003.csv: DPRK: line 2"),
    ]
    assert importing.read(CRS, [file], force=True).records["funding-records"] == []


needs_files = pytest.mark.skipif(not SHARED.exists(), reason="the publishers' files are not here")


@needs_files
def test_the_tables_of_the_oecd_have_these_amounts() -> None:
    reading = importing.read(CRS, real("crs/*.csv"))
    assert {one["period"]: one["amount"] for one in reading.records["funding-records"]} == {
        "2012": "8200000",
        "2014": "3640243.9",
        "2015": "2135558",
        "2016": "2037388.9",
    }
    assert reading.left_out == []


@needs_files
@pytest.mark.parametrize("pattern", ["fts/prk_rows.csv", "fts/fts_requirements_funding_global*.csv"])
def test_the_rows_of_plans_are_43_in_the_files_of_one_country_and_of_all(pattern: str) -> None:
    reading = importing.read(FTS, real(pattern))
    assert reading.totals == {"rows of requirements and funding": 43}
    bases = [one["basis"] for one in reading.records["funding-records"]]
    assert (bases.count("received"), bases.count("requirement")) == (43, 15)
    assert all(one.expected for one in reading.left_out)


@needs_files
def test_the_flows_are_13_and_come_to_these_sums_by_year(empty: SqliteDatabase) -> None:
    assert importing.read(FTS, real("fts/flows*.csv")).totals == {"flows": 13}
    imported(empty, FTS, real("fts/flows*.csv"))
    assert [(key, basis, amount) for key, basis, _, amount, _ in sums(empty)] == [
        ("2000", "commitment", "2120207"),
        ("2000", "disbursement", "1710526"),
        ("2001", "disbursement", "1699348"),
        ("2002", "commitment", "276819"),
        ("2002", "disbursement", "2452979"),
        ("2003", "commitment", "326797"),
        ("2003", "disbursement", "4367930"),
    ]


@needs_files
@pytest.mark.slow
def test_what_is_packaged_of_these_files_is_what_they_have(tmp_path: Path) -> None:
    assert dossier(tmp_path, "migrate").code == 0
    database = database_at(tmp_path / "dossier.db")
    for importer, pattern in ((CRS, "crs/*.csv"), (FTS, "fts/flows*.csv"), (FTS, "fts/prk_rows.csv")):
        assert imported(database, importer, real(pattern)) is None
    database.close()
