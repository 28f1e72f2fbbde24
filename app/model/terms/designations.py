"""Terms of designations: kinds of parties and names, and how good a name is."""

from app.model.terms import Term, Terms

DESIGNATION_KINDS: Terms = {
    "person": Term("Person", "Personne", "A person who is listed.", "Personne inscrite sur la liste."),
    "entity": Term(
        "Entity",
        "Entité",
        "A company, bank, office or other body that is listed.",
        "Société, banque, bureau ou autre organisme inscrit sur la liste.",
    ),
    "vessel": Term("Vessel", "Navire", "A ship that is listed.", "Navire inscrit sur la liste."),
}

NAME_KINDS: Terms = {
    "primary": Term(
        "Primary name",
        "Nom principal",
        "The name under which the party is listed.",
        "Nom sous lequel la partie est inscrite.",
    ),
    "alias": Term("Alias", "Autre nom", "Another name that the list gives.", "Autre nom que donne la liste."),
    "original-script": Term(
        "Name in original script",
        "Nom en écriture d’origine",
        "The name in its own script.",
        "Nom dans son écriture d’origine.",
    ),
}

NAME_QUALITIES: Terms = {
    "good": Term(
        "Good",
        "Bonne",
        "The list says that the alias is good enough to tell who is meant.",
        "La liste indique que ce nom suffit à reconnaître la personne.",
    ),
    "low": Term(
        "Low",
        "Faible",
        "The list says that the alias alone does not tell who is meant.",
        "La liste indique que ce nom ne suffit pas à reconnaître la personne.",
    ),
}
