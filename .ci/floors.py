"""Print a constraint name==version for each run-time dependency: the lowest version that pyproject.toml admits."""

import re
import tomllib
from pathlib import Path

project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
names = re.findall(r"\w+", re.search(r"\[(.*)\]", extras["all"][0])[1])
for requirement in [*project["dependencies"], *(each for name in names for each in extras[name])]:
    found = re.match(r"([\w.-]+)>=([\w.]+)", requirement)
    if found is None:
        raise SystemExit(f"pyproject.toml: {requirement!r} names no lowest version")
    print(f"{found[1]}=={found[2]}")
