"""
Imports: try a file, apply or abandon it; the template, and everything as a workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from litestar import Response, Router, delete, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath, FromQuery, MultipartBody

from carecoord.api.paging import page_request, paged
from carecoord.edge.access import AnyRequest, open_program
from carecoord.exchange.domain import CheckImport, ImportFile, ImportKind
from carecoord.exchange.service import (
    abandon_import,
    apply_import,
    check_import,
    export_workbook,
    get_import,
    list_imports,
    template,
)
from carecoord.kernel.page import PageResult

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class ImportForm:
    """
    A form with the file; a dataclass, because the framework reads files into no struct.

    Args:
        kind: `workbook`, `people`, `aides`, `absences` or `care_plan_lines`.
    """

    kind: ImportKind
    file: UploadFile


@post("/imports")
async def check(request: AnyRequest, data: MultipartBody[ImportForm]) -> ImportFile:
    """Try a file: its report says what it would change, or every reason why it is refused."""
    content = await data.file.read()
    async with open_program(request, "import:write") as (uow, actor):
        command = CheckImport(kind=data.kind, file_name=data.file.filename, content=content)
        return await check_import(uow, actor, command)


@get("/imports")
async def imports(
    request: AnyRequest, page: FromQuery[int] = 1, size: FromQuery[int] = 50
) -> Response[PageResult[ImportFile]]:
    """Imports, newest first."""
    wanted = page_request(page, size)
    async with open_program(request, "import:write") as (uow, actor):
        return paged(request, await list_imports(uow, actor, wanted))


@get("/imports/{import_id:uuid}")
async def one(request: AnyRequest, import_id: FromPath[UUID]) -> ImportFile:
    """One import with its report."""
    async with open_program(request, "import:write") as (uow, actor):
        return await get_import(uow, actor, import_id)


@post("/imports/{import_id:uuid}/apply", status_code=200)
async def apply(request: AnyRequest, import_id: FromPath[UUID]) -> ImportFile:
    """Apply a file that was tried, wholly or not at all; twice changes nothing more."""
    async with open_program(request, "import:write") as (uow, actor):
        return await apply_import(uow, actor, import_id)


@delete("/imports/{import_id:uuid}")
async def abandon(request: AnyRequest, import_id: FromPath[UUID]) -> None:
    """Drop a file that was tried."""
    async with open_program(request, "import:write") as (uow, actor):
        await abandon_import(uow, actor, import_id)


@get("/import-template", media_type=XLSX)
async def download_template(request: AnyRequest) -> Response[bytes]:
    """The empty workbook with one example row a sheet."""
    async with open_program(request, "import:write"):
        return _workbook(await template(), "carecoord-modele.xlsx")


@get("/export", media_type=XLSX)
async def download_export(request: AnyRequest) -> Response[bytes]:
    """Everything that imports bring, as a workbook that imports read back."""
    async with open_program(request, "import:write") as (uow, actor):
        return _workbook(await export_workbook(uow, actor), "carecoord.xlsx")


def _workbook(content: bytes, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=XLSX, headers=headers)


ROUTER = Router(
    path="/",
    route_handlers=[check, imports, one, apply, abandon, download_template, download_export],
    tags=["imports"],
)
