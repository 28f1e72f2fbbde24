"""Small files of every publisher that an importer reads, written after the real ones."""

from app.publishing.importers.base import InputFile

UN_LIST = """<?xml version="1.0" encoding="utf-8"?>
<CONSOLIDATED_LIST dateGenerated="2024-05-01T00:00:00Z">
<INDIVIDUALS><INDIVIDUAL>
<FIRST_NAME>CH'OE</FIRST_NAME><SECOND_NAME>SAMPLE</SECOND_NAME>
<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPi.901</REFERENCE_NUMBER><LISTED_ON>2016-03-02</LISTED_ON>
<DESIGNATION><VALUE>Clerk</VALUE></DESIGNATION><NATIONALITY><VALUE>Borea</VALUE></NATIONALITY>
<LAST_DAY_UPDATED><VALUE>2018-01-02</VALUE></LAST_DAY_UPDATED>
<INDIVIDUAL_ALIAS><QUALITY>Good</QUALITY><ALIAS_NAME>Choi Sample</ALIAS_NAME></INDIVIDUAL_ALIAS>
<INDIVIDUAL_DATE_OF_BIRTH><TYPE_OF_DATE>EXACT</TYPE_OF_DATE><DATE>1960-02-03</DATE></INDIVIDUAL_DATE_OF_BIRTH>
<INDIVIDUAL_DOCUMENT><TYPE_OF_DOCUMENT>Passport</TYPE_OF_DOCUMENT><NUMBER>12</NUMBER></INDIVIDUAL_DOCUMENT>
</INDIVIDUAL></INDIVIDUALS>
<ENTITIES><ENTITY>
<FIRST_NAME>SAMPLE TRADING</FIRST_NAME>
<UN_LIST_TYPE>DPRK</UN_LIST_TYPE><REFERENCE_NUMBER>KPe.901</REFERENCE_NUMBER><LISTED_ON>2009-04-24</LISTED_ON>
<ENTITY_ADDRESS><CITY>Port</CITY><COUNTRY>Borea</COUNTRY></ENTITY_ADDRESS>
</ENTITY></ENTITIES>
</CONSOLIDATED_LIST>
"""

LAW = """<?xml version="1.0" encoding="utf-8"?>
<Regulation xmlns:lims="http://justice.gc.ca/lims" lims:current-date="2024-05-01" xml:lang="{lang}">
<Identification><InstrumentNumber>{number}</InstrumentNumber>
<RegistrationDate><Date><YYYY>2001</YYYY><MM>2</MM><DD>3</DD></Date></RegistrationDate>
<LongTitle>{title}</LongTitle></Identification>
<Body><Section lims:inforce-start-date="2001-02-03"><Label>1</Label><Text>{words}</Text></Section></Body>
</Regulation>
"""

IATI = """<?xml version="1.0" encoding="utf-8"?>
<iati-activities version="2.03"><iati-activity default-currency="CAD">
<iati-identifier>CA-3-X1</iati-identifier><reporting-org ref="CA-3" type="10"/>
<participating-org role="4" type="40"><narrative>Elba Relief</narrative></participating-org>
<recipient-country code="KP" percentage="100"/>
<transaction ref="t1"><transaction-type code="3"/><transaction-date iso-date="2011-05-06"/>
<value value-date="2011-05-06">1500.50</value></transaction>
</iati-activity></iati-activities>
"""

CSIS = """date,type,event,description,resources
2001-02-03,Missile Provocation,Test of a sample,A line.,https://example.org/a
2001-02-03,Missile Provocation,Test of a sample,Another line.,https://example.org/b
2002-03-04,Other Provocation,A quarrel,A third line.,https://example.org/c
"""

PLANS = """countryCode,id,name,code,year,requirements,funding,percentFunded
#country+code,#activity,#activity+name,#activity+code,#date+year,#value+req,#value+funding,#value+pct
PRK,1,A plan,OPRK01,2020,1000,300,30
PRK,,Not specified,,2021,,400,
AFG,2,Another,OAFG01,2020,1,1,100
"""

CRS = """donor_code,1,301
donor_name,Austria,Canada
Democratic People's Republic of Korea,0.5,2.0373889
Elba,1,2
"""

FILES: dict[str, dict[str, bytes]] = {
    "un-list": {"list.xml": UN_LIST.encode()},
    "justice-laws": {
        "SOR-2001-901.xml": LAW.format(
            lang="en", number="SOR/2001-901", title="Sample Regulations", words="No apples."
        ).encode(),
        "DORS-2001-901.xml": LAW.format(
            lang="fr", number="DORS/2001-901", title="Règlement modèle", words="Aucune pomme."
        ).encode(),
    },
    "fts": {"plans.2024-05.csv": PLANS.encode()},
    "oecd-crs": {"crs_2016.csv": CRS.encode()},
    "csis": {"incidents.csv": CSIS.encode()},
    "iati": {"activities.xml": IATI.encode()},
}


def inputs(name: str, *, on: str = "2024-05-02") -> list[InputFile]:
    """The sample files of an importer as its input."""
    return [InputFile(file, body, on) for file, body in FILES[name].items()]
