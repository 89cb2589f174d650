"""Writing what the library hands out: a file is made whole or not at all, and nobody's work is overwritten unasked."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aftersales.files.source import FORMATS, NO_REGULAR_FILE, UNPRINTABLE, reasons_of
from aftersales.problems.errors import AftersalesError, PaperError
from aftersales.problems.violations import Violation, to_problem
from aftersales.text.sanitize import escaped_json, escaped_yaml, is_safe

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["Source", "as_file", "as_yaml", "refuse_source", "unwritable", "whole_file", "write_file"]

Source = str | os.PathLike[str] | int
"""A file that is read: its path, or the descriptor of an open file, such as 0 for stdin."""


def write_file(
    path: str | os.PathLike[str], content: bytes | str, *, force: bool = False, reads: Iterable[Source] = ()
) -> None:
    """Writes a file, text as UTF-8. One that exists already is replaced only with ``force``.

    ``reads`` are the files that the content was made from: none of them is replaced, with ``force`` or without.

    Raises :class:`~aftersales.problems.errors.PaperError` where ``path`` is one of ``reads`` (``target-is-source``), where the file
    exists and ``force`` was not given (``file-exists``), or where it cannot be written (``unwritable-file``).
    """
    with whole_file(path, force=force, reads=reads) as temporary:
        temporary.write_bytes(content.encode() if isinstance(content, str) else content)


@contextmanager
def whole_file(path: str | os.PathLike[str], *, force: bool = False, reads: Iterable[Source] = ()) -> Iterator[Path]:
    """A path to write to; what is there at the end takes the place of ``path``, so that a failure leaves what was.

    A file that is replaced keeps its mode, and a link still leads to it.

    Raises as :func:`write_file` does: of a file that exists, or is one of ``reads``, before anything is written.
    """
    refuse_source(path, reads)
    named = Path(path)
    try:
        if "\0" in str(named):
            raise ValueError("embedded null byte")
        target = Path(os.path.realpath(named))
        temporary = target.with_name(f".{target.name[:40]}.{os.urandom(8).hex()}.part")
    except ValueError as error:
        raise unwritable(named, *reasons_of(error)) from error
    try:
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else None
        if mode is not None and not force:
            raise FileExistsError
        if mode is not None and not target.is_file() and not target.is_dir():  # a device would be gone from the system
            raise unwritable(named, *NO_REGULAR_FILE)
        # Nobody else's file or link is written to; and what is replaced may have hidden what is written now.
        _make(temporary, 0o666 if mode is None else 0o600)
        try:
            yield temporary
            if mode is not None:
                temporary.chmod(mode)
            _move(temporary, target, force=force)
        finally:
            temporary.unlink(missing_ok=True)
    except AftersalesError:  # the one who writes knows better what was wrong
        raise
    except FileExistsError:
        raise PaperError([to_problem(Violation("file-exists", context={"found": str(named)}))]) from None
    except FileNotFoundError as error:
        raise unwritable(named, "its folder does not exist", "文件夹不存在") from error
    except OSError as error:
        raise unwritable(named, *reasons_of(error)) from error


def refuse_source(path: str | os.PathLike[str], reads: Iterable[Source]) -> None:
    """Refuses a file to be written that is one of the files that are read, by whatever name or link.

    Files are compared as the file system identifies them: through links and in another spelling or case of the name, too.

    Raises :class:`~aftersales.problems.errors.PaperError` (``target-is-source``).
    """
    if any(_is_same_file(path, source) for source in reads):
        raise PaperError([to_problem(Violation("target-is-source", context={"found": str(path)}))])


def _is_same_file(path: str | os.PathLike[str], source: Source) -> bool:
    """Whether both name one file. A file that does not exist is neither read nor replaced."""
    try:
        read = os.fstat(source) if isinstance(source, int) else Path(source).stat()
        return os.path.samestat(Path(path).stat(), read)
    except (OSError, ValueError):
        return False


def _make(path: Path, mode: int) -> None:
    """Makes an empty file where none is; FileExistsError where one is. An interrupt meanwhile leaves none."""
    try:
        path.touch(mode, exist_ok=False)
    except OSError:
        raise
    except BaseException:  # when it may be there already; what holds something is somebody else's
        with suppress(FileNotFoundError):
            if not path.stat().st_size:
                path.unlink()
        raise


def _move(temporary: Path, target: Path, *, force: bool) -> None:
    """Moves a file to its place: to one that was free, unless ``force`` allows another."""
    if not force:
        _make(target, 0o600)  # the name is taken, or it is known that somebody has it
    try:
        temporary.replace(target)
    except BaseException:
        if not force:
            target.unlink()
        raise


def unwritable(target: Path, reason: str, reason_zh: str) -> PaperError:
    """That a file cannot be written, and why."""
    context = {"found": str(target), "reason": reason, "reason_zh": reason_zh}
    return PaperError([to_problem(Violation("unwritable-file", context=context))])


def as_file(model: BaseModel, name: str | os.PathLike[str]) -> str:
    """The text of a model for a file of that name: YAML or JSON by its ending.

    Raises :class:`~aftersales.problems.errors.PaperError` for another ending (``unknown-format``), and as :func:`as_yaml` does.
    """
    suffix = Path(name).suffix.lower()
    if suffix not in FORMATS:
        context = {"found": Path(name).name, "allowed": ", ".join(FORMATS)}
        raise PaperError([to_problem(Violation("unknown-format", context=context))])
    if suffix != ".json":
        return as_yaml(model)
    return escaped_json(json.dumps(_without_blanks(model.model_dump(mode="json")), ensure_ascii=False, indent=2)) + "\n"


def as_yaml(model: BaseModel, *, without: Collection[str] = ()) -> str:
    """A model as YAML that reads back as the same model; what is not set is left out, and so are the fields ``without``.

    Raises :class:`~aftersales.problems.errors.PaperError` for a control character, which no file may hold (``bad-character``).

    >>> from aftersales import Evaluation
    >>> print(as_yaml(Evaluation(standard="S", findings={"5.1.1.1": {"kind": "qualitative", "degree": "60%"}})), end="")
    standard: S
    findings:
      5.1.1.1:
        kind: qualitative
        degree: '0.6'
    """
    import yaml

    class Dumper(yaml.SafeDumper):
        """Quotes a text that holds what a terminal would obey, and what YAML would fold as the end of a line."""

        def represent_text(self, text: str) -> yaml.ScalarNode:
            style = None if is_safe(text) else '"'
            return self.represent_scalar("tag:yaml.org,2002:str", text, style=style)

    Dumper.add_representer(str, Dumper.represent_text)
    data = _without_blanks(model.model_dump(mode="json", exclude=set(without)))
    text: str = yaml.dump(data, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=120)
    return escaped_yaml(text)


def _without_blanks(value: Any, *, open_values: bool = False) -> Any:
    """The data without what is not set, None and empty lists; among findings None stays, for it is an open one.

    A control character is refused: no file may hold it, so what is written could not be read again.
    """
    if isinstance(value, dict):
        return {
            key: _without_blanks(part, open_values=key == "findings")
            for key, part in value.items()
            if (part is None and open_values) or part not in (None, [])
        }
    if isinstance(value, list):
        return [_without_blanks(part) for part in value]
    if isinstance(value, str) and (broken := UNPRINTABLE.search(value)):
        raise PaperError([to_problem(Violation("bad-character", context={"found": f"U+{ord(broken[0]):04X}"}))])
    return value
