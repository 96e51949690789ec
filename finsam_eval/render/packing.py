"""Office files are zip archives that remember when they were written; here they forget it."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import UTC, datetime

from finsam_eval.render.page import epoch

PROPERTIES = "docProps/core.xml"
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def moment() -> datetime:
    """Return the moment written into every file, in UTC and without a zone, as Office wants it."""
    return datetime.fromtimestamp(epoch(), UTC).replace(tzinfo=None)


def packed(saved: bytes) -> bytes:
    """Return an Office file with every member dated alike, and last modified at `moment`."""
    # A zip archive cannot hold a date before 1980.
    dated = max(moment(), datetime(1980, 1, 1)).timetuple()[:6]
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(saved)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            content = source.read(name)
            if name == PROPERTIES:
                content = _MODIFIED.sub(rb"\g<1>" + f"{moment():%Y-%m-%dT%H:%M:%SZ}".encode(), content)
            archive.writestr(zipfile.ZipInfo(name, dated), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()
