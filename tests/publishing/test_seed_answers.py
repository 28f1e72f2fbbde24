"""What the seed answers: measures in force on a day, other names that a search finds, sections of citations."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from app.model import edtf
from app.paths import packaged
from app.publishing.bootstrap import bootstrap
from app.publishing.publish import publish
from app.publishing.seed_files import read_folder
from app.resources.registry import COLLECTIONS
from tests.support.reading import Reader
from tests.support.servers import migrated

# Measures by what is known of their start, and of their end
ALWAYS_2006 = {"un-arms-embargo", "un-asset-freeze", "un-luxury-goods-ban"}  # SOR/2006-287, 9 November 2006
VESSELS_2009 = {"un-vessel-services-ban"}  # s. 6.3, 30 July 2009
AREA_CONTROL = {"area-control-list-permit-requirement"}  # SOR/2010-162, 13 July 2010
SEMA = {
    *("sema-aircraft-ban", "sema-assistance-ban", "sema-dealing-ban", "sema-export-ban", "sema-financial-services-ban"),
    *("sema-import-ban", "sema-investment-ban", "sema-ship-ban", "sema-technical-data-ban"),
}  # SOR/2011-167, 11 August 2011
NEW_2016 = {
    *("un-aviation-fuel-ban", "un-coal-and-minerals-import-ban", "un-craft-and-crew-provision-ban"),
    *("un-north-korean-flag-ban", "un-north-korean-vessel-ownership-ban", "un-training-ban"),
    *("un-vessel-classification-ban", "un-vessel-insurance-ban", "un-vessel-registration-in-north-korea-ban"),
}  # SOR/2016-278, 21 October 2016
# Read in the version of 21 October 2016; not before the Regulations, or their first amendment.
BY_2016 = {"un-weapons-programme-goods-ban"}
BANKS_BY_2016 = {"un-office-opening-ban"}
FORMER_FINANCING = {
    "un-prohibited-act-financing-acceptance-ban",
    "un-prohibited-act-financing-ban",
}  # ended 2018 or 2020
# Read in the version of 11 January 2018
BY_2018 = {"un-arms-procurement-ban", "un-carriage-from-ban", "un-carriage-to-ban"}
CASH = {"un-bulk-cash-ban"}  # not before the first amendment after resolution 2094 (2013)
TRANSSHIPMENT = {"un-transshipment-ban"}  # 11 January 2018 to 31 May 2020
# Read in the version of 1 June 2020; not before SOR/2006-287
SINCE_2006 = {
    *("un-assistance-ban", "un-property-disclosure-duty", "un-property-screening-duty", "un-technical-assistance-ban"),
    *("un-technical-assistance-receipt-ban", "un-weapons-program-goods-procurement-ban"),
}
# The same; not before the first amendment after resolution 2270 (2016)
SINCE_2016 = {
    *("un-aircraft-landing-refusal", "un-military-goods-procurement-ban", "un-military-support-export-ban"),
    "un-vessel-docking-refusal",
}
# The same; not before the first amendments after resolution 2321 (2016)
SINCE_2018 = {
    *("un-base-metals-import-ban", "un-crew-procurement-ban", "un-earth-and-stone-import-ban", "un-food-import-ban"),
    *("un-gas-liquids-export-ban", "un-joint-venture-ban", "un-machinery-export-ban", "un-machinery-import-ban"),
    *("un-metal-export-ban", "un-oil-export-ban", "un-real-property-ban", "un-seafood-import-ban"),
    *("un-statue-import-ban", "un-textile-import-ban", "un-trade-financing-acceptance-ban", "un-trade-financing-ban"),
    *("un-vehicle-export-ban", "un-vessel-deregistration", "un-vessel-procurement-ban", "un-wood-import-ban"),
}
FORMER_TRAVEL = {"un-travel-ban-before-2023"}  # IRPA, s. 35(1)(c), read in the version of 18 October 2017
TRAVEL = {"un-travel-ban"}  # IRPA, s. 35.1, 22 June 2023; known to be in force on 21 February 2024
UNITED_NATIONS = {
    *(ALWAYS_2006 | VESSELS_2009 | NEW_2016 | BY_2016 | BANKS_BY_2016 | BY_2018 | CASH),
    *(SINCE_2006 | SINCE_2016 | SINCE_2018),
}  # SOR/2006-287 as it is now
ENDED = FORMER_FINANCING | TRANSSHIPMENT | FORMER_TRAVEL
NOW = UNITED_NATIONS | AREA_CONTROL | SEMA | TRAVEL
FROM_2006 = ALWAYS_2006 | BY_2016 | BY_2018 | SINCE_2006 | FORMER_TRAVEL  # may have begun with SOR/2006-287


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Asks a database that holds the seed as it is now, whether or not a revision of it was released."""
    database = migrated(tmp_path_factory.mktemp("seed") / "dossier.db")
    bootstrap(database, COLLECTIONS)
    publish(database, COLLECTIONS, read_folder(packaged("seed"), COLLECTIONS), "A test", {"en": "Test", "fr": "Essai"})
    yield Reader(database)
    database.close()


def in_force(read: Reader, day: str, *, certain: bool) -> set[str]:
    """The ids of the measures in force on a day."""
    return set(read.records("sanctions-measures", f"in_force_on={day}" + ("&certain=true" if certain else "")))


def test_each_rule_of_the_law_is_one_measure(read: Reader) -> None:
    assert set(read.records("sanctions-measures")) == NOW | ENDED
    assert len(NOW) == 60


@pytest.mark.parametrize(
    ("day", "must", "may"),
    [
        ("2006-11-08", set(), set()),
        ("2007-01-01", ALWAYS_2006, FROM_2006),
        (  # the question in README
            "2010-01-01",
            ALWAYS_2006 | VESSELS_2009,
            FROM_2006 | VESSELS_2009 | BANKS_BY_2016 | FORMER_FINANCING,
        ),
        (
            "2012-01-01",
            ALWAYS_2006 | VESSELS_2009 | AREA_CONTROL | SEMA,
            FROM_2006 | VESSELS_2009 | AREA_CONTROL | SEMA | BANKS_BY_2016 | FORMER_FINANCING,
        ),
        (
            "2017-01-01",
            {
                *(ALWAYS_2006 | VESSELS_2009 | AREA_CONTROL | SEMA),
                *(NEW_2016 | BY_2016 | BANKS_BY_2016 | FORMER_FINANCING),
            },
            NOW - SINCE_2018 - TRAVEL | FORMER_FINANCING | FORMER_TRAVEL,
        ),
        (
            "2019-01-01",
            {
                *(ALWAYS_2006 | VESSELS_2009 | AREA_CONTROL | SEMA | NEW_2016 | BY_2016 | BANKS_BY_2016),
                *(BY_2018 | CASH | TRANSSHIPMENT | FORMER_TRAVEL),
            },
            NOW - TRAVEL | ENDED,
        ),
        ("2020-06-01", NOW - TRAVEL | FORMER_TRAVEL, NOW - TRAVEL | FORMER_TRAVEL),
        ("2022-01-01", NOW - TRAVEL | FORMER_TRAVEL, NOW - TRAVEL | FORMER_TRAVEL),
        ("2023-06-22", NOW, NOW),
        ("2025-07-24", NOW - TRAVEL, NOW),  # the last day of which the consolidated regulations speak
        ("2026-01-01", set(), NOW),
    ],
)
def test_measures_in_force_on_a_day(read: Reader, day: str, must: set[str], may: set[str]) -> None:
    assert in_force(read, day, certain=True) == must
    assert in_force(read, day, certain=False) == may


@pytest.mark.parametrize(
    ("day", "must", "may"),
    [
        ("2019-01-01", set(), {"s. 5 (s. 5(1) until 18 June 2023)", "s. 5(1), as it read until 18 June 2023"}),
        ("2022-01-01", {"s. 5(1), as it read until 18 June 2023"}, set()),
        ("2023-06-18", {"s. 5(1), as it read until 18 June 2023"}, set()),
        ("2023-06-19", {"s. 5.1"}, set()),
        ("2026-01-01", {"s. 5.1"}, set()),
    ],
)
@pytest.mark.parametrize(
    "measure",
    ["un-asset-freeze", "un-bulk-cash-ban", "un-trade-financing-ban", "un-trade-financing-acceptance-ban"],
)
def test_one_humanitarian_exception_follows_the_other(
    read: Reader, measure: str, day: str, must: set[str], may: set[str]
) -> None:
    exceptions = read.records("sanctions-measures")[measure]["exceptions"]
    humanitarian = {"s. 5(1), as it read until 18 June 2023", "s. 5.1"}
    certain, possible = set(), set()
    for one in exceptions:
        first = edtf.bounds(one["in_force_from"])
        if (first.earliest or "") <= day <= (one["in_force_to"] or day):
            possible.add(one["provision"])
            if (first.latest or "9999") <= day:
                certain.add(one["provision"])
    assert certain & humanitarian == must
    assert may <= possible
    assert possible & humanitarian == must | (may & humanitarian)


def test_no_exception_begins_before_its_measure(read: Reader) -> None:
    for id, row in read.records("sanctions-measures").items():
        start = edtf.bounds(row["in_force_from"]).earliest or ""
        for one in row["exceptions"]:
            assert (edtf.bounds(one["in_force_from"]).earliest or "") >= start, (id, one["provision"])


def test_every_measure_has_a_provision_a_start_and_a_known_status(read: Reader) -> None:
    for id, row in read.records("sanctions-measures").items():
        assert row["provision"], id
        assert row["in_force_from"], id
        assert row["status"] == ("ended" if id in ENDED else "in-force"), id
        assert (row["in_force_to"] is not None) == (id in ENDED), id
        assert row["status_as_of"], id
        assert [one for one in row["exceptions"] if not one["provision"] or not one["in_force_from"]] == [], id


def test_no_two_measures_share_a_paragraph_but_those_that_name_their_goods(read: Reader) -> None:
    found = Counter((row["instrument"], row["provision"]) for row in read.records("sanctions-measures").values())
    assert {provision for (_, provision), count in found.items() if count > 1} == {
        "s. 2",  # SOR/2011-167: exporting, and dealing
        "s. 10(1)",  # arms, weapons program goods, military goods, vessels
        "s. 10(2)(b)",  # goods of 2016, and goods of later resolutions
    }


def test_paragraphs_that_a_measure_implements_are_of_resolutions_that_it_implements(read: Reader) -> None:
    rows = read.records("sanctions-measures").values()
    assert sum(bool(row["implements_provisions"]) for row in rows) >= 30
    for row in rows:
        assert {one["instrument"] for one in row["implements_provisions"]} <= set(row["implements"]), row["id"]


def test_every_measure_is_named_by_an_event_that_brought_it(read: Reader) -> None:
    named = {
        one["id"]
        for row in read.records("timeline-events").values()
        for one in row["related"]
        if one["collection"] == "sanctions-measures"
    }
    assert named | FORMER_TRAVEL == NOW | ENDED


def test_permits_for_what_the_autonomous_sanctions_forbid_rest_on_the_order_in_force(read: Reader) -> None:
    rows = read.records("sanctions-measures")
    found = {id: [(one["instrument"], one["provision"]) for one in rows[id]["authorizations"]] for id in SEMA}
    assert set(map(tuple, found.values())) == {(("sor-2025-50", "s. 1(a)"), ("sor-2025-50", "s. 1(b)"))}


def test_the_listings_that_events_count_come_to_the_whole_list(read: Reader) -> None:
    texts = [
        row["summary"]
        for id, row in read.records("timeline-events").items()
        if id.startswith("un-committee-listings-") or id.endswith("-adopted")
    ]
    counts = [re.search(r"put (?:(\d+) persons?)?(?: and )?(?:(\d+) entit(?:y|ies))? on ", text) for text in texts]
    found = [(int(one[1] or 0), int(one[2] or 0)) for one in counts if one]
    assert len(found) == 13
    assert [sum(column) for column in zip(*found, strict=True)] == [80, 75]


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
        *[(name, "legal-instruments/unscr-2397") for name in ("UNSC+2397", "S/RES/2397", "UNSCR+2397")],
        *[(name, "legal-instruments/unscr-2664") for name in ("UNSCR+2664", "S/RES/2664")],
        *[(name, "legal-instruments/special-economic-measures-act") for name in ("SEMA", "LMES")],
        *[(name, "legal-instruments/sema-dprk-regulations") for name in ("SOR/2011-167", "DORS/2011-167")],
        *[
            (name, "legal-instruments/sema-dprk-permit-authorization-order")
            for name in ("SOR/2011-168", "DORS/2011-168")
        ],
        *[(name, "legal-instruments/area-control-list") for name in ("ACL", "LPV", "SOR/81-543")],
        *[(name, "legal-instruments/immigration-and-refugee-protection-act") for name in ("IRPA", "LIPR")],
        *[(name, "legal-instruments/export-and-import-permits-act") for name in ("EIPA", "LLEI")],
        *[(name, "legal-instruments/sor-2024-90") for name in ("SOR/2024-90", "DORS/2024-90")],
        *[(name, "legal-instruments/un-dprk-regulations") for name in ("SOR/2006-287", "DORS/2006-287")],
        *[(name, "legal-instruments/unscr-1874") for name in ('"Panel+of+Experts"', "Groupe+d’experts")],
        *[(name, "sanctions-measures/un-travel-ban") for name in ('"travel+ban"', '"interdiction+de+voyager"')],
        ("transshipment", "sanctions-measures/un-transshipment-ban"),
        ("transbordement", "sanctions-measures/un-transshipment-ban"),
        *[(name, "legal-instruments/un-dprk-regulations") for name in ('"United+Nations+Resolutions"',)],
        ("accord-cadre", "legal-instruments/agreed-framework"),
        *[(name, "actors/un-security-council") for name in ("UNSC", "CSNU")],
        *[(name, "actors/un-panel-of-experts") for name in ('"Panel+of+Experts"', "Groupe+d’experts")],
        *[(name, "actors/multilateral-sanctions-monitoring-team") for name in ("MSMT", "EMSS")],
        *[(name, "actors/china") for name in ("China", "Chine", "PRC")],
        *[
            (name, "timeline-events/panmunjom-declaration-made")
            for name in ("inter-Korean+summit", "sommet+intercoréen")
        ],
        *[(name, "legal-instruments/united-nations-act") for name in ("penalties", "peines")],
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
    fields = (
        *("actors", "about", "addressee", "lead", "partners", "donor", "recipient", "delivery_channels"),
        *("sending_state", "receiving_state", "operated_by", "accredited_to", "issuer", "parties"),
    )
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
        ("fr", "al. 8(1)a)", "https://laws-lois.justice.gc.ca/fra/reglements/DORS-2006-287/article-8.html"),
    ],
)
def test_a_provision_and_its_page_are_in_the_language_of_the_answer(
    read: Reader, lang: str, section: str, url: str
) -> None:
    (row,) = read.rows(f"sanctions-measures?q=embargo&kind=arms-embargo&lang={lang}")
    cited = next(one for one in row["citations"] if one["source"] == "justice-laws-sor-2006-287")
    assert (cited["section"], cited["url"]) == (section, url)


LAW_PAGE = re.compile(
    r"https://laws-lois\.justice\.gc\.ca/(?:eng/(?:regulations|acts)/\S+/section|fra/(?:reglements|lois)/\S+/article)"
    r"-(?P<number>[0-9.]+)(?:-[0-9]{8})?\.html"
)


@pytest.mark.parametrize(("lang", "other"), [("en", "/fra/"), ("fr", "/eng/")])
def test_a_section_of_canadian_law_has_its_page(read: Reader, lang: str, other: str) -> None:
    """The page of each single section, in the language of the answer, and of that number."""
    mark = {"en": r"s\. ", "fr": r"(?:art|par|al)\. "}[lang]
    checked = 0
    for name in ("sanctions-measures", "legal-instruments", "timeline-events"):
        for row in read.records(name, f"lang={lang}").values():
            for one in row["citations"]:
                if not one["source"].startswith("justice-laws-"):
                    continue
                assert other not in one["url"], (row["id"], one)
                if found := re.match(mark + r"(\d+(?:\.\d+)?)(?! à)", one["section"] or ""):
                    page = LAW_PAGE.fullmatch(one["url"])
                    assert page, (row["id"], one)
                    assert page["number"] == found[1], (row["id"], one)
                    checked += 1
    assert checked > 120
