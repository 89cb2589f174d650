"""The report after the parts of 7.1: the rectification (6.3.2), who signs, and the annexes."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from aftersales.certification.rectification.contents import RectificationItem
from aftersales.certification.rectification.rectification import Rectification
from aftersales.certification.report.evidence_files import EvidenceFiles
from aftersales.certification.report.scores import conclusion_sentence
from aftersales.certification.report.writer import ReportWriter
from aftersales.evaluation.findings import Evidence
from aftersales.evaluation.fingerprint import fingerprint
from aftersales.evaluation.statements import Signature
from aftersales.evaluation.words import is_lead, word
from aftersales.rendering.document import Block, Cell, Gap, Heading, Paragraph, Party, Row, Signatures, Table
from aftersales.text.dates import day_text
from aftersales.text.sanitize import clean
from aftersales.text.version import __version__

__all__ = ["annexes", "rectification_part", "signing_part"]


def rectification_part(
    writer: ReportWriter, rectification: Rectification, issued_on: datetime.date | None
) -> Iterator[Block]:
    """6.3.2, 7.2.2, reading R19: what has to be put right, by when and by whom, and the results by that day.

    Without a day of issue, all results are shown.
    """
    yield Heading(writer.part("rectification"))
    items = rectification.items
    day = datetime.date.max if issued_on is None else issued_on
    counts = rectification.counts_on(day)
    facts = {"day": day_text(rectification.on, writer.lang)} | counts
    if issued_on is None:
        sentences = [writer.say("rectification", **facts)]
    else:
        sentences = [writer.say("rectification_until", **facts, until=day_text(issued_on, writer.lang))]
    if rectification.number is not None:
        sentences.append(writer.say("rectification_number", number=clean(rectification.number)))
    if rectification.result not in (None, fingerprint(writer.evaluation)):  # of the application before (R19)
        sentences.append(writer.say("rectification_of", fingerprint=rectification.result))
    yield Paragraph(writer.sentences(*sentences))
    rows = (Row((str(place), *_item(writer, item, issued_on))) for place, item in enumerate(items, 1))
    name, requirement = (0.25, 0.25) if writer.wide_titles else (0.2, 0.3)
    result = 0.2 if counts["done"] else 0.1  # long requirements need the space that no result takes
    widths = (0.06, name, requirement + 0.2 - result, 0.12, 0.12, result)
    yield Table(writer.columns("rectification_heads", widths, whole=(0,)), tuple(rows))


def _item(writer: ReportWriter, item: RectificationItem, issued_on: datetime.date | None) -> tuple[Cell, ...]:
    name = writer.name(writer.standard[item.indicator])
    asked = [text for text in (item.problem, item.requirement) if text is not None]
    requirement = writer.listed(writer.quoted(item.indicator, "requirement", text) for text in asked)
    state = "open" if issued_on is None else item.state_on(issued_on)
    result = writer.open_item(is_overdue=state == "overdue")
    if item.result is not None and (issued_on is None or state == "done"):
        done = writer.quoted(item.indicator, "done", item.result.done)
        day = day_text(item.result.on, writer.lang)
        result = writer.say("rectification_done", done=writer.listed([done]), by=clean(item.result.by), day=day)
    return name, requirement, day_text(item.due, writer.lang), item.responsible or writer.gap("responsible"), result


def signing_part(writer: ReportWriter, number: str | None, issued_on: datetime.date | None) -> Iterator[Block]:
    """The places to sign: of the leader, the reviewer and the approver, and of the body with its stamp (R18).

    On the same page is what identifies the result. A self-assessment has no body; its reviewer signs if it names one.
    """
    evaluation, sign_off = writer.evaluation, writer.evaluation.sign_off
    is_self = evaluation.type == "self"
    lead = next((assessor for assessor in evaluation.team if is_lead(assessor.role)), None)
    parties = []
    for key in ("leader", "reviewer", "approver"):
        signature: Signature | None = getattr(sign_off, key) if sign_off else None
        if signature is None and key == "leader" and lead is not None:
            signature = Signature(name=lead.name)
        if signature is None and is_self:
            if key == "reviewer":
                continue
            key = "management" if key == "approver" else key
        parties.append(_party(writer, key, signature))
    if not is_self:
        title = _title(writer, "body", writer.body)
        parties.append(Party(title, (_day(writer, issued_on),), has_stamp=True))
    yield Heading(writer.part("signing"))
    statement = writer.sentences(writer.say("result_basis"), conclusion_sentence(writer), writer.say("signed"))
    yield Signatures(statement, tuple(parties), _signed_result(writer, number))


def _signed_result(writer: ReportWriter, number: str | None) -> Table:
    """The result that is signed: the report, whom it is about, and what the figures rest on."""
    return writer.fact_table(
        [
            *([("number", number)] if number else []),
            ("organisation", writer.organisation or writer.gap("organisation")),
            ("standard", writer.standard_name()),
            ("standard_file", writer.standard.sha256),
            ("fingerprint", fingerprint(writer.evaluation)),
            ("program", writer.say("program", version=__version__)),
        ]
    )


def _party(writer: ReportWriter, key: str, signature: Signature | None) -> Party:
    title = _title(writer, key, signature.name if signature else "")
    return Party(title, (writer.say("sign"), _day(writer, signature.on if signature else None)))


def _title(writer: ReportWriter, key: str, name: str) -> str:
    role = writer.say(f"signs.{key}")
    return writer.say("signed_by", role=role, name=clean(name)) if name else role


def _day(writer: ReportWriter, day: datetime.date | None) -> str:
    """The day of a signature, or space to write it."""
    return writer.say("signed_on", day=day_text(day, writer.lang) if day else writer.say("day_blank"))


def annexes(writer: ReportWriter, files: EvidenceFiles | None) -> Iterator[Block]:
    """The evidence, and after it the long texts to which it and the parts before it refer."""
    if writer.evidence:
        yield Heading(_annex_heading(writer, "evidence"), on_new_page=True)
        yield _evidence_table(writer, files)
    if writer.long_texts:
        yield Heading(_annex_heading(writer, "texts"), on_new_page=True)
        for number, entry in enumerate(writer.long_texts, 1):
            name, what = writer.name(writer.standard[entry.id]), writer.say(f"what.{entry.what}")
            yield Heading(writer.say("text_entry", number=number, name=name, what=what), 3)
            yield from writer.paragraphs(entry.text)


def _annex_heading(writer: ReportWriter, key: str) -> str:
    return writer.say("annex", number=writer.annex(key), title=writer.say(f"annex.{key}"))


def _evidence_table(writer: ReportWriter, files: EvidenceFiles | None) -> Table:
    """6.1.3: each piece of evidence once, by category."""
    pieces = [(number, key, evidence) for key, found in writer.evidence.items() for number, evidence in found]
    sources = {number: _source(writer, key, evidence, files) for number, key, evidence in pieces}
    has_sources = any(sources.values())
    rows: list[Row] = []
    for category in writer.standard.categories:
        inside = [piece for piece in pieces if f"{piece[1]}.".startswith(f"{category.id}.")]
        if inside:
            rows.append(Row(("", writer.name(category), "", "", "")[: 4 + has_sources], leads=True))
        for number, key, evidence in inside:
            note = writer.quoted(key, "note", evidence.note) if evidence.note is not None else writer.say("no_note")
            method = word(writer.lang, "method", evidence.method)
            cells = str(number), writer.name(writer.card[key]), method, note, sources[number] or "–"
            rows.append(Row(cells[: 4 + has_sources]))
    more = 0.08 if writer.wide_titles else 0
    name, method_width, found = (0.23, 0.12, 0.35) if has_sources else (0.26, 0.14, 0.54)
    widths = (0.06, name + more, method_width, found - more, 0.24)
    columns = writer.columns("annex_heads", widths, whole=(0,))
    return Table(columns[: 4 + has_sources], tuple(rows))


def _source(writer: ReportWriter, key: str, evidence: Evidence, files: EvidenceFiles | None) -> Cell:
    """The source of a piece of evidence, and its files."""
    facts = (
        ("ref", evidence.ref),
        ("where", evidence.where),
        ("on", day_text(evidence.on, writer.lang) if evidence.on else None),
        ("by", evidence.by),
        ("file", evidence.file),
    )
    parts = [writer.say(f"source.{name}", text=clean(text)) for name, text in facts if text is not None]
    if evidence.file is None or files is None:
        return writer.listed(parts)
    found = files.get(evidence.file, ())
    if not found:
        return Gap(writer.listed([*parts, writer.gap("file").text]))
    if found != (evidence.file,):
        folder, names = {"text": clean(evidence.file), "count": len(found)}, writer.join(found)
        if writer.is_long(names):
            parts[-1] = writer.say("source.folder_in_annex", **folder, **writer.in_annex(key, "files", names))
        else:
            parts[-1] = writer.say("source.folder", **folder, names=names)
    return writer.listed(parts)
