"""The audit log: a page with filters, and a copy to take away."""

import csv
import io
import json
from collections.abc import Iterator

from flask import Blueprint, Response, abort, request, stream_with_context
from werkzeug import Response as AnyResponse

from portal import clock
from portal.db import db
from portal.languages import moment
from portal.staff.actions.audit import note
from portal.staff.forms.audit import FilterForm
from portal.staff.models import AuditEntry
from portal.staff.models.roles import ADMIN
from portal.staff.queries import acts, log
from portal.staff.queries.people import everybody
from portal.web.desk import current_recruiter, fresh, needs, render

bp = Blueprint("desk_audit", __name__, url_prefix="/desk/audit", template_folder="../templates")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")
"""What a spreadsheet would run (W-22)."""


def _form(people: dict[int, str], given: object) -> FilterForm:
    form = FilterForm(given)
    form.offer(people, acts.offered())
    return form


@bp.get("")
@needs(ADMIN)
def index() -> str:
    """A page of entries, the newest first."""
    me, people = current_recruiter(), {one.id: one.name for one in everybody()}
    form = _form(people, request.args)
    entries, older = log.page(form.only(me.time_zone), request.args.get("below", None, int))
    asked = {name: value for name, value in request.args.items() if value and name in form._fields}
    return render(
        "staff/audit.html",
        form=form,
        lines=[_line(entry, people, me.time_zone) for entry in entries],
        older=older,
        asked=asked,
        later="below" in request.args,
    )


def _line(entry: AuditEntry, people: dict[int, str], zone: str) -> dict[str, object]:
    who = people.get(entry.recruiter_id) if entry.recruiter_id else None
    return {
        "at": entry.at,
        "when": moment(entry.at, zone),
        "words": acts.sentence(entry.action, who, _thing(entry, people)),
        "details": acts.details(entry.detail, people, zone),
        "member": entry.member_id,
    }


def _thing(entry: AuditEntry, people: dict[int, str]) -> str:
    if entry.kind == "recruiter" and entry.object_id.isdecimal():
        return people.get(int(entry.object_id), entry.object_id)
    return str(entry.detail.get("issue", entry.object_id))  # a sending is called by its newsletter


@bp.post("/export")
@needs(ADMIN)
@fresh
def export() -> AnyResponse:
    """A copy of what the filters select, as CSV or JSON."""
    me, now, kind = current_recruiter(), clock.now(), request.form.get("format", "")
    if kind not in {"csv", "json"}:
        abort(400)
    only = _form({one.id: one.name for one in everybody()}, request.form).only(me.time_zone)
    note(me, "audit.export", "audit", kind, now, format=kind)
    db.session.commit()
    write, mime = (_csv, "text/csv") if kind == "csv" else (_json, "application/json")
    name = {"Content-Disposition": f'attachment; filename="audit-{now:%Y-%m-%d}.{kind}"'}
    return Response(stream_with_context(write(only)), mimetype=mime, headers=name)


def _csv(only: log.Filter) -> Iterator[str]:
    names = ("id", "at", "action", "kind", "object", "recruiter", "member", "detail")
    yield _cells(list(names))
    for row in log.everything(only):
        yield _cells([*(row[name] for name in names[:-1]), json.dumps(row["detail"], ensure_ascii=False)])


def _cells(values: list[object]) -> str:
    said = ["" if value is None else str(value) for value in values]
    line = io.StringIO()
    csv.writer(line, quoting=csv.QUOTE_ALL).writerow([f"'{v}" if v.startswith(FORMULA) else v for v in said])
    return line.getvalue()


def _json(only: log.Filter) -> Iterator[str]:
    yield "["
    for number, row in enumerate(log.everything(only)):
        yield (",\n" if number else "\n") + json.dumps(row, ensure_ascii=False)
    yield "\n]\n"
