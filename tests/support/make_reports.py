"""Write the reports and summaries of the three examples in every format and language, to look at.

Run by hand: python tests/support/make_reports.py [FOLDER]; without one, build/reports, which git ignores.
"""

from __future__ import annotations

import sys
from pathlib import Path

import aftersales
from aftersales.rendering.rendering import FORMATS
from aftersales.standard.editions import data_folder

EXAMPLES = ("home-appliance-chain", "software-service-vendor", "food-ecommerce")
ISSUED = {  # within 15 working days after each evaluation (7.1)
    "home-appliance-chain": "2026-03-20",
    "software-service-vendor": "2026-06-26",
    "food-ecommerce": "2026-05-28",
}


def make_reports(folder: Path) -> list[Path]:
    """Writes them all; the paths that were written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in EXAMPLES:
        card = aftersales.score(aftersales.load_evaluation(data_folder() / "examples" / f"{name}.yaml"))
        report = aftersales.make_report(card, number="SM-2026-017", issued_on=ISSUED[name])
        for format in FORMATS:
            for lang in ("zh", "en"):
                for kind in ("report", "summary"):
                    path = folder / f"{name}.{kind}.{lang}.{format}"
                    report.write(path, lang, summary=kind == "summary", force=True)  # type: ignore[arg-type]
                    written.append(path)
    return written


if __name__ == "__main__":
    for path in make_reports(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("build/reports")):
        print(path)
