"""The MCP server over stdio, as an agent starts it; without Spark.

What its tools say of figures, ``tests/python/metrics/test_questions.py`` asks.
"""

from __future__ import annotations

import asyncio
import json
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any

import pytest
from browser.workspace import REPOSITORY, dashboard_settings
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

from python_jobs.agents import tools
from python_jobs.errors import P360Error
from python_jobs.metrics import answers
from python_jobs.metrics.answers import Answer, Desk
from python_jobs.metrics.question import Asked, Question
from python_jobs.settings import Settings

P360 = REPOSITORY / ".venv" / "bin" / "p360"


async def _talk(environment: dict[str, str]) -> tuple[Any, Any, Any]:
    server = StdioServerParameters(
        command=str(P360), args=["mcp"], env=environment, cwd=str(REPOSITORY)
    )
    async with (
        stdio_client(server) as (reading, writing),
        ClientSession(reading, writing) as session,
    ):
        await session.initialize()
        return (
            await session.list_tools(),
            await session.call_tool("list_metrics", {"search": "rejection"}),
            await session.call_tool("query_metric", {"metrics": ["net_sale"]}),
        )


def test_an_agent_finds_read_only_tools_and_hears_errors_in_a_line(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    settings = dashboard_settings(tmp_path_factory.mktemp("mcp"))
    environment = dict(os.environ) | settings.environment()
    with ThreadPoolExecutor(1) as pool:  # A browser's tests leave a loop in this thread.
        listed, found, refused = pool.submit(asyncio.run, _talk(environment)).result()
    names = {"list_metrics", "list_saved_queries", "query_metric", "explain_figure"}
    names |= {"row_account", "health"}
    assert {one.name for one in listed.tools} == names
    assert all(one.annotations.read_only_hint for one in listed.tools)
    told = json.loads(found.content[0].text)
    assert [one["name"] for one in told["metrics"]] == ["rejection_rate"]
    assert set(told["metrics"][0]["dimensions"]) == set(told["dimensions"])
    assert told["dimensions"]["country"]["description"] == "Country of the customer."
    assert refused.is_error
    assert "did you mean net_sales" in refused.content[0].text


def test_answers_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int | None, int | None]] = []

    def answer(_: Desk, question: Question, seconds: int, most: int) -> Answer:
        asked.append((question.limit, seconds))
        assert most == tools.MOST_COMPARED
        return Answer(["net_sales"], ["decimal"], [(n,) for n in range(question.limit or 0)], "")

    monkeypatch.setattr(Desk, "answer", answer)
    settings = Settings.from_environment({}, REPOSITORY)
    told = tools.query_metrics(settings, Asked(("net_sales",), limit=10_000_000))
    assert (len(told["rows"]), told["is_cut"]) == (tools.MOST_ROWS, True)
    told = tools.query_metrics(settings, Asked(("net_sales",), limit=3))
    assert (len(told["rows"]), told["is_cut"]) == (3, True)
    seconds = tools.MOST_SECONDS
    assert asked == [(tools.MOST_ROWS + 1, seconds), (4, seconds)]


def test_a_statement_that_takes_too_long_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """The error is what Spark's Thrift Server gave to a statement over its limit."""
    sent: list[str] = []

    class Slow:
        def query(self, sql: str) -> None:
            sent.append(sql)
            if not sql.startswith("set "):
                raise P360Error("Expected state FINISHED, but found TIMEDOUT")

    monkeypatch.setattr(answers, "connect", lambda _: nullcontext(Slow()))
    monkeypatch.setattr(tools, "read_health", lambda connection, _: connection.query("select 1"))
    settings = Settings.from_environment({}, REPOSITORY)
    for tool in (tools.health, tools.row_account):
        with pytest.raises(P360Error, match=f"not answer within {tools.MOST_SECONDS} s"):
            tool(settings)
    limit = f"set spark.sql.thriftServer.queryTimeout={tools.MOST_SECONDS}"
    assert (len(sent), sent.count(limit)) == (4, 2)


def test_one_figure_is_explained_at_a_time() -> None:
    settings = Settings.from_environment({}, REPOSITORY)
    with pytest.raises(P360Error, match="name one metric"):
        tools.explain_figure(settings, Asked(("net_sales", "orders")))


def test_a_list_of_all_metrics_is_short_enough_to_read() -> None:
    told = tools.list_metrics(Settings.from_environment({}, REPOSITORY))
    assert len(told["metrics"]) > 30
    assert len(json.dumps(told)) < 30_000
