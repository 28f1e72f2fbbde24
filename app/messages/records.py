"""Messages of publishing and checking: seed files, records, packaged revisions, the log, citations, sources.

A line begins with where the fault is (file, collection, id, field), so that most sentences go on after that.
"""

RECORDS: dict[str, dict[str, str]] = {
    # Fields of records
    "unknown-field": {"en": "is not a field here: check the spelling, or leave it out"},
    "computed-field": {"en": "{field} is computed when a record is published: leave it out"},
    "untidy-text": {"en": "has blanks at its ends or is not in Unicode normal form C"},
    "control-character": {"en": "contains a control character or a lone surrogate"},
    "not-one-date": {"en": "is an interval: write a single date"},
    "passage-too-long": {"en": "has more than {most} words: {words!r}"},
    "section-missing": {
        "en": "name the section of {source}, or write undivided = true there if it has no parts",
        "fr": "nommez la section de {source}, ou inscrivez-y undivided = true si cette source n’a pas de parties",
    },
    "fragment-missing": {
        "en": "quote the passage: the text of {source} is kept",
        "fr": "citez le passage : le texte de {source} est conservé",
    },
    "status-and-day": {
        "en": "status and status_as_of go together: give both, or neither where the status is unknown",
        "fr": "status et status_as_of vont ensemble : donnez les deux, ou aucun si le statut est inconnu",
    },
    "other-value-of-no-field": {
        "en": "other_values names {field}, which is no field of these records",
        "fr": "other_values nomme {field}, qui n’est pas un champ de ces enregistrements",
    },
    "reserved-id": {"en": "is the address of the totals: choose another id"},
    "unreadable-value": {"en": "{reason}"},
    # Dates written in EDTF
    "not-edtf": {
        "en": "{text!r} is not a date of the EDTF profile: {reason}. Write it as 2018, 2018-06, 2018-06-12, 2018~, "
        "201X, 2005/2010, 2010/.. (still going on) or 2005/ (end unknown)"
    },
    "edtf-length": {"en": "it is longer than the {most} characters that any date needs"},
    "edtf-interval-x": {"en": "X is not used within an interval; write the year or month alone"},
    "edtf-slashes": {"en": "an interval has one slash"},
    "edtf-no-date": {"en": "it names no date; leave the date out instead"},
    "edtf-reversed": {"en": "it ends before it begins; write the earlier date first"},
    "edtf-empty": {"en": "it is empty"},
    "edtf-blank": {"en": "it contains a blank"},
    "edtf-not-ascii": {"en": "it contains a character that is not ASCII"},
    "edtf-time": {"en": "a time of day is not part of the profile"},
    "edtf-year": {"en": "a year has four digits, and hyphens separate year, month and day"},
    "edtf-year-zero": {"en": "there is no year 0000"},
    "edtf-season": {"en": "seasons are not part of the profile"},
    "edtf-x": {"en": "X replaces only the last digits of a year, or a whole month or day at the end"},
    "edtf-open-end": {"en": "an open end needs a slash and a date"},
    "edtf-calendar": {"en": "the calendar has no such month or day"},
    "edtf-form": {"en": "it does not have the form of a date"},
    # Seed files
    "no-seed-files": {"en": "contains no seed file (<collection>.toml)"},
    "not-a-collection-file": {"en": "is not named after a collection"},
    "unreadable-file": {"en": "cannot be read: {reason}"},
    "unknown-tables": {"en": "has {names}: only [[record]] and [[withdrawn]] belong here"},
    "not-a-list-of-tables": {"en": "is not a list of tables: write [[{name}]]"},
    "unknown-collection": {"en": "there is no collection {name}"},
    # Publishing
    "invalid-author": {"en": "name who publishes, in one line of at most {most} characters"},
    "repeated-id": {"en": "is in this file twice"},
    "repeated-in": {"en": "is also in {other}: take it out of one of the two"},
    "present-and-withdrawn": {"en": "is both present and withdrawn: remove one of the two"},
    "withdrawn-twice": {"en": "is withdrawn twice"},
    "invalid-withdrawal": {"en": "needs id and reason (en and fr), and nothing else"},
    "never-published": {"en": "was never published: check the id"},
    "missing-from-file": {"en": "is published but not in this file: add it, or withdraw it with a reason"},
    "dangling-reference": {"en": "names {id}, which is not in {collection}"},
    # Packaged revisions
    "missing-file": {"en": "is missing"},
    "not-canonical": {"en": "is not in canonical form"},
    "invalid-header": {"en": "is not the header of a revision: it needs exactly {fields}"},
    "other-revision": {"en": "is another revision {number} than this database has"},
    "digest-differs": {"en": "its lines are not in the order or form that its digest needs"},
    "not-the-next-revision": {"en": "does not continue the revision before it"},
    "time-not-later": {"en": "its time is not later than that of the revision before it"},
    "exists-already": {"en": "is {action}, but already exists at that point"},
    "does-not-exist": {"en": "is {action}, but does not exist at that point"},
    "unknown-member": {"en": "lacks or misnames {name}"},
    # Checking the log
    "revision-missing": {"en": "revision {number} does not match: it is missing"},
    "log-unknown-collection": {
        "en": "revision {number} does not match: it has rows of a collection that does not exist"
    },
    "log-search-index": {
        "en": "revision {number} does not match: the search index has another number of versions than were published"
    },
    "log-previous-digest": {
        "en": "revision {number} does not match: it does not name the digest of the revision before"
    },
    "log-time": {"en": "revision {number} does not match: it is not later than the revision before"},
    "log-digest": {"en": "revision {number} does not match: its records give another digest"},
    "log-counts": {"en": "revision {number} does not match: its counts are not those of its changes"},
    "log-versions": {
        "en": "revision {number} does not match: {collection} has versions that its changes do not name, or lacks "
        "some that they do"
    },
    "log-derived-data": {
        "en": "revision {number} does not match: {collection}/{id}: what was computed from the record and stored with "
        "it differs from what the record gives"
    },
    "log-no-entry": {"en": "revision {number} does not match: {collection}/{id} has no entry in the index of versions"},
    "log-unreadable-record": {"en": "revision {number} does not match: {collection}/{id} cannot be read: {reason}"},
    # Citations
    "invalid-assignment": {"en": "write SOURCE=FILE, such as gac-country-page=page.txt"},
    "source-not-cited": {"en": "no passage of that source is cited"},
    "not-utf-8": {"en": "is not text in UTF-8"},
    "other-text": {"en": "{file} is not the text that the record was checked against"},
    "passage-words": {"en": "{words!r} has {count} words: write 1 to {most}"},
    "not-in-source": {"en": "{words!r} is not in the source"},
    "not-in-one-paragraph": {"en": "{words!r} is not in the source within one paragraph or list item"},
    "other-typography": {
        "en": "{words!r} is in the source only with other capitals, quotation marks or dashes: copy those of the source"
    },
    "not-once-in-source": {"en": "{words!r} is in the source {count} times: choose words that occur once"},
    "cuts-a-word": {"en": "{words!r} begins or ends inside a word of the source"},
    "not-after-start": {"en": "{words!r} does not follow the start of the passage"},
    "no-such-section": {"en": "no heading {section!r} comes before the passage"},
    "no-such-section.nearest": {"en": "no heading {section!r} comes before the passage; the nearest is {nearest!r}"},
    "section-too-short": {"en": "{section!r} ends before the passage does, at the heading {heading!r}"},
    "citations-correct": {"en": "{checked} passages of {records} records checked ({origin}): all correct."},
    "citations-wrong": {"en": "{checked} passages of {records} records checked ({origin}): {count} wrong."},
    "from-database": {"en": "the database"},
    "from-package": {"en": "the packaged seed files, since there is no database"},
    "from-folder": {"en": "{folder}"},
    # Fetching a source
    "source-timeout": {"en": "{address} gave no complete answer within {seconds:g} s"},
    "source-unreadable": {"en": "{address} cannot be read: {reason}"},
    "too-many-redirects": {"en": "{address} redirects more than {most} times"},
    "not-a-web-address": {"en": "{address!r} is not a web address"},
    "not-a-web-address.redirected_from": {
        "en": "{address!r}, to which {redirected_from} redirects, is not a web address"
    },
    "address-with-password": {"en": "{address!r} contains a user name or password; leave it out"},
    "address-with-password.redirected_from": {
        "en": "{address!r}, to which {redirected_from} redirects, contains a user name or password"
    },
    "not-an-http-address": {"en": "{address!r} is not an http or https address"},
    "not-an-http-address.redirected_from": {
        "en": "{address!r}, to which {redirected_from} redirects, is not an http or https address"
    },
    "source-status": {"en": "{address} answered {status}"},
    "source-type": {"en": "{address} is {media_type}; only HTML and plain text are read"},
    "source-without-type": {"en": "{address} states no type; only HTML and plain text are read"},
    "source-too-large": {"en": "{address} is longer than {most} bytes"},
}
