"""
Columns of the four kinds of import, declared as data: header, reader, obligation, example.

The same table reads imports, writes exports and makes the templates.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Literal

import msgspec

from carecoord.exchange import cells

Kind = Literal["people", "aides", "absences", "care_plan_lines"]
KINDS: tuple[Kind, ...] = ("people", "aides", "absences", "care_plan_lines")

SHEET_NAMES: dict[Kind, str] = {
    "people": "Personnes",
    "aides": "Aides",
    "absences": "Absences",
    "care_plan_lines": "Lignes de plan",
}

EXAMPLE_KEY = "EXEMPLE"
"""A line whose number starts so is the template's example: it is passed over."""

YES_NO = cells.one_of({"oui": True, "non": False})
CIVILITY = cells.one_of({"Mme": "Mme", "M.": "M.", "Mme et M.": "Mme et M."})
MODE_WORDS = {"voiture": "car", "vélo": "bike", "à pied": "foot"}
REGIME_WORDS = {"BAD": "BAD_2941", "SAP": "SAP_3127", "FPT": "FPT"}
TIER_WORDS = {"vitale": "vital", "importante": "important", "confort": "comfort"}
HOLIDAY_WORDS = {"maintenues": "keep", "supprimées": "skip"}
ABSENCE_WORDS = {
    "congé": "leave",
    "maladie": "sickness",
    "formation": "training",
    "famille": "family",
    "réunion": "meeting",
    "autre": "other",
}


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """
    A column of an import.

    Args:
        field: name within the line that was read.
        header: as written in the file; compared without case, accents or punctuation.
        read: text to value, raises `cells.CellError`.
        required: an empty cell is refused.
        default: value of an empty cell that is not refused.
        example: what the template shows.
        aliases: other headers met in the field.
    """

    field: str
    header: str
    read: Callable[[str], Any] = cells.read_text
    required: bool = False
    default: Any = None
    example: str = ""
    aliases: tuple[str, ...] = ()


LATITUDE = cells.between(cells.read_decimal, -90, 90, "latitude")
LONGITUDE = cells.between(cells.read_decimal, -180, 180, "longitude")

PEOPLE = (
    Column(
        field="reference",
        header="Numéro",
        read=cells.read_reference,
        required=True,
        example="EXEMPLE-1",
        aliases=("N° dossier", "Référence"),
    ),
    Column(field="civility", header="Civilité", read=CIVILITY, required=True, example="Mme"),
    Column(field="last_name", header="Nom", required=True, example="Clairbuis"),
    Column(field="first_name", header="Prénom", required=True, example="Odette"),
    Column(field="birth_date", header="Date de naissance", read=cells.read_date, example="14/03/1938"),
    Column(field="phone", header="Téléphone", read=cells.read_phone, example="01 99 00 12 34"),
    Column(field="address", header="Adresse", required=True, example="12 rue des Tilleuls"),
    Column(field="postcode", header="Code postal", read=cells.read_postcode, required=True, example="91800"),
    Column(
        field="insee",
        header="Code INSEE",
        read=cells.read_insee,
        required=True,
        example="91114",
        aliases=("Commune INSEE", "Code commune"),
    ),
    Column(field="latitude", header="Latitude", read=LATITUDE, example="48,69650"),
    Column(field="longitude", header="Longitude", read=LONGITUDE, example="2,50380"),
    Column(
        field="access_note",
        header="Accès",
        read=cells.read_note,
        default="",
        example="Digicode 12A4, 2e étage",
    ),
    Column(field="faces_max", header="Nombre d’aides souhaité au plus", read=cells.whole(1, 20), example="4"),
    Column(
        field="usual_aides",
        header="Aides habituelles",
        read=cells.read_usual,
        default={},
        example="A001 (12), A004 (3)",
    ),
)

AIDES = (
    Column(
        field="reference",
        header="Numéro",
        read=cells.read_reference,
        required=True,
        example="EXEMPLE-1",
        aliases=("Matricule",),
    ),
    Column(field="last_name", header="Nom", required=True, example="Fauvelin"),
    Column(field="first_name", header="Prénom", required=True, example="Amina"),
    Column(field="phone", header="Téléphone", read=cells.read_phone, example="06 39 98 12 34"),
    Column(
        field="contract_minutes",
        header="Heures par semaine",
        read=cells.between(cells.read_hours, 60, 2880, "contract"),
        required=True,
        example="28",
    ),
    Column(field="part_time", header="Temps partiel", read=YES_NO, example="oui"),
    Column(field="regime", header="Convention", read=cells.one_of(REGIME_WORDS), example=""),
    Column(
        field="skills", header="Compétences", read=cells.read_words, default=[], example="entretien, toilette"
    ),
    Column(
        field="travel_mode",
        header="Déplacement",
        read=cells.one_of(MODE_WORDS),
        required=True,
        example="voiture",
    ),
    Column(field="weekend_team", header="Équipe de week-end", read=YES_NO, default=False, example="non"),
    Column(field="sunday_consent", header="Accord dimanches", read=YES_NO, default=False, example="non"),
    Column(
        field="start_insee",
        header="Code INSEE de départ",
        read=cells.read_insee,
        required=True,
        example="91114",
    ),
    Column(field="start_latitude", header="Latitude de départ", read=LATITUDE, example="48,69700"),
    Column(field="start_longitude", header="Longitude de départ", read=LONGITUDE, example="2,50500"),
    Column(field="end_latitude", header="Latitude d’arrivée", read=LATITUDE, example=""),
    Column(field="end_longitude", header="Longitude d’arrivée", read=LONGITUDE, example=""),
    *(
        Column(
            field=f"hours_{rank}",
            header=day.capitalize(),
            read=partial(cells.read_stretches, weekday=rank),
            default=[],
            example="7h00-13h30, 16h30-20h45" if rank < 5 else "7h00-14h00 (semaines paires)",
        )
        for rank, day in enumerate(cells.DAYS)
    ),
    Column(field="active", header="En activité", read=YES_NO, default=True, example="oui"),
)

ABSENCES = (
    Column(
        field="aide_reference",
        header="Numéro de l’aide",
        read=cells.read_reference,
        required=True,
        example="EXEMPLE-1",
        aliases=("Aide", "Matricule"),
    ),
    Column(field="start", header="Début", read=cells.read_moment, required=True, example="24/11/2026"),
    Column(field="end", header="Fin", read=cells.read_moment, required=True, example="26/11/2026 12h00"),
    Column(field="kind", header="Motif", read=cells.one_of(ABSENCE_WORDS), required=True, example="congé"),
)

LINES = (
    Column(
        field="reference", header="Numéro", read=cells.read_reference, required=True, example="EXEMPLE-1-1"
    ),
    Column(
        field="person_reference",
        header="Numéro de la personne",
        read=cells.read_reference,
        required=True,
        example="EXEMPLE-1",
        aliases=("Personne",),
    ),
    Column(field="label", header="Intervention", required=True, example="Lever, toilette, habillage"),
    Column(field="tier", header="Priorité", read=cells.one_of(TIER_WORDS), required=True, example="vitale"),
    Column(
        field="weekdays",
        header="Jours",
        read=cells.read_days,
        required=True,
        example="lundi, mercredi, vendredi",
    ),
    Column(
        field="alternative_days",
        header="Autres jours possibles",
        read=cells.read_days,
        default=[],
        example="",
    ),
    Column(
        field="interval_weeks", header="Toutes les n semaines", read=cells.whole(1, 8), default=1, example="1"
    ),
    Column(field="anchor_on", header="Semaine de départ", read=cells.read_date, example=""),
    Column(
        field="earliest_start_minute",
        header="Début au plus tôt",
        read=cells.read_start_time,
        required=True,
        example="7h30",
    ),
    Column(
        field="latest_start_minute",
        header="Début au plus tard",
        read=cells.read_start_time,
        required=True,
        example="9h00",
    ),
    Column(
        field="preferred_start_minute", header="Heure souhaitée", read=cells.read_start_time, example="8h15"
    ),
    Column(
        field="duration_minutes",
        header="Durée",
        read=cells.between(cells.read_duration, 5, 720, "duration_bounds"),
        required=True,
        example="45 min",
    ),
    Column(field="team_size", header="Nombre d’aides", read=cells.whole(1, 2), default=1, example="1"),
    Column(field="skills", header="Compétences", read=cells.read_words, default=[], example="toilette"),
    Column(
        field="wanted_aides", header="Aides souhaitées", read=cells.read_references, default=[], example=""
    ),
    Column(
        field="refused_aides", header="Aides refusées", read=cells.read_references, default=[], example=""
    ),
    Column(field="essential", header="Acte essentiel", read=YES_NO, default=True, example="oui"),
    Column(field="serves_meal", header="Sert le repas livré", read=YES_NO, default=False, example="non"),
    Column(
        field="holidays",
        header="Visites les jours fériés",
        read=cells.one_of(HOLIDAY_WORDS),
        default="keep",
        example="maintenues",
    ),
    Column(field="starts_on", header="Du", read=cells.read_date, required=True, example="01/09/2026"),
    Column(field="ends_on", header="Au", read=cells.read_last_day, example=""),
)

COLUMNS: dict[Kind, tuple[Column, ...]] = {
    "people": PEOPLE,
    "aides": AIDES,
    "absences": ABSENCES,
    "care_plan_lines": LINES,
}


def kind_of_sheet(name: str) -> Kind | None:
    """The kind of import a sheet is named after, if any."""
    return next((kind for kind, title in SHEET_NAMES.items() if cells.fold(title) == cells.fold(name)), None)


def match_headers(kind: Kind, headers: list[str]) -> tuple[dict[str, Column], list[str], list[Column]]:
    """
    Headers of a file to columns.

    Returns the columns found by header as written, the headers nobody knows, and the
    compulsory columns that are missing.
    """
    by_word = _BY_WORD[kind]
    found = {header: by_word[cells.fold(header)] for header in headers if cells.fold(header) in by_word}
    unknown = [header for header in headers if header not in found]
    present = {column.field for column in found.values()}
    missing = [column for column in COLUMNS[kind] if column.required and column.field not in present]
    return found, unknown, missing


def headers_twice(kind: Kind, headers: list[str]) -> list[str]:
    """Headers of a column that another header of the file names already."""
    known = [header for header in headers if cells.fold(header) in _BY_WORD[kind]]
    fields = [_BY_WORD[kind][cells.fold(header)].field for header in known]
    return [header for rank, header in enumerate(known) if fields[rank] in fields[:rank]]


def is_header(line: list[str]) -> bool:
    """Whether a line of a file looks like our headers: two of them at least, of one kind."""
    words = {cells.fold(text) for text in line if text}
    return any(len(words & set(by_word)) >= 2 for by_word in _BY_WORD.values())


_BY_WORD: dict[Kind, dict[str, Column]] = {
    kind: {cells.fold(word): column for column in columns for word in (column.header, *column.aliases)}
    for kind, columns in COLUMNS.items()
}
