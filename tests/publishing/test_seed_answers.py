"""What the seed answers: measures in force on a day, other names that a search finds, sections of citations."""

from collections.abc import Iterator

import pytest

from app.paths import packaged
from app.publishing.bootstrap import bootstrap
from app.publishing.publish import publish
from app.publishing.seed_files import read_folder
from app.resources.registry import COLLECTIONS
from app.store.engines.sqlite import SqliteDatabase
from tests.support.reading import Reader
from tests.support.servers import settings_for

# Starts that are exact
UN_2006 = {"un-arms-embargo", "un-asset-freeze", "un-luxury-goods-ban"}  # SOR/2006-287, 9 November 2006
VESSELS_2009 = {"un-vessel-services-ban"}  # s. 6.3, 30 July 2009
AREA_CONTROL = {"area-control-list-permit-requirement"}  # SOR/2010-162, 13 July 2010
SEMA = {
    *("sema-aircraft-ban", "sema-assistance-ban", "sema-dealing-ban", "sema-export-ban", "sema-financial-services-ban"),
    *("sema-import-ban", "sema-investment-ban", "sema-ship-ban", "sema-technical-data-ban"),
}  # SOR/2011-167, 11 August 2011
TEACHING_2016 = {"un-training-ban"}  # SOR/2016-278, 21 October 2016
# Several rules in one record: the first came with SOR/2016-278, all were in force on 1 June 2020.
SINCE_2016 = {"un-crew-services-ban", "un-import-ban", "un-petroleum-export-ban", "un-vessel-registration-ban"}
# Known alone: not before SOR/2006-287, and in force when SOR/2020-119 replaced the sections on 1 June 2020.
SINCE_2006 = {
    *("un-aircraft-landing-refusal", "un-arms-import-ban", "un-asset-disclosure-duty", "un-assistance-ban"),
    *("un-bulk-cash-ban", "un-carriage-ban", "un-industrial-goods-export-ban", "un-joint-venture-ban"),
    *("un-military-support-export-ban", "un-office-opening-ban", "un-real-property-ban", "un-technical-assistance-ban"),
    *("un-technical-assistance-receipt-ban", "un-trade-financial-services-ban", "un-vessel-deregistration"),
    *("un-vessel-docking-refusal", "un-weapons-programme-goods-ban"),
}
ALL = UN_2006 | VESSELS_2009 | AREA_CONTROL | SEMA | TEACHING_2016 | SINCE_2016 | SINCE_2006


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Asks a database that holds the seed as it is now, whether or not a revision of it was released."""
    database = SqliteDatabase(settings_for(tmp_path_factory.mktemp("seed") / "dossier.db"))
    bootstrap(database, COLLECTIONS)
    publish(database, COLLECTIONS, read_folder(packaged("seed"), COLLECTIONS), "A test", {"en": "Test", "fr": "Essai"})
    yield Reader(database)
    database.close()


def in_force(read: Reader, day: str, *, certain: bool) -> set[str]:
    """The ids of the measures in force on a day."""
    return set(read.records("sanctions-measures", f"in_force_on={day}" + ("&certain=true" if certain else "")))


def test_there_are_36_measures(read: Reader) -> None:
    assert set(read.records("sanctions-measures")) == ALL
    assert len(ALL) == 36


@pytest.mark.parametrize(
    ("day", "certain", "possible"),
    [
        ("2006-11-08", set(), set()),
        ("2007-01-01", UN_2006, UN_2006 | SINCE_2006),
        ("2010-01-01", UN_2006 | VESSELS_2009, UN_2006 | VESSELS_2009 | SINCE_2006),  # the question in README
        (
            "2012-01-01",
            UN_2006 | VESSELS_2009 | AREA_CONTROL | SEMA,
            UN_2006 | VESSELS_2009 | AREA_CONTROL | SEMA | SINCE_2006,
        ),
        ("2017-01-01", UN_2006 | VESSELS_2009 | AREA_CONTROL | SEMA | TEACHING_2016, ALL),
        ("2020-05-31", UN_2006 | VESSELS_2009 | AREA_CONTROL | SEMA | TEACHING_2016, ALL),
        ("2021-01-01", ALL, ALL),
        ("2025-07-24", ALL, ALL),  # the last day of which the consolidated texts speak
        ("2026-07-01", set(), ALL),
    ],
)
def test_measures_in_force_on_a_day(read: Reader, day: str, certain: set[str], possible: set[str]) -> None:
    assert in_force(read, day, certain=True) == certain
    assert in_force(read, day, certain=False) == possible


@pytest.mark.parametrize(
    ("day", "order"),
    [
        ("2025-02-25", {"sema-dprk-permit-authorization-order"}),
        ("2025-02-26", {"sor-2025-50"}),
    ],
)
def test_one_permit_order_follows_the_other(read: Reader, day: str, order: set[str]) -> None:
    orders = {"sema-dprk-permit-authorization-order", "sor-2025-50"}
    assert set(read.records("legal-instruments", f"in_force_on={day}")) & orders == order
    assert set(read.records("legal-instruments", f"in_force_on={day}&certain=true")) & orders == order


def test_canadian_law_certainly_in_force_in_2018(read: Reader) -> None:
    laws = {
        *("area-control-list", "sema-dprk-permit-authorization-order", "sema-dprk-regulations"),
        *("special-economic-measures-act", "un-dprk-regulations"),
    }
    assert set(read.records("legal-instruments", "in_force_on=2018-06-01&certain=true")) == laws


@pytest.mark.parametrize(
    ("name", "found"),
    [
        *[(name, "legal-instruments/nuclear-non-proliferation-treaty") for name in ("NPT", "TNP")],
        *[(name, "legal-instruments/comprehensive-nuclear-test-ban-treaty") for name in ("CTBT", "TICE")],
        *[(name, "legal-instruments/chemical-weapons-convention") for name in ("CWC", "CIAC")],
        *[(name, "legal-instruments/unscr-1718") for name in ("UNSCR+1718", "resolution+1718", "résolution+1718")],
        *[(name, "legal-instruments/special-economic-measures-act") for name in ("SEMA", "LMES")],
        *[(name, "legal-instruments/un-dprk-regulations") for name in ('"United+Nations+Resolutions"',)],
        ("accord-cadre", "legal-instruments/agreed-framework"),
        *[(name, "actors/un-security-council") for name in ("UNSC", "CSNU")],
        *[(name, "actors/un-panel-of-experts") for name in ('"Panel+of+Experts"', "Groupe+d’experts")],
        *[(name, "actors/multilateral-sanctions-monitoring-team") for name in ("MSMT", "EMSS")],
        *[(name, "actors/china") for name in ("China", "Chine", "PRC")],
        ("Freeland", "actors/chrystia-freeland"),
        ("Cheonan", "timeline-events/cheonan-sunk"),
        ('"engagement+restreint"', "policy-positions/controlled-engagement-policy"),
        ('"Security+and+Stability+on+the+Korean+Peninsula"', "timeline-events/vancouver-meeting-held"),
        ("Accord-cadre+de+Genève", "timeline-events/agreed-framework-reached"),
        *[(name, "actors/iaea") for name in ("IAEA", "AIEA")],
        *[(name, "actors/world-food-programme") for name in ("WFP", "PAM")],
        *[(name, "actors/north-korea") for name in ("DPRK", "RPDC")],
    ],
)
def test_other_names_are_found(read: Reader, name: str, found: str) -> None:
    assert found in {f"{row['collection']}/{row['id']}" for row in read.walk(f"search?q={name}&limit=200")}


def test_a_citation_names_a_section_unless_its_source_has_no_parts(read: Reader) -> None:
    cited = [one for name in COLLECTIONS for row in read.records(name).values() for one in row["citations"]]
    sources = read.records("sources")
    assert [one for one in cited if one["section"] is None and not sources[one["source"]]["undivided"]] == []
    assert [one for one in cited if one["url"] is None] == []


def test_no_law_but_a_repealed_order_is_without_parts(read: Reader) -> None:
    laws = read.records("sources", "kind=legislation,resolution").items()
    assert {id for id, source in laws if source["undivided"]} == {"justice-laws-sor-2011-168"}


def test_concerns_are_found_by_whom_they_concern(read: Reader) -> None:
    concerns = set(read.records("policy-positions", "kind=concern"))
    assert len(concerns) >= 3
    assert set(read.records("policy-positions", "kind=concern&actor=north-korea")) == concerns


def test_the_six_party_talks_have_six_parties(read: Reader) -> None:
    parties = ("china", "japan", "north-korea", "russia", "south-korea", "united-states")
    for party in parties:
        assert "six-party-talks" in read.records("timeline-events", f"actor={party}")
    assert sorted(read.records("timeline-events", "id=six-party-talks")["six-party-talks"]["actors"]) == sorted(parties)


def test_each_nuclear_test_names_the_resolution_that_answered_it(read: Reader) -> None:
    tests = read.records("timeline-events", "kind=nuclear-test").values()
    answers = [(row["date"][:4], [one["id"] for one in row["related"]]) for row in tests]
    assert sorted(answers) == [
        ("2006", ["unscr-1718-adopted"]),
        ("2009", ["unscr-1874-adopted"]),
        ("2013", ["unscr-2094-adopted"]),
        ("2016", ["unscr-2270-adopted"]),
        ("2016", ["unscr-2321-adopted"]),
        ("2017", ["unscr-2375-adopted"]),
    ]


def test_operation_neon_has_no_end_and_has_partners(read: Reader) -> None:
    operation = read.records("initiatives", "id=operation-neon")["operation-neon"]
    assert (operation["earliest"], operation["latest"]) == ("2019-04-28", None)
    assert {"canadian-armed-forces", "japan"} < set(operation["partners"])


def test_the_oecd_amounts_are_those_of_its_tables(read: Reader) -> None:
    funding = read.records("funding-records")
    amounts = {id[-4:]: row["amount"] for id, row in funding.items() if id.startswith("crs-canada-")}
    assert amounts == {"2012": "8200000", "2014": "3640243.9", "2015": "2135558", "2016": "2037388.9"}


def test_every_actor_is_named_by_another_record(read: Reader) -> None:
    fields = ("actors", "about", "addressee", "lead", "partners", "donor", "recipient", "delivery_channels")
    fields += ("sending_state", "receiving_state", "operated_by", "accredited_to", "issuer", "parties")
    named: set[str] = set()
    for name in COLLECTIONS:
        for row in read.records(name).values():
            values = [row.get(field) or [] for field in fields]
            named.update(id for one in values for id in ([one] if isinstance(one, str) else one))
    assert set(read.records("actors")) - named == set()


@pytest.mark.parametrize(
    ("lang", "section", "url"),
    [
        ("en", "s. 8(1)(a)", "https://laws-lois.justice.gc.ca/eng/regulations/SOR-2006-287/section-8.html"),
        ("fr", "al. 8(1)a)", "https://laws-lois.justice.gc.ca/fra/reglements/DORS-2006-287/section-8.html"),
    ],
)
def test_a_provision_and_its_page_are_in_the_language_of_the_answer(
    read: Reader, lang: str, section: str, url: str
) -> None:
    (row,) = read.rows(f"sanctions-measures?q=embargo&kind=arms-embargo&lang={lang}")
    (cited,) = [one for one in row["citations"] if one["source"] == "justice-laws-sor-2006-287"]
    assert (cited["section"], cited["url"]) == (section, url)
