"""The language of views."""

from __future__ import annotations

import pytest

from aftersales.views.language import chosen_language


@pytest.mark.parametrize(("asked", "chosen"), [(None, "zh"), ("", "zh"), ("zh", "zh"), ("en", "en"), ("xx", "zh")])
def test_the_environment_names_the_language_and_one_that_there_is_not_counts_for_none(
    asked: str | None, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AFTERSALES_LANG", raising=False)
    if asked is not None:
        monkeypatch.setenv("AFTERSALES_LANG", asked)
    assert chosen_language() == chosen
