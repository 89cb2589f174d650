"""What a PDF of typst says of itself: its metadata and its tags. Typst leaves both uncompressed."""

from __future__ import annotations

import re

STANDARDS = {"PDF/A": rb"<pdfaid:part>(\d)</pdfaid:part><pdfaid:conformance>(\w)<", "PDF/UA": rb"<pdfuaid:part>(\d)()<"}


def standards(pdf: bytes) -> dict[str, str]:
    """The standards that the metadata claims, each with its part and level."""
    found = {name: re.search(pattern, pdf) for name, pattern in STANDARDS.items()}
    return {name: b"".join(match.groups()).decode() for name, match in found.items() if match}


def tags(pdf: bytes) -> list[str]:
    """The kinds of the elements of the structure tree, by their numbers in the file."""
    return [kind.decode() for kind in re.findall(rb"/Type/StructElem/S/(\w+)", pdf)]


def created(pdf: bytes) -> str | None:
    """The day of creation that the metadata has."""
    match = re.search(rb"<xmp:CreateDate>(\d{4}-\d\d-\d\d)", pdf)
    return match and match[1].decode()


def pages(pdf: bytes) -> int:
    """The number of pages."""
    return len(re.findall(rb"/Type/Page/", pdf))


def is_tagged(pdf: bytes) -> bool:
    """Whether the catalog says so, and has a structure tree and a language."""
    catalog = re.search(rb"<</Type/Catalog.*?>>\nendobj", pdf, re.DOTALL)
    return catalog is not None and all(
        part in catalog[0] for part in (b"/Marked true", b"/StructTreeRoot", b"/Lang(zh-CN)")
    )
