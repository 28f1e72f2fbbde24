"""Dates in words: what each form of the EDTF profile is called in English and in French."""

import re
from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.model.date_words import in_words
from app.model.edtf import EdtfError, bounds
from app.model.fields import Language

WORDS = {
    # one date
    "2017": ("2017", "2017"),
    "2013-03": ("March 2013", "mars 2013"),
    "2006-10-09": ("9 October 2006", "9 octobre 2006"),
    "2020-06-01": ("1 June 2020", "1er juin 2020"),
    "2020-08-11": ("11 August 2020", "11 août 2020"),
    # qualifiers
    "2001?": ("probably 2001", "probablement 2001"),
    "2001~": ("about 2001", "vers 2001"),
    "2001%": ("probably about 2001", "probablement vers 2001"),
    "2001-08~": ("about August 2001", "vers août 2001"),
    "2006-10-01?": ("probably 1 October 2006", "probablement le 1er octobre 2006"),
    "2006-10-09~": ("about 9 October 2006", "vers le 9 octobre 2006"),
    # digits that are not given
    "199X": ("the 1990s", "les années 1990"),
    "199X~": ("about the 1990s", "vers les années 1990"),
    "200X": ("the years 2000 to 2009", "les années 2000 à 2009"),
    "19XX": ("the years 1900 to 1999", "les années 1900 à 1999"),
    "2004-XX": ("2004, month not given", "2004, mois non précisé"),
    "1985-04-XX": ("April 1985, day not given", "avril 1985, jour non précisé"),
    "1985-XX-XX": ("1985, month and day not given", "1985, mois et jour non précisés"),
    "1985-04-XX?": ("probably April 1985, day not given", "probablement avril 1985, jour non précisé"),
    # intervals
    "2003/2009": ("from 2003 to 2009", "de 2003 à 2009"),
    "2017-05-03/2017-05-09": ("from 3 to 9 May 2017", "du 3 au 9 mai 2017"),
    "2017-05-01/2017-05-09": ("from 1 to 9 May 2017", "du 1er au 9 mai 2017"),
    "2017-05-03/2017-06-09": ("from 3 May to 9 June 2017", "du 3 mai au 9 juin 2017"),
    "2017-05-03/2018-06-01": ("from 3 May 2017 to 1 June 2018", "du 3 mai 2017 au 1er juin 2018"),
    "2017-04/2017-08": ("from April to August 2017", "d’avril à août 2017"),
    "2017-10/2018-03": ("from October 2017 to March 2018", "d’octobre 2017 à mars 2018"),
    "2018-04-27/2018-09": ("from 27 April to September 2018", "du 27 avril à septembre 2018"),
    "2018-04-27/2019": ("from 27 April 2018 to 2019", "du 27 avril 2018 à 2019"),
    "2018-06/2018": ("from June 2018 to some time in 2018", "de juin 2018 à un moment en 2018"),
    "2018/2018-04": ("from some time in 2018 to April 2018", "d’un moment en 2018 à avril 2018"),
    "2018-06-12/2018-06-12": ("12 June 2018", "12 juin 2018"),
    "2018~/2018~": ("about 2018", "vers 2018"),
    "2018~/2019-02-28?": (
        "from about 2018 to probably 28 February 2019",
        "de 2018 (environ) au 28 février 2019 (probablement)",
    ),
    "2018-06-12%/2018-06-13": (
        "from probably about 12 June 2018 to 13 June 2018",
        "du 12 juin 2018 (probablement, environ) au 13 juin 2018",
    ),
    # open and unknown ends
    "2005/..": ("from 2005 on", "à partir de 2005"),
    "2011-08-11/..": ("from 11 August 2011 on", "à partir du 11 août 2011"),
    "2011-08/..": ("from August 2011 on", "à partir d’août 2011"),
    "2005~/..": ("from about 2005 on", "à partir de 2005 (environ)"),
    "2005/": ("from 2005, end unknown", "à partir de 2005, fin inconnue"),
    "../1994": ("until 1994", "jusqu’en 1994"),
    "../1994-07-31": ("until 31 July 1994", "jusqu’au 31 juillet 1994"),
    "/1994-07": ("until July 1994, start unknown", "jusqu’en juillet 1994, début inconnu"),
    "/..": ("from an unknown date on", "à partir d’une date inconnue"),
    # one of several
    "[2003..2009]": ("between 2003 and 2009", "entre 2003 et 2009"),
    "[2017-05-03..2017-05-09]": ("between 3 and 9 May 2017", "entre le 3 et le 9 mai 2017"),
    "[2006-11-09..2020-06-01]": (
        "between 9 November 2006 and 1 June 2020",
        "entre le 9 novembre 2006 et le 1er juin 2020",
    ),
    "[2017-04..2017-08]": ("between April and August 2017", "entre avril et août 2017"),
    "[2018..2018-06]": ("between 1 January and 30 June 2018", "entre le 1er janvier et le 30 juin 2018"),
    "[2018-06-30..2018-06]": ("30 June 2018", "30 juin 2018"),
    "[2018..2018]": ("2018", "2018"),
    "[..2020-06-01]": ("on or before 1 June 2020", "au plus tard le 1er juin 2020"),
    "[..2020-06]": ("in or before June 2020", "au plus tard en juin 2020"),
    "[..2020]": ("in or before 2020", "au plus tard en 2020"),
    "[2016-02-29..]": ("on or after 29 February 2016", "au plus tôt le 29 février 2016"),
    "[2016..]": ("in or after 2016", "au plus tôt en 2016"),
    "[2003,2005]": ("2003 or 2005", "2003 ou 2005"),
    "[2005,2003-10-01]": ("2005 or 1 October 2003", "2005 ou 1er octobre 2003"),
    "[2017-05-03,2017-05-09]": ("3 or 9 May 2017", "3 ou 9 mai 2017"),
    # years below 1000
    "0037": ("37 CE", "37 de notre ère"),
    "0994-10-09": ("9 October 994 CE", "9 octobre 994 de notre ère"),
    "001X": ("the years 10 CE to 19 CE", "les années 10 de notre ère à 19 de notre ère"),
}


@pytest.mark.parametrize(("edtf", "words"), WORDS.items())
def test_a_date_is_said_in_both_languages(edtf: str, words: tuple[str, str]) -> None:
    assert (in_words(edtf, "en"), in_words(edtf, "fr")) == words


@pytest.mark.parametrize("text", ["", "..", "2017-02-30", "[2018..2019~]", "2018/2017", "2018-21", "20180612"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(EdtfError):
        in_words(text, "en")


DAYS = st.dates().map(date.isoformat)
EXACT = st.builds(lambda day, cut: day[:cut], DAYS, st.sampled_from([4, 7, 10]))
# Two dates are often near to each other, so that they share a month or a year.
NEAR = st.tuples(st.integers(1, 3), st.integers(1, 3)).map(lambda pair: f"2017-{pair[0]:02}-{pair[1]:02}")
DATES = EXACT | st.builds(lambda day, cut: day[:cut], NEAR, st.sampled_from([4, 7, 10]))
QUALIFIERS = st.sampled_from(["", "?", "~", "%"])
UNSPECIFIED = st.builds(
    "{}{}".format,
    DAYS.flatmap(
        lambda day: st.sampled_from(
            [f"{day[:3]}X", f"{day[:2]}XX", f"{day[:4]}-XX", f"{day[:7]}-XX", f"{day[:4]}-XX-XX"]
        )
    ),
    QUALIFIERS,
)
QUALIFIED = st.builds("{}{}".format, DATES, QUALIFIERS)
ENDS = QUALIFIED | st.sampled_from(["", ".."])
VALUES = (
    QUALIFIED
    | UNSPECIFIED
    | st.builds("{}/{}".format, ENDS, ENDS)
    | st.builds("[{}..{}]".format, DATES | st.just(""), DATES | st.just(""))
    | st.builds("[{},{}]".format, DATES, DATES)
)
SIGNS = re.compile(r"[?~%X/\[\]{}]|\.\.|[0-9]-|-[0-9]|\b0[0-9]|  |^ | $")


@given(VALUES, st.sampled_from(get_args(Language)))
def test_every_date_of_the_profile_has_words_and_no_sign_of_edtf(edtf: str, lang: Language) -> None:
    try:
        bounds(edtf)
    except EdtfError:
        return
    words = in_words(edtf, lang)
    assert words
    assert SIGNS.findall(words) == []


@given(VALUES)
def test_what_a_date_names_is_among_its_words(edtf: str) -> None:
    try:
        bounds(edtf)
    except EdtfError:
        return
    words = in_words(edtf, "en")
    years = {int(year) for year in re.findall(r"(?<![0-9-])[0-9]{4}", edtf)}
    assert years <= {int(number) for number in re.findall("[0-9]+", words)}
