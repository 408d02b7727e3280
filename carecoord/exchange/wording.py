"""
French reasons and remedies of refused import lines, by code.
"""

from __future__ import annotations

REFUSALS: dict[str, tuple[str, str]] = {
    "column_missing": ("cette colonne est obligatoire et manque", "ajoutez-la, comme dans le modèle"),
    "column_twice": ("cette colonne figure deux fois", "gardez-en une seule"),
    "missing": ("cette cellule est obligatoire", "remplissez-la"),
    "date": ("ce n’est pas une date", "écrivez par exemple 24/11/2026"),
    "date_short_year": ("l’année n’a que deux chiffres", "écrivez-la en entier, par exemple 24/11/2026"),
    "date_serial": (
        "cette date a perdu son format et n’est plus qu’un nombre",
        "dans le tableur, donnez à la colonne le format date, ou écrivez 24/11/2026",
    ),
    "date_bounds": (
        "l’année n’est pas entre {first} et {last}",
        "corrigez la date, ou videz la cellule s’il n’y a pas de fin",
    ),
    "time": ("ce n’est pas une heure", "écrivez par exemple 9h20"),
    "duration": ("ce n’est pas une durée", "écrivez par exemple 45 min ou 1h30"),
    "duration_bounds": ("une visite dure de 5 minutes à 12 heures", "corrigez la durée"),
    "insee": (
        "ce n’est pas un code INSEE de commune",
        "donnez le code INSEE (91114), pas le code postal ; en Corse il commence par 2A ou 2B",
    ),
    "insee_unknown": ("aucune commune n’a ce code INSEE", "vérifiez le code dans la liste des communes"),
    "postcode": ("un code postal a cinq chiffres", "écrivez par exemple 91800"),
    "postcode_elsewhere": (
        "ce code postal n’est pas celui de la commune {commune}",
        "corrigez le code postal ou le code INSEE ({postcodes} pour cette commune)",
    ),
    "phone": ("ce n’est pas un numéro de téléphone français", "écrivez par exemple 01 99 00 12 34"),
    "decimal": ("ce n’est pas un nombre", "écrivez par exemple 3,5"),
    "whole": ("un nombre entier de {low} à {high} est attendu", "corrigez le nombre"),
    "contract": ("un contrat va de 1 à 48 heures par semaine", "écrivez par exemple 28 ou 28h30"),
    "latitude": ("une latitude va de -90 à 90", "écrivez par exemple 48,69650"),
    "longitude": ("une longitude va de -180 à 180", "écrivez par exemple 2,50380"),
    "point_half": ("latitude et longitude vont ensemble", "remplissez les deux ou aucune"),
    "point_needed": (
        "le centre de cette commune n’est pas connu",
        "donnez la latitude et la longitude du domicile",
    ),
    "word": ("ce mot n’est pas prévu", "choisissez parmi : {words}"),
    "days": ("ce ne sont pas des jours de la semaine", "écrivez par exemple lundi, jeudi ou tous les jours"),
    "stretches": ("ces horaires ne se lisent pas", "écrivez par exemple 7h00-13h30, 16h30-20h45"),
    "stretch_order": ("un horaire finit avant de commencer", "vérifiez l’ordre des heures"),
    "stretch_overlap": ("deux horaires de ce jour se chevauchent", "séparez-les ou réunissez-les"),
    "usual": ("cette liste d’aides ne se lit pas", "écrivez par exemple A001 (12), A004 (3)"),
    "duplicate": ("ce numéro figure déjà à la ligne {line}", "gardez une seule des deux lignes"),
    "duplicate_absence": (
        "la même absence figure déjà à la ligne {line}",
        "gardez une seule des deux lignes",
    ),
    "person_unknown": (
        "aucune personne n’a ce numéro",
        "corrigez le numéro, ou importez d’abord la personne (ou dans le même classeur)",
    ),
    "aide_unknown": (
        "aucune aide n’a le numéro {reference}",
        "corrigez le numéro, ou importez d’abord l’aide (ou dans le même classeur)",
    ),
    "period_order": ("la fin précède le début", "vérifiez les deux dates"),
    "window_order": (
        "le début au plus tard précède le début au plus tôt",
        "vérifiez les deux heures",
    ),
    "preferred_outside": (
        "l’heure souhaitée est hors de la fenêtre de début",
        "choisissez une heure entre les deux",
    ),
    "wanted_and_refused": ("l’aide {reference} est à la fois souhaitée et refusée", "gardez l’un des deux"),
    "part_time_full": (
        "un contrat de 35 heures ou plus n’est pas un temps partiel",
        "écrivez non, ou corrigez les heures",
    ),
    "absence_long": ("une absence dure au plus trois ans", "vérifiez les deux dates"),
    "reference_case": (
        "ce numéro existe déjà sous la forme {reference}",
        "écrivez-le exactement de la même façon",
    ),
    "control": (
        "ce texte contient un caractère invisible",
        "effacez la cellule et tapez de nouveau le texte",
    ),
    "too_long": ("ce texte est trop long", "raccourcissez-le à {limit} caractères"),
}

FILE_PROBLEMS: dict[str, tuple[str, str]] = {
    "file_empty": ("Le fichier est vide", "Vérifiez que le classeur a été enregistré."),
    "file_old_excel": (
        "Le fichier est un ancien classeur Excel (.xls) ou il est protégé par un mot de passe",
        "Enregistrez-le au format .xlsx, sans mot de passe, ou en CSV.",
    ),
    "file_protected": ("Le classeur est protégé par un mot de passe", "Enregistrez-le sans mot de passe."),
    "file_damaged": (
        "Le fichier est endommagé",
        "Ouvrez-le dans votre tableur et enregistrez-le de nouveau.",
    ),
    "file_not_a_table": ("Ce fichier n’est ni un classeur ni du CSV", "Choisissez un fichier .xlsx ou .csv."),
    "file_too_large": (
        "Le classeur est trop volumineux une fois ouvert, ou ses cellules sont trop éloignées",
        "Copiez les seules lignes utiles dans un nouveau classeur, et enregistrez-le.",
    ),
    "file_encoding": (
        "Les caractères du fichier ne se lisent pas",
        "Enregistrez-le en CSV UTF-8, ou au format .xlsx.",
    ),
    "file_too_long": ("Le fichier a plus de 50 000 lignes", "Coupez-le en plusieurs fichiers."),
    "sheet_unknown": (
        "Aucune feuille ne s’appelle Personnes, Aides, Absences ou Lignes de plan",
        "Renommez les feuilles comme dans le modèle.",
    ),
}


def refusal(code: str, values: dict[str, str | int]) -> tuple[str, str]:
    """The reason and the remedy of a refused line."""
    reason, remedy = REFUSALS[code]
    return reason.format(**values), remedy.format(**values)
