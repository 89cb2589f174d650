"""The hook by which PyInstaller finds the files of this package that a frozen program needs."""

from pathlib import Path


def hook_folders() -> list[str]:
    """The folders with hooks, for the entry point ``pyinstaller40`` of this package.

    >>> [Path(folder).name for folder in hook_folders()]
    ['hooks']
    """
    return [str(Path(__file__).parent / "hooks")]
