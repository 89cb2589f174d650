"""Mutates the code that decides stars, certificates and ways to a star: python tests/mutation/run.py [MODULE …] [--most N] [--seed N]

The mutants are those of cosmic-ray (in the extra ``dev``), ``--most`` of each module, drawn by ``--seed``. Each is made in a copy of the
files that git tracks, and the tests that modules.toml names for the module are run against it. A mutant survives where they pass. One that
equivalent.toml names is not counted. The exit code is 1 where fewer than 95 % of a module's mutants are killed.

The | of types and mappings is left alone, since nearly all of its mutants end at the import. Drawn mutants that are no Python, such as
``{-theirs}`` for ``{**theirs}``, are not counted, since no test is needed to kill them.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
import warnings
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_and_test, mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = Path("src/aftersales")
LEAST = 0.95
TIMEOUT = 240  # seconds; a mutant may run for ever, which tells it from the code


def copied(folder: Path) -> None:
    """Copy what git tracks, so that no mutant is ever seen in the project itself."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def is_python(item: WorkItem) -> bool:
    """Whether a mutant compiles."""
    mutation = item.mutations[0]
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    code = mutate_code(Path(mutation.module_path).read_text("utf-8"), operator, mutation.occurrence)
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(code, mutation.module_path, "exec")
        except SyntaxError:
            return False
    return True


def mutants(module: Path, most: int, seed: int) -> list[WorkItem]:
    """``most`` of a module's mutants but for those that do not compile, in the order of their lines."""
    with use_db(":memory:") as database:
        init([module], database, {})
        items = [item for item in database.work_items if "BinaryOperator_BitOr" not in item.mutations[0].operator_name]
    items.sort(key=lambda item: (item.mutations[0].operator_name, item.mutations[0].occurrence))
    drawn = random.Random(seed).sample(items, min(most, len(items)))
    return sorted(filter(is_python, drawn), key=lambda item: item.mutations[0].start_pos)


def changed_lines(diff: str) -> tuple[str, str]:
    """The lines before and after a mutation, without their indentation."""
    lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
    before, after = ([line[1:].strip() for line in lines if line.startswith(sign)] for sign in "-+")
    return " ".join(before), " ".join(after)


def run_module(name: str, tests: list[str], most: int, seed: int) -> bool:
    """Test a module's mutants and print those that survive; whether enough of them were killed."""
    equivalent = {
        each["becomes"] for each in tomllib.loads((HERE / "equivalent.toml").read_text("utf-8")).get(name, [])
    }
    command = f"{sys.executable} -m pytest -x -q -p no:cacheprovider -p no:xdist {' '.join(tests)}"
    # The code as it is has to pass. The byte code that this leaves serves all mutants; cosmic-ray sees to it that theirs is not kept.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    subprocess.run(command.split(), check=True, stdout=subprocess.DEVNULL)
    killed = survived = left = 0
    for item in mutants(SOURCE / name, most, seed):
        result = mutate_and_test(item.mutations, command, TIMEOUT)
        if result.worker_outcome != WorkerOutcome.NORMAL:
            raise RuntimeError(result.output)
        before, after = changed_lines(result.diff or "")
        if result.test_outcome != TestOutcome.SURVIVED:
            killed += 1
        elif after in equivalent:
            left += 1
        else:
            survived += 1
            print(f"  {name}:{item.mutations[0].start_pos[0]}\n    - {before}\n    + {after}", flush=True)
    share = killed / (killed + survived) if killed else 0.0
    print(f"{name}: {killed} of {killed + survived} killed ({share:.1%}), {left} equivalent", flush=True)
    return share >= LEAST


def main() -> int:
    """Run the modules that are named, or all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="as modules.toml names it; all without")
    parser.add_argument("--most", type=int, default=60, help="mutants of a module (default 60)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tests = tomllib.loads((HERE / "modules.toml").read_text("utf-8"))
    if unknown := set(options.modules) - tests.keys():
        parser.error(f"modules.toml does not name {', '.join(sorted(unknown))}")
    with tempfile.TemporaryDirectory() as folder:
        copied(Path(folder))
        os.chdir(folder)
        os.environ["PYTHONPATH"] = os.pathsep.join(
            [str(Path(folder) / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
        )
        results = [run_module(name, tests[name], options.most, options.seed) for name in options.modules or tests]
        os.chdir(ROOT)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
