"""Messages of publishing: seed files, records, dates, packaged revisions.

A line begins with where the fault is (file, collection, id, field), so that most sentences go on after that.
"""

RECORDS: dict[str, dict[str, str]] = {
    # Fields of records
    "not-a-decimal": {"en": "{value} is not a decimal number", "fr": "{value} n’est pas un nombre décimal"},
    "not-a-text": {"en": "{value} is not a text", "fr": "{value} n’est pas un texte"},
    "not-a-list": {"en": "{value} is not a list", "fr": "{value} n’est pas une liste"},
    "not-a-table": {"en": "{value} is not a table of fields", "fr": "{value} n’est pas un tableau de champs"},
    "unknown-field": {
        "en": "is not a field here: check the spelling, or leave it out",
        "fr": "n’est pas un champ ici : vérifiez l’orthographe, ou omettez-le",
    },
    "computed-field": {
        "en": "{field} is computed when a record is published: leave it out",
        "fr": "{field} est calculé à la publication de l’enregistrement : omettez-le",
    },
    "unquoted-text": {
        "en": "is {text} without quotes: put it in quotes",
        "fr": "est {text} sans guillemets : mettez cette valeur entre guillemets droits",
    },
    "untidy-text": {
        "en": "has blanks at its ends or is not in Unicode normal form C",
        "fr": "commence ou se termine par une espace, ou n’est pas en forme normale C d’Unicode",
    },
    "control-character": {
        "en": "contains a control character or a lone surrogate",
        "fr": "contient un caractère de commande ou un demi-codet isolé",
    },
    "unsuitable-character": {
        "en": "contains {character}, which readers do not see or do not type: leave it out, or write plain letters",
        "fr": "contient {character}, que les lecteurs ne voient pas ou ne tapent pas : retirez-le, ou "
        "écrivez de simples lettres",
    },
    "not-one-date": {
        "en": "is an interval: write a single date",
        "fr": "est un intervalle : écrivez une seule date",
    },
    "passage-too-long": {
        "en": "has more than {most} words: {words!r}",
        "fr": "compte plus de {most} mots : « {words} »",
    },
    "section-missing": {
        "en": "name the section of {source}, or write undivided = true there if it has no parts",
        "fr": "nommez la section de {source}, ou inscrivez-y undivided = true si cette source n’a pas de parties",
    },
    "fragment-missing": {
        "en": "quote the passage: the text of {source} is kept",
        "fr": "citez le passage : le texte de {source} est conservé",
    },
    "status-and-day": {
        "en": "status and status_as_of go together: give both, or neither where the status is unknown",
        "fr": "status et status_as_of vont ensemble : donnez les deux, ou aucun si le statut est inconnu",
    },
    "other-value-of-no-field": {
        "en": "other_values names {field}, which is no field of these records",
        "fr": "other_values nomme {field}, qui n’est pas un champ de ces enregistrements",
    },
    "reserved-id": {
        "en": "is the address of something else in this collection: choose another id",
        "fr": "est l’adresse des totaux : choisissez un autre identifiant",
    },
    "unreadable-value": {"en": "{reason}", "fr": "{reason}"},
    # Dates written in EDTF
    "not-edtf": {
        "en": "{text!r} is not a date of the EDTF profile: {reason}. Write it as 2018, 2018-06, 2018-06-12, 2018~, "
        "201X, 2005/2010, 2010/.. (still going on), 2005/ (end unknown) or [2016..2018] (one of these years)",
        "fr": "« {text} » n’est pas une date du profil EDTF : {reason}. Écrivez-la comme 2018, 2018-06, 2018-06-12, "
        "2018~, 201X, 2005/2010, 2010/.. (toujours en cours), 2005/ (fin inconnue) ou "
        "[2016..2018] (l’une de ces années)",
    },
    "edtf-length": {
        "en": "it is longer than the {most} characters that any date needs",
        "fr": "elle dépasse les {most} caractères qui suffisent à toute date",
    },
    "edtf-interval-x": {
        "en": "X is not used within an interval; write the year or month alone",
        "fr": "X ne s’emploie pas dans un intervalle; écrivez seulement l’année ou le mois",
    },
    "edtf-slashes": {"en": "an interval has one slash", "fr": "un intervalle a une seule barre oblique"},
    "edtf-no-date": {
        "en": "it names no date; leave the date out instead",
        "fr": "elle ne nomme aucune date; omettez plutôt la date",
    },
    "edtf-reversed": {
        "en": "it ends before it begins; write the earlier date first",
        "fr": "elle se termine avant de commencer; écrivez d’abord la date la plus ancienne",
    },
    "edtf-empty": {"en": "it is empty", "fr": "elle est vide"},
    "edtf-blank": {"en": "it contains a blank", "fr": "elle contient une espace"},
    "edtf-not-ascii": {
        "en": "it contains a character that is not ASCII",
        "fr": "elle contient un caractère hors ASCII",
    },
    "edtf-time": {
        "en": "a time of day is not part of the profile",
        "fr": "l’heure ne fait pas partie du profil",
    },
    "edtf-year": {
        "en": "a year has four digits, and hyphens separate year, month and day",
        "fr": "une année a quatre chiffres, et des traits d’union séparent l’année, le mois et le jour",
    },
    "edtf-year-zero": {"en": "there is no year 0000", "fr": "l’année 0000 n’existe pas"},
    "edtf-season": {
        "en": "seasons are not part of the profile",
        "fr": "les saisons ne font pas partie du profil",
    },
    "edtf-x": {
        "en": "X replaces only the last digits of a year, or a whole month or day at the end",
        "fr": "X ne remplace que les derniers chiffres d’une année, ou un mois ou un jour entier à la fin",
    },
    "edtf-one-of": {
        "en": "one of several dates is [2016..2018], [..2018], [2016..] or [2016,2018], of exact years, months or "
        "days, and is no part of an interval",
        "fr": "une date parmi plusieurs s’écrit [2016..2018], [..2018], [2016..] ou [2016,2018], en années, mois ou "
        "jours exacts, et ne fait pas partie d’un intervalle",
    },
    "edtf-open-end": {
        "en": "an open end needs a slash and a date",
        "fr": "une fin ouverte demande une barre oblique et une date",
    },
    "edtf-calendar": {
        "en": "the calendar has no such month or day",
        "fr": "ce mois ou ce jour n’existe pas dans le calendrier",
    },
    "edtf-form": {"en": "it does not have the form of a date", "fr": "elle n’a pas la forme d’une date"},
    # Seed files
    "no-seed-files": {
        "en": "contains no seed file (<collection>.toml)",
        "fr": "ne contient aucun fichier de données initiales (<collection>.toml)",
    },
    "not-a-collection-file": {
        "en": "is not named after a collection",
        "fr": "ne porte pas le nom d’une collection",
    },
    "unreadable-file": {"en": "cannot be read: {reason}", "fr": "ne peut pas être lu : {reason}"},
    "not-a-regular-file": {
        "en": "is not a regular file (a folder, a pipe, a socket or a device)",
        "fr": "n’est pas un fichier ordinaire (un dossier, un tube, un connecteur ou un périphérique)",
    },
    "file-too-large": {"en": "is larger than {most} bytes", "fr": "dépasse {most} octets"},
    "file-changed": {
        "en": "was written to while it was read: try again",
        "fr": "a été modifié pendant sa lecture : réessayez",
    },
    "byte-order-mark": {
        "en": "begins with a byte order mark: save it as UTF-8 without one",
        "fr": "commence par un indicateur d’ordre des octets : enregistrez-le en UTF-8 sans cet indicateur",
    },
    "nested-too-deeply": {
        "en": "has lists or tables that nest more than {levels} levels deep",
        "fr": "contient des listes ou des tableaux imbriqués à plus de {levels} niveaux",
    },
    "number-too-large": {
        "en": "contains a number of more than 53 bits",
        "fr": "contient un nombre de plus de 53 bits",
    },
    "record-too-large": {
        "en": "contains more than {most} values",
        "fr": "contient plus de {most} valeurs",
    },
    "more-faults": {
        "en": "{count} more faults are not listed.",
        "fr": "Erreurs de plus qui ne sont pas énumérées : {count}.",
    },
    "unknown-tables": {
        "en": "has {names:and}: only [[record]] and [[withdrawn]] belong here",
        "fr": "contient {names:and} : seuls [[record]] et [[withdrawn]] ont leur place ici",
    },
    "not-a-list-of-tables": {
        "en": "is not a list of tables: write [[{name}]]",
        "fr": "n’est pas une liste de tableaux : écrivez [[{name}]]",
    },
    "unknown-collection": {
        "en": "there is no collection {name}",
        "fr": "la collection {name} n’existe pas",
    },
    # Publishing
    "invalid-author": {
        "en": "name who publishes, in one line of at most {most} characters",
        "fr": "nommez la personne ou l’organisation qui publie, en une ligne d’au plus {most} caractères",
    },
    "clock-behind": {
        "en": "This machine's clock says {now}, but the newest revision is of {newest}: set the clock. If the clock is "
        "right and the revision is not, --accept-clock publishes one second after it.",
        "fr": "L’horloge de cette machine indique {now}, mais la révision la plus récente est du {newest} : réglez "
        "l’horloge. Si elle est exacte et que la révision ne l’est pas, --accept-clock publie une seconde après elle.",
    },
    "clock-ahead": {
        "en": "This machine's clock says {now}, more than {years} years after this release and the newest revision: "
        "check the clock, since no later revision can have an earlier time. If it is right, give --accept-clock.",
        "fr": "L’horloge de cette machine indique {now}, plus de {years} ans après cette version du service et la "
        "révision la plus récente : vérifiez-la, car aucune révision suivante ne pourra avoir un moment antérieur. Si "
        "elle est exacte, ajoutez --accept-clock.",
    },
    "clock-unusual": {
        "en": "This machine's clock says {now}, the revision before is of {newest}: check the clock",
        "fr": "L’horloge de cette machine indique {now}, la révision précédente est du {newest} : vérifiez l’horloge",
    },
    "repeated-id": {"en": "is in this file twice", "fr": "figure deux fois dans ce fichier"},
    "repeated-in": {
        "en": "is also in {other}: take it out of one of the two",
        "fr": "figure aussi dans {other} : retirez-le de l’un des deux",
    },
    "present-and-withdrawn": {
        "en": "is both present and withdrawn: remove one of the two",
        "fr": "est à la fois présent et retiré : supprimez l’un des deux",
    },
    "withdrawn-twice": {"en": "is withdrawn twice", "fr": "est retiré deux fois"},
    "invalid-withdrawal": {
        "en": "needs id and reason (en and fr), and nothing else",
        "fr": "demande id et reason (en et fr), et rien d’autre",
    },
    "never-published": {
        "en": "was never published: check the id",
        "fr": "n’a jamais été publié : vérifiez l’identifiant",
    },
    "missing-from-file": {
        "en": "is published but not in this file: add it, or withdraw it with a reason",
        "fr": "est publié, mais ne figure pas dans ce fichier : ajoutez-le, ou retirez-le avec une raison",
    },
    "dangling-reference": {
        "en": "names {id}, which is not in {collection}",
        "fr": "nomme {id}, qui ne figure pas dans {collection}",
    },
    # Packaged revisions
    "missing-file": {"en": "is missing", "fr": "manque"},
    "not-in-digest-list": {
        "en": "is not in the list of digests {list}: remove it, or run dossier release with the database it is from",
        "fr": "ne figure pas dans la liste d’empreintes {list} : retirez-le, ou exécutez dossier release avec la base "
        "de données dont il provient",
    },
    "file-changed-since-release": {
        "en": "does not have the digest that {list} gives: it was changed after its release",
        "fr": "n’a pas l’empreinte que donne {list} : il a été modifié après sa publication",
    },
    "invalid-digest-line": {
        "en": "must be the SHA-256 of {name}, two spaces and this name",
        "fr": "doit être l’empreinte SHA-256 de {name}, deux espaces et ce nom",
    },
    "stored-revision-differs": {
        "en": "revision {number} in the database does not have the digest stored with it: run dossier verify",
        "fr": "la révision {number} de la base de données n’a pas l’empreinte qui y est enregistrée : exécutez dossier "
        "verify",
    },
    "invalid-change": {
        "en": "is not a change: it needs action, collection, id and {content}",
        "fr": "n’est pas une modification : il y faut action, collection, id et {content}",
    },
    "other-id": {
        "en": "contains a record with another id, {id}",
        "fr": "contient un enregistrement d’un autre identifiant, {id}",
    },
    "not-canonical": {"en": "is not in canonical form", "fr": "n’est pas en forme canonique"},
    "invalid-header": {
        "en": "is not the header of a revision: it needs exactly {fields:and}",
        "fr": "n’est pas l’en-tête d’une révision : il y faut exactement {fields:and}",
    },
    "other-revision": {
        "en": "is another revision {number} than this database has",
        "fr": "est une autre révision {number} que celle de cette base de données",
    },
    "target-has-other-revisions": {
        "en": "the target has revisions that are not those of the source: copy to an empty database",
        "fr": "la base de destination a des révisions qui ne sont pas celles de la source : copiez dans une base vide",
    },
    "copy-differs": {
        "en": "revision {number} has another digest in the copy: run dossier verify on the source",
        "fr": "la révision {number} a une autre empreinte dans la copie : exécutez dossier verify sur la source",
    },
    "digest-differs": {
        "en": "its lines are not in the order or form that its digest needs",
        "fr": "ses lignes n’ont pas l’ordre ou la forme que demande son empreinte",
    },
    "not-the-next-revision": {
        "en": "does not continue the revision before it",
        "fr": "ne continue pas la révision qui la précède",
    },
    "time-not-later": {
        "en": "its time is not later than that of the revision before it",
        "fr": "son moment n’est pas postérieur à celui de la révision qui la précède",
    },
    "exists-already": {
        "en": "is {action}, but already exists at that point",
        "fr": "est donné comme « {action} », mais existe déjà à ce point",
    },
    "does-not-exist": {
        "en": "is {action}, but does not exist at that point",
        "fr": "est donné comme « {action} », mais n’existe pas à ce point",
    },
    "unknown-member": {"en": "lacks or misnames {name}", "fr": "n’a pas {name}, ou le nomme mal"},
}
