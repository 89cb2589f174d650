"""Write the pictures of the handbook (docs/zh/pictures) from the files of its case.

Run by hand: python tests/support/make_pictures.py [FOLDER]. It takes LibreOffice (soffice), poppler (pdftoppm) and a Chinese font. The same
files, programs and fonts give the same pictures.
"""

from __future__ import annotations

import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

import numpy
from support.command import run
from support.handbook_case import PAGE, commands, write_case


class Picture(NamedTuple):
    """A page of a file as a picture, cut at the part of its height that is shown."""

    file: str
    page: int = 1
    height: float = 1.0
    dots: int = 100  # per inch


PICTURES = {
    "plan-form": Picture("评价计划.xlsx", height=0.5),
    "plan-paper": Picture("评价计划.docx"),
    "form-blank": Picture("评分表/2-李静.xlsx", height=0.6, dots=170),
    "form-filled": Picture("定稿/2-李静.xlsx", height=0.88, dots=170),
    "report-cover": Picture("评价报告.pdf"),
    "report-scores": Picture("评价报告.pdf", page=6),
    "summary": Picture("公示摘要.pdf"),
    "certificate": Picture("星级证书.pdf"),
    "maintenance": Picture("保持认证资格通知书.pdf", height=0.88),
    "rectification": Picture("整改通知书.pdf"),
    "public-notice": Picture("公告.pdf", height=0.88),
    "register": Picture("证书台账.xlsx", height=0.35),
}
MOST = 256  # colours of a picture


def make_pictures(folder: Path) -> list[Path]:
    """Go through the handbook and write its pictures; the paths that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as made:
        case = Path(made)
        write_case(case)
        back = Path.cwd()
        os.chdir(case)
        try:
            for arguments, _ in commands(PAGE.read_text("utf-8")):
                run(*arguments)
        finally:
            os.chdir(back)
        for name, picture in PICTURES.items():
            path = folder / f"{name}.png"
            path.write_bytes(_drawn(case / picture.file, picture))
            written.append(path)
    return written


def _drawn(file: Path, picture: Picture) -> bytes:
    pdf = file
    if file.suffix != ".pdf":
        home = f"-env:UserInstallation=file://{file.parent}/office"
        command = [
            "soffice",
            home,
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            str(file.parent / "pdf"),
            str(file),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        pdf = file.parent / "pdf" / f"{file.stem}.pdf"
    page = str(picture.page)
    command = ["pdftoppm", "-r", str(picture.dots), "-f", page, "-l", page, "-singlefile", str(pdf)]
    return _png(subprocess.run(command, check=True, capture_output=True).stdout, picture.height)


def _png(ppm: bytes, height: float) -> bytes:
    """A picture of its 256 most frequent colours, which is a fifth of the size of one in full colour."""
    _, size, _, pixels = ppm.split(b"\n", 3)
    wide, high = map(int, size.split())
    kept = round(high * height)
    colours = numpy.frombuffer(pixels, numpy.uint8).reshape(high, wide, 3)[:kept].reshape(-1, 3).astype(numpy.int64)
    found, places, counts = numpy.unique(colours, axis=0, return_inverse=True, return_counts=True)
    palette = found[numpy.argsort(-counts, kind="stable")[:MOST]]
    nearest = numpy.array([((palette - colour) ** 2).sum(axis=1).argmin() for colour in found], numpy.uint8)
    rows = b"".join(b"\0" + row.tobytes() for row in nearest[places.reshape(kept, wide)])
    head = struct.pack(">IIBBBBB", wide, kept, 8, 3, 0, 0, 0)
    chunks = [
        (b"IHDR", head),
        (b"PLTE", palette.astype(numpy.uint8).tobytes()),
        (b"IDAT", zlib.compress(rows, 9)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


if __name__ == "__main__":
    for path in make_pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE.parent / "pictures"):
        print(path, path.stat().st_size)
