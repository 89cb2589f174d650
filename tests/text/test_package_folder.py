"""A package that Python imports from a zip file finds its own files."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

import aftersales.text.package_folder as module
from aftersales.standard.editions import data_folder
from aftersales.text.package_folder import package_folder

PACKAGE = Path(module.__file__).parents[1]


@pytest.fixture
def zipped(tmp_path: Path) -> Path:
    """The package with its data in a zip file, under a folder ``lib``, as an application may carry it."""
    path = tmp_path / "application.zip"
    with ZipFile(path, "w") as archive:
        for root, target in ((PACKAGE, "lib/aftersales"), (data_folder(), "lib/aftersales/data")):
            for file in root.rglob("*"):
                if file.is_file() and "__pycache__" not in file.parts:
                    archive.write(file, f"{target}/{file.relative_to(root).as_posix()}")
    return path


def test_the_files_of_a_zipped_package_are_unpacked_once_without_its_modules(
    zipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "__file__", str(zipped / "lib/aftersales/text/package_folder.py"))
    folder = package_folder()
    assert folder == package_folder()
    assert {file.suffix for file in folder.rglob("*") if file.is_file()}.isdisjoint({".py", ".pyc"})
    for name in ("text/sentences/zh.json", "rendering/page.typ"):
        assert (folder / name).read_bytes() == (PACKAGE / name).read_bytes()
    assert sorted(path.name for path in (folder / "data").iterdir()) == sorted(
        path.name for path in data_folder().iterdir()
    )


def test_the_command_works_and_leaves_nothing_behind(zipped: Path, tmp_path: Path) -> None:
    run = (
        f"import sys; sys.path.insert(0, {str(zipped / 'lib')!r}); from aftersales.cli import main; main(sys.argv[1:])"
    )
    (temporary := tmp_path / "temporary").mkdir()
    command = [
        sys.executable,
        "-c",
        run,
        "report",
        data_folder() / "examples/home-appliance-chain.yaml",
        "-o",
        "r.html",
    ]
    environment = {"TMPDIR": str(temporary), "TEMP": str(temporary), "PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "87.37" in (tmp_path / "r.html").read_text("utf-8")
    assert list(temporary.iterdir()) == []
