"""The files of the bundled editions."""

from functools import lru_cache
from pathlib import Path

__all__ = ["data_folder"]


@lru_cache(maxsize=1)
def bundled_files() -> dict[str, dict[str, Path]]:
    """The files of data/standards: one folder a standard (its id, blanks written ``_``), one file an edition."""
    folders = sorted((data_folder() / "standards").iterdir())
    return {folder.name.replace("_", " "): {file.stem: file for file in folder.glob("*.yaml")} for folder in folders}


def data_folder() -> Path:
    """The package's data: beside the code where it is installed, at the top of the source tree in an editable install."""
    package = Path(__file__).resolve().parents[1]
    beside = package / "data"
    return beside if beside.is_dir() else package.parents[1] / "data"
