"""Messages of the page about the project."""

ABOUT: dict[str, dict[str, str]] = {
    "page-about-title": {"en": "About this record", "fr": "À propos de ce dossier"},
    "page-about-what": {"en": "What it is", "fr": "Ce que c’est"},
    "page-about-what-more": {
        "en": "It has events, sanctions, permitted contacts and aid. Each statement names its source, and each "
        "earlier state of the data can be seen again.",
        "fr": "Il contient des événements, des sanctions, des contacts permis et de l’aide. Chaque énoncé cite sa "
        "source, et chaque état antérieur des données reste consultable.",
    },
    "page-about-sources": {"en": "Sources", "fr": "Sources"},
    "page-about-sources-about": {
        "en": "{count} sources are cited. The table shows how current each one is.",
        "fr": "{count} sources sont citées. Le tableau indique l’actualité de chacune.",
    },
    "page-about-source": {"en": "Source", "fr": "Source"},
    "page-about-publisher": {"en": "Publisher", "fr": "Éditeur"},
    "page-about-as-of": {"en": "Content as of", "fr": "Contenu en date du"},
    "page-about-retrieved": {"en": "Retrieved on", "fr": "Consultée le"},
    "page-about-licence": {"en": "Licence", "fr": "Licence"},
    "page-about-unknown": {"en": "not known", "fr": "non connu"},
    "page-about-licences": {"en": "Licences", "fr": "Licences"},
    "page-about-licences-about": {
        "en": "The titles and summaries are the project’s own wording, under CC BY 4.0. The program is under the MIT "
        "licence. The sources keep their own terms.",
        "fr": "Les titres et résumés sont rédigés par le projet, sous CC BY 4.0. Le programme est sous la licence MIT. "
        "Les sources gardent leurs propres conditions.",
    },
    "page-about-check": {"en": "How to check a revision", "fr": "Comment vérifier une révision"},
    "page-about-check-about": {
        "en": "A revision has a digest: the SHA-256 of its canonical form. You can compute it yourself:",
        "fr": "Une révision a une empreinte : le SHA-256 de sa forme canonique. Vous pouvez la calculer vous-même :",
    },
    "page-about-check-result": {
        "en": "For revision {number} it has to be:",
        "fr": "Pour la révision {number}, le résultat doit être :",
    },
    "page-about-dates": {"en": "How dates are meant", "fr": "Comment lire les dates"},
    "page-about-dates-about": {
        "en": "A date says how much is known: a day, a month, a year, or two limits. Nothing is guessed.",
        "fr": "Une date dit ce que l’on sait : un jour, un mois, une année ou deux limites. Rien n’est deviné.",
    },
}
