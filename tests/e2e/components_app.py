"""
A server for browser tests of components: every one on a few pages, with invented content.

Not part of the product. Its data folder comes from `CARECOORD_HOME`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from litestar import Litestar, MediaType, get
from litestar.params import FromPath
from litestar.response import Response, Template

from carecoord.app import create_app
from carecoord.settings import load_settings
from carecoord.web.filters import hour_of_minutes, initials
from carecoord.web.layout import Layout, MenuItem, Notice

HERE = Path(__file__).parent
NAMES = (
    "Mme Berthier",
    "M. Colin",
    "Mme Roy",
    "M. Diallo",
    "Mme Petit",
    "M. Masson",
    "Mme Faure",
    "M. Lopez",
)
AIDES = (
    "Amina B.",
    "Lisa D.",
    "Karim T.",
    "Sofia R.",
    "Hugo L.",
    "Nadège P.",
    "Inès V.",
    "Paul G.",
    "Joël M.",
    "Marta C.",
    "Élodie F.",
    "Yann K.",
)
LENGTHS_MIN = (20, 60, 45, 90, 30, 120)
ABSENT = 5


def visit(row: int, rank: int, start_min: int) -> dict[str, Any]:
    """One invented visit; every mark occurs somewhere."""
    name = NAMES[(row * 3 + rank) % len(NAMES)]
    length_min = LENGTHS_MIN[(row + rank) % len(LENGTHS_MIN)]
    when = hour_of_minutes(start_min)
    return {
        "start_min": start_min,
        "length_min": length_min,
        "name": name,
        "initials": initials(name),
        "when": when,
        "spoken": f"{name}, {when}, {length_min} minutes",
        "href": f"/visite/{row}-{rank}",
        "service": ("help", "help", "meal", "ride")[row % 4] if row in {7, 8} else "help",
        "is_pinned": (row + rank) % 7 == 0,
        "is_two": (row + rank) % 6 == 1,
        "is_moved": (row + rank) % 9 == 2,
        "is_broken": (row, rank) == (3, 2),
        "is_selected": (row, rank) == (0, 1),
        "move_href": f"/visite/{row}-{rank}/deplacer",
        "detail_href": f"/visite/{row}-{rank}/resume",
    }


def rows() -> list[dict[str, Any]]:
    """Twelve people's days."""
    made = []
    for row, aide in enumerate(AIDES):
        visits, travels, at_min = [], [], 420 + 10 * (row % 4)
        while row != ABSENT and at_min < 19 * 60:
            visits.append(visit(row, len(visits), at_min))
            end_min = at_min + visits[-1]["length_min"]
            travels.append((end_min, 10 + row % 3 * 4, row == 2 and len(visits) == 3))
            at_min = end_min + 25 + (90 if len(visits) == 4 else 0)
        made.append({"name": aide, "visits": visits, "travels": travels[:-1]})
    return made


def layout() -> Layout:
    """A signed-in coordinator."""
    menu = (
        MenuItem(label="Tournées", href="/tableau", current=True),
        MenuItem(label="Personnes", href="/formulaire", waiting=3),
        MenuItem(label="Équipe", href="/etats"),
        MenuItem(label="Vigilance", href="/carte", waiting=1, tone="stop"),
    )
    notices = (Notice(text="Les 6 changements sont publiés."),)
    return Layout(person="Claire M.", organisation="Association du Val d’Yerres", menu=menu, notices=notices)


def page(name: str, **context: Any) -> Template:
    """One of the pages of `tests/e2e/pages/`."""
    text = (HERE / "pages" / f"{name}.html").read_text(encoding="utf-8")
    return Template(template_str=text, context={"layout": layout(), **context}, media_type=MediaType.HTML)


@get("/tableau", sync_to_thread=True)
def board() -> Template:
    """The board of a day, beside what is not served."""
    return page("board", rows=rows(), absent=ABSENT)


@get("/formulaire", sync_to_thread=True)
def form() -> Template:
    """Every field, two of them wrong."""
    errors = {"nom": "Indiquez le nom.", "jours": "Choisissez au moins un jour."}
    return page("form", errors=errors)


@get("/etats", sync_to_thread=True)
def states() -> Template:
    """Tables, notices, empty and loading states, a plan being computed."""
    run = {"message": "En attente d’un calculateur", "elapsed": "0 s", "ratio": None, "improvements": []}
    return page("states", run=run)


@get("/carte", sync_to_thread=True)
def round_map() -> Template:
    """A round on a map whose tiles cannot be had."""
    stops = [
        {"lat": 48.690, "lon": 2.500, "mark": "D", "label": "Départ", "kind": "base", "href": None},
        {"lat": 48.694, "lon": 2.506, "mark": "1", "label": "8 h 00, Mme Roy", "kind": "help", "href": "/"},
        {"lat": 48.699, "lon": 2.512, "mark": "2", "label": "9 h 20, M. Colin", "kind": "help", "href": "/"},
        {
            "lat": 48.699,
            "lon": 2.512,
            "mark": "3",
            "label": "10 h 30, Mme Colin",
            "kind": "meal",
            "href": "/",
        },
    ]
    data = {
        "rounds": [{"name": "Amina B.", "stops": stops, "path": None}],
        "communes": [{"name": "Brunoy", "lat": 48.6956, "lon": 2.5045}],
    }
    return page("map", data=data)


@get("/visite/{key:str}/resume", media_type=MediaType.HTML, sync_to_thread=False)
def detail(key: FromPath[str]) -> str:
    """What the board shows beside it."""
    return f"<h2>Visite {key}</h2>"


@get("/calcul.json", sync_to_thread=False)
def run_status() -> Response[dict[str, Any]]:
    """A run with two improvements, still going."""
    improvements = [
        {"at_s": 3, "cost_cents": 250_000, "unserved": 12},
        {"at_s": 9, "cost_cents": 181_000, "unserved": 1},
    ]
    return Response(
        {
            "state": "running",
            "message": "Une visite reste non servie ; la recherche continue.",
            "elapsed_s": 14,
            "budget_s": 180,
            "progress": 0.08,
            "improvements": improvements,
        }
    )


def application() -> Litestar:
    """The product's application and these pages."""
    app = create_app(load_settings())
    for handler in (board, form, states, round_map, detail, run_status):
        app.register(handler)
    return app
