"""Messages of the page of funding."""

FUNDING: dict[str, dict[str, str]] = {
    "page-funding-title": {"en": "Aid to North Korea by year", "fr": "L’aide à la Corée du Nord par année"},
    "page-funding-title-year": {
        "en": "Aid to North Korea in {year}",
        "fr": "L’aide à la Corée du Nord en {year}",
    },
    "page-funding-about": {
        "en": "Sums of aid as their sources report them. Sums from two sources, or of money promised and money paid, "
        "are never added up: they may be the same money.",
        "fr": "Les sommes d’aide telles que les déclarent leurs sources. Les sommes de deux sources, ou l’argent "
        "promis et l’argent versé, ne sont jamais additionnés : il peut s’agir du même argent.",
    },
    "page-funding-donor": {"en": "Given by", "fr": "Donateur"},
    "page-funding-year": {"en": "Year", "fr": "Année"},
    "page-funding-all-years": {"en": "All years", "fr": "Toutes les années"},
    "page-funding-brackets": {
        "en": "In brackets: no figure for that year alone.",
        "fr": "Entre parenthèses : aucun chiffre pour cette seule année.",
    },
    "page-funding-in-year": {
        "en": "{donor}: what is reported for {year}",
        "fr": "{donor} : sommes déclarées pour {year}",
    },
    "page-funding-no-year": {
        "en": "No source of this record reports a sum for {year} alone. That does not mean that nothing was given.",
        "fr": "Aucune source de ce dossier ne déclare de somme pour la seule année {year}. Cela ne veut pas dire "
        "que rien n’a été donné.",
    },
    "page-funding-not-added": {
        "en": "These sums must not be added up: several may count the same money.",
        "fr": "Ces sommes ne doivent pas être additionnées : plusieurs peuvent compter le même argent.",
    },
    "page-funding-wider": {
        "en": "Sums that cover {year} and other times too",
        "fr": "Sommes qui couvrent {year} et d’autres périodes",
    },
    "page-funding-sum": {"en": "Sum", "fr": "Somme"},
    "page-funding-basis": {"en": "What is counted", "fr": "Ce qui est compté"},
    "page-funding-sector": {"en": "Sector", "fr": "Secteur"},
    "page-funding-source": {"en": "Source", "fr": "Source"},
    "page-funding-period": {"en": "Period", "fr": "Période"},
    "page-funding-record": {"en": "Record", "fr": "Fiche"},
    "page-funding-records": {"en": "Records", "fr": "Fiches"},
    "page-funding-cumulative": {"en": "Cumulative figures", "fr": "Chiffres cumulatifs"},
    "page-funding-cumulative-about": {
        "en": "These are already sums over several years. They are shown apart, and added to nothing.",
        "fr": "Ce sont déjà des sommes sur plusieurs années. Elles sont données à part et ne s’ajoutent à rien.",
    },
    "page-funding-series": {"en": "By source", "fr": "Par source"},
    "page-funding-series-about": {
        "en": "One picture for each source and each way of counting. All have the same years, each has its own scale.",
        "fr": "Une image pour chaque source et chaque façon de compter. Toutes ont les mêmes années, chacune a sa "
        "propre échelle.",
    },
    "page-funding-series-title": {
        "en": "{basis} · {sector} · {currency}",
        "fr": "{basis} · {sector} · {currency}",
    },
    "page-funding-prices": {"en": "prices of {year}", "fr": "prix de {year}"},
    "page-funding-unit-1000000000": {"en": "Billions of {currency}", "fr": "Milliards de {currency}"},
    "page-funding-unit-1000000": {"en": "Millions of {currency}", "fr": "Millions de {currency}"},
    "page-funding-unit-1000": {"en": "Thousands of {currency}", "fr": "Milliers de {currency}"},
    "page-funding-unit-1": {"en": "{currency}", "fr": "{currency}"},
    "page-funding-chart": {
        "en": "Bars by year from {first} to {last}. The table below has the same figures.",
        "fr": "Barres par année, de {first} à {last}. Le tableau ci-dessous contient les mêmes chiffres.",
    },
    "page-funding-gaps": {
        "en": "No figure for {years:and}. A gap is not a zero.",
        "fr": "Aucun chiffre pour {years:and}. Une lacune n’est pas un zéro.",
    },
    "page-funding-no-gaps": {
        "en": "There is a figure for every year shown.",
        "fr": "Il y a un chiffre pour chaque année montrée.",
    },
    "page-funding-range": {"en": "{first} to {last}", "fr": "{first} à {last}"},
    "page-funding-hatched": {"en": "Hatched: no figure.", "fr": "Hachuré : aucun chiffre."},
    "page-funding-no-figure": {"en": "no figure", "fr": "aucun chiffre"},
    "page-funding-single": {
        "en": "Sources with a figure for one year",
        "fr": "Sources qui ont un chiffre pour une seule année",
    },
    "page-funding-other-periods": {
        "en": "Sums that do not fit one calendar year",
        "fr": "Sommes qui ne correspondent pas à une année civile",
    },
    "page-funding-other-periods-about": {
        "en": "Their period is a fiscal year, for example, so they are in no bar.",
        "fr": "Leur période est par exemple un exercice financier : elles ne figurent dans aucune barre.",
    },
    "page-funding-channels": {"en": "Through whom", "fr": "Par l’intermédiaire de qui"},
    "page-funding-channels-about": {
        "en": "Sums of all years by the organizations that delivered the aid. A sum that names several is not split.",
        "fr": "Sommes de toutes les années, par organisation qui a livré l’aide. Une somme qui en nomme plusieurs "
        "n’est pas divisée.",
    },
    "page-funding-channel": {"en": "Delivered by", "fr": "Livrée par"},
    "page-funding-channel-unknown": {"en": "not named", "fr": "non nommé"},
    "page-funding-left-out": {"en": "What the sums leave out", "fr": "Ce que les sommes laissent de côté"},
    "page-funding-left-out-cumulative": {
        "en": "Cumulative figures: {count}. Each is given above. Adding them would count money twice.",
        "fr": "Chiffres cumulatifs : {count}. Chacun figure plus haut. Les additionner compterait de l’argent "
        "deux fois.",
    },
    "page-funding-nothing-left-out": {
        "en": "Every record of this donor is in one of the sums.",
        "fr": "Chaque fiche de ce donateur figure dans l’une des sommes.",
    },
    "page-funding-also-others": {
        "en": "The downloads and requests also give records that name this donor in another role, for example as the "
        "one who receives the aid. The sums on this page leave them out.",
        "fr": "Les téléchargements et les requêtes donnent aussi les fiches qui nomment ce donateur à un autre titre, "
        "par exemple comme celui qui reçoit l’aide. Les sommes de cette page les excluent.",
    },
    "page-funding-first-series": {
        "en": "Pictures are shown for the {count} series with the most years. The others are in the downloads.",
        "fr": "Des images sont montrées pour les {count} séries qui comptent le plus d’années. Les autres figurent "
        "dans les téléchargements.",
    },
    "page-funding-download": {
        "en": "All records that name this donor",
        "fr": "Toutes les fiches qui nomment ce donateur",
    },
    "page-funding-none": {
        "en": "This record has no sums of aid at this revision.",
        "fr": "Ce dossier ne contient aucune somme d’aide à cette révision.",
    },
}
