"""Importer `justice-laws`: an instrument with its provisions, of both languages together or of one alone."""

from typing import Any

import pytest

from app.publishing.importers.base import InputFile, Reading, UnreadableFile
from app.publishing.importers.justice_laws import IMPORTER
from app.resources.instruments import LegalInstrument

FILE = """<?xml version="1.0" encoding="utf-8"?>
<Regulation lims:current-date="{day}" xml:lang="{lang}" xmlns:lims="http://justice.gc.ca/lims">
<Identification><InstrumentNumber>{number}</InstrumentNumber>
<RegistrationDate><Date><YYYY>2006</YYYY><MM>11</MM><DD>9</DD></Date></RegistrationDate>
<EnablingAuthority><XRefExternal link="U-2">AN ACT</XRefExternal></EnablingAuthority><LongTitle>{title}</LongTitle>
<RegulationMakerOrder><RegulationMaker>P.C.</RegulationMaker></RegulationMakerOrder></Identification>{body}</Regulation>"""
ENGLISH = """<Body><Heading level="1"><TitleText>Bans</TitleText></Heading>
<Section lims:inforce-start-date="2006-11-09"><MarginalNote>Apples</MarginalNote><Label>5.1</Label>
<Text>No  person shall</Text><Subsection lims:inforce-start-date="2020-06-01"><Label>(1)</Label><Text>sell</Text>
<Paragraph><Label>(a)</Label><Text>apples; or</Text></Paragraph></Subsection></Section>
<Section><Label>6</Label><Text>In these Regulations,</Text>
<Definition><Text><DefinedTermEn>apple</DefinedTermEn>
means a fruit. (<DefinedTermFr>pomme</DefinedTermFr>)</Text></Definition>
<Definition><Text><DefinedTermEn>boat</DefinedTermEn>
means a ship. (<DefinedTermFr>bateau</DefinedTermFr>)</Text></Definition>
</Section><Section><Label>7</Label><Repealed>[Repealed, SOR/2020-1, s. 2]</Repealed></Section></Body>
<Schedule><ScheduleFormHeading><Label>SCHEDULE</Label></ScheduleFormHeading>
<List><Item><Label>4</Label><Text>Pears</Text></Item></List></Schedule>"""
FRENCH = """<Body><Heading level="1"><TitleText>Interdictions</TitleText></Heading>
<Section lims:inforce-start-date="2006-11-09"><MarginalNote>Pommes</MarginalNote><Label>5.1</Label>
<Text>Il est interdit</Text><Subsection lims:inforce-start-date="2020-06-01"><Label>(1)</Label><Text>de vendre</Text>
<Paragraph><Label>a)</Label><Text>des pommes;</Text></Paragraph></Subsection></Section>
<Section><Label>6</Label><Text>Définitions.</Text>
<Definition><Text><DefinedTermFr>bateau</DefinedTermFr>
Navire. (<DefinedTermEn>boat</DefinedTermEn>)</Text></Definition>
<Definition><Text><DefinedTermFr>pomme</DefinedTermFr>
Fruit. (<DefinedTermEn>apple</DefinedTermEn>)</Text></Definition>
</Section><Section><Label>7</Label><Repealed>[Abrogé, DORS/2020-1, art. 2]</Repealed></Section></Body>
<Schedule><ScheduleFormHeading><Label>ANNEXE</Label></ScheduleFormHeading>
<List><Item><Label>4</Label><Text>Poires</Text></Item></List></Schedule>"""


STATUTE = """<?xml version="1.0" encoding="utf-8"?>
<Statute lims:current-date="2024-06-19" {attributes} xml:lang="{lang}" xmlns:lims="http://justice.gc.ca/lims">
<Identification><LongTitle>An Act respecting apples</LongTitle><ShortTitle status="official">{title}</ShortTitle>
<BillHistory><Stages stage="assented-to"><Date><YYYY>1992</YYYY><MM>06</MM><DD>04</DD></Date></Stages></BillHistory>
<Chapter>{chapter}</Chapter></Identification>{body}</Statute>"""
REVISED = '<ConsolidatedNumber official="yes">A-9</ConsolidatedNumber>'
ANNUAL = """<ConsolidatedNumber official="no">S-14.5</ConsolidatedNumber>
<AnnualStatuteId><AnnualStatuteNumber>17</AnnualStatuteNumber><YYYY>1992</YYYY></AnnualStatuteId>"""
SECTION = '<Body><Section lims:inforce-start-date="1992-06-04"><Label>1</Label><Text>{}</Text></Section></Body>'
AMENDED = """<RecentAmendments><Amendment><AmendmentCitation>SOR/2023-801</AmendmentCitation>
<AmendmentDate>2023-06-19</AmendmentDate></Amendment></RecentAmendments>"""


def file(lang: str, body: str, day: str = "2025-07-24", number: str = "") -> InputFile:
    own = number or {"en": "SOR/2006-999", "fr": "DORS/2006-999"}[lang]
    title = {"en": "Sample Regulations", "fr": "Règlement d’essai"}[lang]
    text = FILE.format(day=day, lang=lang, number=own, title=title, body=body)
    return InputFile(f"{own.replace('/', '-')}.xml", text.encode("utf-8-sig"), "2026-11-26")


def statute(lang: str, chapter: str = REVISED, body: str = SECTION, attributes: str = "") -> InputFile:
    title = {"en": "Apples Act", "fr": "Loi sur les pommes"}[lang]
    text = STATUTE.format(lang=lang, title=title, chapter=chapter, body=body.format("Words"), attributes=attributes)
    return InputFile(f"{lang}.xml", text.encode(), "2026-11-26")


def rows(body: str) -> list[tuple[str, str]]:
    """Label and words of the provisions of an English regulation."""
    return [(one["label"]["en"], one["text"]["en"]) for one in only(file("en", body))["provisions"]]


BOTH = (file("en", ENGLISH), file("fr", FRENCH))


def read(*files: InputFile) -> Reading:
    return IMPORTER.read(files)


def only(*files: InputFile) -> dict[str, Any]:
    (record,) = read(*files).records["legal-instruments"]
    return dict(record)


def test_an_instrument_has_citation_days_and_what_enables_it() -> None:
    record = only(*BOTH)
    assert (record["id"], record["kind"], record["date"]) == ("sor-2006-999", "regulation", "2006-11-09")
    assert record["legal_citation"] == {"en": "SOR/2006-999", "fr": "DORS/2006-999"}
    assert (record["status"], record["status_as_of"]) == ("in-force", "2025-07-24")
    assert record["enabled_by"] == ["united-nations-act"]
    assert LegalInstrument.model_validate(record).title.fr == "Règlement d’essai"


def test_provisions_are_paired_by_number_and_keep_their_words() -> None:
    provisions = {one["label"]["en"]: one for one in only(*BOTH)["provisions"]}
    assert [*provisions] == ["5.1", "5.1(1)", "5.1(1)(a)", "6", "6, apple", "6, boat", "7", "SCHEDULE, item 4"]
    assert provisions["5.1(1)(a)"] == {
        "label": {"en": "5.1(1)(a)", "fr": "5.1(1)a)"},
        "heading": {"en": "Bans", "fr": "Interdictions"},
        "text": {"en": "apples; or", "fr": "des pommes;"},
    }
    assert provisions["5.1"]["marginal_note"] == {"en": "Apples", "fr": "Pommes"}
    assert provisions["5.1"]["text"]["en"] == "No person shall"
    assert provisions["5.1(1)"]["in_force_from"] == "2020-06-01"
    assert provisions["6, apple"]["label"]["fr"] == "6, pomme"
    assert provisions["6, apple"]["text"]["fr"] == "pomme Fruit. (apple)"
    assert provisions["SCHEDULE, item 4"]["label"]["fr"] == "ANNEXE, article 4"


def test_the_order_of_the_files_does_not_matter() -> None:
    assert read(*reversed(BOTH)) == read(*BOTH)


@pytest.mark.parametrize("lang", ["en", "fr"])
def test_one_language_alone_gives_the_words_in_it(lang: str) -> None:
    record = only(BOTH[lang == "fr"])
    assert record["id"] == "sor-2006-999"
    assert {tuple(one["text"]) for one in record["provisions"]} == {(lang,)}
    assert len(record["provisions"]) == 8


def test_languages_of_different_days_are_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(file("en", ENGLISH, "2021-02-01"), BOTH[1])
    assert caught.value.code == "languages-of-different-days"


def test_two_files_of_one_language_are_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(BOTH[0], BOTH[0])
    assert caught.value.code == "second-file-of-kind"


def test_two_consolidations_differ_only_where_the_law_does() -> None:
    before, after = only(*BOTH), only(file("en", ENGLISH.replace("apples; or", "fruit; or")), BOTH[1])
    differing = [
        one["label"]["en"] for one, other in zip(before["provisions"], after["provisions"], strict=True) if one != other
    ]
    assert differing == ["5.1(1)(a)"]
    assert {name for name in before if before[name] != after[name]} == {"provisions"}


def test_a_repealed_instrument_has_ended_on_the_day_before() -> None:
    body = '<Repealed lims:inforce-start-date="2025-02-26">[Repealed, SOR/2025-49, s. 1]</Repealed>'
    record = only(file("en", body), file("fr", body))
    assert (record["status"], record["in_force_to"], record["provisions"]) == ("ended", "2025-02-25", [])


def test_what_one_language_alone_has_stays_in_its_place() -> None:
    reading = read(BOTH[0], file("fr", FRENCH.replace("<Label>7</Label>", "<Label>8</Label>")))
    words = [(one["label"]["en"], *one["text"]) for one in reading.records["legal-instruments"][0]["provisions"][5:]]
    assert words == [("6, boat", "en", "fr"), ("8", "fr"), ("7", "en"), ("SCHEDULE, item 4", "en", "fr")]
    assert reading.totals == {"provisions": 9, "of them in one language": 2}


def test_a_file_that_does_not_say_which_law_it_is_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(InputFile("x.xml", b"<Regulation xml:lang='en'/>", "2026-11-26"))
    assert caught.value.code == "law-without-identification"


# --- what a provision is ----------------------------------------------------------------------------------------------


def test_a_definition_keeps_its_paragraphs_and_what_follows_them() -> None:
    definition = """<Body><Section><Label>1</Label><Text>In this Order,</Text><Definition><Text>
    <DefinedTermEn>fruit</DefinedTermEn> means</Text><Paragraph><Label>(a)</Label><Text>apples,</Text>
    <Subparagraph><Label>(i)</Label><Text>red;</Text></Subparagraph></Paragraph>
    <ContinuedDefinition><Text>and the like. (<DefinedTermFr>fruits</DefinedTermFr>)</Text></ContinuedDefinition>
    </Definition></Section></Body>"""
    assert rows(definition) == [
        ("1", "In this Order,"),
        ("1, fruit", "fruit means"),
        ("1, fruit (a)", "apples,"),
        ("1, fruit (a)(i)", "red;"),
        ("1, fruit", "and the like. (fruits)"),
    ]


def test_a_repealed_definition_keeps_what_the_file_says_of_it() -> None:
    definition = """<Body><Section><Label>1</Label><Definition><Text>
    <DefinedTermEn>plum</DefinedTermEn><Repealed>[Repealed,
    SOR/2009-1, s. 2]</Repealed></Text></Definition></Section></Body>"""
    assert rows(definition) == [("1, plum", "plum [Repealed, SOR/2009-1, s. 2]")]


def test_a_schedule_that_is_a_table_has_its_rows() -> None:
    table = """<Schedule><ScheduleFormHeading><Label>SCHEDULE 2</Label>
    <TitleText>Fruit</TitleText></ScheduleFormHeading>
    <TableGroup><table><tgroup><tbody><row><entry>1</entry><entry>Pears</entry></row>
    <row><entry>2</entry><entry>Figs</entry></row></tbody></tgroup></table></TableGroup></Schedule>"""
    assert rows(table) == [("SCHEDULE 2", "1 Pears"), ("SCHEDULE 2", "2 Figs")]
    assert {one["heading"]["en"] for one in only(file("en", table))["provisions"]} == {"Fruit"}


def test_what_a_section_quotes_of_another_law_has_no_number_of_its_own() -> None:
    quoted = """<Body><Section><Label>5</Label><Text>The Act is amended:</Text><AmendedText><SectionPiece><Section>
    <Label>12</Label><Text>New words.</Text></Section></SectionPiece></AmendedText></Section></Body>"""
    assert rows(quoted) == [("5", "The Act is amended:"), ("5", "12 New words.")]


def test_what_is_not_in_force_yet_is_no_provision() -> None:
    pending = """<Schedule><RegulationPiece><RelatedOrNotInForce><Section><Label>3</Label><Text>Later.</Text></Section>
    </RelatedOrNotInForce></RegulationPiece></Schedule>"""
    assert rows(pending) == []


@pytest.mark.parametrize("day", ["2018-W01-1", "2018-02-30", "soon", ""])
def test_what_is_no_day_is_not_taken_for_one(day: str) -> None:
    body = ENGLISH.replace("2020-06-01", day)
    assert "in_force_from" not in {one["label"]["en"]: one for one in only(file("en", body))["provisions"]}["5.1(1)"]
    repealed = only(file("en", f'<Repealed lims:inforce-start-date="{day}">[Repealed]</Repealed>'))
    assert (repealed["status"], repealed.get("in_force_to")) == ("ended", None)
    with pytest.raises(UnreadableFile) as caught:
        read(file("en", ENGLISH, day))
    assert caught.value.code == "file-without-date"


# --- which law it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("english", "french", "id"),
    [
        ("SOR/81-543", "DORS/81-543", "sor-81-543"),
        ("SI/97-5", "TR/97-5", "si-97-5"),
        ("C.R.C., c. 870", "C.R.C., ch. 870", "c-r-c-c-870"),
    ],
)
def test_both_languages_are_paired_by_number_whatever_the_series(english: str, french: str, id: str) -> None:
    record = only(file("en", ENGLISH, number=english), file("fr", FRENCH, number=french))
    assert (record["id"], record["legal_citation"]) == (id, {"en": english, "fr": french})
    alone = only(file("fr", FRENCH, number=french))
    assert (alone["id"], alone["legal_citation"]) == (id, record["legal_citation"])


def test_several_instruments_are_read_in_one_call_in_any_order() -> None:
    other = file("fr", FRENCH, "2024-01-01", "TR/97-5"), file("en", ENGLISH, "2024-01-01", "SI/97-5")
    reading = read(other[0], BOTH[0], other[1], BOTH[1])
    assert [one["id"] for one in reading.records["legal-instruments"]] == ["si-97-5", "sor-2006-999"]
    assert {len(one["citations"]) for one in reading.records["legal-instruments"]} == {2}


def test_a_statute_is_cited_by_its_chapter_and_called_by_its_short_title() -> None:
    record = only(statute("fr"), statute("en"))
    assert (record["id"], record["kind"], record["issuer"]) == ("act-a-9", "statute", "parliament-of-canada")
    assert record["legal_citation"] == {"en": "R.S.C. 1985, c. A-9", "fr": "L.R.C. 1985, ch. A-9"}
    assert record["title"] == {"en": "Apples Act", "fr": "Loi sur les pommes"}
    assert (record["date"], record["in_force_from"], record["status"]) == ("1992-06-04", "1992-06-04", "in-force")
    assert LegalInstrument.model_validate(record).date == "1992-06-04"
    sources = read(statute("fr"), statute("en")).sources
    assert [one["address"].partition(".ca/")[2] for one in sources] == ["eng/acts/A-9/", "fra/lois/A-9/"]


def test_a_statute_without_a_chapter_of_the_revised_ones_is_cited_by_its_year() -> None:
    record = only(statute("en", ANNUAL))
    assert record["legal_citation"] == {"en": "S.C. 1992, c. 17", "fr": "L.C. 1992, ch. 17"}
    assert record["id"] == "special-economic-measures-act"


def test_a_number_that_is_not_official_is_no_citation() -> None:
    assert "legal_citation" not in only(statute("en", '<ConsolidatedNumber official="no">B-9.5</ConsolidatedNumber>'))


def test_a_statute_says_whether_it_is_in_force() -> None:
    assert only(statute("en", attributes='in-force="no"'))["status"] == "not-yet"
    assert only(statute("en", body="<Repealed>[Repealed, 2012, c. 24, s. 76]</Repealed>"))["status"] == "ended"


# --- what amended it --------------------------------------------------------------------------------------------------


def test_the_latest_amendment_is_a_record_with_its_day() -> None:
    (amendment,) = read(file("en", ENGLISH + AMENDED)).supporting["legal-instruments"]
    assert (amendment["id"], amendment["in_force_from"]) == ("sor-2023-801", "2023-06-19")
    assert amendment["legal_citation"] == {"en": "SOR/2023-801", "fr": "DORS/2023-801"}
    assert amendment["amends"] == ["sor-2006-999"]
    assert LegalInstrument.model_validate(amendment).status == "in-force"


def test_one_text_that_amended_two_laws_is_one_record() -> None:
    other = file("en", ENGLISH + AMENDED, number="SOR/2011-998")
    (amendment,) = read(file("en", ENGLISH + AMENDED), other).supporting["legal-instruments"]
    assert amendment["amends"] == ["sor-2006-999", "sor-2011-998"]


def test_an_amendment_that_is_among_the_files_is_no_second_record() -> None:
    reading = read(file("en", ENGLISH + AMENDED), file("en", ENGLISH, number="SOR/2023-801"))
    assert reading.supporting["legal-instruments"] == []
