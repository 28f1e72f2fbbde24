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


def file(lang: str, body: str, day: str = "2025-07-24", number: str = "") -> InputFile:
    own = number or {"en": "SOR/2006-999", "fr": "DORS/2006-999"}[lang]
    title = {"en": "Sample Regulations", "fr": "Règlement d’essai"}[lang]
    text = FILE.format(day=day, lang=lang, number=own, title=title, body=body)
    return InputFile(f"{own.replace('/', '-')}.xml", text.encode("utf-8-sig"), "2026-11-26")


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
    assert only(*reversed(BOTH))["provisions"] == only(*BOTH)["provisions"]


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


def test_a_provision_in_one_of_two_languages_is_left_out_and_named() -> None:
    reading = read(BOTH[0], file("fr", FRENCH.replace("<Label>7</Label>", "<Label>8</Label>")))
    assert [(one.row, one.code) for one in reading.left_out] == [
        ("7", "provision-in-one-language"),
        ("8", "provision-in-one-language"),
    ]


def test_a_file_that_does_not_say_which_law_it_is_is_refused() -> None:
    with pytest.raises(UnreadableFile) as caught:
        read(InputFile("x.xml", b"<Regulation xml:lang='en'/>", "2026-11-26"))
    assert caught.value.code == "law-without-identification"
