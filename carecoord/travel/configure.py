"""
Settings -> the chain of travel providers, and the geocoder.
"""

from carecoord.kernel.errors import Defect, Invalid
from carecoord.settings import Settings
from carecoord.travel.domain import Mode
from carecoord.travel.geocode import AddokGeocoder, Geocoder
from carecoord.travel.http import JsonServer
from carecoord.travel.osrm import OSRM, PROFILES, OsrmClient
from carecoord.travel.provider import TravelProvider
from carecoord.travel.roads import EmbeddedRoads
from carecoord.travel.select import TravelChain
from carecoord.travel.valhalla import VALHALLA, ValhallaClient


def open_travel(settings: Settings) -> TravelChain:
    """
    The chain for one process: a server given by URL first, else the embedded network when one is prepared.

    Close it with `aclose` when the process stops.

    Raises:
        Invalid: `osrm_modes` names an unknown mode.
    """
    return TravelChain(_preferred(settings))


def open_geocoder(settings: Settings) -> Geocoder | None:
    """The geocoder given by URL; None when none is (addresses then stay at the centre of their commune)."""
    if settings.geocoder_url is None:
        return None
    server = JsonServer(settings.geocoder_url, provider="addok", timeout_s=float(settings.travel_timeout_s))
    return AddokGeocoder(server)


def parse_modes(text: str) -> tuple[Mode, ...]:
    """
    A comma-separated list of modes, such as `car,foot`.

    Raises:
        Invalid: every name that is not a mode, or an empty list.
    """
    names = list(dict.fromkeys(name.strip().lower() for name in text.split(",") if name.strip()))
    unknown = [name for name in names if name not in set(Mode)]
    if unknown or not names:
        defects = [
            Defect(
                code="travel_mode_unknown",
                where="modes",
                why=f"{name!r} is not one of {', '.join(Mode)}",
                args={"mode": name},
            )
            for name in unknown or [""]
        ]
        raise Invalid(defects, code="travel_mode_unknown")
    return tuple(Mode(name) for name in names)


def _preferred(settings: Settings) -> TravelProvider:
    timeout_s = float(settings.travel_timeout_s)
    if settings.osrm_url is not None:
        modes = parse_modes(settings.osrm_modes)
        return OsrmClient(
            JsonServer(settings.osrm_url, provider=OSRM, timeout_s=timeout_s),
            profiles={mode: PROFILES[mode] for mode in modes},
        )
    if settings.valhalla_url is not None:
        return ValhallaClient(JsonServer(settings.valhalla_url, provider=VALHALLA, timeout_s=timeout_s))
    return EmbeddedRoads(settings.roads_folder)
