"""Messages of imports: why a file is refused, why a row is left out, and what a person should look at."""

IMPORTS: dict[str, dict[str, str]] = {
    # Files
    "unknown-importer": {
        "en": "there is no importer {name}; there are {names:and}",
        "fr": "il n’y a pas d’importateur {name}; il y a {names:and}",
    },
    "unknown-importer.suggestion": {
        "en": "there is no importer {name}. Did you mean {suggestion}?",
        "fr": "il n’y a pas d’importateur {name}. Vouliez-vous dire {suggestion}?",
    },
    "not-https": {
        "en": "must begin with https://, since what comes over http may have been changed on the way",
        "fr": "doit commencer par https://, car ce qui passe par http peut avoir été modifié en chemin",
    },
    "not-xml": {"en": "is not XML that can be read: {reason}", "fr": "n’est pas du XML lisible : {reason}"},
    "xml-document-type": {
        "en": "has a document type, which no file of this publisher has",
        "fr": "contient un type de document, ce qu’aucun fichier de cet éditeur ne contient",
    },
    "xml-other-root": {
        "en": "begins with the element {found} in place of {expected}",
        "fr": "commence par l’élément {found} au lieu de {expected}",
    },
    "not-csv": {"en": "is not CSV that can be read: {reason}", "fr": "n’est pas du CSV lisible : {reason}"},
    "csv-other-header": {
        "en": "lacks the columns {missing:and}; it begins with {found}",
        "fr": "n’a pas les colonnes {missing:and}; il commence par {found}",
    },
    "csv-repeated-column": {
        "en": "has two columns of the same name",
        "fr": "a deux colonnes du même nom",
    },
    "csv-too-many-cells": {
        "en": "has more cells than the {most} columns of the header",
        "fr": "a plus de cellules que les {most} colonnes de l’en-tête",
    },
    "csv-cut-off": {
        "en": "ends in the middle of a line, with {cells} cells after a line of {before}: the file is cut off",
        "fr": "se termine au milieu d’une ligne, par {cells} cellules après une ligne de {before} : le fichier est "
        "tronqué",
    },
    "nul-in-text": {"en": "has a NUL character", "fr": "contient un caractère NUL"},
    "unknown-encoding": {
        "en": "is in neither of the encodings {encodings:and}",
        "fr": "n’est dans aucun des encodages {encodings:and}",
    },
    "current-to-the-future": {
        "en": "the file is current to {date}, which is in the future; --force imports it all the same",
        "fr": "le fichier est à jour au {date}, date future; --force l’importe quand même",
    },
    "older-than-published": {
        "en": "the file is current to {date}, but what is published of {source} is current to {published}; "
        "--force imports it all the same",
        "fr": "le fichier est à jour au {date}, mais ce qui est publié de {source} l’est au {published}; "
        "--force l’importe quand même",
    },
    "below-floor": {
        "en": "has {count} records of {collection}, and should have at least {least}; --force imports it all the same",
        "fr": "contient {count} fiches de {collection}, et devrait en contenir au moins {least}; --force l’importe "
        "quand même",
    },
    "below-fill-rate": {
        "en": "only {percent} % of the records have the field {field}, and {least} % should; --force imports them all "
        "the same",
        "fr": "seulement {percent} % des fiches ont le champ {field}, et {least} % devraient l’avoir; --force les "
        "importe quand même",
    },
    # Decisions
    "matched-twice": {
        "en": "says of one imported record that it is two published ones",
        "fr": "dit d’une même fiche importée qu’elle est deux fiches publiées",
    },
    "same-and-different": {
        "en": "says of {id} that it is the same as a record, and that it is another",
        "fr": "dit de {id} qu’elle est la même qu’une fiche, et qu’elle en est une autre",
    },
    # What a person should look at
    "looks-alike": {
        "en": "may be the same as {record}: write [[same]] or [[different]] into a file for --matches",
        "fr": "est peut-être la même que {record} : inscrire [[same]] ou [[different]] dans un fichier pour --matches",
    },
    "match-not-published": {
        "en": "should be {record}, which is not published; imported as a record of its own",
        "fr": "devrait être {record}, qui n’est pas publiée; importée comme fiche distincte",
    },
    "gone-from-list": {
        "en": "is no longer in the files; it stays as it is published",
        "fr": "n’est plus dans les fichiers; elle reste telle qu’elle est publiée",
    },
    "supporting-withdrawn": {
        "en": "is needed, but was withdrawn; it stays withdrawn",
        "fr": "est nécessaire, mais a été retirée; elle reste retirée",
    },
    "same-record": {
        "en": "This is {collection}/{id}, which an import had brought a second time.",
        "fr": "Il s’agit de {collection}/{id}, qu’un import avait apporté une seconde fois.",
    },
    # Why a row is left out
    "row-without-day": {
        "en": "{value} is not a day that the file can mean",
        "fr": "{value} n’est pas un jour que le fichier peut désigner",
    },
    "row-of-two-years": {
        "en": "{value} is not in the year {year}, which the row gives too",
        "fr": "{value} n’est pas en {year}, année que la ligne indique aussi",
    },
    "row-of-unknown-type": {"en": "{value} is not a known type", "fr": "{value} n’est pas un type connu"},
    "row-without-value": {"en": "has no {field}", "fr": "n’a pas de {field}"},
    "row-repeated": {"en": "{id} was read before", "fr": "{id} a déjà été lu"},
    "other-list-type": {"en": "of another list", "fr": "d’une autre liste"},
    "file-without-date": {
        "en": "does not say of which day it is: {field} is missing or is no day",
        "fr": "n’indique pas de quel jour il est : {field} manque ou n’est pas un jour",
    },
    "other-country": {"en": "of another country", "fr": "d’un autre pays"},
    "cell-empty": {"en": "has no amount", "fr": "n’a pas de montant"},
    "cell-not-an-amount": {"en": "{value} is no amount", "fr": "{value} n’est pas un montant"},
    "status-without-basis": {
        "en": "{value} is neither a commitment nor paid",
        "fr": "{value} n’est ni un engagement ni un versement",
    },
    "file-name-without-year": {
        "en": "the year is not in the table: the file’s name must have it, and no other",
        "fr": "l’année ne figure pas dans le tableau : le nom du fichier doit la contenir, et aucune autre",
    },
    "table-without-donor": {
        "en": "has no column of {donor}, by name or code",
        "fr": "n’a pas de colonne de {donor}, par nom ou par code",
    },
    "table-without-recipient": {
        "en": "has {count} rows of North Korea in place of one",
        "fr": "contient {count} lignes de la Corée du Nord au lieu d’une",
    },
    "file-without-donor": {
        "en": "has no column for the donor, and its name does not say that it has the flows of {donor}",
        "fr": "n’a pas de colonne pour le donneur, et son nom n’indique pas que les flux sont ceux de {donor}",
    },
    "file-without-recipient": {
        "en": "has no column for the country, and its name does not say that it has the flows for North Korea (PRK)",
        "fr": "n’a pas de colonne pour le pays, et son nom n’indique pas que les flux visent la Corée du Nord (PRK)",
    },
    "parts-of-plans": {
        "en": "divides plans by cluster or subject: take the file that has each plan once",
        "fr": "répartit les plans par secteur ou par sujet : prendre le fichier où chaque plan figure une seule fois",
    },
    "second-file-of-source": {
        "en": "is the second file of the source {source}: import one of them, or put the year of each into its name",
        "fr": "est le deuxième fichier de la source {source} : n’en importer qu’un, ou mettre l’année de chacun dans "
        "son nom",
    },
    "constant-prices": {
        "en": "is in constant prices, and a record of the year would be in current ones: take the table in current "
        "prices",
        "fr": "est en prix constants, alors que la fiche de l’année est en prix courants : prendre le tableau en prix "
        "courants",
    },
    "flow-of-other-flows": {
        "en": "of type {value}: other flows have the same money",
        "fr": "de type {value} : d’autres flux portent sur les mêmes fonds",
    },
    "share-of-donor": {
        "en": "is of several donors, and does not say how much each of them gave",
        "fr": "vient de plusieurs donneurs, sans indiquer la part de chacun",
    },
    "iati-other-version": {
        "en": "is of version {version} of the IATI standard; versions 2.01 to 2.03 can be read",
        "fr": "est de la version {version} de la norme de l’IITA; les versions 2.01 à 2.03 sont lisibles",
    },
    "second-file-of-kind": {
        "en": "is the second file of its kind: import one at a time",
        "fr": "est le deuxième fichier de ce genre : les importer un à la fois",
    },
    "law-without-identification": {
        "en": "does not say which law it is: language, number or title is missing",
        "fr": "n’indique pas de quel texte il s’agit : la langue, le numéro ou le titre manque",
    },
    "languages-of-different-days": {
        "en": "its two languages are current to different days: take files of one day",
        "fr": "ses deux langues sont à jour à des jours différents : prendre des fichiers du même jour",
    },
    "other-donor": {"en": "of another donor", "fr": "d’un autre donneur"},
    "other-transaction-type": {
        "en": "of type {value}, which is no money given",
        "fr": "de type {value}, qui n’est pas une somme donnée",
    },
    "share-of-country": {
        "en": "is for several countries, and does not say how much of it is for which",
        "fr": "vise plusieurs pays, sans indiquer la part de chacun",
    },
    # Records that are imported
    "not-an-imo-number": {
        "en": "must be an IMO number, whose last digit checks the others",
        "fr": "doit être un numéro OMI, dont le dernier chiffre vérifie les autres",
    },
    "one-primary-name": {
        "en": "must have one primary name, which comes first",
        "fr": "doit contenir un seul nom principal, placé en premier",
    },
    "no-language": {
        "en": "must have words in English or in French",
        "fr": "doit contenir un texte en français ou en anglais",
    },
    "imported-not-packaged": {
        "en": "revision {number} cannot be packaged: {field} has the words of others, which only an import brings",
        "fr": "la révision {number} ne peut pas être fournie avec le logiciel : {field} contient les mots d’autrui, "
        "que seul un import apporte",
    },
    # The report
    "row-left-out": {
        "en": "{file}: {row}: left out: {reason}",
        "fr": "{file} : {row} : laissée de côté : {reason}",
    },
    "row-left-out.number": {
        "en": "{file}: line {number}: {row}: left out: {reason}",
        "fr": "{file} : ligne {number} : {row} : laissée de côté : {reason}",
    },
    "rows-left-out": {
        "en": "left out: {count} rows: {reason}",
        "fr": "laissées de côté : {count} lignes : {reason}",
    },
    "import-read": {
        "en": "read: {counts:and}",
        "fr": "lu : {counts:and}",
    },
    "not-modified": {
        "en": "{address} has not changed since it was last imported.",
        "fr": "{address} n’a pas changé depuis le dernier import.",
    },
    "not-modified-unasked": {
        "en": "answers that the file has not changed, although nobody asked that",
        "fr": "répond que le fichier n’a pas changé, sans que cela ait été demandé",
    },
    "import-note": {
        "en": "Import of {files:and} by the importer {name}",
        "fr": "Import de {files:and} par l’importateur {name}",
    },
}
