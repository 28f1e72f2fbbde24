"""Messages of checks: the log of revisions, the passages that citations quote, and fetching a source."""

CHECKS: dict[str, dict[str, str]] = {
    # The log
    "revision-missing": {
        "en": "revision {number} does not match: it is missing",
        "fr": "la révision {number} ne concorde pas : elle manque",
    },
    "log-unknown-collection": {
        "en": "revision {number} does not match: it has rows of a collection that does not exist",
        "fr": "la révision {number} ne concorde pas : elle a des lignes d’une collection qui n’existe pas",
    },
    "log-search-index": {
        "en": "revision {number} does not match: the search index has another number of versions than were published",
        "fr": "la révision {number} ne concorde pas : l’index de recherche n’a pas le nombre de versions publiées",
    },
    "log-search-terms": {
        "en": "revision {number} does not match: the search index does not find all versions that have a word",
        "fr": "la révision {number} ne concorde pas : l’index de recherche ne trouve pas toutes les versions qui "
        "contiennent un mot",
    },
    "log-search-segments": {
        "en": "revision {number} does not match: the search index has other bitmaps than its terms give",
        "fr": "la révision {number} ne concorde pas : les bitmaps de l’index de recherche ne sont pas ceux que donnent "
        "ses termes",
    },
    "log-previous-digest": {
        "en": "revision {number} does not match: it does not name the digest of the revision before",
        "fr": "la révision {number} ne concorde pas : elle ne nomme pas l’empreinte de la révision précédente",
    },
    "log-time": {
        "en": "revision {number} does not match: it is not later than the revision before",
        "fr": "la révision {number} ne concorde pas : elle n’est pas postérieure à la révision précédente",
    },
    "log-digest": {
        "en": "revision {number} does not match: its records give another digest",
        "fr": "la révision {number} ne concorde pas : ses enregistrements donnent une autre empreinte",
    },
    "log-counts": {
        "en": "revision {number} does not match: its counts are not those of its changes",
        "fr": "la révision {number} ne concorde pas : ses nombres ne sont pas ceux de ses changements",
    },
    "log-versions": {
        "en": "revision {number} does not match: {collection} has versions that its changes do not name, or lacks "
        "some that they do",
        "fr": "la révision {number} ne concorde pas : {collection} a des versions que ses changements ne nomment pas, "
        "ou il lui en manque qu’ils nomment",
    },
    "log-derived-data": {
        "en": "revision {number} does not match: {collection}/{id}: what was computed from the record and stored with "
        "it differs from what the record gives",
        "fr": "la révision {number} ne concorde pas : {collection}/{id} : ce qui a été calculé à partir de "
        "l’enregistrement et conservé avec lui diffère de ce que l’enregistrement donne",
    },
    "log-postings": {
        "en": "revision {number} does not match: the bitmap index of {field} = {value} differs from what its records "
        "give",
        "fr": "la révision {number} ne concorde pas : l’index bitmap de {field} = {value} diffère de ce que ses "
        "enregistrements donnent",
    },
    "log-version-set": {
        "en": "revision {number} does not match: the set of versions {name} differs from what its records give",
        "fr": "la révision {number} ne concorde pas : l’ensemble de versions {name} diffère de ce que ses "
        "enregistrements donnent",
    },
    "log-no-entry": {
        "en": "revision {number} does not match: {collection}/{id} has no entry in the index of versions",
        "fr": "la révision {number} ne concorde pas : {collection}/{id} n’a pas d’entrée dans l’index des versions",
    },
    "log-missing-record": {
        "en": "revision {number} does not match: the record {collection}/{id} is missing",
        "fr": "la révision {number} ne concorde pas : l’enregistrement {collection}/{id} est absent",
    },
    "log-unreadable-record": {
        "en": "revision {number} does not match: {collection}/{id} cannot be read: {reason}",
        "fr": "la révision {number} ne concorde pas : {collection}/{id} ne peut pas être lu : {reason}",
    },
    "log-numbers": {
        "en": "revision {number} does not match: its versions have other numbers than their order gives",
        "fr": "la révision {number} ne concorde pas : ses versions n’ont pas les numéros que donne leur ordre",
    },
    "log-release": {
        "en": "revision {number} does not match: the release that computed the derived data is not named once",
        "fr": "la révision {number} ne concorde pas : la version du service qui a calculé les données dérivées n’est "
        "pas nommée une seule fois",
    },
    # The files of the database
    "file-damaged": {
        "en": "the database file is damaged: {reason}",
        "fr": "le fichier de la base de données est endommagé : {reason}",
    },
    "index-not-valid": {
        "en": "the index {index} is not valid: run REINDEX INDEX {index}",
        "fr": "l’index {index} n’est pas valide : exécutez REINDEX INDEX {index}",
    },
    "log-damaged": {
        "en": "{log} is damaged: SQLite ignores the last transactions in it, and published revisions may be missing",
        "fr": "{log} est endommagé : SQLite n’en lit pas les dernières transactions, et des révisions publiées peuvent "
        "manquer",
    },
    "dangling-row": {
        "en": "the table {table} has a row, {row}, that names a row which {parent} does not have",
        "fr": "la table {table} contient une ligne, {row}, qui désigne une ligne absente de {parent}",
    },
    "schema-lacks": {
        "en": "the schema lacks {name} ({kind})",
        "fr": "il manque {name} ({kind}) au schéma",
    },
    "schema-foreign": {
        "en": "the schema has {name} ({kind}), which no migration made",
        "fr": "le schéma contient {name} ({kind}), qu’aucune migration n’a créé",
    },
    "schema-differs": {
        "en": "the schema declares {name} ({kind}) otherwise than the migrations do",
        "fr": "le schéma déclare {name} ({kind}) autrement que les migrations",
    },
    "other-rows": {
        "en": "the table {table} has other rows than this release makes",
        "fr": "la table {table} ne contient pas les lignes que crée cette version du service",
    },
    # Citations
    "invalid-assignment": {
        "en": "write SOURCE=FILE, such as gac-country-page=page.txt",
        "fr": "écrivez SOURCE=FICHIER, comme gac-country-page=page.txt",
    },
    "source-not-cited": {
        "en": "no passage of that source is cited",
        "fr": "aucun passage de cette source n’est cité",
    },
    "not-utf-8": {"en": "is not text in UTF-8", "fr": "n’est pas un texte en UTF-8"},
    "other-text": {
        "en": "{file} is not the text that the record was checked against",
        "fr": "{file} n’est pas le texte avec lequel l’enregistrement a été vérifié",
    },
    "passage-words": {
        "en": "{words!r} has {count} words: write 1 to {most}",
        "fr": "« {words} » : nombre de mots {count}; écrivez-en de 1 à {most}",
    },
    "not-in-source": {"en": "{words!r} is not in the source", "fr": "« {words} » ne figure pas dans la source"},
    "not-in-one-paragraph": {
        "en": "{words!r} is not in the source within one paragraph or list item",
        "fr": "« {words} » ne figure pas dans la source à l’intérieur d’un seul paragraphe ou élément de liste",
    },
    "other-typography": {
        "en": "{words!r} is in the source only with other capitals, quotation marks or dashes: copy those of the "
        "source",
        "fr": "« {words} » ne figure dans la source qu’avec d’autres majuscules, guillemets ou tirets : copiez ceux de "
        "la source",
    },
    "not-once-in-source": {
        "en": "{words!r} is in the source {count} times: choose words that occur once",
        "fr": "« {words} » figure {count} fois dans la source : choisissez des mots qui n’y figurent qu’une fois",
    },
    "cuts-a-word": {
        "en": "{words!r} begins or ends inside a word of the source",
        "fr": "« {words} » commence ou se termine à l’intérieur d’un mot de la source",
    },
    "not-after-start": {
        "en": "{words!r} does not follow the start of the passage",
        "fr": "« {words} » ne suit pas le début du passage",
    },
    "no-such-section": {
        "en": "no heading {section!r} comes before the passage",
        "fr": "aucun titre « {section} » ne précède le passage",
    },
    "no-such-section.nearest": {
        "en": "no heading {section!r} comes before the passage; the nearest is {nearest!r}",
        "fr": "aucun titre « {section} » ne précède le passage; le plus proche est « {nearest} »",
    },
    "section-too-short": {
        "en": "{section!r} ends before the passage does, at the heading {heading!r}",
        "fr": "« {section} » se termine avant le passage, au titre « {heading} »",
    },
    "citations-correct": {
        "en": "{checked} passages of {records} records checked ({origin}): all correct.",
        "fr": "Passages vérifiés : {checked}, de {records} enregistrements ({origin}). Tous sont exacts.",
    },
    "citations-unchecked": {
        "en": "No passage was checked ({origin}).",
        "fr": "Aucun passage n’a été vérifié ({origin}).",
    },
    "citations-wrong": {
        "en": "{checked} passages of {records} records checked ({origin}): {count} wrong.",
        "fr": "Passages vérifiés : {checked}, de {records} enregistrements ({origin}). Passages inexacts : {count}.",
    },
    "not-a-folder": {"en": "is not a folder", "fr": "n’est pas un dossier"},
    "sources-unread": {
        "en": "Sources whose text cannot be read, so that their passages were not checked: {count}.",
        "fr": "Sources dont le texte est illisible et dont les passages n’ont pas été vérifiés : {count}.",
    },
    "from-database": {"en": "the database", "fr": "la base de données"},
    "from-package": {
        "en": "the packaged seed files, since there is no database",
        "fr": "les fichiers de données initiales fournis, faute de base de données",
    },
    "from-folder": {"en": "{folder}", "fr": "{folder}"},
    # Fetching a source
    "source-timeout": {
        "en": "{address} gave no complete answer within {seconds:g} s",
        "fr": "{address} n’a pas donné de réponse complète en {seconds:g} s",
    },
    "source-unreadable": {
        "en": "{address} cannot be read: {reason}",
        "fr": "{address} ne peut pas être lu : {reason}",
    },
    "too-many-redirects": {
        "en": "{address} redirects more than {most} times",
        "fr": "{address} redirige plus de {most} fois",
    },
    "not-a-web-address": {
        "en": "{address!r} is not a web address",
        "fr": "« {address} » n’est pas une adresse Web",
    },
    "not-a-web-address.redirected_from": {
        "en": "{address!r}, to which {redirected_from} redirects, is not a web address",
        "fr": "« {address} », vers où redirige {redirected_from}, n’est pas une adresse Web",
    },
    "address-with-password": {
        "en": "{address!r} contains a user name or password; leave it out",
        "fr": "« {address} » contient un nom d’utilisateur ou un mot de passe; omettez-le",
    },
    "address-with-password.redirected_from": {
        "en": "{address!r}, to which {redirected_from} redirects, contains a user name or password",
        "fr": "« {address} », vers où redirige {redirected_from}, contient un nom d’utilisateur ou un mot de passe",
    },
    "not-an-http-address": {
        "en": "{address!r} is not an http or https address",
        "fr": "« {address} » n’est pas une adresse http ou https",
    },
    "not-an-http-address.redirected_from": {
        "en": "{address!r}, to which {redirected_from} redirects, is not an http or https address",
        "fr": "« {address} », vers où redirige {redirected_from}, n’est pas une adresse http ou https",
    },
    "redirect-to-http": {
        "en": "{address!r}, to which {redirected_from} redirects, is not encrypted as {redirected_from} is",
        "fr": "« {address} », vers où redirige {redirected_from}, n’est pas chiffré comme l’est {redirected_from}",
    },
    "private-address": {
        "en": "{address} is at {ip}, which is not a public address; --allow-private-addresses allows it",
        "fr": "{address} se trouve à {ip}, qui n’est pas une adresse publique; --allow-private-addresses le permet",
    },
    "source-status": {"en": "{address} answered {status}", "fr": "{address} a répondu {status}"},
    "source-type": {
        "en": "{address} is {media_type}; only {expected:and} are read",
        "fr": "{address} est de type {media_type}; seuls {expected:and} sont lus",
    },
    "source-without-type": {
        "en": "{address} states no type",
        "fr": "{address} n’indique aucun type",
    },
    "source-coding": {
        "en": "{address} is encoded as {coding!r}; only one of gzip and deflate is decoded",
        "fr": "{address} est encodé en « {coding} »; seul un gzip ou un deflate est décodé",
    },
    "source-coding-broken": {
        "en": "{address} is not what it says it is: {coding!r} cannot be decoded",
        "fr": "{address} n’est pas encodé comme annoncé : « {coding} » ne peut pas être décodé",
    },
    "source-too-large": {
        "en": "{address} is longer than {most} bytes",
        "fr": "{address} dépasse {most} octets",
    },
    "page-too-deep": {
        "en": "the page has more than {most} elements inside each other",
        "fr": "la page contient plus de {most} éléments imbriqués",
    },
    "page-too-deep.address": {
        "en": "{address} has more than {most} elements inside each other",
        "fr": "{address} contient plus de {most} éléments imbriqués",
    },
}
