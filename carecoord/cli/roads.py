"""
`carecoord roads`: prepare, list, choose and remove embedded road networks.
"""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

import click

from carecoord.kernel.clock import SystemClock
from carecoord.kernel.errors import Defect, DomainError, Invalid
from carecoord.kernel.geo import Point
from carecoord.settings import load_settings
from carecoord.travel.configure import open_travel, parse_modes
from carecoord.travel.domain import Mode, TravelWarning
from carecoord.travel.provider import TravelUnavailable
from carecoord.travel.road_build import build_network
from carecoord.travel.road_files import (
    RoadManifest,
    current_network,
    list_networks,
    remove_network,
    use_network,
)

_MODES = {Mode.CAR: "voiture", Mode.BIKE: "vélo", Mode.FOOT: "à pied"}
_STEPS = {
    "check": "Vérification du fichier",
    "extract": "Lecture des voies",
    "partition": "Découpage",
    "customize": "Calcul des temps",
}
_PROVIDERS = {
    "great_circle": "estimation à vol d'oiseau",
    "roads": "réseau routier embarqué",
    "osrm": "serveur OSRM",
    "valhalla": "serveur Valhalla",
}
_LOOKS = {
    "xml": " Il ressemble à un fichier OSM en XML : convertissez-le en .osm.pbf (osmium cat, par exemple).",
    "html": " C'est une page web : le téléchargement a sans doute échoué.",
    "gzip": " C'est un fichier compressé par gzip : décompressez-le, et prenez la version .osm.pbf.",
    "bzip2": " C'est un fichier compressé par bzip2 : prenez la version .osm.pbf.",
    "zip": " C'est une archive zip : prenez la version .osm.pbf.",
}
_SENTENCES = {
    "pbf_missing": "Le fichier {file} n'existe pas.",
    "pbf_empty": "Le fichier {file} est vide : téléchargez-le de nouveau.",
    "pbf_not_pbf": "Le fichier {file} n'est pas un extrait OpenStreetMap au format PBF.{hint}",
    "pbf_truncated": "Le fichier {file} est tronqué : le bloc {block}, qui commence à l'octet {offset}, "
    "dépasse la fin du fichier (octet {size}). Téléchargez-le de nouveau.",
    "pbf_corrupt": "Le fichier {file} est abîmé : le bloc {block}, à l'octet {offset}, est illisible. "
    "Téléchargez-le de nouveau.",
    "pbf_unsupported": "Le fichier {file} emploie une variante du format PBF qui n'est pas prise en charge "
    "(bloc {block}, octet {offset}).",
    "pbf_no_ways": "Le fichier {file} ne contient aucune voie : il est vide de routes, ou tronqué.",
    "travel_mode_unknown": "Mode inconnu : « {mode} ». Les modes sont car (voiture), bike (vélo) "
    "et foot (à pied).",
    "travel_roads_unsupported": "Le réseau routier embarqué demande Python 3.12 ou plus récent, "
    "sous Linux ou macOS. Avec ce Python, indiquez un serveur (CARECOORD_OSRM_URL ou "
    "CARECOORD_VALHALLA_URL) ; sans serveur, les trajets sont estimés à vol d'oiseau.",
    "travel_roads_failed": "La préparation a échoué ({program}, mode {mode}) : {reason}",
    "travel_roads_busy": "Une autre préparation est en cours : attendez qu'elle finisse.",
    "travel_roads_missing": "Aucun réseau routier n'est préparé : lancez "
    "« carecoord roads build FICHIER.osm.pbf ».",
    "travel_roads_damaged": "Le réseau routier choisi est incomplet : préparez-le de nouveau.",
    "roads_unknown": "Aucun réseau ne porte le nom « {name} » (voir « carecoord roads list »).",
}
_REASONS = {
    "travel_timeout": "délai dépassé",
    "travel_unreachable": "serveur injoignable ou en panne",
    "travel_bad_answer": "réponse inutilisable",
    "travel_roads_unsupported": "il demande Python 3.12 ou plus récent",
    "travel_roads_damaged": "réseau incomplet, à préparer de nouveau",
    "travel_server_failed": "son serveur local n'a pas démarré",
}
_WARNINGS = {
    "provider_unavailable": "« {provider} » n'a pas répondu ({reason}) : tout est estimé à vol d'oiseau.",
    "mode_not_served": "« {provider} » ne connaît pas le mode {mode} : tout est estimé à vol d'oiseau.",
    "point_off_network": "le point {point} est à {snap_m} m de la voie la plus proche : "
    "ses trajets sont estimés.",
    "pairs_replaced": "{pairs} trajets sans itinéraire sont estimés à vol d'oiseau.",
    "zero_pairs_replaced": "{pairs} trajets de durée nulle sont estimés à vol d'oiseau.",
}


class Failure(click.ClickException):
    """What went wrong, told in French on the error output; exit status 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Print it."""
        click.echo(f"Erreur : {self.message}", file=file, err=file is None)


@click.group(name="roads", help="Réseaux routiers embarqués, préparés depuis OpenStreetMap.")
def roads() -> None:
    """Group of commands."""


@roads.command(help="Prépare le réseau routier d'un extrait OpenStreetMap (.osm.pbf) et le met en service.")
@click.argument("file", metavar="FICHIER.osm.pbf", type=click.Path(path_type=Path))
@click.option(
    "--profiles",
    default="car,bike,foot",
    show_default=True,
    help="Modes à préparer, séparés par des virgules.",
)
def build(file: Path, profiles: str) -> None:
    """Check and prepare; nothing is left of a preparation that fails."""
    home = load_settings().roads_folder
    started = time.monotonic()
    try:
        modes = parse_modes(profiles)
        manifest = build_network(file, home, modes=modes, now=SystemClock().now(), report=_say_step)
    except DomainError as error:
        raise Failure(_sentence(error)) from error
    seconds = f"{time.monotonic() - started:.1f}".replace(".", ",")
    click.echo(f"Réseau « {manifest.name} » prêt et en service, en {seconds} s.")
    _describe(manifest)


@roads.command(name="list", help="Montre les réseaux préparés ; celui en service porte une étoile.")
def list_() -> None:
    """One block per network."""
    home = load_settings().roads_folder
    try:
        known = list_networks(home)
        used = current_network(home)[1].name if known else ""
    except TravelUnavailable as error:
        if error.code != "travel_roads_missing":
            raise Failure(_sentence(error)) from error
        used = ""
    if not known:
        click.echo(_SENTENCES["travel_roads_missing"])
    for manifest in known:
        click.echo(f"{'*' if manifest.name == used else ' '} {manifest.name}")
        _describe(manifest)


@roads.command(help="Met en service un réseau déjà préparé.")
@click.argument("name", metavar="NOM")
def use(name: str) -> None:
    """Takes effect at once in running processes."""
    try:
        manifest = use_network(load_settings().roads_folder, name)
    except DomainError as error:
        raise Failure(_sentence(error)) from error
    click.echo(f"Réseau « {manifest.name} » en service.")


@roads.command(help="Supprime un réseau préparé.")
@click.argument("name", metavar="NOM")
def remove(name: str) -> None:
    """Without a network in use, travel is estimated."""
    try:
        manifest = remove_network(load_settings().roads_folder, name)
    except DomainError as error:
        raise Failure(_sentence(error)) from error
    click.echo(f"Réseau « {manifest.name} » supprimé.")


@roads.command(help="Mesure un trajet entre des points LAT,LON avec le fournisseur configuré.")
@click.argument("places", metavar="LAT,LON LAT,LON…", nargs=-1, required=True)
@click.option("--mode", type=click.Choice([mode.value for mode in Mode]), default="car", show_default=True)
def ask(places: tuple[str, ...], mode: str) -> None:
    """For trying out a network or a server."""
    try:
        points = [_point(text) for text in places]
    except ValueError as error:
        raise Failure("Chaque point s'écrit LAT,LON en degrés, par exemple 48.69,2.50.") from error
    asyncio.run(_ask(points, Mode(mode)))


async def _ask(points: Sequence[Point], mode: Mode) -> None:
    chain = open_travel(load_settings())
    try:
        matrix = await chain.matrix(points, mode)
    finally:
        await chain.aclose()
    click.echo(f"Réponse de : {_PROVIDERS.get(matrix.provider, matrix.provider)} ({_MODES[mode]})")
    for start in range(len(points)):
        for end in range(len(points)):
            if start != end:
                seconds, metres = matrix.seconds[start, end], matrix.metres[start, end]
                km = f"{metres / 1000:.1f}".replace(".", ",")
                click.echo(f"  {start + 1} → {end + 1} : {-(-seconds // 60)} min, {km} km")
    for warning in matrix.warnings:
        click.echo(f"Attention : {_warning(warning)}", err=True)


def _say_step(step: str, mode: str) -> None:
    click.echo(f"  {_STEPS[step]}{f' ({_MODES[Mode(mode)]})' if mode else ''}…")


def _describe(manifest: RoadManifest) -> None:
    data = f"{manifest.timestamp:%d/%m/%Y}" if manifest.timestamp else "date inconnue"
    click.echo(f"    Source : {manifest.source} ({data}), sha256 {manifest.sha256[:16]}…")
    if manifest.bbox is not None:
        west, south, east, north = manifest.bbox
        click.echo(f"    Emprise : {south:.3f} à {north:.3f} N, {west:.3f} à {east:.3f} E")
    click.echo(f"    Modes : {', '.join(_MODES[mode] for mode in manifest.modes)} ; outil : {manifest.tool}")
    click.echo(f"    {manifest.attribution}, {manifest.licence}")


def _sentence(error: DomainError) -> str:
    if isinstance(error, Invalid):
        return "\n".join(_defect(defect) for defect in error.defects)
    return _SENTENCES[error.code].format(**error.args_by_name)


def _defect(defect: Defect) -> str:
    hint = _LOOKS.get(str(defect.args.get("looks")), "")
    return _SENTENCES[defect.code].format(**defect.args, hint=hint)


def _warning(warning: TravelWarning) -> str:
    shown = dict(warning.args)
    if "provider" in shown:
        shown["provider"] = _PROVIDERS.get(str(shown["provider"]), str(shown["provider"]))
    if "reason" in shown:
        shown["reason"] = _REASONS[str(shown["reason"])]
    if "mode" in shown:
        shown["mode"] = _MODES[Mode(str(shown["mode"]))]
    if "point" in shown:
        shown["point"] = int(shown["point"]) + 1
    return _WARNINGS[warning.code].format(**shown)


def _point(text: str) -> Point:
    lat, lon = text.split(",")
    return Point(lat=float(lat), lon=float(lon))
