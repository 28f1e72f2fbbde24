"""Messages of dates: EDTF dates in words, and the months and prepositions that they are made of.

`{date:de}` puts the French preposition before a date, joined with the article that a day has: `du 3 mai 2017`,
`de 2017`, `d’avril 2017`.
"""

MONTHS: dict[str, tuple[str, ...]] = {
    "en": tuple("January February March April May June July August September October November December".split()),
    "fr": tuple("janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()),
}

# The words before a day, before another date, and before one that begins with a vowel.
PREPOSITIONS: dict[str, tuple[str, str, str]] = {
    "": ("", "", ""),
    "le": ("le ", "", ""),
    "en": ("le ", "en ", "en "),
    "au": ("au ", "en ", "en "),
    "de": ("du ", "de ", "d’"),
    "à": ("au ", "à ", "à "),
}

DATES: dict[str, dict[str, str]] = {
    "date-day": {"en": "{day} {rest}", "fr": "{day} {rest}"},
    "date-first-of-month": {"en": "1", "fr": "1er"},
    "date-year-below-1000": {"en": "{year} CE", "fr": "{year} de notre ère"},
    "date-decade": {"en": "the {year}s", "fr": "les années {year}"},
    "date-years": {"en": "the years {first} to {last}", "fr": "les années {first} à {last}"},
    "date-without-day": {"en": "{date}, day not given", "fr": "{date}, jour non précisé"},
    "date-without-month": {"en": "{date}, month not given", "fr": "{date}, mois non précisé"},
    "date-without-month-and-day": {
        "en": "{date}, month and day not given",
        "fr": "{date}, mois et jour non précisés",
    },
    "date-uncertain": {"en": "probably {date}", "fr": "probablement {date:le}"},
    "date-approximate": {"en": "about {date}", "fr": "vers {date:le}"},
    "date-uncertain-and-approximate": {"en": "probably about {date}", "fr": "probablement vers {date:le}"},
    "end-uncertain": {"en": "probably {date}", "fr": "{date} (probablement)"},
    "end-approximate": {"en": "about {date}", "fr": "{date} (environ)"},
    "end-uncertain-and-approximate": {"en": "probably about {date}", "fr": "{date} (probablement, environ)"},
    "end-within": {"en": "some time in {date}", "fr": "un moment {date:en}"},
    "date-from-to": {"en": "from {first} to {last}", "fr": "{first:de} {last:à}"},
    "date-from-on": {"en": "from {first} on", "fr": "à partir {first:de}"},
    "date-from-end-unknown": {"en": "from {first}, end unknown", "fr": "à partir {first:de}, fin inconnue"},
    "date-until": {"en": "until {last}", "fr": "jusqu’{last:au}"},
    "date-until-start-unknown": {"en": "until {last}, start unknown", "fr": "jusqu’{last:au}, début inconnu"},
    "date-from-unknown-on": {"en": "from an unknown date on", "fr": "à partir d’une date inconnue"},
    "date-between": {"en": "between {first} and {last}", "fr": "entre {first:le} et {last:le}"},
    "date-either": {"en": "{first} or {last}", "fr": "{first} ou {last}"},
    "date-on-or-before": {"en": "on or before {date}", "fr": "au plus tard {date:en}"},
    "date-in-or-before": {"en": "in or before {date}", "fr": "au plus tard {date:en}"},
    "date-on-or-after": {"en": "on or after {date}", "fr": "au plus tôt {date:en}"},
    "date-in-or-after": {"en": "in or after {date}", "fr": "au plus tôt {date:en}"},
}
