"""The files that evidence names (6.1.3): whether they are there, and what is in a folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath, PureWindowsPath

from aftersales.evaluation.evaluation import Evaluation
from aftersales.problems.violations import Violation

__all__ = ["EvidenceFiles", "evidence_files", "evidence_paths", "missing_files"]

EvidenceFiles = Mapping[str, tuple[str, ...]]
"""By the file that a piece of evidence names, the files that are there: itself, those in a folder, or none."""


def evidence_files(evaluation: Evaluation, folder: str | os.PathLike[str]) -> dict[str, tuple[str, ...]]:
    """The files that exist, by each name in the evidence, in ``folder``, which is that of the evaluation.

    These are the file itself, or those in a folder and its subfolders, in order. A name that leads out of ``folder``
    has none. A hidden file, whose name starts with a dot, is none of a folder's.
    """
    return {name: tuple(shown for shown, _ in _files(Path(folder), name)) for name in _names(evaluation)}


def evidence_paths(evaluation: Evaluation, folder: str | os.PathLike[str]) -> list[Path]:
    """The paths of all these files."""
    return [path for name in _names(evaluation) for _, path in _files(Path(folder), name)]


def _names(evaluation: Evaluation) -> Iterator[str]:
    for finding in filter(None, evaluation.findings.values()):
        yield from (evidence.file for evidence in finding.evidence if evidence.file is not None)


def _files(folder: Path, name: str) -> Iterator[tuple[str, Path]]:
    """The files of a name: how each is shown, and its path."""
    parts = PurePosixPath(name.replace("\\", "/")).parts  # a path may have been written on Windows
    if ".." in parts or name.startswith("/") or PureWindowsPath(name).anchor or "\0" in name:
        return
    path = folder.joinpath(*parts)
    try:
        is_file = path.is_file()
    except OSError:  # a name that is too long
        return
    if is_file:
        yield name, path
        return
    for place, folders, found in os.walk(path):
        folders[:] = sorted((folder for folder in folders if not folder.startswith(".")), key=_in_order)
        for file in sorted((file for file in found if not file.startswith(".")), key=_in_order):
            within = Path(place, file)
            yield os.fsencode(within.relative_to(path).as_posix()).decode("utf-8", "replace"), within


def _in_order(name: str) -> list[tuple[int, str]]:
    """A key that sorts the numbers in names by their value: ``2.jpg`` before ``10.jpg``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def missing_files(evaluation: Evaluation, files: EvidenceFiles) -> Iterator[Violation]:
    """6.1.3: each piece of evidence with a file that is not there."""
    for key, finding in evaluation.findings.items():
        for place, evidence in enumerate(finding.evidence if finding else ()):
            if evidence.file is not None and not files.get(evidence.file):
                path = ("findings", key, "evidence", place, "file")
                yield Violation("missing-evidence-file", path, {"found": evidence.file})
