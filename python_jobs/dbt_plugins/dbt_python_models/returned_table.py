"""What a Python model returned, as a Spark table that can be written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812
from pyspark.sql.connect.session import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import NullType

from dbt_python_models.model_error import ModelError


def spark_table(spark: SparkSession, returned: Any) -> DataFrame:  # noqa: ANN401
    """Return what a model returned as a Spark table.

    Args:
        spark: The model's session.
        returned: A table of Spark, pandas, pandas on Spark, or Arrow.

    Raises:
        ModelError: It is no table, or two of its columns have one name.
    """
    if returned is None:
        raise ModelError("model() returned nothing; return a Spark, pandas or Arrow table")
    if type(returned).__module__.startswith("pyspark.pandas."):
        returned = returned.to_spark()
    if isinstance(returned, DataFrame):
        names = returned.columns
    elif isinstance(returned, pd.DataFrame):
        names = [str(name) for name in returned.columns]
    elif isinstance(returned, pa.Table):
        names = returned.column_names
    else:
        kind = f"{type(returned).__module__}.{type(returned).__qualname__}"
        raise ModelError(
            f"model() returned {kind.removeprefix('builtins.')}; return a Spark, pandas or Arrow "
            "table"
        )
    if not names:
        raise ModelError("model() returned a table without columns")
    twice = [name for name, count in Counter(map(str.lower, names)).items() if count > 1]
    if twice:
        raise ModelError(f"two columns of the returned table are called {', '.join(twice)}")
    if isinstance(returned, DataFrame):
        return returned
    if len(returned) > 0:
        return spark.createDataFrame(returned)
    # Where there are no rows, Spark wants to be told the types; Arrow knows them.
    if isinstance(returned, pd.DataFrame):
        returned = pa.Table.from_pandas(returned, preserve_index=False)
    return spark.createDataFrame([], from_arrow_schema(returned.schema))


def with_declared_types(table: DataFrame, declared: Mapping[str, str | None]) -> DataFrame:
    """Give columns that hold no value, and so have no type, the type that the YAML declares.

    pandas and Arrow cannot tell the type of a column without a value, and Parquet has none for it.

    Raises:
        ModelError: The YAML declares no type for such a column.
    """
    types = {name.lower(): data_type for name, data_type in declared.items()}
    untyped = [one.name for one in table.schema.fields if isinstance(one.dataType, NullType)]
    for name in untyped:
        if not types.get(name.lower()):
            raise ModelError(
                f"column {name} holds no value, so its type is unknown; declare its data_type in "
                "the model's YAML, or cast it"
            )
    casts = {name: F.col(f"`{name}`").cast(str(types[name.lower()])) for name in untyped}
    return table.withColumns(casts) if casts else table


def as_contracted(table: DataFrame, declared: Mapping[str, str | None]) -> DataFrame:
    """Return the table with its columns in the contract's order.

    Raises:
        ModelError: Columns or types are others than the contract's; the message names each.
    """
    ddl = ", ".join(f"`{name}` {data_type}" for name, data_type in declared.items())
    contract = table.sparkSession.createDataFrame([], ddl).schema
    returned = {field.name.lower(): field for field in table.schema.fields}
    differences = []
    for field in contract.fields:
        found = returned.pop(field.name.lower(), None)
        if found is None:
            differences.append(f"{field.name} is missing")
            continue
        # Whether a list may hold nulls is part of Spark's type, and no table keeps it.
        kind, wanted = found.dataType.simpleString(), field.dataType.simpleString()
        if kind != wanted:
            differences.append(f"{field.name} is {kind}, not {wanted}")
    differences += [f"{field.name} is not in the contract" for field in returned.values()]
    if differences:
        raise ModelError(f"the returned table breaks the contract: {'; '.join(differences)}")
    return table.select(*(F.col(f"`{field.name}`") for field in contract.fields))
