"""
Errors as French pages: what happened, and what the reader can do; never a code or a trace.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect, Template

from carecoord.kernel.errors import DomainError
from carecoord.web.wording import error_sentence

SIGN_IN_PATH = "/connexion"


class ErrorText(msgspec.Struct, frozen=True):
    """Words of one error page."""

    title: str
    sentence: str
    remedy: str


TEXTS = {
    400: ErrorText(
        "Demande incomprise",
        "L’adresse ou le formulaire envoyé n’a pas la forme attendue.",
        "Revenez à la page précédente et recommencez.",
    ),
    403: ErrorText(
        "Action non permise",
        "Votre compte ne permet pas cette action, ou le formulaire est resté ouvert trop longtemps.",
        "Si vous remplissiez un formulaire, rechargez sa page et recommencez. "
        "Sinon, demandez ce droit à la personne qui administre carecoord.",
    ),
    404: ErrorText(
        "Page introuvable",
        "Il n’y a rien à cette adresse, ou vous n’y avez pas accès.",
        "Vérifiez l’adresse, ou repartez de l’accueil.",
    ),
    405: ErrorText(
        "Demande incomprise",
        "Cette adresse ne se consulte pas ainsi.",
        "Repartez de l’accueil.",
    ),
    409: ErrorText(
        "Quelqu’un d’autre a changé cela entre-temps",
        "Ce que vous vouliez modifier n’est plus dans l’état que vous aviez sous les yeux. "
        "Rien n’a été enregistré.",
        "Rechargez la page pour voir l’état présent, puis recommencez si c’est encore utile.",
    ),
    413: ErrorText(
        "Fichier trop volumineux",
        "Le fichier envoyé dépasse la taille permise. Rien n’a été enregistré.",
        "Enlevez les feuilles et les images inutiles, ou coupez le fichier en deux.",
    ),
    422: ErrorText(
        "Demande à corriger",
        "Ce qui a été envoyé ne peut pas être accepté tel quel. Rien n’a été enregistré.",
        "Revenez à la page précédente et corrigez.",
    ),
    429: ErrorText(
        "Trop d’essais",
        "Il y a eu trop de demandes en peu de temps.",
        "Attendez quelques minutes avant de recommencer.",
    ),
    500: ErrorText(
        "Une erreur s’est produite",
        "Le serveur n’a pas pu répondre. Ce qui était enregistré avant l’est toujours.",
        "Recommencez dans un instant ; si cela persiste, donnez la référence ci-dessous au support.",
    ),
    503: ErrorText(
        "Service momentanément indisponible",
        "Un service dont cette page a besoin ne répond pas.",
        "Recommencez dans quelques minutes.",
    ),
}
"""HTTP status -> words; others fall back on the nearest of 400 and 500."""


def error_page(
    request: Request[Any, Any, Any], error: Exception, *, status: int, reference: str = ""
) -> Response[Any]:
    """
    The page of an error; someone not signed in is led to the sign-in page and back.

    Args:
        status: HTTP status of the error.
        reference: of the log's entry, for errors that are bugs.
    """
    if status == 401:
        return _to_sign_in(request)
    text = TEXTS.get(status) or TEXTS[500 if status >= 500 else 400]
    known = error_sentence(error) if isinstance(error, DomainError) else ""
    context = {
        "title": text.title,
        "sentence": known or text.sentence,
        "remedy": text.remedy,
        "defects": (),
        "reference": reference,
    }
    headers = error.headers if isinstance(error, HTTPException) else None
    return Template("error.html", context=context, status_code=status, headers=headers)


def _to_sign_in(request: Request[Any, Any, Any]) -> Redirect:
    """Only a page that was read is come back to: a form would be sent twice."""
    if request.method != "GET" or request.url.path == "/":
        return Redirect(SIGN_IN_PATH, status_code=303)
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect(f"{SIGN_IN_PATH}?suite={quote(request.url.path + query, safe='')}", status_code=303)
