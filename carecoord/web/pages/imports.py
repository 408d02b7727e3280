"""
Imports: choose a file, see what it would change or why it is refused, apply or abandon; export.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect, Template

from carecoord.edge.access import AnyRequest, Desk, open_desk
from carecoord.exchange.domain import CheckImport, ImportFile, ImportKind, ImportReport
from carecoord.exchange.service import (
    abandon_import,
    apply_import,
    check_import,
    export_workbook,
    get_import,
    list_imports,
    template,
)
from carecoord.exchange.wording import FILE_PROBLEMS
from carecoord.identity.permissions import IMPORT_WRITE, ROSTER_PLAN
from carecoord.kernel.errors import Conflict, Invalid, Refused
from carecoord.web.forms import page_request, read_form, uploaded
from carecoord.web.layout import Notice, layout_of
from carecoord.web.listing import pages_of
from carecoord.web.wording import DEFECTS, error_sentence

PATH = "/importer"
PAGE_SIZE = 20
REFUSALS_SHOWN = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

KINDS: dict[ImportKind, str] = {
    "workbook": "Classeur complet (.xlsx)",
    "people": "Personnes seules (.csv)",
    "aides": "Aides seules (.csv)",
    "absences": "Absences seules (.csv)",
    "care_plan_lines": "Lignes de plan d’aide seules (.csv)",
}
LABELS = {
    "people": "Personnes",
    "aides": "Aides",
    "absences": "Absences",
    "care_plan_lines": "Lignes de plan d’aide",
}
"""Kind of line -> title, in the order of the report."""
STATES = {
    "checked": ("vérifié, pas encore importé", "warn"),
    "applied": ("importé", "ok"),
    "abandoned": ("abandonné", ""),
}
REFUSED = ("refusé", "stop")
NOT_ALLOWED = (
    "Votre compte ne permet pas d’importer une partie de ce fichier (les aides et leurs absences, "
    "par exemple). Gardez seulement les feuilles qui vous concernent."
)

ZIP_MAGIC = b"PK"
"""How workbooks start; what starts otherwise is read as CSV."""

ONE_SUBJECT = "Ce fichier n’est pas un classeur. Un CSV porte sur un seul sujet : choisissez lequel."


@get(PATH)
async def show_imports(request: AnyRequest, page: FromQuery[str] = "", fait: FromQuery[str] = "") -> Template:
    """The form, the files to download, and the imports made so far."""
    async with open_desk(request, IMPORT_WRITE) as desk:
        notices = (Notice(text="L’import est abandonné : rien n’a changé.", tone=""),)
        return await _form(desk, page=page, notices=notices if fait == "abandon" else ())


@post(PATH)
async def submit_file(request: AnyRequest) -> Response[Any]:
    """Try a file: only its report is kept."""
    form = await read_form(request)
    kind = next((key for key in KINDS if key == form.text("sorte", required=False)), None)
    file = await uploaded(request, "fichier")
    errors = {}
    if kind is None:
        errors["sorte"] = DEFECTS["kind_unknown"]
    if file is None:
        errors["fichier"] = DEFECTS["file_missing"]
    if kind is None or file is None:
        async with open_desk(request, IMPORT_WRITE) as desk:
            return await _form(desk, errors=errors, kind=kind or "workbook")
    name, content = file
    try:
        async with open_desk(request, IMPORT_WRITE) as desk:
            command = CheckImport(kind=kind, file_name=name, content=content)
            kept = await check_import(desk.uow, desk.actor, command)
    except (Invalid, Refused) as error:
        # Another unit of work: the first was rolled back whole.
        async with open_desk(request, IMPORT_WRITE) as desk:
            return await _form(desk, errors=_file_errors(error, kind, content), kind=kind)
    return Redirect(f"{PATH}/{kept.id}", status_code=303)


@get(f"{PATH}/{{import_id:uuid}}")
async def show_import(request: AnyRequest, import_id: FromPath[UUID]) -> Template:
    """What the file would change, did change, or is refused for."""
    async with open_desk(request, IMPORT_WRITE) as desk:
        kept = await get_import(desk.uow, desk.actor, import_id)
        context = {
            "layout": layout_of(desk.signed_in, PATH),
            "kept": _view(kept),
            "may_plan": desk.actor.may(ROSTER_PLAN),
        }
    return Template("imports/report.html", context=context)


@post(f"{PATH}/{{import_id:uuid}}")
async def submit_import(request: AnyRequest, import_id: FromPath[UUID]) -> Redirect:
    """Apply; pressing twice, or coming back to the page, changes nothing more."""
    async with open_desk(request, IMPORT_WRITE) as desk:
        await apply_import(desk.uow, desk.actor, import_id)
    return Redirect(f"{PATH}/{import_id}", status_code=303)


@post(f"{PATH}/{{import_id:uuid}}/abandon")
async def submit_abandon(request: AnyRequest, import_id: FromPath[UUID]) -> Redirect:
    """Drop the file."""
    async with open_desk(request, IMPORT_WRITE) as desk:
        try:
            await abandon_import(desk.uow, desk.actor, import_id)
        except Conflict:
            # Applied in another tab: its page says so better than an error would.
            return Redirect(f"{PATH}/{import_id}", status_code=303)
    return Redirect(f"{PATH}?fait=abandon", status_code=303)


@get(f"{PATH}/modele.xlsx")
async def download_template(request: AnyRequest) -> Response[bytes]:
    """The empty workbook with one example row a sheet."""
    async with open_desk(request, IMPORT_WRITE):
        content = await template()
    return _file(content, "carecoord-modele.xlsx")


@get(f"{PATH}/export.xlsx")
async def download_export(request: AnyRequest) -> Response[bytes]:
    """Everything imports bring, as a workbook that imports read back."""
    async with open_desk(request, IMPORT_WRITE) as desk:
        content = await export_workbook(desk.uow, desk.actor)
        name = f"carecoord-{desk.today.isoformat()}.xlsx"
    return _file(content, name)


def _file(content: bytes, name: str) -> Response[bytes]:
    disposition = f'attachment; filename="{name}"'
    return Response(content, media_type=XLSX, headers={"content-disposition": disposition})


def _file_errors(error: Invalid | Refused, kind: str, content: bytes) -> dict[str, str]:
    """What is wrong, at the field where it is put right."""
    codes = {error.code, *(defect.code for defect in error.defects)} if isinstance(error, Invalid) else set()
    if kind == "workbook" and "sheet_unknown" in codes and not content.startswith(ZIP_MAGIC):
        return {"sorte": ONE_SUBJECT}
    return {"fichier": _file_problem(error)}


def _file_problem(error: Invalid | Refused) -> str:
    if isinstance(error, Refused):
        return NOT_ALLOWED
    codes = [error.code, *(defect.code for defect in error.defects)]
    sentences = [FILE_PROBLEMS[code] for code in codes if code in FILE_PROBLEMS]
    if sentences:
        return " ".join(f"{what}. {remedy}" for what, remedy in sentences)
    return error_sentence(error) or "Ce fichier ne peut pas être lu. Repartez du modèle."


async def _form(
    desk: Desk,
    *,
    page: str = "",
    notices: tuple[Notice, ...] = (),
    errors: dict[str, str] | None = None,
    kind: str = "workbook",
) -> Template:
    found = await list_imports(desk.uow, desk.actor, page_request(page, PAGE_SIZE))
    context = {
        "layout": layout_of(desk.signed_in, PATH, notices),
        "errors": errors or {},
        "kind": kind,
        "kinds": list(KINDS.items()),
        "limit_mb": desk.settings.import_limit_bytes // 1_000_000,
        "imports": [_line(kept) for kept in found.items],
        "pages": pages_of(found, PATH, {}, "import"),
    }
    return Template("imports/list.html", context=context, status_code=422 if errors else 200)


def _line(kept: ImportFile) -> dict[str, Any]:
    label, tone = _state(kept)
    return {
        "href": f"{PATH}/{kept.id}",
        "file_name": kept.file_name,
        "at": kept.applied_at or kept.created_at,
        "state": label,
        "tone": tone,
        "outcome": _outcome(kept.report),
    }


def _state(kept: ImportFile) -> tuple[str, str]:
    return REFUSED if kept.state == "checked" and not kept.report.is_clean else STATES[kept.state]


def _outcome(report: ImportReport) -> str:
    if not report.is_clean:
        count = len(report.refusals)
        return f"{count} défaut{'s' if count > 1 else ''}"
    created = sum(count.created for count in report.counts.values())
    changed = sum(count.changed for count in report.counts.values())
    return f"{created} créée{'s' if created > 1 else ''}, {changed} modifiée{'s' if changed > 1 else ''}"


def _view(kept: ImportFile) -> dict[str, Any]:
    report = kept.report
    state, tone = _state(kept)
    return {
        "href": f"{PATH}/{kept.id}",
        "file_name": kept.file_name,
        "state": kept.state,
        "label": state,
        "tone": tone,
        "created_at": kept.created_at,
        "applied_at": kept.applied_at,
        "is_clean": report.is_clean,
        "is_idle": report.is_idle,
        "has_lines": any(item.created + item.changed + item.unchanged for item in report.counts.values()),
        "counts": [
            {
                "label": label,
                "count": report.counts[kind],
                "created": report.created.get(kind, []),
                "changed": report.changed.get(kind, []),
            }
            for kind, label in LABELS.items()
            if kind in report.counts
        ],
        "refusals": report.refusals[:REFUSALS_SHOWN],
        "refusal_count": len(report.refusals),
        "remarks": report.remarks,
    }


ROUTES = (
    show_imports,
    submit_file,
    show_import,
    submit_import,
    submit_abandon,
    download_template,
    download_export,
)
