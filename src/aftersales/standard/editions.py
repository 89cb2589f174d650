"""The files of the bundled standards."""

from functools import lru_cache
from pathlib import Path

from aftersales.text.package_folder import package_folder

__all__ = ["data_folder"]


@lru_cache(maxsize=1)
def bundled_files() -> dict[str, dict[str, Path]]:
    """The files in data/standards: a folder for each standard (its id, ``_`` for blanks), a file for each edition."""
    folders = sorted((data_folder() / "standards").iterdir())
    return {folder.name.replace("_", " "): {file.stem: file for file in folder.glob("*.yaml")} for folder in folders}


def data_folder() -> Path:
    """The folder of the package's data: inside the installed package, or at the top of the source tree if editable.

    >>> sorted(path.name for path in data_folder().iterdir() if path.is_dir())
    ['calendars', 'conformance', 'examples', 'plans', 'standards']
    """
    package = package_folder().resolve()
    beside = package / "data"
    return beside if beside.is_dir() else package.parents[1] / "data"
