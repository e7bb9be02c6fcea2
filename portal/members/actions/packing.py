"""One zip of everything that is held about a member (docs/export-format.md)."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from portal.config import settings
from portal.languages import gettext as _
from portal.languages import moment
from portal.members.models import Member
from portal.members.queries.held import File, Section, holders

FORMAT = 1
_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|])")


def pack(member: Member, found: list[Section], now: datetime) -> bytes:
    """The zip. In the language that is spoken, but for what is for programs."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for file in files(member, found, now):
            archive.writestr(ZipInfo(file.path, now.timetuple()[:6]), file.content, ZIP_DEFLATED)
    return buffer.getvalue()


def files(member: Member, found: list[Section], now: datetime) -> Iterator[File]:
    """What is in it."""
    yield File("rapport.json", json.dumps(data(found, now), ensure_ascii=False, indent=2).encode())
    yield File("rapport.md", "\n".join(words(member, found, now)).encode())
    for holder in holders():
        yield from holder.files(member, now)


def data(found: list[Section], now: datetime) -> dict[str, Any]:
    """Everything for programs, by the keys of the sections."""
    head = {
        "format": FORMAT,
        "made_at": now.isoformat(),
        "organisation": settings().org_name,
        "website": settings().base_url,
    }
    return head | {section.key: section.data for section in found}


def words(member: Member, found: list[Section], now: datetime) -> Iterator[str]:
    """The same for reading, line by line."""
    yield f"# {_plain(_('What %(org)s holds about you', org=settings().org_name))}\n"
    yield _plain(_("Made on %(when)s.", when=moment(now, member.time_zone)))
    for section in found:
        yield f"\n## {_plain(section.title)}\n\n{_plain(section.about)}\n"
        if not section.entries:
            yield _plain(_("Nothing."))
        for entry in section.entries:
            yield f"- **{_plain(entry.name)}**" if entry.name else "-"
            yield from (f"  {line}  " for said in entry.said for line in _plain(said).splitlines())
    yield ""


def _plain(text: str) -> str:
    """Text that no Markdown reader takes for markup."""
    return _MARKUP.sub(r"\\\1", text)
