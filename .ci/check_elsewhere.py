"""Run the wheel in fresh environments: service, queue, notebook, PyInstaller, zip application, Pyodide (node, browser).

usage: check_elsewhere.py WHEEL [CHECK ...]

Each scores the same file as an installed package does, explains it, and writes reports. Pyodide needs node and npm, the
browser also Chromium and playwright; what is missing is named and skipped.
"""

import json
import re
import runpy
import shutil
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import venv
from pathlib import Path
from types import SimpleNamespace

TOP = Path(__file__).parents[1]
EXAMPLE = TOP / "data/examples/home-appliance-chain.yaml"
MAIN = "import sys\nfrom aftersales.cli import main\nsys.exit(main())\n"
EXTRAS = "excel,calendar,report"


def environment(folder: Path, *packages: str | Path) -> Path:
    """The Python of a fresh environment with these packages."""
    venv.create(folder)
    python = folder / "bin/python"
    pip(python, *packages)
    return python


def pip(python: Path, *arguments: str | Path) -> None:
    """Install for that Python, without compiling what is not imported."""
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-compile", *arguments], check=True
    )


def check(name: str, command: list[str | Path], home: Path, formats: tuple[str, ...]) -> None:
    """Score, explain, report, and write and read a form by that command, away from the source tree."""

    def run(*arguments: str | Path, code: int = 0) -> str:
        done = subprocess.run([*command, *arguments], cwd=home, check=False, capture_output=True, text=True)
        assert done.returncode == code, (name, arguments, done.stdout, done.stderr)
        return done.stdout + done.stderr

    assert "87.37" in run("score", EXAMPLE)
    assert "0.08" in run("explain", EXAMPLE, "5.1.2.2")
    assert "R6" in run("standard", "R6")
    for suffix in formats:
        run("report", EXAMPLE, "-o", f"{name}.{suffix}")
        assert (home / f"{name}.{suffix}").stat().st_size > 10_000, suffix
    if "docx" in formats:
        run("template", "-o", f"{name}.xlsx")
        assert "missing-finding" in run("check", f"{name}.xlsx", code=2)
    print(f"{name}: scores, explains and reports as {', '.join(formats)}")


def code_of(page: str, number: int) -> str:
    """A program that a page of the documentation shows."""
    shown = re.findall("```python\n(.*?)```", (TOP / "docs" / page).read_text("utf-8"), re.DOTALL)
    return str([code for code in shown if not code.startswith(">>>")][number])


def service(wheel: Path, home: Path) -> None:
    """The web service of docs/web_service.md, called over HTTP."""
    python = environment(home / "env", wheel, "fastapi", "uvicorn")
    (home / "service.py").write_text(code_of("web_service.md", 0), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = subprocess.Popen(
        [python, "-m", "uvicorn", "service:app", "--no-access-log", "--port", str(port)],
        cwd=home,
        stderr=subprocess.PIPE,
    )
    try:
        while b"Uvicorn running" not in (line := started.stderr.readline()):
            assert line, "the service ended"
        answers = {}
        for body in (EXAMPLE.read_bytes(), b"findings: {5.1.1.1: ful}"):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/score", body) as answer:
                    answers[answer.status] = json.load(answer)
            except urllib.error.HTTPError as refused:
                answers[refused.code] = json.load(refused)
    finally:
        started.terminate()
        started.wait()
    assert answers[200]["printed_score"] == "87.37"
    assert "not-a-finding" in {problem["code"] for problem in answers[422]["problems"]}
    print("service: scores, and reports problems as data")


QUEUE = """
import sys
from pathlib import Path
import aftersales
from celery.contrib.testing.worker import start_worker
from tasks import app, score

app.conf.update(broker_url="memory://", result_backend="cache+memory://")
with start_worker(app, pool="threads", perform_ping_check=False):
    stored = score.delay(Path(sys.argv[1]).read_text("utf-8")).get(timeout=60)
    refused = score.delay("findings: {5.1.1.1: ful}").get(timeout=60)
assert app.conf.task_serializer == app.conf.result_serializer == "json"
assert aftersales.load_scorecard(stored).printed_score == "87.37"
assert "not-a-finding" in {problem["code"] for problem in refused["problems"]}
"""


def queue(wheel: Path, home: Path) -> None:
    """The task of docs/web_service.md, run by a worker of Celery; data go to it and come back as JSON."""
    python = environment(home / "env", wheel, "celery")
    (home / "tasks.py").write_text(code_of("web_service.md", -1), encoding="utf-8")
    done = subprocess.run([python, "-c", QUEUE, EXAMPLE], cwd=home, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    print("queue: a worker scores, and reports problems as data")


def notebook(wheel: Path, home: Path) -> None:
    """The tutorial, executed by a kernel. It reads ../data."""
    python = environment(home / "env", f"{wheel}[plots,batch]", "nbconvert", "ipykernel", "pandas")
    (home / "docs").mkdir()
    (home / "data").symlink_to(TOP / "data")
    shutil.copy(TOP / "docs/tutorial.ipynb", home / "docs")
    run = [python, "-m", "jupyter", "nbconvert", "--to", "html", "--execute", "docs/tutorial.ipynb"]
    done = subprocess.run(run, cwd=home, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    shown = (home / "docs/tutorial.html").read_text("utf-8")
    assert "87.37" in shown
    assert "<svg" in shown
    print("notebook: the tutorial runs and shows its pictures")


def pyinstaller(wheel: Path, home: Path) -> None:
    """A program frozen by PyInstaller, with the hook that the wheel brings."""
    python = environment(home / "env", f"{wheel}[{EXTRAS}]", "pyinstaller")
    (home / "app.py").write_text(MAIN, encoding="utf-8")
    subprocess.run([python, "-m", "PyInstaller", "--log-level", "ERROR", "app.py"], cwd=home, check=True)
    check("pyinstaller", [home / "dist/app/app"], home, ("html", "md", "docx", "pdf"))


def zip_application(wheel: Path, home: Path) -> None:
    """A zip application. Python cannot import compiled modules from it: pydantic, PyYAML and Jinja2 stay outside."""
    python = environment(home / "env", "pydantic", "PyYAML", "Jinja2")
    pip(python, "--no-deps", "--target", home / "app", wheel)
    made = [python, "-m", "zipapp", "app", "-m", "aftersales.cli:main", "-o", "aftersales.pyz"]
    subprocess.run(made, cwd=home, check=True)
    check("zipapp", [python, home / "aftersales.pyz"], home, ("html", "md"))


NODE = """
import { readFileSync } from "node:fs";
import { loadPyodide } from "./package/pyodide.mjs";

const python = await loadPyodide();
const bytes = (path) => new Uint8Array(readFileSync(path));
python.unpackArchive(bytes("packages.zip"), "zip", { extractDir: "/packages" });
python.FS.writeFile("example.yaml", bytes(process.argv[2]));
python.runPython(`
import sys
sys.path.insert(0, "/packages")
from aftersales.cli import main
assert main(["score", "example.yaml"]) == 0
assert main(["explain", "example.yaml", "5.1.2.2"]) == 0
for name in ("report.html", "report.md"):
    assert main(["report", "example.yaml", "-o", name]) == 0
    assert len(open(name, encoding="utf-8").read()) > 10_000, name
`);
"""


def node(wheel: Path, home: Path) -> None:
    """The package in Pyodide, started by node."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        print("node: skipped, since node or npm is missing")
        return
    parts = SimpleNamespace(**runpy.run_path(str(TOP / "docs/browser/build.py")))
    pyodide = parts.pyodide(home)
    lock = json.loads((pyodide / "pyodide-lock.json").read_text("utf-8"))["info"]
    (home / "packages.zip").write_bytes(parts.packages([*parts.wheels(lock, home), wheel]))
    (home / "run.mjs").write_text(NODE, encoding="utf-8")
    done = subprocess.run(["node", "run.mjs", EXAMPLE], cwd=home, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "87.37" in done.stdout
    assert "0.08" in done.stdout
    print(f"node: Python {lock['python']} in Pyodide scores, explains and reports as html, md")


def browser(wheel: Path, home: Path) -> None:
    """The page of docs/browser, opened as a file in Chromium."""
    chromium = shutil.which("chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        chromium = None
    if chromium is None or shutil.which("npm") is None:
        print("browser: skipped, since npm, Chromium or playwright is missing")
        return
    page = home / "aftersales.html"
    subprocess.run([sys.executable, TOP / "docs/browser/build.py", wheel, page], check=True)
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"]).new_page(locale="zh-CN")
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(page.as_uri())
        opened.set_default_timeout(120_000)
        opened.wait_for_selector("#file:enabled", state="attached")
        opened.set_input_files("#file", EXAMPLE)
        opened.wait_for_selector("#save:visible")
        assert "87.37" in opened.inner_text("#result")
        document = json.loads(opened.evaluate("shown.document"))
        assert document["final_score"] == installed_document()["final_score"]
        (home / "bad.yaml").write_text("standard: CTS XBHT-S04-2025\nfindings: {5.1.1.1: ful}\n", encoding="utf-8")
        opened.set_input_files("#file", home / "bad.yaml")
        opened.wait_for_selector("#save", state="hidden")
        assert "not-a-finding" in opened.inner_text("#problems")
        assert all(url.startswith(("file:", "blob:", "data:")) for url in asked), asked
    print(f"browser: {page.stat().st_size / 1e6:.1f} MB, scores, reports problems; uses no network")


def installed_document() -> dict[str, object]:
    """What the package of this environment says of the same file."""
    run = [sys.executable, "-m", "aftersales", "score", "--json", EXAMPLE]
    return json.loads(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def main() -> None:
    """Check each of them, or those that are named, in a folder of its own."""
    wheel, named = Path(sys.argv[1]).absolute(), sys.argv[2:]
    for kind in (service, queue, notebook, pyinstaller, zip_application, node, browser):
        if not named or kind.__name__ in named:
            with tempfile.TemporaryDirectory() as folder:
                kind(wheel, Path(folder))


if __name__ == "__main__":
    main()
