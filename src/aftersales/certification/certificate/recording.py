"""Add an event to the file of a certificate, in place. What people wrote in the file stays as it is."""

import os
from pathlib import Path

from aftersales.certification.certificate.certificate import Certificate, load_certificate
from aftersales.certification.certificate.events import Event
from aftersales.files.writing import as_file, as_line, as_yaml, write_file
from aftersales.files.yaml_editing import comment_lines, with_entry
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError, PaperError
from aftersales.problems.violations import Violation
from aftersales.standard.standard import Standard

__all__ = ["record"]

BOM = "\ufeff"


def record(path: str | os.PathLike[str], event: Event, standard: Standard | None = None) -> Certificate:
    """Add an event to the certificate in a file, completely or not at all, and return the certificate with it.

    A YAML file keeps its comments and its layout. Raises :class:`~aftersales.PaperError` for a certificate or an event
    that breaks a rule of 7.2, and :class:`~aftersales.OutputError` if the file cannot be written, or if its comments
    would be lost (``comments-lost``). The file is then unchanged.

    >>> import tempfile
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
    certificate = load_certificate(path, standard)
    recorded = certificate.record(event, standard)
    write_record(path, recorded, standard)
    return recorded


def write_record(path: str | os.PathLike[str], recorded: Certificate, standard: Standard | None = None) -> None:
    """Add the last event of a certificate to its file. ``standard`` is that of :func:`record`."""
    if Path(path).suffix.lower() == ".json":
        write_file(path, as_file(recorded, path), force=True)
        return
    write_file(path, text_with_last_event(Path(path).read_bytes().decode(), recorded, standard), force=True)


def text_with_last_event(text: str, recorded: Certificate, standard: Standard | None) -> str:
    """The YAML text of a certificate, with the last event of ``recorded`` added to it."""
    bom = BOM if text.startswith(BOM) else ""
    event = recorded.events[-1]
    added = with_entry(text.removeprefix(BOM), "events", as_yaml(event), as_line(event))
    if added is not None and _reads_as(added, recorded, standard):
        return bom + added
    if lines := comment_lines(text.removeprefix(BOM)):
        context = {"found": ", ".join(map(str, lines[:10]))}
        raise refusal(OutputError, Violation("comments-lost", context=context))
    return bom + as_yaml(recorded)


def _reads_as(text: str, certificate: Certificate, standard: Standard | None) -> bool:
    try:
        return load_certificate(text.encode(), standard) == certificate
    except PaperError:
        return False
