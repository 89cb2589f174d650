"""The register of certificates (证书台账, 7.2): every certificate of a folder with its status on a day.

What is overdue comes first, then files that cannot be read, then the certificates in force in the order of their next
deadline, and last those that are not issued yet, lapsed or revoked.
"""

import csv
import datetime
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

from aftersales.certification.certificate.certificate import Certificate, load_certificate
from aftersales.certification.certificate.status import State, Status
from aftersales.files.archive import reproducible
from aftersales.files.fields import Count, Day, Model, WholeModel, read_day
from aftersales.files.source import FORMATS, reason_of
from aftersales.files.writing import write_file
from aftersales.problems.collector import Collector, refusal
from aftersales.problems.errors import OutputError, PaperError, folded
from aftersales.problems.extras import require
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard, is_bundled_id, named_standard
from aftersales.standard.structure import Bilingual
from aftersales.text.columns import width
from aftersales.text.language import Language
from aftersales.text.normalize import plain_name
from aftersales.text.sanitize import safe_line
from aftersales.text.sentences import Sentences, joined, languages, text_in

__all__ = ["Register", "RegisterEntry", "register"]

TABLES = (".xlsx", ".csv")
Cell = str | int | datetime.date | None

_say = Sentences("certification")


class RegisterEntry(Model):
    """A file of the folder.

    Fields:
        file: The name of the file, from the folder on.
        certificate: The certificate; None if the file cannot be read.
        status: The status on the day of the register; None if the file cannot be read.
        unreadable: Why the file cannot be read; None if it can.
        open_items: The number of items of rectification without a result, in the present term.
        overdue_items: Those of them whose last day has passed.
        top: The stars of the highest rating of its standard; 0 if the file cannot be read.
        same_number: Another file whose certificate has the same number, such as a copy; None if there is none.
    """

    file: str
    certificate: Certificate | None = None
    status: Status | None = None
    unreadable: Bilingual | None = None
    open_items: Count = 0
    overdue_items: Count = 0
    top: Count = 0
    same_number: str | None = None

    @property
    def overdue(self) -> bool:
        """Whether an audit or an item of rectification is overdue."""
        return bool(self.overdue_items) or self.state == "suspended"

    @property
    def state(self) -> State | None:
        """The state on the day, as :attr:`Status.state`; None if the file cannot be read."""
        return self.status.state if self.status else None

    def _rank(self) -> tuple[int, datetime.date, str]:
        """The place in the order of states, and for those of one state the next deadline."""
        status = self.status
        order = _ORDER.index("overdue" if self.overdue else self.state)
        days = [status.next_audit.due if status.next_audit else None, status.valid_until] if status else []
        return order, min(filter(None, days), default=datetime.date.max), self.file


_ORDER = ("overdue", None, "valid", "not_issued", "lapsed", "revoked")  # None is the state of an unreadable file


class Register(WholeModel):
    """The certificates of a folder on a day, what is overdue first.

    Fields:
        on: The day.
        entries: The files.
    """

    on: Day
    entries: tuple[RegisterEntry, ...]

    def table(self, lang: Language = "zh") -> list[list[Cell]]:
        """The register as rows in that language, the head first. Days are dates."""
        heads = _say.each(lang, self.worded("register.heads"))
        return [[*heads], *(_cells(entry, lang) for entry in self.entries)]

    def worded(self, key: str) -> str:
        """The key of a sentence, which names levels instead of stars if a certificate is by another standard."""
        return _worded(key, [entry.certificate for entry in self.entries if entry.certificate])

    def typeset(self, format: Literal["xlsx", "csv"], lang: Language = "zh") -> bytes:
        """The register as ``"xlsx"``, or as ``"csv"`` in UTF-8 with a byte order mark, by which Excel reads Chinese.

        Raises :class:`~aftersales.MissingExtra` without the extra ``excel`` (.xlsx).
        """
        return _workbook(self, lang) if format == "xlsx" else _csv(self.table(lang))

    def write(self, path: str | os.PathLike[str], lang: Language = "zh", *, force: bool = False) -> None:
        """Write the register in the format of the extension, .xlsx or .csv.

        Raises :class:`~aftersales.OutputError` for another extension (``unknown-format``), and if the file exists and
        ``force`` is false.
        """
        suffix = Path(path).suffix.lower()
        if suffix not in TABLES:
            context = {"found": Path(path).name, "allowed": tuple(TABLES)}
            raise refusal(OutputError, Violation("unknown-format", context=context))
        write_file(path, self.typeset("xlsx" if suffix == ".xlsx" else "csv", lang), force=force)


def register(folder: str | os.PathLike[str], on: datetime.date | str, standard: Standard | None = None) -> Register:
    """The register of the certificates in a folder and the folders below it (.yaml, .yml, .json), on a day.

    A file that cannot be read as a certificate is an entry that says so. Hidden files are left out. Raises
    :class:`~aftersales.PaperError` if ``on`` is not a date or the folder cannot be read.

    >>> import tempfile
    >>> from aftersales import issue, load_example, make_report, score
    >>> from aftersales.files.writing import as_yaml
    >>> folder = tempfile.TemporaryDirectory()
    >>> certificate = issue(make_report(score(load_example("home-appliance-chain"))), "2026-03-20", "SM-1")
    >>> written = Path(folder.name, "SM-1.yaml").write_text(as_yaml(certificate), "utf-8")
    >>> written = Path(folder.name, "SM-2.yaml").write_text("number: SM-2", "utf-8")
    >>> [(entry.file, entry.state, entry.overdue) for entry in register(folder.name, "2027-04-01").entries]
    [('SM-1.yaml', 'suspended', True), ('SM-2.yaml', None, False)]
    >>> folder.cleanup()
    """
    with Collector(PaperError):
        day = read_day(on)
    try:
        files = sorted(_files(Path(folder)))
    except OSError as error:
        reason = phrase("not_a_folder") if isinstance(error, NotADirectoryError) else reason_of(error)
        context = {"found": str(folder), "reason": reason}
        raise refusal(PaperError, Violation("unreadable-file", context=context)) from error
    entries = _with_same_numbers([_entry(Path(folder), file, day, standard) for file in files])
    return Register(on=day, entries=tuple(sorted(entries, key=RegisterEntry._rank)))


def _files(folder: Path) -> Iterator[str]:
    """The names of the files that may be certificates, from the folder on."""

    def refuse(error: OSError) -> None:
        raise error

    for place, folders, files in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if not name.startswith(".") and Path(name).suffix.lower() in FORMATS:
                yield (Path(place) / name).relative_to(folder).as_posix()


def _entry(folder: Path, file: str, day: datetime.date, standard: Standard | None) -> RegisterEntry:
    shown = os.fsencode(file).decode(errors="replace")
    try:
        certificate = load_certificate(folder / file, standard)
        standard = standard or named_standard(certificate.standard, certificate.edition)
        status = certificate.status(day, standard)
    except PaperError as error:
        problem, *others = folded(error.problems)
        key = "register.unreadable_more" if others else "register.unreadable"
        place = f"{problem.line}:{problem.column}: " if problem.line else ""
        texts = {lang: _say(lang, key, first=place + problem.sentence(lang), count=len(others)) for lang in languages()}
        return RegisterEntry(file=shown, unreadable=Bilingual(**texts))
    lists = certificate.rectifications_on(day) if status.state in ("valid", "suspended") else ()
    return RegisterEntry(
        file=shown,
        certificate=certificate,
        status=status,
        open_items=sum(len(each.open_on(day)) for each in lists),
        overdue_items=sum(len(each.overdue_on(day)) for each in lists),
        top=len(standard.stars),
    )


def _with_same_numbers(entries: Sequence[RegisterEntry]) -> Iterator[RegisterEntry]:
    """The entries, each with another one of its number. Which of the two files is up to date, only people know."""
    files: dict[str, list[str]] = {}
    for entry in entries:
        if entry.status and entry.status.holder.number:
            files.setdefault(plain_name(entry.status.holder.number), []).append(entry.file)
    others: dict[str, str] = {}
    for first, *rest in files.values():
        if rest:
            others |= {first: rest[0]} | dict.fromkeys(rest, first)
    for entry in entries:
        yield entry.model_copy(update={"same_number": others.get(entry.file)})


def _worded(key: str, certificates: Sequence[Certificate]) -> str:
    return key if all(is_bundled_id(each.standard) for each in certificates) else f"{key}.own"


def hints_of(entry: RegisterEntry, lang: str) -> str:
    """The points of an entry that need attention, in that language, or the reason why its file cannot be read."""
    if entry.status is None or entry.certificate is None:
        assert entry.unreadable is not None
        return entry.unreadable.text(lang)
    hints = []
    if entry.state == "suspended":
        hints.append(_say(lang, "register.audit_overdue"))
    if entry.overdue_items:
        hints.append(_say(lang, "register.items_overdue", count=entry.overdue_items))
    elif entry.status.rectification and not entry.certificate.rectifications_on(entry.status.on):
        hints.append(_say(lang, "register.audit_failed"))
    if entry.certificate.audit_without_stars(entry.status.on) is not None:
        hints.append(_say(lang, _worded("register.star_not_kept", [entry.certificate])))
    if entry.status.applied is not None:
        hints.append(_say(lang, "register.applied", day=entry.status.applied))
    if entry.same_number:
        hints.append(_say(lang, "register.same_number", file=entry.same_number))
    return joined(hints, lang, "clause")


def _cells(entry: RegisterEntry, lang: str) -> list[Cell]:
    """The cells of an entry, in the order of the heads."""
    hints, status, certificate = hints_of(entry, lang), entry.status, entry.certificate
    if status is None or certificate is None:
        return [hints, *[None] * (len(_WIDTHS) - 2), entry.file]
    audit, holder = status.next_audit, status.holder
    return [
        hints or None,
        holder.number,
        text_in(lang, holder, "organisation"),
        _say(lang, f"state.{status.state}"),
        status.stars,
        status.rated,
        certificate.issued,
        audit.start if audit else None,
        audit.due if audit else None,
        status.valid_until,
        entry.open_items,
        text_in(lang, holder, "scope"),
        entry.file,
    ]


_WIDTHS = (28, 14, 26, 16, 7, 7, 12, 12, 12, 12, 9, 30, 20)
LINE = 16  # the height of a line in points
_FORMULA = ("=", "+", "-", "@")  # a tab or line break is replaced before
MAX_CELL = 32_767  # characters that Excel takes
MAX_LINES = 27  # a row is at most 409 points high
RED, YELLOW, GREY, SHADE, LINES = "F8D7DA", "FFF3CD", "E7E6E6", "D9E2F3", "BFBFBF"


def _csv(rows: list[list[Cell]]) -> bytes:
    """A CSV that Excel reads as UTF-8. A text that Excel would take for a formula gets an apostrophe before it."""
    file = io.StringIO()
    csv.writer(file).writerows([_csv_text(cell) for cell in row] for row in rows)
    return file.getvalue().encode("utf-8-sig")


def _csv_text(cell: Cell) -> Cell:
    if not isinstance(cell, str):
        return cell
    text = safe_line(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _workbook(table: Register, lang: Language) -> bytes:
    openpyxl = require("openpyxl", "excel")
    styles = openpyxl.styles
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = _say(lang, "register.title")
    fills: list[str | None] = [SHADE, *map(_fill_of, table.entries)]
    for number, (row, fill) in enumerate(zip(table.table(lang), fills, strict=True), 1):
        for place, value in enumerate(row, 1):
            cell = sheet.cell(number, place)
            if isinstance(value, str):
                cell.value = safe_line(value)[:MAX_CELL]
                cell.data_type = "s"  # even if the text starts like a formula
            else:
                cell.value = value
            if isinstance(value, datetime.date):
                cell.number_format = "yyyy-mm-dd"
            is_head = number == 1
            cell.font = styles.Font(bold=is_head)
            horizontal = "left" if isinstance(value, str) and not is_head else "center"
            cell.alignment = styles.Alignment(wrap_text=True, vertical="center", horizontal=horizontal)
            cell.border = styles.Border(*[styles.Side("thin", color=LINES)] * 4)
            if fill:
                cell.fill = styles.PatternFill("solid", start_color=fill, end_color=fill)
        # Set, since not every program fits the height of a row to wrapped text when it opens a file.
        sheet.row_dimensions[number].height = LINE * min(max(map(_lines, row, _WIDTHS)), MAX_LINES)
    for place, columns in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[openpyxl.utils.get_column_letter(place)].width = columns
    sheet.freeze_panes = "D2"
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = openpyxl.worksheet.properties.PageSetupProperties(fitToPage=True)
    sheet.oddHeader.center.text = _say(lang, "register.head", on=table.on)
    sheet.oddFooter.center.text = "&P / &N"
    file = io.BytesIO()
    book.save(file)
    return reproducible(file.getvalue())


def _lines(cell: Cell, columns: int) -> int:
    """The number of lines that a cell takes in a column of that width."""
    return -(-width(str(cell)) // (columns - 2)) if isinstance(cell, str) and cell else 1


def _fill_of(entry: RegisterEntry) -> str | None:
    """Red for what is overdue, yellow for what cannot be read, grey for what is not in force."""
    if entry.status is None:
        return YELLOW
    if entry.overdue:
        return RED
    return None if entry.state == "valid" else GREY
