"""Lists as files: short ones at once, long ones by a worker while a page shows how far it is.

The worker opens the list as the person who asked does (the same filters and search, under the policy of that moment)
and writes what is there. The file is handed to that person alone, until it expires.
"""

import tempfile
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.views.main import IncorrectLookupParameters
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import slugify
from django.utils.translation import gettext as _

from openevent import desks
from openevent.admin.actions import chosen_rows
from openevent.admin.exports import TYPES, ExportForm, Sheet, write_table
from openevent.exceptions import DomainError, NotAllowed, NotFound

from ..api.jobs import download
from ..jobs import Document, Run, job_kind
from ..models import Job
from ..services import request_job

KIND = "back_office_list"
AT_ONCE = 1000  # rows; more than that is written by a worker
EARLIER = 5  # exports of before that the page shows


def export_view(page: Any, request: HttpRequest, rows: QuerySet) -> HttpResponseBase:
    """What an action answers with: the form (its first POST says nothing of a format), then the file, or the page
    that waits for it. ``page.sheet`` says what the columns are."""
    sheet: Sheet = page.sheet
    is_answer = "format" in request.POST
    form = ExportForm(request.POST if is_answer else None, sheet=sheet)
    rows = page.rows_allowed(request, "export", rows)
    if is_answer and form.is_valid():
        try:
            return _answer(page, request, rows, form.cleaned_data)
        except DomainError as error:
            form.refuse(error)
    context = {
        "count": page.get_paginator(request, rows, 1).count,
        "hidden": chosen_rows(request),
        "earlier": [_shown(job) for job in _jobs_of(request).filter(kind=KIND)[:EARLIER]],
    }
    return page.page(request, "admin/export.html", _("Export"), form=form, **context)  # type: ignore[no-any-return]


def _answer(page: Any, request: HttpRequest, rows: QuerySet, given: dict[str, Any]) -> HttpResponseBase:
    columns, form = given["columns"], given["format"]
    is_long = rows.order_by()[: AT_ONCE + 1].count() > AT_ONCE
    answer = _later(page, request, columns, form) if is_long else _at_once(page.sheet, rows, columns, form)
    page.log_export(request, page.sheet.name)
    return answer


def _at_once(sheet: Sheet, rows: QuerySet, columns: list[str], form: str) -> HttpResponseBase:
    file = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the response)
    write_table(file, form, sheet.name, sheet.lines(rows, columns))
    file.seek(0)
    answer = FileResponse(file, as_attachment=True, filename=_file_name(sheet, form), content_type=TYPES[form])
    answer["Cache-Control"] = "private, no-store"
    return answer


def _file_name(sheet: Sheet, form: str) -> str:
    return f"{slugify(sheet.name)}-{timezone.now():%Y%m%d-%H%M}.{form}"


def _later(page: Any, request: HttpRequest, columns: list[str], form: str) -> HttpResponse:
    is_all = request.POST.get("select_across") == "1"
    params = {
        "model": page.opts.label_lower,
        "query": request.GET.urlencode(),
        "keys": None if is_all else request.POST.getlist("_selected_action"),
        "columns": columns,
        "format": form,
        "language": translation.get_language(),
    }
    job = request_job(kind=KIND, by=request.user, params=params, is_personal=True)  # type: ignore[arg-type]
    answer = HttpResponse(status=303)
    answer["Location"] = reverse("admin:export", args=[job.pk])
    return answer


@job_kind(KIND)
def write_list(run: Run) -> Document:
    """The rows that the person sees now of the list as it was asked for. NotAllowed where that has ended."""
    page: Any = admin.site._registry[apps.get_model(run.params["model"])]
    sheet: Sheet = page.sheet
    form, known = run.params["format"], sheet.columns
    with translation.override(run.params["language"]):
        rows = _rows_as_seen(page, run)
        lines = sheet.lines(rows, [name for name in run.params["columns"] if name in known])
        write_table(run.file, form, sheet.name, _counted(run, lines, rows.order_by().count()))
    return Document(_file_name(sheet, form), TYPES[form])


def _counted(run: Run, lines: Iterable[list[Any]], total: int) -> Iterator[list[Any]]:
    """The lines, the first of which is no row; the person is told how many are written."""
    run.tell(0, total)
    number = 0
    for number, line in enumerate(lines):
        run.progress(number, total)
        yield line
    run.tell(number, number)


def _rows_as_seen(page: Any, run: Run) -> QuerySet:
    request = HttpRequest()
    request.method, request.user, request.GET = "GET", run.user, QueryDict(run.params["query"])  # type: ignore[assignment]
    if not (desks.may_enter(run.user) and page.has_view_permission(request)):
        raise NotAllowed(_("This list is not open to you any more."))
    try:
        rows = page.get_changelist_instance(request).get_queryset(request)
    except IncorrectLookupParameters:
        raise NotFound(_("The list cannot be filtered like that.")) from None
    if run.params["keys"] is not None:
        rows = rows.filter(pk__in=run.params["keys"])
    return page.rows_allowed(request, "export", rows)  # type: ignore[no-any-return]


# -- the pages that wait for it -------------------------------------------------------------------


def _jobs_of(request: HttpRequest) -> QuerySet[Job]:
    """What the person has asked for and can still fetch."""
    return Job.objects.visible_to(request.user).exclude(expires_at__lte=timezone.now())


def _job_or_404(request: HttpRequest, key: UUID) -> Job:
    job = _jobs_of(request).filter(pk=key, kind=KIND).first()
    if job is None:
        raise Http404
    return job


def _shown(job: Job) -> dict[str, Any]:
    """How far a job is, for people and for the script that asks again."""
    number = formats.number_format
    if job.state == Job.State.SUCCESS:
        text = _("%(total)s rows are ready.") % {"total": number(job.total, force_grouping=True)}
    elif job.state == Job.State.FAILURE:
        text = _("It failed: %(reason)s") % {"reason": _(job.error or "")}
    elif job.total:
        done, total = number(job.done, force_grouping=True), number(job.total, force_grouping=True)
        text = _("%(done)s of %(total)s rows are written.") % {"done": done, "total": total}
    else:
        text = _("It waits for its turn.")
    return {
        "text": text,
        "done": job.done,
        "total": job.total,
        "is_finished": job.is_finished,
        "is_good": job.state == Job.State.SUCCESS,
        "page": reverse("admin:export", args=[job.pk]),
        "file": reverse("admin:export_file", args=[job.pk]) if job.output else "",
        "name": job.output_name or "",
        "created_at": job.created_at,
    }


@admin.site.address("exports/<uuid:key>/", "export")
def waiting_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far it is; in the end, the file."""
    job = _job_or_404(request, key)
    page: Any = admin.site._registry[apps.get_model(job.params["model"])]
    context = {"job": job, "shown": _shown(job), "back": f"{page.url('changelist')}?{job.params['query']}"}
    context["hours"] = settings.EXPORT_HOURS
    return page.page(request, "admin/exporting.html", _("Export"), **context)  # type: ignore[no-any-return]


@admin.site.address("exports/<uuid:key>/state/", "export_state")
def state_view(request: HttpRequest, key: UUID) -> HttpResponse:
    """The same for the page's script."""
    return JsonResponse(_shown(_job_or_404(request, key)))


@admin.site.address("exports/<uuid:key>/file/", "export_file")
def file_view(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """The file, for who asked for it."""
    job = _job_or_404(request, key)
    try:
        return download(job, job.output_name or "")
    except NotFound:
        raise Http404 from None
