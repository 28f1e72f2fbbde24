"""Messages of the page of the sanctions on a day."""

SANCTIONS: dict[str, dict[str, str]] = {
    "page-sanctions-title": {
        "en": "Canada’s sanctions on a day",
        "fr": "Les sanctions du Canada un jour donné",
    },
    "page-sanctions-title-day": {
        "en": "Canada’s sanctions against North Korea on {day}",
        "fr": "Sanctions du Canada contre la Corée du Nord le {day}",
    },
    "page-sanctions-about": {
        "en": "Choose a day to see which prohibitions, duties and controls Canadian law then had, and what they let "
        "pass. The wording may have been different.",
        "fr": "Choisissez un jour pour voir quelles interdictions, obligations et mesures de contrôle le droit "
        "canadien comptait alors, et ce qu’elles permettaient. Le libellé pouvait être différent.",
    },
    "page-sanctions-day": {"en": "Day", "fr": "Jour"},
    "page-sanctions-regime": {"en": "Regime", "fr": "Régime"},
    "page-sanctions-kind": {"en": "Kind", "fr": "Type"},
    "page-sanctions-today": {"en": "Today", "fr": "Aujourd’hui"},
    "page-sanctions-earlier": {"en": "A year earlier", "fr": "Un an plus tôt"},
    "page-sanctions-later": {"en": "A year later", "fr": "Un an plus tard"},
    "page-sanctions-count": {
        "en": "{count} measures in force, certainly or possibly, on {day}.",
        "fr": "{count} mesures en vigueur, avec certitude ou peut-être, le {day}.",
    },
    "page-sanctions-count-one": {
        "en": "1 measure in force, certainly or possibly, on {day}.",
        "fr": "1 mesure en vigueur, avec certitude ou peut-être, le {day}.",
    },
    "page-sanctions-count-none": {
        "en": "No measure of this record was in force on {day}.",
        "fr": "Aucune mesure de ce dossier n’était en vigueur le {day}.",
    },
    "page-sanctions-count-none-chosen": {
        "en": "No measure of the chosen regime and kind was in force on {day}.",
        "fr": "Aucune mesure du régime et du type choisis n’était en vigueur le {day}.",
    },
    "page-sanctions-none-chosen": {
        "en": "Choose another day, or all regimes and kinds. The picture below shows when measures applied.",
        "fr": "Choisissez un autre jour, ou tous les régimes et types. L’image ci-dessous montre quand des mesures "
        "s’appliquaient.",
    },
    "page-sanctions-state-certain": {"en": "In force", "fr": "En vigueur"},
    "page-sanctions-state-checked": {"en": "In force when last checked", "fr": "En vigueur à la dernière vérification"},
    "page-sanctions-state-possible": {"en": "Possibly in force", "fr": "Peut-être en vigueur"},
    "page-sanctions-state-outside": {"en": "Not on this day", "fr": "Pas ce jour-là"},
    "page-sanctions-means-certain": {
        "en": "It is certain that each applied on this day.",
        "fr": "Il est certain que chacune s’appliquait ce jour-là.",
    },
    "page-sanctions-means-checked": {
        "en": "Each was in force when the law was last checked, before this day. No end is known.",
        "fr": "Chacune était en vigueur lorsque le droit a été vérifié pour la dernière fois, avant ce jour. Aucune "
        "fin n’est connue.",
    },
    "page-sanctions-means-possible": {
        "en": "The start or the end of each is not exactly known, so it may not have applied on this day.",
        "fr": "Le début ou la fin de chacune n’est pas exactement connu : elle ne s’appliquait peut-être pas ce "
        "jour-là.",
    },
    "page-sanctions-others": {
        "en": "In force when last checked, or possibly in force",
        "fr": "En vigueur à la dernière vérification, ou peut-être en vigueur",
    },
    "page-sanctions-start": {"en": "Start: {date}", "fr": "Début : {date}"},
    "page-sanctions-end": {"en": "End: {date}", "fr": "Fin : {date}"},
    "page-sanctions-start-unknown": {"en": "Its start is not known.", "fr": "Son début n’est pas connu."},
    "page-sanctions-start-between": {
        "en": "Its start is not exactly known ({date}): it may have begun after this day.",
        "fr": "Son début n’est pas exactement connu ({date}) : il peut être postérieur à ce jour.",
    },
    "page-sanctions-not-yet": {
        "en": "It was not yet in force on {date}; when it began is not known.",
        "fr": "Elle n’était pas encore en vigueur le {date}; son début n’est pas connu.",
    },
    "page-sanctions-end-unknown": {
        "en": "Whether it has ended is not known.",
        "fr": "On ne sait pas si elle a pris fin.",
    },
    "page-sanctions-end-between": {
        "en": "Its end is not exactly known ({date}): it may have ended before this day.",
        "fr": "Sa fin n’est pas exactement connue ({date}) : elle peut être antérieure à ce jour.",
    },
    "page-sanctions-ended": {
        "en": "It had ended by {date}; on which day is not known.",
        "fr": "Elle avait pris fin au plus tard le {date}; le jour n’est pas connu.",
    },
    "page-sanctions-checked": {
        "en": "Last checked on {date}; no end is known.",
        "fr": "Dernière vérification le {date}; aucune fin connue.",
    },
    "page-sanctions-details": {
        "en": "Exceptions on this day: {exceptions} of {all_exceptions}. Permits on this day: {permits} of "
        "{all_permits}.",
        "fr": "Exceptions ce jour-là : {exceptions} sur {all_exceptions}. Licences et certificats ce jour-là : "
        "{permits} sur {all_permits}.",
    },
    "page-sanctions-exceptions": {
        "en": "Exceptions: nobody has to apply",
        "fr": "Exceptions : sans demande à présenter",
    },
    "page-sanctions-permits": {"en": "Permits: on application", "fr": "Licences et certificats : sur demande"},
    "page-sanctions-earlier-permits": {
        "en": "An earlier text may have provided for permits on this day. This record does not have it.",
        "fr": "Un texte antérieur prévoyait peut-être des licences ce jour-là. Ce dossier ne le contient pas.",
    },
    "page-sanctions-last-check": {"en": "Last check: {date}.", "fr": "Dernière vérification : {date}."},
    "page-sanctions-last-checks": {
        "en": "Last checks: from {first} to {last}.",
        "fr": "Dernières vérifications : du {first} au {last}.",
    },
    "page-sanctions-covers": {"en": "Only for {provisions}", "fr": "Seulement pour {provisions}"},
    "page-sanctions-around": {
        "en": "What began and ended within a year of this day",
        "fr": "Ce qui a commencé et pris fin à moins d’un an de ce jour",
    },
    "page-sanctions-around-about": {
        "en": "From {first} to {last}.",
        "fr": "Du {first} au {last}.",
    },
    "page-sanctions-began": {"en": "Began", "fr": "Début"},
    "page-sanctions-maybe-began": {"en": "Possibly began", "fr": "Début possible"},
    "page-sanctions-ended-in": {"en": "Ended", "fr": "Fin"},
    "page-sanctions-maybe-ended": {"en": "Possibly ended", "fr": "Fin possible"},
    "page-sanctions-nothing-around": {
        "en": "Nothing that this record knows of.",
        "fr": "Rien que ce dossier connaisse.",
    },
    "page-sanctions-first-rows": {
        "en": "Only the first {count} are shown. The downloads have all.",
        "fr": "Seuls les {count} premiers éléments figurent ici. Les téléchargements les contiennent tous.",
    },
    "page-sanctions-picture": {"en": "The measures over the years", "fr": "Les mesures au fil des ans"},
    "page-sanctions-picture-about": {
        "en": "Each bar shows measures of one regime with the same start and end. Filled: certainly in force. "
        "Hatched: possibly in force, since a start, an end or later changes are not known.",
        "fr": "Chaque barre représente des mesures d’un même régime dont le début et la fin sont les mêmes. Pleine : "
        "certainement en vigueur. Hachurée : peut-être en vigueur, car le début, la fin ou les changements ultérieurs "
        "ne sont pas connus.",
    },
    "page-sanctions-picture-day": {
        "en": "The vertical line is {day}.",
        "fr": "La ligne verticale correspond au {day}.",
    },
    "page-sanctions-measures": {"en": "{count} measures", "fr": "{count} mesures"},
    "page-sanctions-measure": {"en": "1 measure", "fr": "1 mesure"},
    "page-sanctions-no-end": {"en": "no end known", "fr": "aucune fin connue"},
    "page-sanctions-no-start": {"en": "start not known", "fr": "début non connu"},
    "page-sanctions-contents": {"en": "On this page", "fr": "Sur cette page"},
    "page-sanctions-list": {"en": "This list", "fr": "Cette liste"},
    "page-sanctions-all": {
        "en": "All measures, of every day ({count})",
        "fr": "Toutes les mesures, de tous les jours ({count})",
    },
}
