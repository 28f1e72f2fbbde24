"""Messages of the timeline page."""

# Names of the months where they stand side by side.
SHORT_MONTHS: dict[str, tuple[str, ...]] = {
    "en": tuple("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()),
    "fr": tuple("janv. févr. mars avr. mai juin juill. août sept. oct. nov. déc.".split()),
}

TIMELINE: dict[str, dict[str, str]] = {
    "page-timeline-title": {"en": "Timeline", "fr": "Chronologie"},
    "page-timeline-of": {"en": "Timeline: {period}", "fr": "Chronologie : {period}"},
    "page-timeline-about": {
        "en": "Events, measures, legal texts, funding and initiatives over the years, with a lane for each kind.",
        "fr": "Événements, mesures, textes de droit, financements et initiatives au fil des ans, une ligne par type.",
    },
    "page-timeline-description": {
        "en": "{count} dated records of Canada’s relations with North Korea, as a picture and as a list.",
        "fr": "{count} fiches datées sur les relations du Canada avec la Corée du Nord, en image et en liste.",
    },
    "page-timeline-zoom": {"en": "Period", "fr": "Période"},
    "page-timeline-all": {"en": "All years", "fr": "Toutes les années"},
    "page-timeline-decade": {"en": "{year}s", "fr": "Années {year}"},
    "page-timeline-before": {"en": "Earlier", "fr": "Plus tôt"},
    "page-timeline-after": {"en": "Later", "fr": "Plus tard"},
    "page-timeline-into": {"en": "Look closer at", "fr": "Voir de plus près"},
    "page-timeline-filters": {"en": "Filter by kind, topic and actor", "fr": "Filtrer par type, sujet et acteur"},
    "page-timeline-from": {"en": "From", "fr": "De"},
    "page-timeline-to": {"en": "To", "fr": "À"},
    "page-timeline-date-form": {
        "en": "A year, month or day, such as 2017, 2017-09 or 2017-09-03",
        "fr": "Une année, un mois ou un jour, comme 2017, 2017-09 ou 2017-09-03",
    },
    "page-timeline-apply": {"en": "Show", "fr": "Afficher"},
    "page-timeline-kind": {"en": "Kind", "fr": "Type"},
    "page-timeline-topic": {"en": "Topic", "fr": "Sujet"},
    "page-timeline-actor": {"en": "Actor", "fr": "Acteur"},
    "page-timeline-others": {"en": "{count} more", "fr": "{count} autres"},
    "page-timeline-chosen": {"en": "{name}: {value}", "fr": "{name} : {value}"},
    "page-timeline-remove": {"en": "remove", "fr": "retirer"},
    "page-timeline-remove-all": {"en": "Remove all filters", "fr": "Retirer tous les filtres"},
    "page-timeline-imported": {
        "en": "{count} of the {total} records are incidents that CSIS, a research institute, lists. They are drawn as "
        "thin strokes or counted in bars.",
        "fr": "{count} des {total} fiches sont des incidents que recense le CSIS, un institut de recherche. Elles "
        "sont représentées par un trait fin ou comptées dans des barres.",
    },
    "page-timeline-imported-one": {
        "en": "1 of the {total} records is an incident that CSIS, a research institute, lists. It is drawn as a thin "
        "stroke or counted in a bar.",
        "fr": "1 des {total} fiches est un incident que recense le CSIS, un institut de recherche. Elle est "
        "représentée par un trait fin ou comptée dans une barre.",
    },
    "page-timeline-own": {"en": "Leave them out ({count} remain)", "fr": "Les laisser de côté (il en reste {count})"},
    "page-timeline-own-one": {"en": "Leave it out ({count} remain)", "fr": "La laisser de côté (il en reste {count})"},
    "page-timeline-own-shown": {
        "en": "Incidents that CSIS, a research institute, lists are left out.",
        "fr": "Les incidents que recense le CSIS, un institut de recherche, sont laissés de côté.",
    },
    "page-timeline-own-not": {"en": "Show them too", "fr": "Les afficher aussi"},
    "page-timeline-counted": {
        "en": "More than {most} records match, so that bars count them. Choose a shorter period or a filter to see "
        "each one.",
        "fr": "Plus de {most} fiches correspondent : des barres les comptent. Choisissez une période plus courte ou un "
        "filtre pour voir chacune.",
    },
    "page-timeline-picture": {"en": "Records by kind over time", "fr": "Les fiches par type au fil du temps"},
    "page-timeline-keys": {
        "en": "With the keyboard: Tab goes from lane to lane, the arrow keys from mark to mark, Enter opens one.",
        "fr": "Au clavier : Tab passe d’une ligne à l’autre, les flèches d’une marque à l’autre, Entrée ouvre.",
    },
    "page-timeline-lane": {"en": "{name}: {count} records", "fr": "{name} : {count} fiches"},
    "page-timeline-lane-one": {"en": "{name}: 1 record", "fr": "{name} : 1 fiche"},
    "page-timeline-lane-description": {
        "en": "Marks and bars from left to right in the order of time, {period}. Each is a link.",
        "fr": "Marques et barres de gauche à droite dans l’ordre du temps, {period}. Chacune est un lien.",
    },
    "page-timeline-mark": {"en": "{title} ({date})", "fr": "{title} ({date})"},
    "page-timeline-group": {"en": "{count} records: {date}", "fr": "{count} fiches : {date}"},
    "page-timeline-group-one": {"en": "1 record: {date}", "fr": "1 fiche : {date}"},
    "page-timeline-legend": {"en": "How to read it", "fr": "Comment la lire"},
    "page-timeline-legend-day": {"en": "on a day", "fr": "un jour donné"},
    "page-timeline-legend-about": {"en": "about a day", "fr": "vers un jour"},
    "page-timeline-legend-imported": {"en": "incident that CSIS lists", "fr": "incident que recense le CSIS"},
    "page-timeline-legend-uncertain": {
        "en": "some time within it",
        "fr": "à un moment de cette période",
    },
    "page-timeline-legend-lasting": {"en": "lasted from start to end", "fr": "du début à la fin"},
    "page-timeline-legend-open": {"en": "still going on", "fr": "toujours en cours"},
    "page-timeline-legend-unknown": {"en": "start or end not known", "fr": "début ou fin inconnus"},
    "page-timeline-legend-bar": {
        "en": "number of records, where there are too many for a mark each",
        "fr": "nombre de fiches, là où elles sont trop nombreuses pour une marque chacune",
    },
    "page-timeline-table": {"en": "The same as a table", "fr": "La même chose en tableau"},
    "page-timeline-caption": {
        "en": "Records by kind and time. A record whose date is uncertain counts wherever it can be.",
        "fr": "Fiches par type et par période. Une fiche dont la date est incertaine compte partout où elle peut être.",
    },
    "page-timeline-all-kinds": {"en": "All", "fr": "Toutes"},
    "page-timeline-list": {"en": "The records", "fr": "Les fiches"},
    "page-timeline-list-own": {
        "en": "The API has no such filter: the ids of imported incidents begin with csis-.",
        "fr": "L’API n’a pas ce filtre : les identifiants des incidents importés commencent par csis-.",
    },
    "page-timeline-none": {
        "en": "No dated record matches. Remove a filter or choose a longer period.",
        "fr": "Aucune fiche datée ne correspond. Retirez un filtre ou choisissez une période plus longue.",
    },
}
