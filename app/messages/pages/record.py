"""Messages of the page of a record."""

RECORD: dict[str, dict[str, str]] = {
    "page-record-yes": {"en": "Yes", "fr": "Oui"},
    "page-record-no": {"en": "No", "fr": "Non"},
    "page-record-details": {"en": "Details", "fr": "Détails"},
    "page-record-meanings": {"en": "What these details mean", "fr": "Ce que signifient ces détails"},
    "page-record-evidence": {"en": "Evidence", "fr": "Preuves"},
    "page-record-section": {"en": "section: {section}", "fr": "section\u00a0: {section}"},
    "page-record-passage": {"en": "See the passage", "fr": "Voir le passage"},
    "page-record-place": {"en": "Open the source", "fr": "Ouvrir la source"},
    "page-record-others": {"en": "Other sources say", "fr": "Selon d’autres sources"},
    "page-record-naming": {"en": "Named in", "fr": "Mentions dans d’autres fiches"},
    "page-record-naming-none": {
        "en": "No other record names this one.",
        "fr": "Aucune autre fiche ne mentionne celle-ci.",
    },
    "page-record-naming-all": {"en": "See all {count}", "fr": "Voir les {count}"},
    "page-record-naming-in": {
        "en": "Records that name “{title}”: {collection}",
        "fr": "Fiches qui mentionnent «\u00a0{title}\u00a0»\u00a0: {collection}",
    },
    "page-record-back": {"en": "Back to the record", "fr": "Revenir à la fiche"},
    "page-record-provisions": {"en": "Text of the law", "fr": "Texte de loi"},
    "page-record-provisions-some": {
        "en": "The first {shown} of {total} provisions.",
        "fr": "Les {shown} premières dispositions sur {total}.",
    },
    "page-record-provisions-all": {"en": "All provisions (JSON)", "fr": "Toutes les dispositions (JSON)"},
    "page-record-provision-from": {"en": "in force from {day}", "fr": "en vigueur à compter du {day}"},
    "page-record-no-words": {
        "en": "The words were not imported in this language.",
        "fr": "Le texte n’a pas été importé dans cette langue.",
    },
    "page-record-cite": {"en": "Cite this record", "fr": "Citer cette fiche"},
    "page-record-cite-about": {
        "en": "The citation names the revision that published these words. Its address always gives them.",
        "fr": "La référence nomme la révision qui a publié ce texte. Son adresse le donnera toujours.",
    },
    "page-record-history": {"en": "History", "fr": "Historique"},
    "page-record-revision": {"en": "Revision {number}", "fr": "Révision {number}"},
    "page-record-shown": {"en": "shown here", "fr": "affichée ici"},
    "page-record-changed": {"en": "Changed: {fields}", "fr": "Modifié\u00a0: {fields}"},
    "page-record-earlier": {
        "en": "The full history has {count} earlier versions:",
        "fr": "L’historique complet contient {count} versions antérieures :",
    },
    "page-record-id": {"en": "Id: {id}", "fr": "Identifiant\u00a0: {id}"},
    "page-record-as-json": {"en": "The same as JSON", "fr": "La même fiche en JSON"},
    "page-problem-unknown": {
        "en": "There is no record “{id}” under “{collection}” at revision {number}.",
        "fr": "Il n’y a aucune fiche «\u00a0{id}\u00a0» sous «\u00a0{collection}\u00a0» à la révision {number}.",
    },
    "page-problem-near": {"en": "Did you mean this record?", "fr": "Vouliez-vous cette fiche?"},
    "page-problem-since": {
        "en": "See it at revision {number}, which published it",
        "fr": "La voir à la révision {number}, qui l’a publiée",
    },
    "page-problem-find": {"en": "Search for “{words}”", "fr": "Chercher «\u00a0{words}\u00a0»"},
}
