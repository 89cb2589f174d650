"""An organisation with an English name is shown by it in English, by its own in Chinese."""

from __future__ import annotations

from typing import Any

import pytest
from support.reports import example, scored

from aftersales import Rectification, html_of, issue, load_evaluation, load_plan, load_standard, make_report
from aftersales.standard.editions import data_folder
from aftersales.views.certificate import certificate_lines
from aftersales.views.plan import plan_lines
from aftersales.views.rectification import rectification_lines
from aftersales.views.scorecard import score_lines

NAMES = {"zh": "滨海家电连锁有限公司", "en": "Binhai Home Appliances"}


def case() -> dict[str, Any]:
    data = example("home-appliance-chain")
    data["subject"] |= {"organisation_en": NAMES["en"], "address": "港路 1 号", "address_en": "1 Port Road"}
    return data


def views(lang: str) -> dict[str, str]:
    """What is shown of a case, by what it is shown of."""
    card, standard = scored(case()), load_standard()
    certificate = issue(make_report(card), "2026-03-20")
    plan = load_plan(data_folder() / "plans" / "home-appliance-chain.yaml")
    plan = plan.model_copy(update={"subject": card.evaluation.subject})
    item = {"indicator": "5.4.3.2", "requirement": "限时响应", "due": "2026-06-01"}
    rectification = Rectification.model_validate({"on": "2026-03-20", "items": [item], "subject": case()["subject"]})
    lines = {
        "scorecard": score_lines(card, lang),
        "certificate": certificate_lines(certificate, certificate.status("2026-03-20"), standard, lang),
        "plan": plan_lines(plan, standard, lang),
        "rectification": rectification_lines(rectification, standard, None, lang),
    }
    pages = (load_evaluation(case()), card, certificate, plan, rectification)
    return {key: "\n".join(each) for key, each in lines.items()} | {
        f"page of {type(each).__name__}": html_of(each, lang) or ""  # type: ignore[arg-type]
        for each in pages
    }


@pytest.mark.parametrize(("lang", "other"), [("zh", "en"), ("en", "zh")])
def test_each_view_has_the_name_in_its_language(lang: str, other: str) -> None:
    for key, shown in views(lang).items():
        assert NAMES[lang] in shown, key
        assert NAMES[other] not in shown, key
