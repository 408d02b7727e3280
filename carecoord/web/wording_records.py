"""
Code -> French sentence, for the records: organisations, accounts, people, aides, lines of plans.
"""

from __future__ import annotations

ERRORS: dict[str, str] = {
    "account_missing": "Un jeton appartient à un compte : connectez-vous.",
    "aide_unknown": "Cette aide n’est pas dans votre équipe.",
    "exception_known": "Quelqu’un a changé cette date au même moment. Rechargez la page.",
    "intervention_unknown": "Cette intervention n’existe pas dans votre organisation.",
    "no_membership": "Votre compte n’appartient à aucune organisation : adressez-vous à son administrateur.",
    "offer_no_plan": "Aucun plan ne couvre ce jour-là : planifiez d’abord cette semaine, "
    "ou choisissez un autre jour.",
    "organisation_exists": "Cette organisation existe déjà.",
    "organisation_unknown": "Cette organisation n’existe pas, ou votre compte n’y appartient pas.",
    "person_unknown": "Cette personne n’est pas suivie par votre organisation.",
    "reference_taken": "Ce numéro désigne déjà une autre intervention. Rien n’a été enregistré.",
    "session_unknown": "Cette session est terminée : connectez-vous de nouveau.",
    "slot_gone": "Cette place n’est plus libre : les tournées ont changé entre-temps. "
    "Rien n’a été enregistré ; voici les places d’à présent.",
    "sign_in_failed": "Adresse électronique ou mot de passe incorrect.",
    "token_unknown": "Ce jeton n’existe pas, ou il est déjà révoqué.",
}
"""Code of a `DomainError` -> what happened, for a person."""

DEFECTS: dict[str, str] = {
    "aide_wanted_and_refused": "L’aide {reference} ne peut pas être à la fois souhaitée et refusée.",
    "availability_malformed": "Donnez un jour, une heure de début et une heure de fin plus tardive.",
    "availability_overlap": "Deux plages du même jour se chevauchent.",
    "change_missing": "Dites ce qui change ce jour-là.",
    "change_unknown": "Seules la plage, l’heure souhaitée et la durée peuvent changer pour un jour.",
    "change_useless": "Une visite annulée n’a pas d’horaire à changer.",
    "insee_malformed": "Un code INSEE de commune a cinq caractères : 91114, ou 2A004 en Corse.",
    "instant_naive": "Il manque le fuseau horaire.",
    "moved_to_mismatch": "Donnez le nouveau jour d’une visite déplacée, et d’elle seule.",
    "number_range": "Donnez un nombre de {low} à {high}.",
    "offer_empty": "Choisissez une des places proposées.",
    "offer_no_date": "Aucun jour ni aucune heure de cette demande n’est à venir dans le plan : "
    "choisissez un jour plus tardif.",
    "offer_nobody": "Dites pour qui : choisissez une personne, ou enregistrez-la d’abord.",
    "part_time_contract": "Un contrat à temps partiel est inférieur à 35 heures par semaine.",
    "person_unknown": "Aucune personne n’a le numéro {reference}.",
    "phone_malformed": "Écrivez un numéro de téléphone français, par exemple 01 60 46 00 01.",
    "point_malformed": "Latitude et longitude sont en degrés, par exemple 48,69700 et 2,50500.",
    "postcode_malformed": "Un code postal a cinq chiffres.",
    "preference_outside": "L’heure souhaitée doit être dans la plage.",
    "reference_twice": "Le numéro {reference} est donné deux fois.",
    "siret_malformed": "Un SIRET a quatorze chiffres ; vérifiez-les.",
    "text_control": "Ce texte contient un caractère invisible : recopiez-le.",
    "text_long": "Il faut au plus {longest} caractères.",
    "weekday_malformed": "Choisissez des jours du lundi au dimanche.",
    "weekdays_missing": "Choisissez au moins un jour.",
    "window_empty": "Le début au plus tard doit venir après le début au plus tôt.",
}
"""Code of a `Defect` -> what to do about it."""
