"""Messages of the home page."""

HOME: dict[str, dict[str, str]] = {
    "page-home-title": {
        "en": "Canada and North Korea: the public record",
        "fr": "Le Canada et la Corée du Nord : le dossier public",
    },
    "page-home-about": {
        "en": "Canada’s relations with North Korea as data: events, sanctions, permitted contacts and aid. Each "
        "statement names its source, and each earlier state of the data can be seen again.",
        "fr": "Les relations du Canada avec la Corée du Nord, sous forme de données : événements, sanctions, contacts "
        "permis et aide. Chaque énoncé cite sa source, et chaque état antérieur des données reste consultable.",
    },
    "page-home-applies": {"en": "What applies today?", "fr": "Qu’est-ce qui s’applique aujourd’hui?"},
    "page-home-applies-answer": {
        "en": "{count} measures are, or may be, in force on {day}:",
        "fr": "{count} mesures sont, ou peuvent être, en vigueur le {day} :",
    },
    "page-home-applies-answer-one": {
        "en": "1 measure may be in force on {day}:",
        "fr": "1 mesure peut être en vigueur le {day} :",
    },
    "page-home-applies-answer-none": {
        "en": "No measure of this record is in force on {day}.",
        "fr": "Aucune mesure de ce dossier n’est en vigueur le {day}.",
    },
    "page-home-applies-more": {
        "en": "All measures in force today",
        "fr": "Toutes les mesures en vigueur aujourd’hui",
    },
    "page-home-happened": {"en": "What happened in 2017?", "fr": "Que s’est-il passé en 2017?"},
    "page-home-happened-answer": {
        "en": "{count} events are recorded for 2017:",
        "fr": "{count} événements sont consignés pour 2017 :",
    },
    "page-home-happened-answer-one": {
        "en": "1 event is recorded for 2017:",
        "fr": "1 événement est consigné pour 2017 :",
    },
    "page-home-happened-answer-none": {
        "en": "No event is recorded for 2017.",
        "fr": "Aucun événement n’est consigné pour 2017.",
    },
    "page-home-happened-more": {"en": "The timeline of 2017", "fr": "La chronologie de 2017"},
    "page-home-talk": {
        "en": "On what may Canada talk with Pyongyang?",
        "fr": "De quoi le Canada peut-il parler avec Pyongyang?",
    },
    "page-home-talk-answer": {
        "en": "Official contact is limited to {count} subjects:",
        "fr": "Les contacts officiels se limitent à {count} sujets :",
    },
    "page-home-talk-answer-one": {
        "en": "Official contact is limited to 1 subject:",
        "fr": "Les contacts officiels se limitent à 1 sujet :",
    },
    "page-home-talk-answer-none": {"en": "No subject is recorded.", "fr": "Aucun sujet n’est consigné."},
    "page-home-aid": {"en": "How much aid, through whom?", "fr": "Combien d’aide, et par l’intermédiaire de qui?"},
    "page-home-aid-answer": {
        "en": "Canada’s aid, reported as a total over years:",
        "fr": "Aide du Canada, déclarée comme total sur plusieurs années :",
    },
    "page-home-aid-channels": {
        "en": "Added up by channel, each source and basis apart:",
        "fr": "Sommes par canal, chaque source et chaque base à part :",
    },
    "page-home-aid-left": {
        "en": "The page on aid has {count} smaller sums.",
        "fr": "La page sur l’aide donne {count} sommes moins élevées.",
    },
    "page-home-aid-left-one": {
        "en": "The page on aid has 1 smaller sum.",
        "fr": "La page sur l’aide donne 1 somme moins élevée.",
    },
    "page-home-aid-unnamed": {"en": "channel not named", "fr": "canal non nommé"},
    "page-home-aid-more": {"en": "Aid by year and source", "fr": "L’aide par année et par source"},
    "page-home-name": {"en": "Is this name listed?", "fr": "Ce nom est-il inscrit?"},
    "page-home-name-answer": {
        "en": "The UN lists {count} persons and entities. Canadian law restricts dealings with them. A name may be "
        "spelled in other ways.",
        "fr": "L’ONU inscrit {count} personnes et entités. Le droit canadien restreint les opérations avec elles. Un "
        "nom peut s’écrire de plusieurs façons.",
    },
    "page-home-changes": {"en": "Newest changes", "fr": "Modifications récentes"},
    "page-home-developers-about": {
        "en": "Everything on these pages comes from a free JSON API, in English and French, without a key.",
        "fr": "Tout ce que montrent ces pages vient d’une API JSON libre, en anglais et en français, sans clé.",
    },
    "page-home-try": {"en": "Try the API in the browser", "fr": "Essayer l’API dans le navigateur"},
    "page-home-schema": {"en": "OpenAPI schema", "fr": "Schéma OpenAPI"},
    "page-home-downloads": {"en": "Downloads of everything", "fr": "Téléchargements de l’ensemble"},
    "page-home-follow": {"en": "Follow what changes", "fr": "Suivre les modifications"},
}
