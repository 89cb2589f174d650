"""Install the wheel and the sdist, each into an empty environment, and use them outside of the source tree.

usage: check_dist.py DIST_FOLDER MYPY
"""

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

USE = """
import aftersales
from aftersales import Evaluation, Qualitative, Quantitative, Sampled, Scorecard

findings = {indicator.id: "full" for indicator in aftersales.load_standard().indicators}
findings |= {"5.1.2.2": {"kind": "quantitative", "actual": "8%"}}
card = aftersales.score(aftersales.load_evaluation({"standard": "CTS XBHT-S04-2025", "findings": findings}))
assert card.printed_score == "99.70" and card.stars == 5
data = aftersales.data_folder()
assert len(list((data / "examples").glob("*.yaml"))) == 4
assert len(list((data / "conformance").glob("*.yaml"))) >= 10
assert data.is_relative_to(__import__("pathlib").Path(aftersales.__file__).parent)
"""

# A typical use by an embedding program, for mypy --strict.
TYPED = """
from decimal import Decimal
from fractions import Fraction

import aftersales
from aftersales import Evaluation, EvaluationError, Problem, Quantitative, Sampled


def stars(path: str) -> int:
    try:
        card = aftersales.score(aftersales.load_evaluation(path))
    except EvaluationError as error:
        problems: tuple[Problem, ...] = error.problems
        raise SystemExit("\\n".join(problem.message_zh for problem in problems)) from error
    score: Fraction = card.final_score
    ratio: Fraction | None = card["5.1"].ratio
    print(score, ratio, card.printed_score, card.grade.grade.zh, card.explain("5.1.2.2").text("en"))
    print([node.deducted for node in card.deductions], card.model_dump(mode="json")["stars"])
    return card.stars


evaluation = Evaluation(
    standard="CTS XBHT-S04-2025",
    findings={
        "5.1.1.1": "full",
        "5.1.1.2": {"kind": "qualitative", "degree": "60%"},
        "5.1.2.2": Quantitative(actual="8%"),
        "5.4.3.2": Quantitative(actual=Decimal("30"), at_most=24, reason="30 h"),
        "5.1.2.6": Sampled(population=120, sampled=80, nonconforming=4),
    },
    team=[{"name": "张明"}],
)
for key, finding in evaluation.findings.items():
    if finding is not None and finding.kind == "quantitative":
        value: Fraction = finding.actual
"""


def main() -> None:
    """Check the wheel and the sdist: they score, find their data, and are typed; a misspelt public name is an error."""
    dist, mypy = Path(sys.argv[1]), Path(sys.argv[2]).absolute()
    for package in [*dist.glob("*.whl"), *dist.glob("*.tar.gz")]:
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            venv.create(home / "env", with_pip=True)
            python = home / "env" / "bin" / "python"
            subprocess.run([python, "-m", "pip", "install", "-q", package.absolute()], check=True)
            subprocess.run([python, "-c", USE], check=True, cwd=home)
            subprocess.run([python, "-m", "aftersales", "standard", "5.1.2.2"], check=True, cwd=home)
            (home / "embedding.py").write_text(TYPED, encoding="utf-8")
            checked = [mypy, "--strict", "--python-executable", python, "embedding.py"]
            subprocess.run(checked, check=True, cwd=home)
            (home / "embedding.py").write_text("import aftersales\n\naftersales.scor\n", encoding="utf-8")
            misspelt = subprocess.run(checked, check=False, cwd=home, capture_output=True, text=True)
            assert 'Module has no attribute "scor"' in misspelt.stdout, misspelt.stdout
        print(f"{package.name}: installs, finds its data, scores, and is typed")


if __name__ == "__main__":
    main()
