"""Mutates the code that decides stars, certificates and ways to a star: python tests/mutation/run.py [MODULE …] [--most N] [--seed N]

The mutants are those of cosmic-ray (in the extra ``dev``), ``--most`` of each module, drawn by ``--seed``. Each is made in a copy of the
files that git tracks, and the tests that modules.toml names for the module are run against it. A mutant survives where they pass. One that
equivalent.toml names is not counted. The exit code is 1 where fewer than 95 % of a module's mutants are killed.

The | of types and mappings is left alone, since nearly all of its mutants end at the import. Drawn mutants that are no Python, such as
``{-theirs}`` for ``{**theirs}``, are replaced by others, since no test is needed to kill them.
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
import tomllib
import warnings
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from cosmic_ray.commands import init
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_db import use_db
from cosmic_ray.work_item import WorkItem
from forks import is_killed_anew, killed_in_forks

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SOURCE = Path("src/aftersales")
LEAST = 0.95


def copied(folder: Path) -> None:
    """Copy what git tracks, so that no mutant is ever seen in the project itself."""
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


@dataclass(frozen=True)
class Mutant:
    """The code of a module with one change, and the line of the change before and after, without its indentation."""

    code: str
    number: int
    before: str
    after: str

    def is_named_by(self, entry: dict[str, str]) -> bool:
        """Whether an entry of equivalent.toml is about this mutant, by what the line becomes, and what it was if given."""
        return entry["becomes"] == self.after and entry.get("was", self.before) == self.before


def mutant_of(item: WorkItem, source: str) -> Mutant | None:
    """What cosmic-ray makes of the source; None where it does not compile."""
    mutation = item.mutations[0]
    operator = get_operator(mutation.operator_name)(**mutation.operator_args)
    code = mutate_code(source, operator, mutation.occurrence)
    with warnings.catch_warnings(action="ignore"):
        try:
            compile(code, mutation.module_path, "exec")
        except SyntaxError:
            return None
    lines = list(difflib.unified_diff(source.splitlines(), code.splitlines(), lineterm="", n=0))[2:]
    before, after = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
    return Mutant(code, mutation.start_pos[0], before, after)


def mutants(module: Path, most: int, seed: int) -> list[Mutant]:
    """``most`` of a module's mutants, but for those that do not compile, in the order of their lines."""
    with use_db(":memory:") as database:
        init([module], database, {})
        items = [item for item in database.work_items if "BinaryOperator_BitOr" not in item.mutations[0].operator_name]
    items.sort(key=lambda item: (item.mutations[0].operator_name, item.mutations[0].occurrence))
    chance = random.Random(seed)
    drawn = chance.sample(items, min(most, len(items)))
    others = [item for item in items if item not in drawn]  # in place of those that do not compile
    chance.shuffle(others)
    source = module.read_text("utf-8")
    compiled = (mutant for item in [*drawn, *others] if (mutant := mutant_of(item, source)))
    return sorted(islice(compiled, most), key=lambda mutant: mutant.number)


def run_module(name: str, tests: list[str], most: int, seed: int, quick: bool) -> bool:
    """Test a module's mutants and print those that survive; whether enough of them were killed."""
    path = Path.cwd() / SOURCE / name
    named = tomllib.loads((HERE / "equivalent.toml").read_text("utf-8")).get(name, [])
    drawn = mutants(SOURCE / name, most, seed)
    tried = [mutant for mutant in drawn if not any(map(mutant.is_named_by, named))]
    killed_at_once = killed_in_forks(path, tests, [(mutant.code, mutant.number) for mutant in tried])
    killed = survived = 0
    for mutant, was_killed in zip(tried, killed_at_once, strict=True):
        if was_killed or (not quick and is_killed_anew(path, tests, mutant.code)):
            killed += 1
        else:
            survived += 1
            print(f"  {name}:{mutant.number}\n    - {mutant.before}\n    + {mutant.after}", flush=True)
    share = killed / (killed + survived) if killed else 0.0
    print(
        f"{name}: {killed} of {killed + survived} killed ({share:.1%}), {len(drawn) - len(tried)} equivalent",
        flush=True,
    )
    return share >= LEAST


def main() -> int:
    """Run the modules that are named, or all of them."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="as modules.toml names it; all without")
    parser.add_argument("--most", type=int, default=60, help="mutants of a module (default 60)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--quick", action="store_true", help="do not try again, with everything imported anew, what survives"
    )
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
        sys.path.insert(0, str(Path(folder) / "src"))
        sys.dont_write_bytecode = False  # it serves all mutants
        results = [
            run_module(name, tests[name], options.most, options.seed, options.quick)
            for name in options.modules or tests
        ]
        os.chdir(ROOT)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
