"""The house rules that no other tool checks: layers, pairs of files, headers, names."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY

MODELS = sorted(
    path for path in (REPOSITORY / "models").rglob("*") if path.suffix in (".sql", ".py")
)
SNAPSHOTS = sorted((REPOSITORY / "snapshots").rglob("*.*"))
MACROS = sorted((REPOSITORY / "macros").rglob("*.sql"))
GENERIC = sorted((REPOSITORY / "tests" / "generic").glob("*.sql"))
LAYERS = ("bronze", "silver", "ml", "gold", "semantic", "observability")
# What a layer may read, beside itself. Observability watches every layer.
MAY_READ = {
    "bronze": ("client_sales_raw",),
    "silver": ("bronze", "sales_corrections", "exchange_rates"),
    "ml": ("silver", "anomaly_feedback"),
    "gold": ("silver", "ml"),
    # Metrics of raw rows stand on judged rows.
    "semantic": ("gold", "ml", "obs_", "silver_sales_assessed", "sales_targets"),
    "observability": ("bronze", "silver", "gold", "semantic", "obs_", "known_events"),
}
# The rooms of python_jobs, from the top down: a room may import those behind it, and itself.
ROOMS = (
    *("cli", "dbt_plugins", "agents", "backup", "erasure", "pipeline", "anomalies", "quarantine"),
    *("feeds", "observability", "metrics"),
    *("warehouse", "server", "dbt", "cluster", "machine", "generate", "terminal"),
)
AT_THE_ROOT = {"__init__", "settings", "errors"}
# How a layer's models begin, where not with its name.
STARTS = {"observability": ("observability_", "obs_")}
REF = re.compile(r"""ref\(\s*['"]([^'"]+)""")


PYTHON = sorted((REPOSITORY / "python_jobs").rglob("*.py"))
DASHBOARDS = sorted((REPOSITORY / "dashboards").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 300, 60


def name_of(path: Path) -> str:
    return path.stem


def properties(model: Path) -> dict[str, Any]:
    content = yaml.safe_load(model.with_suffix(".yml").read_text(encoding="utf-8"))
    return content["models"][0]


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_data_flows_one_way(model: Path) -> None:
    layer = model.parent.name
    assert model.stem.startswith(STARTS.get(layer, f"{layer}_"))
    text = model.read_text(encoding="utf-8")
    assert layer == "bronze" or "source(" not in text
    for name in REF.findall(text):
        assert name.startswith((f"{layer}_", *MAY_READ[layer])), f"{model.stem} reads {name}"


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_model_is_a_pair_that_tells_its_grain(model: Path) -> None:
    described = properties(model)
    assert described["name"] == model.stem
    assert described["description"].startswith("One row per ")
    assert all(column["description"] and column["data_type"] for column in described["columns"])


@pytest.mark.parametrize("snapshot", SNAPSHOTS, ids=name_of)
def test_a_history_is_one_of_its_layer_that_tells_its_grain(snapshot: Path) -> None:
    assert snapshot.suffix == ".yml"  # What it reads is a model, with tests of its own.
    (described,) = yaml.safe_load(snapshot.read_text(encoding="utf-8"))["snapshots"]
    layer = snapshot.stem.split("_")[0]
    assert described["name"] == snapshot.stem
    assert layer in LAYERS
    assert snapshot.stem.endswith("_history")
    (read,) = REF.findall(described["relation"])
    assert read.startswith(f"{layer}_")
    assert described["description"].startswith("One row per ")
    assert all(column["description"] and column["data_type"] for column in described["columns"])


@pytest.mark.parametrize("model", [m for m in MODELS if m.parent.name == "bronze"], ids=name_of)
def test_bronze_neither_casts_nor_filters_nor_joins(model: Path) -> None:
    text = re.sub(r"--.*", "", model.read_text(encoding="utf-8")).lower()
    text = text.replace("cast(null as string)", "")
    assert not re.search(r"\b(cast|try_cast|where|join)\b", text)


@pytest.mark.parametrize("file", MACROS + GENERIC, ids=name_of)
def test_a_macro_has_a_header(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    header = text.split("#}")[0]
    for part in ("{#", "Arguments:", "Example:", "Result:"):
        assert part in header
    names = re.findall(r"{% (?:macro|test|materialization) (\w+)[(,]", text)
    assert names[0] == file.stem
    assert all(name.startswith("_") for name in names[1:])


def test_every_macro_stands_in_a_room() -> None:
    assert not [file.name for file in MACROS if file.parent.name == "macros"]


def test_every_macro_and_argument_is_described_in_its_room() -> None:
    described = {
        (file.parent.name, macro["name"]): [one["name"] for one in macro.get("arguments", [])]
        for file in (REPOSITORY / "macros").rglob("*.yml")
        for macro in yaml.safe_load(file.read_text(encoding="utf-8"))["macros"]
    }
    actual = {}
    for file in MACROS:
        if "{% materialization " in file.read_text("utf-8"):
            continue  # dbt has no place to describe one; its header does.
        match = re.search(r"{% macro (\w+)\(([^)]*(?:\([^)]*\))?[^)]*)\)", file.read_text("utf-8"))
        assert match
        names = re.findall(r"(\w+)(?:=[^,]*)?(?:,|$)", match.group(2))
        actual[file.parent.name, match.group(1)] = names
    assert described == actual


def module_of(path: Path) -> str:
    name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports_of(path: Path) -> set[str]:
    """Return the modules of this repository that a file imports, wherever in it it does."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path} imports by a relative name"
            modules = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= {module if is_module(module) else node.module for module in modules}
    return {name for name in found if name.split(".")[0] in ("python_jobs", "dashboards")}


def is_module(name: str) -> bool:
    path = REPOSITORY / name.replace(".", "/")
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


@pytest.mark.parametrize("file", PYTHON, ids=module_of)
def test_imports_run_down_the_rooms(file: Path) -> None:
    module = module_of(file)
    room = module.split(".")[1] if "." in module else "__init__"
    for imported in imports_of(file):
        assert imported.startswith("python_jobs"), f"{module} imports {imported}: the app"
        other = imported.split(".")[1] if "." in imported else "__init__"
        if room in AT_THE_ROOT:
            assert other in AT_THE_ROOT, f"{module} imports {imported}: up from the root"
        elif other not in AT_THE_ROOT:
            is_down = ROOMS.index(other) >= ROOMS.index(room)
            assert is_down, f"{module} imports {imported}: up the rooms"


def test_python_jobs_has_these_rooms_and_nothing_else_at_its_root() -> None:
    folder = REPOSITORY / "python_jobs"
    assert {path.stem for path in folder.glob("*.py")} == AT_THE_ROOT
    assert {path.parent.name for path in folder.glob("*/*.py")} == set(ROOMS) - {"dbt_plugins"}


def test_no_modules_import_each_other_in_a_circle() -> None:
    imports = {module_of(file): imports_of(file) for file in (*PYTHON, *DASHBOARDS)}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " -> ".join((*way[way.index(module) :], module))
        if module not in done:
            for imported in sorted(imports.get(module, ()) - {module}):
                visit(imported, (*way, module))
            done.add(module)

    for module in sorted(imports):
        visit(module, ())


@pytest.mark.parametrize("file", DASHBOARDS, ids=module_of)
def test_the_dashboard_sees_one_face_of_each_room(file: Path) -> None:
    for imported in imports_of(file):
        if imported.startswith("python_jobs."):
            assert imported.count(".") == 1, f"{module_of(file)} imports {imported}, not its room"


@pytest.mark.parametrize("file", [*PYTHON, *DASHBOARDS], ids=module_of)
def test_files_and_functions_keep_to_their_ceilings(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            lines = (node.end_lineno or 0) - node.lineno + 1
            assert lines <= LONGEST_FUNCTION, f"{node.name} has {lines} lines"


def test_the_profile_and_the_project_ask_for_the_same_settings() -> None:
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
    profiles = (REPOSITORY / "profiles.yml").read_text(encoding="utf-8")
    in_profile = dict(re.findall(r'"set:hiveconf:([\w.]+)": "([^"]+)"', profiles))
    assert in_profile == project["vars"]["spark_settings"]


def test_pins_bear_hashes_and_no_index() -> None:
    for name in (
        "requirements.txt",
        "requirements-dev.txt",
        "requirements-lineage.txt",
        "requirements-mcp.txt",
        "requirements-notebook.txt",
    ):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        assert "index-url" not in text
        assert "://" not in text
        pinned = re.findall(r"^[a-z][\w.\[\]-]*==", text, re.MULTILINE | re.IGNORECASE)
        assert len(pinned) > 60
        assert text.count("--hash=sha256:") >= len(pinned)


def test_the_layers_are_all_there() -> None:
    assert {model.parent.name for model in MODELS} == set(LAYERS)


def test_dbt_does_not_read_the_yaml_of_pytest() -> None:
    # With numbers as keys there, dbt cannot keep what it parsed, and parses all anew each time.
    ignored = (REPOSITORY / ".dbtignore").read_text(encoding="utf-8").split("\n")
    rooms = {path.name for path in (REPOSITORY / "tests").iterdir() if path.is_dir()}
    rooms -= {"generic", "singular", "__pycache__"}
    assert {f"tests/{room}/" for room in rooms} <= set(ignored)
