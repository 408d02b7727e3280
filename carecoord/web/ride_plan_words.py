"""
The plan of rides in French: rules, causes, errors and defects of the driver side.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from carecoord.rides.plan_domain import Breach, Cause
from carecoord.web.filters import counted, duration, hour_of_minutes, km

RULES: dict[str, str] = {
    "pairing": "Un trajet n’a pas une montée et une descente dans la même tournée.",
    "precedence": "Une descente vient avant sa montée.",
    "travel_time": "Il manque du temps pour rouler d’un arrêt à l’autre.",
    "window": "Un arrêt tombe {amount} en dehors de l’horaire demandé.",
    "promise": "L’heure annoncée est décalée de {amount}, au plus {limit}.",
    "ride_time": "{amount} à bord, au plus {limit}.",
    "seats": "Le véhicule n’a pas assez de places à un moment de la tournée.",
    "apart": "Deux personnes qui ne voyagent pas ensemble sont dans la même voiture.",
    "availability": "La tournée sort des disponibilités du bénévole.",
    "volunteer_limit": "La journée dépasse ce que le bénévole a dit pouvoir faire.",
    "person_busy": "La personne a autre chose au même moment ({amount}).",
    "mate": "L’aller et le retour ne sont pas avec le même chauffeur, qui devait attendre.",
    "refused": "Ce bénévole et cette personne ne voyagent pas ensemble.",
    "pin": "Le trajet n’est plus avec le bénévole choisi à la main.",
    "shuttle": "Le trajet n’est pas dans la navette réservée.",
}
"""Rule of the checker -> what is wrong, for a person."""

LEFT_OUT: dict[str, str] = {
    "has_place": "Un bénévole est libre pour ce trajet.",
    "no_volunteer": "Aucun bénévole ne conduit ce jour-là.",
    "ride_impossible": "Le trajet direct est déjà plus long que le temps à bord permis.",
    "person_busy": "La personne a une visite au même moment.",
    "apart": "La place est prise par quelqu’un avec qui cette personne ne voyage pas.",
    "seats": "Aucun véhicule libre n’a les places qu’il faut.",
    "ride_time": "Le partage de la voiture ferait un trajet trop long.",
    "volunteer_limit": "Les bénévoles libres auraient une journée trop longue.",
    "availability": "Les bénévoles ne sont pas disponibles à cette heure.",
    "window": "Les bénévoles disponibles conduisent déjà quelqu’un à cette heure.",
    "several": "Aucun bénévole n’est assez près et assez libre à cette heure.",
    "refused": "Les bénévoles libres ne conduisent pas cette personne.",
    "pin": "Le trajet est réservé à un bénévole qui ne peut pas.",
    "not_tried": "La cause n’a pas encore été cherchée.",
}
"""Cause for everybody -> sentence."""

BY_VOLUNTEER: dict[str, str] = {
    "apart": "{name} transporte alors quelqu’un avec qui cette personne ne voyage pas",
    "seats": "{name} n’a pas la place dans sa voiture",
    "ride_time": "{name} pourrait, mais quelqu’un resterait trop longtemps à bord",
    "volunteer_limit": "{name} pourrait, en dépassant sa journée{over}",
    "availability": "{name} pourrait, en restant disponible {over_s} de plus",
    "window": "{name} conduit déjà à cette heure, et serait libre vers {pickup}",
    "refused": "{name} et cette personne ne voyagent pas ensemble",
    "pin": "le trajet est réservé à quelqu’un d’autre que {name}",
    "several": "{name} est trop loin ou déjà pris",
}
"""Cause for one volunteer -> clause; those nearest to possible are told first."""

SHOWN = 3
"""Volunteers named one by one; the others are counted."""

ERRORS: dict[str, str] = {
    "no_place": "Ce trajet n’a pas de place avec ce bénévole.",
    "place_gone": "Le plan a changé entre-temps : demandez de nouveau.",
    "plan_stale": "Des trajets ont changé depuis ce calcul : relancez-le.",
    "ride_unknown": "Ce trajet n’existe plus.",
    "round_missing": "Ce bénévole n’a pas de tournée ce jour-là.",
    "run_not_done": "Ce calcul n’a pas encore de plan.",
    "shuttle_full": "La navette n’a plus de place, ou le tour serait trop long.",
    "shuttle_taken": "Le bénévole ou le véhicule a déjà une navette à cette heure.",
    "shuttle_unknown": "Cette navette n’existe plus.",
    "volunteer_unknown": "Ce bénévole n’existe plus.",
}
DEFECTS: dict[str, str] = {
    "insee_unknown": "Aucune commune n’a ce code INSEE : vérifiez-le, ou donnez les coordonnées.",
    "person_none": "Personne ne correspond.",
    "person_several": "Plusieurs personnes correspondent : précisez le prénom ou le numéro.",
    "hours_order": "Les heures doivent se suivre : départ, arrivée, retour, fin.",
    "nine_seats": "De un à {high} passagers : un véhicule a neuf places au plus avec celle du chauffeur "
    "(article R3133-2 du code des transports, numéro à confirmer).",
}


def rule_sentence(breach: Breach) -> str:
    """What is wrong with the plan."""
    text = RULES.get(breach.rule, breach.rule)
    return text.format(amount=_shown(breach.amount, breach.unit), limit=_shown(breach.limit, breach.unit))


def cause_sentences(causes: Sequence[Cause]) -> list[str]:
    """Why nobody drives: for everybody, then by name those who are nearest to being able to."""
    if not causes:
        return []
    found = [LEFT_OUT.get(causes[0].code, LEFT_OUT["several"])]
    named = [cause for cause in causes[1:] if cause.code != "several"]
    found += [_sentence(cause) for cause in named[:SHOWN]]
    others = Counter(cause.code for cause in causes[1:])
    rest = sum(others.values()) - min(SHOWN, len(named))
    if rest > 0:
        found.append(f"Essayé aussi, sans place : {counted(rest, 'autre bénévole', 'autres bénévoles')}.")
    return found


def _sentence(cause: Cause) -> str:
    over = [
        text
        for text in (
            f" de {duration(cause.args['over_s'])}" if cause.args.get("over_s") else "",
            f" de {km(cause.args['over_m'])}" if cause.args.get("over_m") else "",
        )
        if text
    ]
    text = BY_VOLUNTEER.get(cause.code, BY_VOLUNTEER["several"]).format(
        name=cause.name or "Un bénévole",
        over=" et".join(over),
        over_s=duration(max(60, cause.args.get("over_s", 0))),
        pickup=hour_of_minutes(cause.args.get("pickup_s", 0) // 60),
    )
    return f"{text[:1].upper()}{text[1:]}."


def _shown(amount: int, unit: str) -> str:
    return duration(amount) if unit == "s" else str(amount)
