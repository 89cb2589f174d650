"""Write files: completely or not at all, and never over an existing file unless asked."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftersales.files.format_versions import FORMAT, VersionedKind, version_of
from aftersales.files.source import FORMATS, UNPRINTABLE, reason_of
from aftersales.problems.collector import Collector, refusal
from aftersales.problems.errors import AftersalesError, OutputError
from aftersales.problems.messages import phrase
from aftersales.problems.violations import Violation
from aftersales.text.sanitize import escaped_json, escaped_yaml, is_safe
from aftersales.text.sentences import Phrase

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = [
    "Source",
    "as_file",
    "as_line",
    "as_yaml",
    "refuse_source",
    "unwritable",
    "whole_file",
    "write_file",
    "write_files",
]

Source = str | os.PathLike[str] | int
"""A file that is read: its path, or the descriptor of an open file, such as 0 for stdin."""


def write_file(
    path: str | os.PathLike[str], content: bytes | str, *, force: bool = False, reads: Iterable[Source] = ()
) -> None:
    """Write a file, text as UTF-8. An existing file is replaced only with ``force``.

    ``reads`` are the files that the content was made from. They are never replaced, not even with ``force``.

    Raises :class:`~aftersales.OutputError` if ``path`` is one of ``reads`` (``target-is-source``), if
    the file exists and ``force`` is false (``file-exists``), or if it cannot be written (``unwritable-file``).
    """
    with whole_file(path, force=force, reads=reads) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


def write_files(contents: Mapping[Path, bytes | str], *, force: bool = False, reads: Collection[Source] = ()) -> None:
    """Write files into one folder, which is made if it is missing, and none of them if one cannot be written over.

    Raises as :func:`write_file` does, with a problem for each file that exists.
    """
    with Collector(OutputError) as found:
        for path in contents:
            refuse_source(path, reads)
            if path.exists() and not force:
                found.add(Violation("file-exists", context={"found": str(path)}))
    for folder in {path.parent for path in contents}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError as error:
            raise unwritable(folder, phrase("system.ENOTDIR")) from error
        except (OSError, ValueError) as error:  # a path with a NUL is a ValueError
            raise unwritable(folder, reason_of(error)) from error
    for path, content in contents.items():
        write_file(path, content, force=force, reads=reads)


@contextmanager
def whole_file(path: str | os.PathLike[str], *, force: bool = False, reads: Iterable[Source] = ()) -> Iterator[Path]:
    """A temporary path to write to. At the end of the block it replaces ``path``; after an error ``path`` is unchanged.

    A file that is replaced keeps its mode, and a symbolic link to it stays a link.

    Raises as :func:`write_file` does. The errors about an existing file and about ``reads`` come before the block runs.
    """
    refuse_source(path, reads)
    named = Path(path)
    try:
        if "\0" in str(named):
            raise ValueError("embedded null byte")
        target = Path(os.path.realpath(named))
        temporary = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.part")
    except ValueError as error:
        raise unwritable(named, reason_of(error)) from error
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        if mode is not None and not force:
            raise FileExistsError
        if mode is not None and not target.is_file() and not target.is_dir():  # a device would be replaced by a file
            raise unwritable(named, phrase("not_regular"))
        # A new name, so that no other file or link is written to; private until it has the mode of the replaced file.
        _make(temporary, 0o666 if mode is None else 0o600)
        try:
            yield temporary
            if mode is not None:
                temporary.chmod(mode)
            _move(temporary, target, force=force)
        finally:
            temporary.unlink(missing_ok=True)
    except AftersalesError:  # raised in the block, and more precise than the error below
        raise
    except FileExistsError:
        raise refusal(OutputError, Violation("file-exists", context={"found": str(named)})) from None
    except FileNotFoundError as error:
        raise unwritable(named, phrase("no_folder")) from error
    except OSError as error:
        raise unwritable(named, reason_of(error)) from error


def refuse_source(path: str | os.PathLike[str], reads: Iterable[Source]) -> None:
    """Refuse to write a file that is also read, under any name or through a link.

    Files are compared by their identity in the file system, so a different spelling or case of the name is recognised.

    Raises :class:`~aftersales.OutputError` (``target-is-source``).
    """
    if any(_is_same_file(path, source) for source in reads):
        raise refusal(OutputError, Violation("target-is-source", context={"found": str(path)}))


def _is_same_file(path: str | os.PathLike[str], source: Source) -> bool:
    """Whether both name the same file. A file that does not exist is neither read nor replaced."""
    try:
        read = os.fstat(source) if isinstance(source, int) else Path(source).stat()
        return os.path.samestat(Path(path).stat(), read)
    except (OSError, ValueError):
        return False


def _make(path: Path, mode: int) -> None:
    """Make an empty file. Raises FileExistsError if one exists. An interrupt leaves no file behind."""
    try:
        path.touch(mode, exist_ok=False)
    except OSError:
        raise
    except BaseException:  # remove the file if this call made it; one with content belongs to another process
        with suppress(FileNotFoundError):
            if not path.stat().st_size:
                path.unlink()
        raise


def _move(temporary: Path, target: Path, *, force: bool) -> None:
    """Move a file to its place. An existing file is replaced only with ``force``."""
    if not force:
        _make(target, 0o600)  # reserve the name, or find that it exists
    try:
        temporary.replace(target)
    except BaseException:
        if not force:
            target.unlink()
        raise


def unwritable(target: Path, reason: Phrase | str) -> OutputError:
    """The error that a file cannot be written, with the reason."""
    context = {"found": str(target), "reason": reason}
    return refusal(OutputError, Violation("unwritable-file", context=context))


def as_file(model: BaseModel, name: str | os.PathLike[str], other_formats: Sequence[str] = ()) -> str:
    """The text of a model for a file of that name: YAML or JSON by its extension.

    Raises :class:`~aftersales.OutputError` for another extension (``unknown-format``), which also names
    the ``other_formats`` that the caller writes, and as :func:`as_yaml` does.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in FORMATS:
        context = {"found": Path(name).name, "allowed": (*FORMATS, *other_formats)}
        raise refusal(OutputError, Violation("unknown-format", context=context))
    if suffix != ".json":
        return as_yaml(model)
    return escaped_json(json.dumps(_file_of(model), ensure_ascii=False, indent=2)) + "\n"


def as_yaml(model: BaseModel, *, without: Collection[str] = ()) -> str:
    """A model as YAML that reads back as the same model, without the fields that are not set and those of ``without``.

    A file names the version of its format; a part of one does ``without=[FORMAT]``.

    Raises :class:`~aftersales.OutputError` for a control character, which no file may hold
    (``bad-character``).

    >>> from aftersales import Evaluation
    >>> print(as_yaml(Evaluation(standard="S", findings={"5.1.1.1": {"kind": "qualitative", "degree": "60%"}})), end="")
    format: 1
    standard: S
    findings:
      5.1.1.1:
        kind: qualitative
        degree: '0.6'
    """
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes a text that holds unsafe characters, or characters that YAML would fold as line breaks."""

        def represent_text(self, text: str) -> yaml.ScalarNode:
            style = None if is_safe(text) else '"'
            return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, Dumper.represent_text)
    text: str = yaml.dump(_file_of(model, without), Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
    return escaped_yaml(text)


def _file_of(model: BaseModel, without: Collection[str] = ()) -> dict[str, Any]:
    """The content of the file of a model: the version of its format, if it is a file of its own, and its fields."""
    fields: dict[str, Any] = _without_blanks(model.model_dump(mode="json", exclude=set(without)))
    kind: VersionedKind | None = getattr(model, "file_kind", None)
    return fields if kind is None or FORMAT in without else {FORMAT: version_of(kind)} | fields


def as_line(value: BaseModel | dict[str, Any] | list[str] | str) -> str:
    """A model or plain data in one line of JSON, which YAML reads too. Raises as :func:`as_yaml` does."""
    data = value if isinstance(value, str | list | dict) else value.model_dump(mode="json")
    return escaped_json(json.dumps(_without_blanks(data), ensure_ascii=False))


_BY_NAME = ("findings", "assignments")  # keys of mappings by id or name, in which a blank value says something


def _without_blanks(value: Any, *, by_name: bool = False) -> Any:
    """The data without None and empty lists. ``by_name``, they stay: an open finding, a member without assignments.

    Raises :class:`~aftersales.OutputError` for a control character: the file could not be read again.
    """
    if isinstance(value, dict):
        return {
            key: _without_blanks(part, by_name=key in _BY_NAME)
            for key, part in value.items()
            if by_name or part not in (None, [])
        }
    if isinstance(value, list):
        return [_without_blanks(part) for part in value]
    if isinstance(value, str) and (broken := UNPRINTABLE.search(value)):
        raise refusal(OutputError, Violation("bad-character", context={"found": f"U+{ord(broken[0]):04X}"}))
    return value
