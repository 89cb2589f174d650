"""Build a page that scores a file in the browser: one HTML file with Python, the library and all that it needs.

usage: build.py WHEEL PAGE

Python for browsers (Pyodide) comes from npm, the libraries come from PyPI. The page needs no network.
"""

import base64
import gzip
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

HERE = Path(__file__).parent
PYODIDE = "pyodide@314"
COMPILED = ["pydantic"]  # with a compiled part, which is published for Pyodide too
PURE = ["PyYAML", "openpyxl", "et-xmlfile", "Jinja2", "MarkupSafe"]  # their compiled parts are optional, and left out
PARTS = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip")


def pyodide(folder: Path) -> Path:
    """Python for browsers, unpacked in a folder."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", PYODIDE], cwd=folder, check=True, capture_output=True, text=True
    )
    with tarfile.open(folder / packed.stdout.split()[-1]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "package"


def wheels(lock: dict[str, str], folder: Path) -> list[Path]:
    """The wheels of the libraries, for the Python and the platform of that Pyodide."""
    version = "".join(lock["python"].split(".")[:2])
    there = ["--platform", f"pyemscripten_{lock['abi_version']}_{lock['arch']}", "--python-version", version]
    there += ["--implementation", "cp", "--abi", f"cp{version}", "--abi", "none"]
    pip = [sys.executable, "-m", "pip", "download", "-q", "--only-binary", ":all:", "-d", folder]
    subprocess.run([*pip, *there, *COMPILED], check=True)
    subprocess.run([*pip, "--no-deps", *PURE], check=True)
    return sorted(folder.glob("*.whl"))


def packages(files: list[Path]) -> bytes:
    """One zip file with what is in the wheels, without what is compiled for another machine."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as target:
        for file in files:
            with ZipFile(file) as wheel:
                for name in wheel.namelist():
                    if not name.endswith((".so", ".pyd", "/")) or "emscripten" in name:
                        target.writestr(name, wheel.read(name))
    return content.getvalue()


def build(wheel: Path) -> str:
    """The page."""
    with tempfile.TemporaryDirectory() as folder:
        source = pyodide(Path(folder))
        lock = json.loads((source / "pyodide-lock.json").read_text("utf-8"))["info"]
        parts = {name: (source / name).read_bytes() for name in PARTS}
        parts["packages.zip"] = packages([*wheels(lock, Path(folder)), wheel])
    texts = {name: base64.b64encode(gzip.compress(part, mtime=0)).decode() for name, part in parts.items()}
    texts["lock"] = json.dumps({"info": lock, "packages": {}})
    scripts = [f'<script id="{name}" type="text/plain">{text}</script>' for name, text in texts.items()]
    page = (HERE / "page.html").read_text("utf-8")
    return page.replace("{version}", wheel.name.split("-")[1]).replace("{parts}", "\n".join(scripts))


if __name__ == "__main__":
    Path(sys.argv[2]).write_text(build(Path(sys.argv[1])), encoding="utf-8")
