"""Prints the interpreters of this machine that the project admits, one of each minor version, newest last.

Looked for on PATH and among those of pyenv. One that does not start (a shim without its version) is passed over.
"""

import os
import re
import subprocess
from pathlib import Path

CODE = "import sys, venv, ensurepip; print(sys.version_info.minor if sys.implementation.name == 'cpython' else 0)"


def main() -> None:
    """Print one path a line."""
    text = (Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8")
    least = int(text.split('requires-python = ">=3.', 1)[1].split('"', 1)[0])
    folders = map(Path, os.environ.get("PATH", "").split(os.pathsep))
    named = [path for folder in folders for path in sorted(folder.glob("python3.*"))]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    found: dict[int, Path] = {}
    for path in [*named, *sorted(pyenv.glob("versions/3.*/bin/python3.*"))]:
        if not re.fullmatch(r"python3\.\d+", path.name):
            continue
        done = subprocess.run([path, "-c", CODE], capture_output=True, text=True, check=False)
        if done.returncode == 0 and int(done.stdout) >= least:
            found.setdefault(int(done.stdout), path)
    for minor in sorted(found):
        print(found[minor])


if __name__ == "__main__":
    main()
