"""
French words of meals: diets, textures, allergens, reasons, actions.
"""

from __future__ import annotations

from carecoord.meals.wishes import MealKind

DIETS: dict[str, str] = {
    "normal": "normal",
    "no_salt": "sans sel",
    "no_sugar": "sans sucre (diabétique)",
    "no_salt_no_sugar": "sans sel ni sucre",
    "no_pork": "sans porc",
    "vegetarian": "végétarien",
    "low_calorie": "hypocalorique",
    "low_residue": "sans résidu",
}

TEXTURES: dict[str, str] = {
    "iddsi7": "entier (IDDSI 7)",
    "iddsi7ec": "tendre (IDDSI 7 facile à mastiquer)",
    "iddsi6": "petits morceaux tendres (IDDSI 6)",
    "iddsi5": "haché (IDDSI 5)",
    "iddsi4": "mixé (IDDSI 4)",
    "iddsi3": "lisse, fluide (IDDSI 3)",
}
"""Levels of the International Dysphagia Diet Standardisation Initiative with the words used in kitchens."""

TEXTURES_SHORT: dict[str, str] = {
    "iddsi7": "entier",
    "iddsi7ec": "tendre",
    "iddsi6": "petits morceaux",
    "iddsi5": "haché",
    "iddsi4": "mixé",
    "iddsi3": "lisse",
}

ALLERGENS: dict[str, str] = {
    "gluten": "gluten",
    "crustaceans": "crustacés",
    "eggs": "œufs",
    "fish": "poisson",
    "peanuts": "arachides",
    "soybeans": "soja",
    "milk": "lait",
    "nuts": "fruits à coque",
    "celery": "céleri",
    "mustard": "moutarde",
    "sesame": "sésame",
    "sulphites": "sulfites",
    "lupin": "lupin",
    "molluscs": "mollusques",
}

CHAINS: dict[str, str] = {"cold": "froid", "hot": "chaud"}
CHAINS_LONG: dict[str, str] = {
    "cold": "liaison froide (3 °C au plus)",
    "hot": "liaison chaude (63 °C au moins)",
}

REASONS: dict[str, str] = {
    "away": "absence",
    "family": "séjour en famille",
    "refusal": "ne souhaite plus pour l’instant",
    "other": "autre motif",
}

ACTIONS: dict[str, str] = {
    "spare": "Prendre sur la réserve",
    "call_kitchen": "Appeler la cuisine",
    "refuse": "Refuser l’ajout",
    "cancel_free": "Annuler sans facturer",
    "cancel_charged": "Annuler et facturer",
    "deliver_anyway": "Livrer ce qui est commandé",
}
"""What is proposed for a late change, as a button says it."""

ACTIONS_DONE: dict[str, str] = {
    "spare": "pris sur la réserve",
    "call_kitchen": "cuisine prévenue par téléphone",
    "refuse": "ajout refusé",
    "cancel_free": "annulé sans facturer",
    "cancel_charged": "annulé et facturé",
    "deliver_anyway": "livré comme commandé",
}

SHIFTS: dict[str, str] = {
    "eve": "la veille (le dernier jour ouvré avant)",
    "delivery_day": "le dernier jour habituel de livraison avant",
    "none": "le jour même : on livre les jours fériés",
}

HOSPITAL: dict[str, str] = {
    "before_cutoff": "non facturé si la cuisine est prévenue avant l’heure limite",
    "always": "jamais facturé",
    "never": "facturé comme toute annulation",
}

ATTENDANCE: dict[str, str] = {"expected": "attendu", "present": "présent", "absent": "absent"}

WHY: dict[str, str] = {
    "usual": "",
    "changed": "changé pour ce jour",
    "suspended": "suspendu",
    "stay": "hors du domicile",
    "not_that_day": "",
    "outside": "",
}


def kind_words(kind: MealKind) -> str:
    """`sans sel, mixé, sans lait`: what the kitchen reads of a kind of meal, chain left out."""
    parts = [DIETS[kind.diet]]
    if kind.texture != "iddsi7":
        parts.append(TEXTURES_SHORT[kind.texture])
    if kind.allergies:
        parts.append("sans " + ", ".join(ALLERGENS[name] for name in kind.allergies))
    return ", ".join(parts)


def offer_words(diet: str, texture: str) -> str:
    """`sans sel, mixé`: a diet in a texture."""
    return f"{DIETS.get(diet, diet)}, {TEXTURES_SHORT.get(texture, texture)}"
