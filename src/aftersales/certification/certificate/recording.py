"""Add an event to the file of a certificate, in place. What people wrote in the file stays as it is."""

import os

from pydantic import BaseModel

from aftersales.certification.certificate.certificate import Certificate, load_certificate
from aftersales.certification.certificate.events import Event
from aftersales.certification.rectification.closing import write_result
from aftersales.certification.rectification.contents import RectificationResult
from aftersales.files.format_versions import FORMAT
from aftersales.files.locking import exclusive
from aftersales.files.writing import as_line, as_yaml
from aftersales.files.yaml_editing import with_entry, with_key, without_last_entry, write_edited
from aftersales.problems.errors import PaperError
from aftersales.standard.standard import Standard, named_standard

__all__ = ["record"]


def record(path: str | os.PathLike[str], event: Event, standard: Standard | None = None) -> Certificate:
    """Add an event to the certificate in a file, completely or not at all, and return the certificate with it.

    A YAML file keeps its comments and its layout. Raises :class:`~aftersales.PaperError` for a certificate or an event
    that breaks a rule of 7.2, and :class:`~aftersales.OutputError` if the file cannot be written, or if its comments
    would be lost (``comments-lost``). The file is then unchanged.

    >>> import tempfile
    >>> from pathlib import Path
    >>> from aftersales import Surveillance
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "certificate.yaml")
    >>> text = "standard: CTS XBHT-S04-2025\\nedition: 2025-12-04\\norganisation: 甲\\n"
    >>> written = path.write_text(text + "final_score: 87\\nstars: 4\\nissued: 2026-03-20  # 初审\\n", "utf-8")
    >>> record(path, Surveillance(on="2027-02-11", passed=True)).status("2027-03-20").state
    'valid'
    >>> print(path.read_text("utf-8")[len(text) :], end="")
    final_score: 87
    stars: 4
    issued: 2026-03-20  # 初审
    events:
    - kind: surveillance
      'on': '2027-02-11'
      passed: true
    >>> folder.cleanup()
    """
    with exclusive(path):
        certificate = load_certificate(path, standard)
        recorded = certificate.record(event, standard)
        write_record(path, recorded, standard)
    return recorded


def close_item_of_audit(
    path: str | os.PathLike[str], item: str, result: RectificationResult, standard: Standard | None = None
) -> Certificate:
    """Write the result of an item into the file of a certificate: an item of what its last audit required (7.2.2).

    As :func:`~aftersales.close_item` for a file of its own. Also raises :class:`~aftersales.PaperError` if no audit
    required anything (``no-rectification``).
    """
    with exclusive(path):
        certificate = load_certificate(path, standard)
        number, rectification = certificate.last_rectification()
        named = standard or named_standard(certificate.standard, certificate.edition)
        closed = rectification.close(item, result, named)
        event = certificate.events[number].model_copy(update={"rectification": closed})
        events = (*certificate.events[:number], event, *certificate.events[number + 1 :])
        changed = certificate.model_copy(update={"events": events})
        place = ("events", number, "rectification", "items", rectification.position_of(item))
        write_result(path, place, result, changed, lambda text: reads_as(text, changed, standard))
    return changed


def write_record(path: str | os.PathLike[str], recorded: Certificate, standard: Standard | None = None) -> None:
    """Add the last event of a certificate to its file. ``standard`` is that of :func:`record`."""
    event = recorded.events[-1]
    write_edited(
        path,
        lambda text: with_entry(text, "events", as_yaml(event), as_line(event)),
        lambda text: reads_as(text, recorded, standard),
        recorded,
    )


def write_supplement(
    path: str | os.PathLike[str], before: Certificate, after: Certificate, standard: Standard | None = None
) -> None:
    """Write what one event of ``after`` has more than that of ``before`` into the file of the certificate."""

    def supplemented(text: str) -> str | None:
        pairs = enumerate(zip(before.events, after.events, strict=True))
        number, (old, new) = next((number, pair) for number, pair in pairs if pair[0] != pair[1])
        added = {key: value for key, value in new if value != getattr(old, key)}
        edit: str | None = text
        for key, value in added.items():
            block = as_yaml(value, without=[FORMAT]) if isinstance(value, BaseModel) else ""
            line = as_line([*value] if isinstance(value, tuple) else value)
            edit = edit and with_key(edit, ("events", number), key, block, line)
        return edit

    write_edited(path, supplemented, lambda text: reads_as(text, after, standard), after)


def write_correction(path: str | os.PathLike[str], corrected: Certificate, standard: Standard | None = None) -> None:
    """Move the last event of the file of a certificate to its corrections, of which ``corrected`` has one more."""
    correction = corrected.corrections[-1]

    def moved(text: str) -> str | None:
        if (found := without_last_entry(text, "events")) is None:
            return None
        rest, event = found
        block = "\n  ".join([f"{as_yaml(correction, without=['event'])}event:", *event])
        return with_entry(rest, "corrections", block, as_line(correction))

    write_edited(path, moved, lambda text: reads_as(text, corrected, standard), corrected)


def reads_as(text: str, certificate: Certificate, standard: Standard | None) -> bool:
    """Whether a text is that of a certificate."""
    try:
        return load_certificate(text.encode(), standard) == certificate
    except PaperError:
        return False
