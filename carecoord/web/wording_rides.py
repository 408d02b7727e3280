"""
Code -> French sentence, for requests of rides and what they rest on.
"""

from __future__ import annotations

from carecoord.web.rides_words import FINDINGS

ERRORS: dict[str, str] = {
    "ride_place_unknown": "Cette destination n’existe pas, ou plus.",
    "ride_request_unknown": "Cette demande n’existe pas, ou plus.",
    "ride_standing_unknown": "Ce trajet habituel n’existe pas, ou il est terminé.",
    "ride_not_allowed": "Ce trajet ne peut pas être enregistré ainsi.",
}
"""Code of a `DomainError` -> what happened, for a person."""

DEFECTS: dict[str, str] = {
    "date_far": "Cette date est trop lointaine : un an au plus.",
    "date_future": "Cette date n’est pas encore venue.",
    "ride_back_before": "L’heure du retour doit venir après celle de l’aller.",
    "ride_back_hour": "Dites à quelle heure la personne sera prête à rentrer.",
    "ride_back_none": "Une heure de retour est donnée, sans retour demandé.",
    "ride_hour_one": "Donnez l’heure d’arrivée ou l’heure de départ, l’une des deux.",
    "ride_person_away": "Cette personne est notée absente de chez elle ce jour-là : confirmez d’abord son "
    "retour.",
    "ride_name_taken": "Ce nom est déjà pris.",
    "ride_hours_twice": "Ces heures sont données deux fois.",
    "ride_place_taken": "Une autre destination porte déjà ce nom.",
    "ride_price_ceiling": "La participation est plafonnée à {ceiling} centimes par kilomètre "
    "(arrêté du 17 octobre 2019, article R3133-3 du code des transports).",
    "ride_unit_size": "Une unité urbaine de 12 000 habitants ou plus n’est pas dans la zone.",
    "rna_malformed": "Un numéro RNA s’écrit W suivi de neuf chiffres.",
    **{
        f"ride_{code}": f"{sentence} (article {{article}} du code des transports)"
        for code, sentence in FINDINGS.items()
        if "{" not in sentence
    },
    "ride_distance_beyond": "Le trajet est trop long (article {article} du code des transports).",
    "ride_price_beyond": "La participation dépasse le plafond (article {article} du code des transports).",
    "ride_proof_expired": "Le justificatif ne vaut plus (article {article} du code des transports).",
    "ride_seats_beyond": "Il faudrait trop de places (article {article} du code des transports).",
}
"""Code of a `Defect` -> what to do about it."""
