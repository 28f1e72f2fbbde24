"""Messages of calendars: how exact the date of an entry is, and which days the entry covers.

`subject` is one of the first four, `s` the ending of a French plural.
"""

CALENDARS: dict[str, dict[str, str]] = {
    "the-date": {"en": "date", "fr": "date"},
    "the-start": {"en": "start date", "fr": "date de début"},
    "the-end": {"en": "end date", "fr": "date de fin"},
    "start-and-end": {"en": "start and end dates", "fr": "dates de début et de fin"},
    "given-to-the-day": {"en": "{subject} given to the day", "fr": "{subject} donnée{s} au jour près"},
    "given-to-the-month": {"en": "{subject} given to the month", "fr": "{subject} donnée{s} au mois près"},
    "given-to-the-year": {"en": "{subject} given to the year", "fr": "{subject} donnée{s} à l’année près"},
    "given-to-the-decade": {"en": "{subject} given to the decade", "fr": "{subject} donnée{s} à la décennie près"},
    "given-to-the-century": {"en": "{subject} given to the century", "fr": "{subject} donnée{s} au siècle près"},
    "uncertain": {"en": ", uncertain", "fr": ", incertaine{s}"},
    "approximate": {"en": ", approximate", "fr": ", approximative{s}"},
    "uncertain-and-approximate": {
        "en": ", uncertain and approximate",
        "fr": ", incertaine{s} et approximative{s}",
    },
    "not-known": {"en": "{subject} not known", "fr": "{subject} inconnue"},
    "open": {"en": "{subject} open", "fr": "{subject} ouverte"},
    "one-of-several-dates": {
        "en": "One of several possible dates.",
        "fr": "L’une de plusieurs dates possibles.",
    },
    "still-going-on": {"en": "still going on", "fr": "toujours en cours"},
    "on-the-first-day": {
        "en": "This entry stands on the first possible day.",
        "fr": "Cette entrée figure au premier jour possible.",
    },
    "on-the-last-day": {
        "en": "This entry stands on the last possible day.",
        "fr": "Cette entrée figure au dernier jour possible.",
    },
    "on-all-days": {
        "en": "This entry covers all possible days.",
        "fr": "Cette entrée couvre tous les jours possibles.",
    },
}
