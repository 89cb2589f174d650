"""Make Office files (.docx, .xlsx) byte-reproducible."""

from __future__ import annotations

import io
import re
import zipfile

__all__ = ["reproducible"]

EARLIEST = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can hold
PROPERTIES = "docProps/core.xml"
_MOMENTS = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")


def reproducible(content: bytes, *, dated: bool = False) -> bytes:
    """The Office file without the time of its creation, so that the same content gives the same bytes.

    The times in the entries of the archive are set to 1980-01-01. The times of creation and change in the document
    properties are removed, unless ``dated``: then they are part of the content.

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
