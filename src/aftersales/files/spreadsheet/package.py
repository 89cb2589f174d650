"""Unpack the parts of a workbook safely. An .xlsx file is a zip archive, whose directory may be wrong.

A directory can state a few bytes for a part that unpacks to gigabytes, name a part twice, or let two parts share bytes.
A part is unpacked no further than the size in the directory, and refused if it differs from its entry there. Only the
parts that are asked for are unpacked.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

from aftersales.files.source import UnreadableSource

__all__ = ["MAX_UNPACKED", "Package"]

MAX_UNPACKED = 10_485_760  # of all parts together
MAX_PARTS = 500
MAX_RECORDS = 5_000  # of directories, including those of nested archives

_LOCAL = struct.Struct("<4s5H3L2H")  # the header before the bytes of a part
_RECORD, _END = b"PK\x01\x02", b"PK\x05\x06"
_END_SIZE = 22
_ENCRYPTED = 1


class Package:
    """The parts of an .xlsx file by name, of at most ``most`` bytes together (default: :data:`MAX_UNPACKED`).

    Raises :class:`~aftersales.files.source.UnreadableSource` for a file that is too large or no workbook, and the
    exceptions of zipfile, zlib and struct for a broken file.
    """

    def __init__(self, raw: bytes, most: int | None = None):
        most = MAX_UNPACKED if most is None else most
        if raw.count(_RECORD) > MAX_RECORDS:  # before zipfile makes an object of each record
            raise UnreadableSource.too_large("list of parts", MAX_PARTS)
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries, end, comment = archive.infolist(), archive.start_dir, archive.comment
        if len(entries) > MAX_PARTS:
            raise UnreadableSource.too_large("list of parts", MAX_PARTS)
        if sum(entry.file_size for entry in entries) > most:
            raise UnreadableSource.too_large("unpacked workbook", most)
        if any(entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for entry in entries):
            raise UnreadableSource("not-a-workbook", reason="compression")  # other methods can unpack without a bound
        if any(entry.flag_bits & _ENCRYPTED for entry in entries):
            raise UnreadableSource("not-a-workbook", reason="password")
        if not raw.startswith(_END, len(raw) - _END_SIZE - len(comment)):
            raise UnreadableSource("not-a-workbook", reason="trailing data")
        self._raw = raw
        self._entries = {entry.filename.lower(): entry for entry in entries}  # part names are case-insensitive
        if len(self._entries) < len(entries):
            raise UnreadableSource("not-a-workbook", reason="duplicate part")
        free = 0  # the first byte after the parts seen so far
        for entry in sorted(entries, key=lambda entry: entry.header_offset):
            start = self._start(entry)
            if entry.header_offset < free or start + entry.compress_size > end:
                raise UnreadableSource("not-a-workbook", reason="overlapping parts")
            free = start + entry.compress_size

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def read(self, name: str) -> bytes:
        """The bytes of a part."""
        entry = self._entries.get(name.lower())
        if entry is None:
            raise UnreadableSource("not-a-workbook", reason=f"no part {name}")
        start = self._start(entry)
        content = self._raw[start : start + entry.compress_size]
        is_whole = True
        if entry.compress_type == zipfile.ZIP_DEFLATED:
            inflater = zlib.decompressobj(-zlib.MAX_WBITS)
            content = inflater.decompress(content, entry.file_size + 1)
            is_whole = inflater.eof and not inflater.unused_data
        if not is_whole or len(content) != entry.file_size or zlib.crc32(content) != entry.CRC:
            raise UnreadableSource("not-a-workbook", reason="a part differs from its entry")
        return content

    def _start(self, entry: zipfile.ZipInfo) -> int:
        """The offset of a part's bytes. Refuses a part whose local header differs from the directory."""
        header = _LOCAL.unpack_from(self._raw, entry.header_offset)
        signature, method, name_size, more_size = header[0], header[3], header[9], header[10]
        start: int = entry.header_offset + _LOCAL.size
        name = self._raw[start : start + name_size].decode("utf-8" if entry.flag_bits & 0x800 else "cp437")
        if (signature, method, name) != (b"PK\x03\x04", entry.compress_type, entry.orig_filename):
            raise UnreadableSource("not-a-workbook", reason="a part differs from its entry")
        return start + int(name_size + more_size)
