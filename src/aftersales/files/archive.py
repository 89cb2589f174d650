"""Office files (.docx, .xlsx) that are the same to the byte for the same content."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["reproducible"]

EARLIEST = (1980, 1, 1, 0, 0, 0)  # that a zip can tell
PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")


def reproducible(content: bytes, *, dated: bool = False) -> bytes:
    """The office file without the moment at which it was made: neither in its entries nor in its properties.

    With ``dated`` the days in its properties stay: they belong to the content.

    >>> made = io.BytesIO()
    >>> with zipfile.ZipFile(made, "w") as archive:
    ...     archive.writestr("a.xml", "<a/>")
    >>> zipfile.ZipFile(io.BytesIO(reproducible(made.getvalue()))).getinfo("a.xml").date_time
    (1980, 1, 1, 0, 0, 0)
    """
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == PROPERTIES and not dated:
                part = _MOMENTS.sub(b"", part)
            entry = zipfile.ZipInfo(name, EARLIEST)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return file.getvalue()
