"""Messages of the pages that list: search, names, data, a collection, changes."""

LISTS: dict[str, dict[str, str]] = {
    "page-search-title": {"en": "Search", "fr": "Recherche"},
    "page-search-about": {
        "en": "Search all records in English and French: words, “phrases in quotation marks”, and -⁠words to leave out.",
        "fr": "Cherchez dans toutes les fiches, en français et en anglais : mots, « expressions entre guillemets » et "
        "-⁠mots à exclure.",
    },
    "page-search-words": {"en": "Words to find", "fr": "Mots à chercher"},
    "page-search-button": {"en": "Search", "fr": "Chercher"},
    "page-search-found": {"en": "{count} records for “{words}”", "fr": "{count} fiches pour « {words} »"},
    "page-search-found-one": {"en": "1 record for “{words}”", "fr": "1 fiche pour « {words} »"},
    "page-search-found-none": {"en": "No record for “{words}”", "fr": "Aucune fiche pour « {words} »"},
    "page-search-newest": {
        "en": "More than 10,000 records match: the most recently published come first.",
        "fr": "Plus de 10 000 fiches correspondent : les plus récemment publiées viennent en premier.",
    },
    "page-search-all": {"en": "All collections", "fr": "Toutes les collections"},
    "page-search-in": {"en": "Collection", "fr": "Collection"},
    "page-names-title": {"en": "Is this name listed?", "fr": "Ce nom est-il inscrit?"},
    "page-names-about": {
        "en": "Compare a name with the persons and entities that the United Nations lists. Other word orders, accents "
        "and romanizations of Korean are compared too. The name is not logged.",
        "fr": "Comparez un nom avec les personnes et entités inscrites par les Nations Unies. L’ordre des mots, les "
        "accents et la romanisation du coréen peuvent être différents. Le nom n’est consigné nulle part.",
    },
    "page-names-name": {"en": "Name of a person or entity", "fr": "Nom d’une personne ou d’une entité"},
    "page-names-button": {"en": "Compare", "fr": "Comparer"},
    "page-names-none": {
        "en": "No listed name is like “{words}”. That does not show that dealing with the party is lawful.",
        "fr": "Aucun nom inscrit ne ressemble à « {words} ». Cela ne montre pas qu’il est licite de traiter avec cette "
        "partie.",
    },
    "page-names-no-list": {
        "en": "Revision {number} has no listed names: nothing was compared with “{words}”.",
        "fr": "La révision {number} ne contient aucun nom inscrit : rien n’a été comparé à « {words} ».",
    },
    "page-names-whole": {
        "en": "Only whole names are compared.",
        "fr": "Seuls les noms complets sont comparés.",
    },
    "page-names-find": {
        "en": "Find listed parties with the words “{words}”",
        "fr": "Trouver les parties inscrites où figurent les mots « {words} »",
    },
    "page-names-found": {
        "en": "Listed parties with a name like “{words}”, the most similar first: {count}",
        "fr": "Parties inscrites dont un nom ressemble à « {words} », le plus semblable en premier : {count}",
    },
    "page-names-score": {"en": "similarity {percent}%", "fr": "similitude de {percent} %"},
    "page-names-matched": {"en": "Listed as", "fr": "Inscrit sous"},
    "page-names-all": {"en": "All listed parties", "fr": "Toutes les parties inscrites"},
    "page-data-title": {"en": "The data", "fr": "Les données"},
    "page-data-about": {
        "en": "Every collection, to look at here or to download.",
        "fr": "Chaque collection, à consulter ici ou à télécharger.",
    },
    "page-data-collection": {"en": "Collection", "fr": "Collection"},
    "page-data-records": {"en": "Records", "fr": "Fiches"},
    "page-data-take": {"en": "Download", "fr": "Télécharger"},
    "page-data-whole": {"en": "Everything in one file", "fr": "Tout en un seul fichier"},
    "page-data-sqlite": {"en": "SQLite database", "fr": "Base de données SQLite"},
    "page-data-jsonl": {"en": "JSON Lines, both languages", "fr": "JSON Lines, dans les deux langues"},
    "page-data-package": {"en": "Data package (Frictionless)", "fr": "Data package (Frictionless)"},
    "page-data-catalog": {"en": "Catalogue (DCAT)", "fr": "Catalogue (DCAT)"},
    "page-collection-filter": {"en": "Words to find", "fr": "Mots à chercher"},
    "page-changes-title": {"en": "Changes", "fr": "Modifications"},
    "page-changes-about": {
        "en": "Each publication is a revision. Nothing is overwritten: earlier versions stay, and each page can be "
        "seen at any revision.",
        "fr": "Chaque publication est une révision. Rien n’est remplacé : les versions antérieures restent, et chaque "
        "page peut être vue à n’importe quelle révision.",
    },
    "page-changes-revision": {"en": "Revision {number}", "fr": "Révision {number}"},
    "page-changes-counts": {
        "en": "Records added: {added}, changed: {changed}, withdrawn: {withdrawn}",
        "fr": "Fiches ajoutées : {added}, modifiées : {changed}, retirées : {withdrawn}",
    },
    "page-changes-see": {"en": "See the data at this revision", "fr": "Voir les données à cette révision"},
    "page-changes-feed": {"en": "Follow changes (Atom)", "fr": "Suivre les modifications (Atom)"},
    "page-changes-calendar": {
        "en": "Timeline as a calendar (iCalendar)",
        "fr": "Chronologie en calendrier (iCalendar)",
    },
    "page-changes-json": {
        "en": "Change feed for programs (JSON)",
        "fr": "Fil des modifications pour programmes (JSON)",
    },
    "page-changes-of": {"en": "Changes of revision {number}", "fr": "Modifications de la révision {number}"},
    "page-changes-all": {"en": "All revisions", "fr": "Toutes les révisions"},
    "page-changes-fields": {"en": "Fields: {fields}", "fr": "Champs : {fields}"},
}
