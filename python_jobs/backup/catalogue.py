"""What the catalogue says of one schema, and which of it a backup keeps.

Stored tables are never changed, only dropped, and views say which of them are current. So a backup
is the kept releases, the current raw rows and the records, with all that they name; what a build
that goes on has made so far is left out. ``current_run`` is: the next build makes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from python_jobs.backup.manifest import BackedUpView
from python_jobs.server.thrift import ThriftConnection

_TEXT = re.compile(r"^View Text: (.*?)\nView Original Text: ", re.DOTALL | re.MULTILINE)
_SPLIT = re.compile(r"^Partition Columns: \[(.*?)\]$", re.MULTILINE)
_LIVE_RUN = re.compile(r"select\s+'(\w+)' as run_id")
_VERSION = re.compile(r"\('(\w+)', '(\w+\.\w+)'\)")
Name = tuple[str, str]


class CatalogueMovedError(Exception):
    """Something that was to be kept has been dropped meanwhile."""


@dataclass(frozen=True)
class Relation:
    """A table or view.

    Attributes:
        text: SQL of a view; None for a table.
        partitioned_by: Names of the columns that a table is split by.
    """

    text: str | None
    partitioned_by: tuple[str, ...] = ()


@dataclass
class Kept:
    """What a backup keeps of a schema.

    Attributes:
        live: Id of the run that is live; empty where none is.
        tables: Schema and name of each table, with the columns that it is split by.
        views: Its views, each behind those that it reads.
        left_out: Relations that are not of the project's making.
    """

    live: str = ""
    tables: dict[Name, tuple[str, ...]] = field(default_factory=dict)
    views: list[BackedUpView] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


Catalogue = dict[str, dict[str, Relation]]


def stored_schemas(connection: ThriftConnection) -> list[str]:
    """Return the schemas that dbt builds: each has a store beside it."""
    found = [str(row[0]) for row in connection.query("show schemas").rows]
    return [name.removesuffix("_store") for name in found if name.endswith("_store")]


def read_catalogue(connection: ThriftConnection, schema: str) -> Catalogue:
    """Return the relations of a schema and of those beside it.

    The store is read last: what a view names is then in it, or has been dropped.
    """
    found: Catalogue = {}
    for name in (f"{schema}_live", schema, f"{schema}_records", f"{schema}_store"):
        found[name] = {}
        if connection.has_schema(name):
            rows = connection.query(f"show table extended in {name} like '*'").rows
            found[name] = {str(row[1]): _relation(str(row[3])) for row in rows}
    return found


def _relation(described: str) -> Relation:
    text = _TEXT.search(described)
    split = _SPLIT.search(described)
    columns = re.findall(r"`(.+?)`", split[1]) if split else []
    return Relation(text[1] if text else None, tuple(columns))


def kept_of(schema: str, found: Catalogue) -> Kept:
    """Return what to keep of a schema, as after a build that ended with its release live.

    Args:
        schema: The schema that dbt builds.
        found: What ``read_catalogue`` gave.

    Raises:
        CatalogueMovedError: Something that is named is not there.
    """
    kept = Kept()
    store, live, records = f"{schema}_store", f"{schema}_live", f"{schema}_records"
    shown = _views_shown(schema, found, kept)
    released = _versions(found, store, live, kept)
    wanted = [(store, name) for name in found[store] if name.startswith("release__")]
    texts = {
        **{(schema, name): text for name, text in shown.items()},
        **{(schema, name): f"select * from {version}" for name, version in released.items()},
        **{(live, name): f"select * from {version}" for name, version in released.items()},
    }
    if kept.live:
        texts[live, "live_models"] = f"select * from {store}.release__{kept.live}"
        texts[live, "live_run"] = str(found[live]["live_run"].text)
    if "records" in found[records]:
        wanted.append((records, "records"))
    _reach([*wanted, *texts], texts, found, kept)
    kept.left_out = [name for name in kept.left_out if name not in full_names(kept)]
    return kept


def _views_shown(schema: str, found: Catalogue, kept: Kept) -> dict[str, str]:
    """Return the SQL of the views that show one stored version; note what else is there."""
    shown = {}
    for name, relation in found[schema].items():
        if relation.text and re.fullmatch(rf"select \* from {schema}_store\.\w+", relation.text):
            shown[name] = relation.text
        else:
            kept.left_out.append(f"{schema}.{name}")
    return shown


def _versions(found: Catalogue, store: str, live: str, kept: Kept) -> dict[str, str]:
    """Return the stored version of each model in the release that is live; note its run."""
    run = _LIVE_RUN.match(found[live]["live_run"].text or "") if "live_run" in found[live] else None
    if run is None:
        return {}
    kept.live = run[1]
    release = found[store].get(f"release__{kept.live}")
    if release is None:
        raise CatalogueMovedError(f"{store}.release__{kept.live}")
    return dict(_VERSION.findall(release.text or ""))


def _reach(wanted: list[Name], texts: dict[Name, str], found: Catalogue, kept: Kept) -> None:
    """Add the wanted relations to what is kept, behind all that they name."""
    named = re.compile(rf"\b({'|'.join(sorted(found, key=len, reverse=True))})\.(\w+)")
    done: set[Name] = set()

    def visit(one: Name) -> None:
        if one in done:
            return
        done.add(one)
        relation = found[one[0]].get(one[1])
        text = texts.get(one) or (relation.text if relation else None)
        if text is None and relation is None:
            if one[0].endswith(("_store", "_records")):
                raise CatalogueMovedError(".".join(one))
            return  # A column, say, of a table that is called as the schema is.
        if text is None:
            kept.tables[one] = relation.partitioned_by if relation else ()
            return
        for other in named.findall(text):
            visit(other)
        kept.views.append(BackedUpView(*one, text))

    for one in wanted:
        visit(one)


def full_names(kept: Kept) -> set[str]:
    """Return the names of its tables, their schemas before them."""
    return {".".join(name) for name in kept.tables}
