"""What contenders and steps are called."""

from __future__ import annotations

# Name to what it is, in the order in which they run.
CONTENDERS = {
    "project": "this project, files to live tables",
    "before": "this project with the models of an earlier revision",
    "tutorial": "PySpark scripts of the ordinary tutorial",
    "duckdb": "hand-written DuckDB, the same tables",
    "stock-dbt": "the models by dbt-spark's own `table` and `view`, models only",
}

# Steps of the project: the compared ones, then those of one more load, then what it does alone.
START, INGEST, BUILD = "server start", "ingest", "build"
MORE_INGEST, MORE_BUILD = "ingest one more", "build with one more"
# What no other contender does.
SCORE, MORE_SCORE, TEST = "score", "score with one more", "test"

DBT_ITSELF = "dbt itself"
