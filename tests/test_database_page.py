"""The columns of docs/database.md, in a database."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import aftersales
from aftersales import Evaluation, EvaluationError, load_example, score

PAGE = Path(__file__).parents[1] / "docs" / "database.md"
sqlalchemy = pytest.importorskip("sqlalchemy")


@pytest.fixture
def names() -> dict[str, Any]:
    code = re.findall("```python\n(.*?)```", PAGE.read_text("utf-8"), re.S)[0]
    made: dict[str, Any] = {"__name__": __name__}
    exec(code, made)
    return made


@pytest.fixture
def stored(names: dict[str, Any]) -> Any:
    """A connection to a database with a table of both columns, and the table."""
    table = sqlalchemy.Table(
        "results",
        sqlalchemy.MetaData(),
        sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True),
        sqlalchemy.Column("card", names["ScorecardText"]),
        sqlalchemy.Column("evaluation", names["EvaluationText"]),
    )
    engine = sqlalchemy.create_engine("sqlite://")
    table.metadata.create_all(engine)
    with engine.begin() as connection:
        yield connection, table
    engine.dispose()


def test_what_is_stored_is_read_back_equal(stored: Any) -> None:
    connection, table = stored
    cards = [
        score(load_example(name)) for name in ("home-appliance-chain", "food-ecommerce", "software-service-vendor")
    ]
    connection.execute(table.insert(), [{"card": card, "evaluation": card.evaluation} for card in cards])
    connection.execute(table.insert().values(card=None, evaluation=load_example("unfinished")))
    rows = connection.execute(table.select().order_by(table.c.id)).all()
    assert [row.card for row in rows] == [*cards, None]
    assert [row.evaluation for row in rows] == [*(card.evaluation for card in cards), load_example("unfinished")]
    assert isinstance(rows[0].card.final_score, Fraction)


def test_a_figure_that_was_changed_is_refused(stored: Any) -> None:
    connection, table = stored
    connection.execute(table.insert().values(card=score(load_example())))
    document = json.loads(connection.exec_driver_sql("select card from results").scalar_one())
    connection.exec_driver_sql("update results set card = ?", (json.dumps(document | {"stars": 5}),))
    with pytest.raises(EvaluationError) as caught:
        connection.execute(table.select()).all()
    assert [problem.code for problem in caught.value.problems] == ["scorecard-mismatch"]


def test_findings_in_a_table_of_their_own_are_read_back(stored: Any) -> None:
    connection, _ = stored
    connection.exec_driver_sql("create table findings (indicator, kind, degree, reason)")
    rows = [("5.1.1.1", "full", None, None), ("5.1.1.2", "qualitative", "60%", "两家门店未设置服务标志")]
    connection.exec_driver_sql("insert into findings values (?, ?, ?, ?)", rows)
    found = connection.exec_driver_sql("select * from findings")
    evaluation = Evaluation.from_rows(found, standard="CTS XBHT-S04-2025")
    assert evaluation["5.1.1.2"] == aftersales.Qualitative(degree="60%", reason="两家门店未设置服务标志")
