"""Let one process alone read a file, change it and write it back, so that nothing that another one wrote is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from aftersales.files.source import reason_of
from aftersales.files.writing import unwritable
from aftersales.problems.collector import refusal
from aftersales.problems.errors import OutputError
from aftersales.problems.violations import Violation

__all__ = ["exclusive"]


@contextmanager
def exclusive(path: str | os.PathLike[str]) -> Iterator[None]:
    """Lock a file for the block, by a file ``.NAME.lock`` beside it. A file that does not exist is not locked.

    A lock file works alike on every system and on network drives. It stays if the process is killed or the power fails;
    the message names it, so that people can delete it.

    Raises :class:`~aftersales.OutputError` if the file is locked already (``file-in-use``), or if there can be no lock
    (``unwritable-file``).
    """
    if not Path(path).is_file():
        yield
        return
    target = Path(os.path.realpath(path))
    lock = target.with_name(f".{target.name[:40]}.lock")
    try:
        lock.touch(exist_ok=False)
    except FileExistsError:
        context = {"found": str(path), "lock": str(lock)}
        raise refusal(OutputError, Violation("file-in-use", context=context)) from None
    except OSError as error:
        raise unwritable(Path(path), reason_of(error)) from error
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)
