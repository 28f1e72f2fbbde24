"""What the service says of itself, wherever it says it."""

NAME = {"en": "Canada–North Korea dossier", "fr": "Dossier Canada–Corée du Nord"}
DISCLAIMER = {
    "en": "The public record of Canada's relations with North Korea as data. An independent project: "
    "not a service of the Government of Canada.",
    "fr": "Le dossier public des relations du Canada avec la Corée du Nord, sous forme de données. "
    "Projet indépendant, qui n’est pas un service du gouvernement du Canada.",
}
LICENCES = {"code": "MIT", "data": "CC-BY-4.0"}
