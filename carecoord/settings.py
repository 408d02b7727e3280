"""
Every setting, typed, with its unit in the name; read once from the environment.

A setting `bind_port` is read from `CARECOORD_BIND_PORT`. All defects are listed at once.
"""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from carecoord.kernel.errors import Defect, Invalid

PREFIX = "CARECOORD_"

IGN_PLAN_TILES = (
    "https://data.geopf.fr/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0"
    "&LAYER=GEOGRAPHICALGRIDSYSTEMS.PLANIGNV2&STYLE=normal&FORMAT=image/png"
    "&TILEMATRIXSET=PM&TILEMATRIX={z}&TILEROW={y}&TILECOL={x}"
)
"""Plan IGN of the Géoplateforme, open data, no key."""

KNOWN_ELSEWHERE = frozenset({"CARECOORD_TEST_SERVER"})
"""Variables with our prefix that are not settings of the product."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """
    Settings of one process.

    Args:
        home: data folder: embedded database, secret key, prepared roads.
        database_url: PostgreSQL >= 15 as the role that owns the schema; embedded server when absent.
        app_database_url: the same database as the role without rights of its own; derived
            from `database_url` when absent (docs/decisions).
        app_role: name of that role.
        database_pool_size: connections kept by a process.
        bind_host: address the web server listens on.
        bind_port: port the web server listens on.
        web_processes: web server processes.
        public_url: address people type; decides the `Secure` flag of cookies.
        secret_key: signs and derives; made and kept in `home` when absent.
        sealing_key: encrypts the columns that hold health data; `secret_key` when absent.
        sealing_keys_former: keys used before, comma-separated, that still open what they sealed.
        session_idle_s: a session unused for so long is over.
        session_lifetime_s: a session this old is over, used or not.
        tile_url: map tiles, with `{z}`, `{x}`, `{y}`; empty for none.
        tile_attribution: shown on maps.
        osrm_url: OSRM-compatible server for travel times.
        osrm_modes: modes it really serves, among `car,bike,foot`; `{profile}` in its URL is replaced.
        valhalla_url: Valhalla-compatible server for travel times.
        geocoder_url: Addok-compatible server for addresses, up to `/search`; none by default.
        roads_folder: prepared road networks.
        travel_timeout_s: longest wait for a road server.
        worker_ordinary_jobs: ordinary jobs a worker runs at once.
        worker_solver_jobs: solver jobs a worker runs at once; each takes one core.
        worker_heartbeat_timeout_s: a job whose worker is silent for so long is taken by another.
        worker_stop_s: how long a worker that is asked to stop lets its jobs finish.
        solver_memory_mib: memory a solver process may take.
        solver_whole_visits: a day of more visits is planned in sectors, a period from 2.5 times as many.
        import_limit_bytes: largest file accepted.
        log_level: DEBUG, INFO, WARNING or ERROR.
    """

    home: Path
    database_url: str | None = None
    app_database_url: str | None = None
    app_role: str = "carecoord_app"
    database_pool_size: int = 10
    bind_host: str = "127.0.0.1"
    bind_port: int = 8000
    web_processes: int = 1
    public_url: str = "http://127.0.0.1:8000"
    secret_key: str | None = None
    sealing_key: str | None = None
    sealing_keys_former: str = ""
    session_idle_s: int = 8 * 3600
    session_lifetime_s: int = 7 * 24 * 3600
    tile_url: str = IGN_PLAN_TILES
    tile_attribution: str = "© IGN – Plan IGN"
    osrm_url: str | None = None
    osrm_modes: str = "car"
    valhalla_url: str | None = None
    geocoder_url: str | None = None
    roads_folder: Path
    travel_timeout_s: int = 20
    worker_ordinary_jobs: int = 8
    worker_solver_jobs: int = 1
    worker_heartbeat_timeout_s: int = 6
    worker_stop_s: int = 20
    solver_memory_mib: int = 2048
    solver_whole_visits: int = 1200
    import_limit_bytes: int = 20_000_000
    log_level: str = "INFO"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """
    Read the settings from the environment.

    Args:
        environ: variables; those of the process by default.

    Raises:
        Invalid: every variable that is unknown or has a wrong value, at once.
    """
    variables = os.environ if environ is None else environ
    given = {
        name.removeprefix(PREFIX).lower(): value.strip()
        for name, value in variables.items()
        if name.startswith(PREFIX) and name not in KNOWN_ELSEWHERE and value.strip()
    }
    defects: list[Defect] = []
    values: dict[str, object] = {}
    fields = {field.name: field for field in msgspec.structs.fields(Settings)}
    for name, text in sorted(given.items()):
        if name not in fields:
            defects.append(
                _defect("setting_unknown", name, "no such setting", "remove it or correct its name")
            )
            continue
        try:
            values[name] = msgspec.convert(text, fields[name].type, strict=False, dec_hook=_decode)
        except (msgspec.ValidationError, ValueError) as error:
            defects.append(_defect("setting_type", name, f"{text!r} is not usable: {error}", "correct it"))
    home = values.get("home")
    values["home"] = home.expanduser().absolute() if isinstance(home, Path) else default_home(variables)
    values.setdefault("roads_folder", Path(str(values["home"])) / "roads")
    if not defects:
        settings = msgspec.convert(values, Settings, dec_hook=_decode)
        defects = _judge(settings)
        if not defects:
            return settings
    raise Invalid(defects, code="invalid_settings")


def default_home(environ: Mapping[str, str]) -> Path:
    """The data folder of this system for the person who runs us (XDG on Linux)."""
    if sys.platform == "win32":
        base = Path(environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = Path(environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
    return base / "carecoord"


def secret_key(settings: Settings) -> str:
    """
    The key that signs and derives: the one given, or one made once and kept in `home`.

    The file is created complete and readable by us alone, so two processes that
    start together end up with the same key.
    """
    if settings.secret_key is not None:
        return settings.secret_key
    path = settings.home / "secret.key"
    if not path.exists():
        settings.home.mkdir(mode=0o711, parents=True, exist_ok=True)
        part = path.with_name(f"secret.key.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(part, path)
        except FileExistsError:
            # Another process was first: its key is the key.
            pass
        finally:
            part.unlink()
    return path.read_text(encoding="ascii").strip()


def _decode(kind: type, value: object) -> object:
    if kind is Path:
        return Path(str(value))
    raise NotImplementedError(kind)


def _defect(code: str, name: str, why: str, fix: str) -> Defect:
    return Defect(code=code, where=f"{PREFIX}{name.upper()}", why=why, fix=fix)


def _judge(settings: Settings) -> list[Defect]:
    """Defects that a type cannot tell."""
    return [*_url_defects(settings), *_text_defects(settings), *_range_defects(settings)]


def _url_defects(settings: Settings) -> list[Defect]:
    found: list[Defect] = []
    for name in ("database_url", "app_database_url"):
        url = getattr(settings, name)
        if url is not None and not url.startswith(("postgresql://", "postgres://", "postgresql+asyncpg://")):
            found.append(
                _defect("setting_url", name, "is not a postgresql:// URL", "PostgreSQL is the only database")
            )
    if (
        settings.database_url
        and not settings.app_database_url
        and not urlsplit(settings.database_url).password
    ):
        found.append(
            _defect(
                "setting_app_url",
                "app_database_url",
                f"is needed when {PREFIX}DATABASE_URL holds no password",
                f"give the URL of the role {settings.app_role}",
            )
        )
    for name in ("osrm_url", "valhalla_url", "geocoder_url", "public_url"):
        url = getattr(settings, name)
        if url is not None and urlsplit(url).scheme not in {"http", "https"}:
            found.append(_defect("setting_url", name, f"{url!r} is not an http(s) URL", "correct it"))
    return found


def _text_defects(settings: Settings) -> list[Defect]:
    found: list[Defect] = []
    if settings.tile_url and not all(mark in settings.tile_url for mark in ("{z}", "{x}", "{y}")):
        found.append(
            _defect("setting_tiles", "tile_url", "lacks {z}, {x} or {y}", "complete it, or leave it empty")
        )
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", settings.app_role):
        found.append(_defect("setting_role", "app_role", "is not a plain role name", "a-z, 0-9 and _ only"))
    for name in ("secret_key", "sealing_key"):
        secret = getattr(settings, name)
        if secret is not None and len(secret) < 32:
            found.append(
                _defect("setting_secret", name, "is shorter than 32 characters", "take a random one")
            )
    if settings.log_level not in {"DEBUG", "INFO", "WARNING", "ERROR"}:
        found.append(_defect("setting_level", "log_level", "is not a level", "DEBUG, INFO, WARNING or ERROR"))
    return found


def _range_defects(settings: Settings) -> list[Defect]:
    return [
        _defect("setting_range", name, f"{getattr(settings, name)} is not in {low}..{high}", "correct it")
        for name, low, high in _RANGES
        if not low <= getattr(settings, name) <= high
    ]


_RANGES = (
    ("database_pool_size", 1, 200),
    ("bind_port", 1, 65535),
    ("web_processes", 1, 64),
    ("session_idle_s", 60, 31 * 24 * 3600),
    ("session_lifetime_s", 60, 366 * 24 * 3600),
    ("travel_timeout_s", 1, 600),
    ("worker_ordinary_jobs", 1, 100),
    ("worker_solver_jobs", 0, 64),
    ("worker_heartbeat_timeout_s", 2, 600),
    ("worker_stop_s", 0, 3600),
    ("solver_memory_mib", 256, 1_000_000),
    ("solver_whole_visits", 2, 1_000_000),
    ("import_limit_bytes", 10_000, 1_000_000_000),
)
