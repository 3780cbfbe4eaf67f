"""Python models that the tests build: good ones, and one for each way to go wrong."""

from __future__ import annotations

from pathlib import Path

GOOD = {
    "py_spark": """
# A model of dbt's own form: it names itself, asks for its config and is never incremental.
from dataclasses import dataclass

from pyspark.sql import functions as F


@dataclass
class Named:
    name: str


def model(dbt, session):
    dbt.config(materialized="table", greeting="hello")
    twice = F.udf(lambda number: number * 2, "bigint")
    rows = dbt.ref("py_input").unionByName(dbt.source("tried", "py_source"))
    return rows.select(
        "number",
        twice("number").alias("twice"),
        F.lit(str(dbt.this)).alias("this"),
        F.lit(dbt.config.get("greeting")).alias("greeting"),
        F.lit(dbt.is_incremental).alias("is_incremental"),
        F.lit(Named("me").name).alias("name"),
        F.lit(session.conf.get("spark.sql.storeAssignmentPolicy")).alias("policy"),
        F.lit(session.session_id).alias("session_id"),
    )
""",
    "py_pandas": """
import pandas as pd


def model(dbt, session):
    return pd.DataFrame({"b": ["x", "y"], "A": [1, 2], "nothing": [None, None]})
""",
    "py_arrow": """
import pyarrow as pa


def model(dbt, session):
    rows = dbt.ref("py_spark")
    numbers = rows.toPandas()["number"].tolist()
    never_null = pa.list_(pa.field("item", pa.int64(), nullable=False))
    return pa.table({"number": numbers, "list": pa.array([[1]] * len(numbers), never_null)})
""",
    "py_no_rows": """
import pandas as pd


def model(dbt, session):
    return pd.DataFrame({"a": [], "b": []}, dtype=object)
""",
    "py_session": """
def model(dbt, session):
    return session.createDataFrame([(session.session_id,)], ["session_id"])
""",
    "py_history": """
# Goes on from its version that is live.
def model(dbt, session):
    rows = session.createDataFrame([(dbt.run_id, dbt.is_full_refresh)], ["run_id", "is_full"])
    if session.catalog.tableExists(dbt.live):
        rows = session.table(dbt.live).union(rows)
    return rows
""",
}
# Each with the line that the message names, and what it says.
BAD = {
    "py_raises": (
        """
def helper(rows):
    raise ValueError("no sales\\n  of today")


def model(dbt, session):
    return helper(dbt.ref("py_input"))
""",
        "3: ValueError: no sales of today",
    ),
    "py_exits": (
        """
import sys


def model(dbt, session):
    return sys.exit("enough")
""",
        "6: SystemExit: enough",
    ),
    "py_unseen": (
        """
import pandas as pd


def model(dbt, session):
    return pd.DataFrame({"number": dbt.ref("py_input").toPandas()["number"].tolist()})
""",
        '6: dbt did not see dbt.ref("py_input") when it read the file; put it on a line of its '
        'own: x = dbt.ref("py_input")',
    ),
    "py_none": (
        """
def model(dbt, session):
    return dbt.ref("py_input").createOrReplaceTempView("mine")
""",
        "3: model() returned nothing; return a Spark, pandas or Arrow table",
    ),
    "py_list": (
        """
def model(dbt, session):
    return [1, 2]
""",
        "3: model() returned list; return a Spark, pandas or Arrow table",
    ),
    "py_twice": (
        """
def model(dbt, session):
    return session.sql("select 1 as a, 2 as b, 3 as A")
""",
        "3: two columns of the returned table are called a",
    ),
    "py_void": (
        """
def model(dbt, session):
    return session.sql("select 1 as a, null as b")
""",
        "3: column b holds no value, so its type is unknown; declare its data_type in the model's "
        "YAML, or cast it",
    ),
    "py_interval": (
        """
def model(dbt, session):
    return session.sql("select make_interval(1, 2, 3) as b")
""",
        "3: ",
    ),
    "py_contract": (
        """
def model(dbt, session):
    return session.sql("select 1.5D as amount, 'x' as more, 1 as number")
""",
        "3: the returned table breaks the contract: amount is double, not decimal(18,2); note is "
        "missing; more is not in the contract",
    ),
    "py_column": (
        """
def model(dbt, session):
    rows = dbt.ref("py_input")
    rows = rows.select("numbre")
    return rows
""",
        "4: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with "
        "name `numbre` cannot be resolved. Did you mean one of the following? [`number`]. "
        "SQLSTATE: 42703",
    ),
    "py_worker": (
        """
from pyspark.sql import functions as F


def halved(number):
    return number / 0


def model(dbt, session):
    return dbt.ref("py_input").select(F.udf(halved, "double")("number").alias("half"))
""",
        "6: ZeroDivisionError: division by zero",
    ),
}
HANGING = {
    "py_hangs": """
import time


def model(dbt, session):
    print("waiting", flush=True)
    return time.sleep(600)
""",
    "py_hangs_in_spark": """
import time
from pathlib import Path

from pyspark.sql import functions as F


@F.udf("bigint")
def beat(number):
    while True:
        time.sleep(0.2)
        Path(HEARTBEAT).touch()


def model(dbt, session):
    return dbt.ref("py_input").limit(1).select(beat("number").alias("number"))
""",
}
_YAML = """
sources:
  - name: tried
    schema: "{{ target.schema }}"
    tables:
      - name: py_source
models:
  - name: py_spark
    columns:
      - name: number
        data_tests: [not_null]
  - name: py_pandas
    config: {contract: {enforced: true}}
    columns:
      - {name: A, data_type: bigint}
      - {name: b, data_type: string}
      - {name: nothing, data_type: "decimal(18,2)"}
  - name: py_arrow
    config: {contract: {enforced: true}}
    columns:
      - {name: number, data_type: bigint}
      - {name: list, data_type: array<bigint>}
  - name: py_no_rows
    columns:
      - {name: a, data_type: string}
      - {name: b, data_type: int}
  - name: py_contract
    config: {contract: {enforced: true}}
    columns:
      - {name: number, data_type: int}
      - {name: amount, data_type: "decimal(18,2)"}
      - {name: note, data_type: string}
"""


def write_models(project: Path, heartbeat: Path) -> None:
    """Write all of them into ``models/tried`` of a project."""
    folder = project / "models" / "tried"
    folder.mkdir()
    (folder / "py_input.sql").write_text("select id as number from range(3)", "utf-8")
    (folder / "_tried.yml").write_text(_YAML, "utf-8")
    bad = {name: text for name, (text, _) in BAD.items()}
    for name, text in (GOOD | bad | HANGING).items():
        (folder / f"{name}.py").write_text(text.replace("HEARTBEAT", repr(str(heartbeat))), "utf-8")
