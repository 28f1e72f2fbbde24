"""Messages of answers: titles and details of problems."""

# By the end of the problem type's URN.
TITLES: dict[str, dict[str, str]] = {
    "bad-request": {"en": "Unreadable request", "fr": "Requête illisible"},
    "unknown-path": {"en": "Unknown path", "fr": "Chemin inconnu"},
    "unknown-record": {"en": "Unknown record", "fr": "Enregistrement inconnu"},
    "unknown-revision": {"en": "Unknown revision", "fr": "Révision inconnue"},
    "method-not-allowed": {"en": "Method not allowed", "fr": "Méthode non autorisée"},
    "not-acceptable": {"en": "No acceptable format", "fr": "Aucun format acceptable"},
    "withdrawn-record": {"en": "Withdrawn record", "fr": "Enregistrement retiré"},
    "precondition-failed": {"en": "Precondition failed", "fr": "Condition préalable non remplie"},
    "uri-too-long": {"en": "Address too long", "fr": "Adresse trop longue"},
    "range-not-satisfiable": {"en": "Range not satisfiable", "fr": "Plage non disponible"},
    "invalid-parameter": {"en": "Invalid parameter", "fr": "Paramètre non valide"},
    "too-many-requests": {"en": "Too many requests", "fr": "Trop de requêtes"},
    "request-headers-too-large": {"en": "Request headers too large", "fr": "En-têtes de requête trop longs"},
    "internal-error": {"en": "Internal error", "fr": "Erreur interne"},
    "unavailable": {"en": "Temporarily unavailable", "fr": "Temporairement indisponible"},
    "http-error": {"en": "HTTP error", "fr": "Erreur HTTP"},
}

REQUESTS: dict[str, dict[str, str]] = {
    "unreadable-request": {
        "en": "The request cannot be read: write letters outside ASCII in percent-encoding, as in %C3%A9.",
        "fr": "La requête ne peut pas être lue : écrivez les lettres hors ASCII en encodage-pourcent, comme %C3%A9.",
    },
    "malformed-request": {
        "en": "The request is not in the form of HTTP/1.1.",
        "fr": "La requête n’a pas la forme de HTTP/1.1.",
    },
    "data-damaged": {
        "en": "What this answer is read from is damaged in the database: its operator has to run dossier verify, and "
        "to restore a backup.",
        "fr": "Les données dont cette réponse est tirée sont endommagées dans la base de données : son exploitant "
        "doit exécuter dossier verify, puis restaurer une sauvegarde.",
    },
    "not-one-host": {
        "en": "The request must have the header Host exactly once.",
        "fr": "La requête doit comporter l’en-tête Host une seule fois.",
    },
    "unknown-path": {
        "en": "Nothing is at {path}. The collections are listed at {root}.",
        "fr": "Il n’y a rien à l’adresse {path}. La liste des collections se trouve à l’adresse {root}.",
    },
    "unknown-path.suggestion": {
        "en": "Nothing is at {path}. Did you mean {suggestion}?",
        "fr": "Il n’y a rien à l’adresse {path}. Vouliez-vous dire {suggestion}?",
    },
    "no-sitemap": {
        "en": "There is no sitemap: it has complete addresses, and the operator has not set DOSSIER_PUBLIC_URL.",
        "fr": "Il n’y a pas de plan du site : il faudrait des adresses complètes, et l’exploitant n’a pas défini "
        "DOSSIER_PUBLIC_URL.",
    },
    "unreadable-path": {
        "en": "Nothing is at this path: paths here are in UTF-8 and contain neither NUL nor a slash written as %2F.",
        "fr": "Il n’y a rien à cette adresse : ici, les chemins sont en UTF-8 et ne contiennent ni NUL ni barre "
        "oblique écrite %2F.",
    },
    "unknown-record": {
        "en": "There is no {id} in {collection} at revision {revision}: see /v1/{collection}.",
        "fr": "Il n’y a aucun enregistrement {id} dans {collection} à la révision {revision} : voir /v1/{collection}.",
    },
    "unknown-record.since": {
        "en": "There is no {id} in {collection} at revision {revision}: revision {since} published it first.",
        "fr": "Il n’y a aucun enregistrement {id} dans {collection} à la révision {revision} : la révision {since} l’a "
        "publié en premier.",
    },
    "unknown-record.suggestion": {
        "en": "There is no {id} in {collection} at revision {revision}. Did you mean {suggestion}?",
        "fr": "Il n’y a aucun enregistrement {id} dans {collection} à la révision {revision}. Vouliez-vous dire "
        "{suggestion}?",
    },
    "unknown-revision": {
        "en": "There is no revision {number}: see /v1/revisions for those that exist.",
        "fr": "La révision {number} n’existe pas : la liste des révisions se trouve à l’adresse /v1/revisions.",
    },
    "unknown-revision.newest": {
        "en": "There is no revision {number}: the newest is {newest}.",
        "fr": "La révision {number} n’existe pas : la plus récente est la révision {newest}.",
    },
    "unknown-since": {
        "en": "There is no revision {number} to continue from: this answer is for revision {revision}.",
        "fr": "La révision {number}, à partir de laquelle continuer, n’existe pas : cette réponse porte sur la "
        "révision {revision}.",
    },
    "method-not-allowed": {
        "en": "{method} is not supported: this service is read with GET.",
        "fr": "La méthode {method} n’est pas prise en charge : ce service se lit avec GET.",
    },
    "not-acceptable": {
        "en": "None of the formats offered here matches the header Accept. Offered: {offered}.",
        "fr": "Aucun des formats offerts ici ne correspond à l’en-tête Accept. Formats offerts : {offered}.",
    },
    "withdrawn-record": {
        "en": "Withdrawn in revision {revision}: see reason.",
        "fr": "Enregistrement retiré à la révision {revision} : le membre reason en donne la raison.",
    },
    "precondition-failed": {
        "en": "The answer has none of the entity tags in the header If-Match: fetch it again without that header.",
        "fr": "La réponse n’a aucune des étiquettes d’entité de l’en-tête If-Match : demandez-la de nouveau sans cet "
        "en-tête.",
    },
    "uri-too-long": {
        "en": "Path and query together are longer than {most} bytes: shorten the query.",
        "fr": "Le chemin et les paramètres dépassent ensemble {most} octets : raccourcissez les paramètres.",
    },
    "range-not-satisfiable": {
        "en": "No part of the download is in the range that Range asks for: Content-Range gives its length.",
        "fr": "Aucune partie du fichier ne se trouve dans la plage que demande Range : Content-Range en donne la "
        "longueur.",
    },
    "screening-notice": {
        "en": "This result helps to check a name. It is no legal advice, and does not say whether somebody is a listed "
        "party: compare birth dates, nationalities and documents, and ask a lawyer where it matters.",
        "fr": "Ce résultat aide à vérifier un nom. Ce n’est pas un avis juridique, et il n’établit pas qu’une personne "
        "est une partie inscrite : comparer les dates de naissance, les nationalités et les pièces d’identité, et "
        "consulter une juriste ou un juriste au besoin.",
    },
    "same-name": {"en": "The names have the same letters.", "fr": "Les noms ont les mêmes lettres."},
    "other-order": {
        "en": "The names have the same words in another order.",
        "fr": "Les noms ont les mêmes mots dans un autre ordre.",
    },
    "other-romanisation": {
        "en": "The names can be two romanisations of one Korean name.",
        "fr": "Les noms peuvent être deux romanisations d’un même nom coréen.",
    },
    "similar-spelling": {
        "en": "The names are spelled alike; letters that differ: {count}.",
        "fr": "Les noms s’écrivent presque de la même façon; lettres qui diffèrent : {count}.",
    },
    "low-quality-alias": {
        "en": "The list says that this alias alone does not tell who is meant.",
        "fr": "La liste indique que ce nom ne suffit pas à reconnaître la personne.",
    },
    "no-longer-listed": {
        "en": "The party is no longer on the list.",
        "fr": "La partie ne figure plus sur la liste.",
    },
    "cumulative-left-out": {
        "en": "Their amounts are sums over several years already, and would be counted twice: each one is listed under "
        "`cumulative`.",
        "fr": "Leurs montants sont déjà des sommes sur plusieurs années et seraient comptés deux fois : chacun "
        "est donné sous `cumulative`.",
    },
    "too-many-requests": {
        "en": "Too many requests came from this client: wait {seconds} s.",
        "fr": "Ce client a envoyé trop de requêtes : attendez {seconds} s.",
    },
    "request-headers-too-large": {
        "en": "The headers of the request are longer than {most} bytes: send fewer or shorter ones.",
        "fr": "Les en-têtes de la requête dépassent {most} octets : envoyez-en moins, ou de plus courts.",
    },
    "too-many-header-lines": {
        "en": "The request has more than {most} header lines: send fewer.",
        "fr": "La requête comporte plus de {most} lignes d’en-tête : envoyez-en moins.",
    },
    "request-timeout": {
        "en": "The request was not complete in time: send it again.",
        "fr": "La requête n’était pas complète à temps : envoyez-la de nouveau.",
    },
    "too-many-connections": {
        "en": "Too many connections are open now. Try again in a few seconds.",
        "fr": "Trop de connexions sont ouvertes en ce moment. Réessayez dans quelques secondes.",
    },
    "internal-error": {
        "en": "The service failed to answer this request and has logged the failure. Try again later.",
        "fr": "Le service n’a pas pu répondre à cette requête et a consigné l’erreur. Réessayez plus tard.",
    },
    "data-unreadable": {
        "en": "The data cannot be read now. Try again in a few seconds.",
        "fr": "Les données ne peuvent pas être lues pour le moment. Réessayez dans quelques secondes.",
    },
    "statement-timeout": {
        "en": "The answer took too long and was stopped. Try again in a few seconds, or ask for less.",
        "fr": "La réponse prenait trop de temps et a été interrompue. Réessayez dans quelques secondes ou demandez-en "
        "moins.",
    },
    "too-busy": {
        "en": "Too many long requests are being answered now. Try again in a few seconds.",
        "fr": "Trop de longues requêtes sont en cours de traitement. Réessayez dans quelques secondes.",
    },
    "not-enough-memory": {
        "en": "There is not enough memory for this answer now. Try again in a few seconds.",
        "fr": "La mémoire ne suffit pas à cette réponse pour le moment. Réessayez dans quelques secondes.",
    },
    "download-not-built": {
        "en": "The download cannot be built now. Try again in a few seconds.",
        "fr": "Le fichier ne peut pas être préparé pour le moment. Réessayez dans quelques secondes.",
    },
    "other-status": {
        "en": "The answer to this request is the HTTP status {status}.",
        "fr": "La réponse à cette requête est le statut HTTP {status}.",
    },
}
