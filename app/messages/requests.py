"""Messages of answers: titles and details of problems, and what is wrong with a parameter.

A detail of a parameter goes on after its name, as in "limit: must be at most 200", and has no full stop at its end.
"""

# By the end of the problem type's URN.
TITLES: dict[str, dict[str, str]] = {
    "bad-request": {"en": "Unreadable request"},
    "unknown-path": {"en": "Unknown path"},
    "unknown-record": {"en": "Unknown record"},
    "unknown-revision": {"en": "Unknown revision"},
    "method-not-allowed": {"en": "Method not allowed"},
    "not-acceptable": {"en": "No acceptable format"},
    "withdrawn-record": {"en": "Withdrawn record"},
    "uri-too-long": {"en": "Address too long"},
    "range-not-satisfiable": {"en": "Range not satisfiable"},
    "invalid-parameter": {"en": "Invalid parameter"},
    "internal-error": {"en": "Internal error"},
    "unavailable": {"en": "Temporarily unavailable"},
}

REQUESTS: dict[str, dict[str, str]] = {
    # Problems
    "unreadable-request": {
        "en": "The request cannot be read: write letters outside ASCII in percent-encoding, as in %C3%A9."
    },
    "unknown-path": {"en": "Nothing is at {path}. The collections are listed at /v1."},
    "unknown-path.suggestion": {"en": "Nothing is at {path}. Did you mean {suggestion}?"},
    "unreadable-path": {
        "en": "Nothing is at this path: paths here are in UTF-8 and contain neither NUL nor a slash written as %2F."
    },
    "unknown-record": {"en": "There is no {id} in {collection} at revision {revision}."},
    "unknown-revision": {"en": "There is no revision {number}: see /v1/revisions for those that exist."},
    "unknown-revision.newest": {"en": "There is no revision {number}: the newest is {newest}."},
    "unknown-since": {"en": "There is no revision {number} to continue from: this answer is for revision {revision}."},
    "method-not-allowed": {"en": "{method} is not supported: this service is read with GET."},
    "not-acceptable": {"en": "None of the formats offered here matches the header Accept. Offered: {offered}."},
    "withdrawn-record": {"en": "Withdrawn in revision {revision}: see reason."},
    "uri-too-long": {"en": "Path and query together are longer than {most} bytes: shorten the query."},
    "range-not-satisfiable": {
        "en": "No part of the download is in the range that Range asks for: Content-Range gives its length."
    },
    "internal-error": {"en": "The service failed to answer this request and has logged the failure. Try again later."},
    "data-unreadable": {"en": "The data cannot be read now. Try again in a few seconds."},
    "download-not-built": {"en": "The download cannot be built now. Try again in a few seconds."},
    "other-status": {"en": "{phrase}."},
    # Parameters
    "for-example": {"en": "{sentence}. For example: {example}"},
    "unreadable-parameter": {"en": "cannot be read: write it as UTF-8 in percent-encoding (% is %25), without NUL"},
    "no-value": {"en": "has no value: give it one, or leave it out"},
    "already-given": {"en": "is given more than once but takes one value"},
    "unknown-parameter": {"en": "is unknown. Known here: {known}"},
    "unknown-parameter.suggestion": {"en": "is unknown. Did you mean {suggestion}? Known here: {known}"},
    "no-parameters": {"en": "is unknown. This address takes no parameters"},
    "unknown-id": {"en": "there is no {id} in {collection}: see /v1/{collection}"},
    "unknown-id.suggestion": {"en": "there is no {id} in {collection}: did you mean {suggestion}?"},
    "wrong-format": {"en": "cannot be used with format={format}: leave it out, or choose another format ({formats})"},
    "too-many-rows": {
        "en": "{format} takes at most {most} rows, and {total} match: add filters, or choose another "
        "format ({formats})",
        "fr": "le format {format} admet au plus {most} lignes, et {total} correspondent : ajoutez des filtres ou "
        "choisissez un autre format ({formats})",
    },
    "no-words": {"en": "has no letter or digit to search for: write a word"},
    "not-plain-digits": {"en": "must be a whole number in digits, without sign, point, exponent or leading zero"},
    "not-a-date": {
        "en": "{text!r} is not a date of the calendar: write a year, month or day such as 2017, 2017-03 or 2017-03-05"
    },
    "not-an-instant": {"en": "is not a time in UTC: write it like 2026-11-23T12:00:00Z"},
    "in-the-future": {"en": "is in the future: give a time up to now"},
    "before-first-revision": {"en": "is before the first revision: see /v1/revisions"},
    "with-revision": {"en": "cannot be combined with revision: give one of the two"},
    "invalid-cursor": {"en": "is not a cursor of this service: use page.next unchanged, or leave it out"},
    "cursor-of-other-list": {"en": "belongs to another list, {list}: leave it out"},
    "cursor-of-other-query": {
        "en": "was made with another order or other filters: repeat those, or leave the cursor out"
    },
    "cursor-of-other-revision": {
        "en": "belongs to revision {revision}: ask for that revision, or leave the cursor out"
    },
}

# What can be wrong with any value, of a parameter, of a field of a record or of a setting.
VALUES: dict[str, dict[str, str]] = {
    "the-value": {"en": "the value"},
    "required": {"en": "is required"},
    "invalid-value": {"en": "{value} cannot be used here"},
    "unknown-value": {"en": "{value} is not known. Allowed: {allowed}"},
    "unknown-value.suggestion": {"en": "{value} is not known. Did you mean {suggestion}? Allowed: {allowed}"},
    "not-an-integer": {"en": "{value} is not a whole number"},
    "not-a-number": {"en": "{value} is not a number"},
    "not-a-decimal": {"en": "{value} is not a decimal number"},
    "not-a-boolean": {"en": "{value} cannot be used: write true or false"},
    "not-a-day": {"en": "{value} is not a day of the calendar, written YYYY-MM-DD"},
    "not-a-time": {"en": "{value} is not a time, written YYYY-MM-DDThh:mm:ssZ"},
    "not-a-text": {"en": "{value} is not a text"},
    "not-a-list": {"en": "{value} is not a list"},
    "not-a-table": {"en": "{value} is not a table of fields"},
    "too-small": {"en": "must be at least {least}"},
    "too-large": {"en": "must be at most {most}"},
    "too-short": {"en": "must have {least} or more characters"},
    "too-long": {"en": "must have at most {most} characters"},
    "too-few-values": {"en": "must have {least} or more values"},
    "too-many-values": {"en": "must have at most {most} values"},
    "wrong-form": {"en": "{value} does not have the form that is needed here"},
    "wrong-form.pattern": {"en": "{value} does not match the pattern {pattern}"},
    "ends-before-start": {"en": "ends before {start_field}={start} begins: exchange the two, or correct one"},
}
