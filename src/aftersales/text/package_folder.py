"""The folder of the package's own files: its data and its sentences."""

from functools import cache
from pathlib import Path

__all__ = ["package_folder"]


def package_folder() -> Path:
    """The folder of the installed package; if that is in a zip file, a folder with its unpacked files.

    >>> (package_folder() / "text/sentences/zh.json").exists()
    True
    """
    folder = Path(__file__).parents[1]
    return folder if folder.is_dir() else _unpacked()


@cache
def _unpacked() -> Path:
    """The package's files in a temporary folder, which is removed when the process ends."""
    import atexit  # imported here: only a zip application needs these
    import shutil
    import tempfile
    from zipfile import ZipFile

    folder = tempfile.mkdtemp(prefix="aftersales-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    here = Path(__file__)
    file = next(parent for parent in here.parents if parent.is_file())
    package = here.relative_to(file).parents[1].as_posix()
    with ZipFile(file) as archive:
        names = [name for name in archive.namelist() if name.startswith(f"{package}/") and not name.endswith(".py")]
        archive.extractall(folder, names)
    return Path(folder) / package
