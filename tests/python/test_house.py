"""The house rules that no other tool checks: layers, pairs of files, headers, names."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import REPOSITORY

MODELS = sorted((REPOSITORY / "models").rglob("*.sql"))
MACROS = sorted((REPOSITORY / "macros").rglob("*.sql"))
GENERIC = sorted((REPOSITORY / "tests" / "generic").glob("*.sql"))
LAYERS = ("bronze", "silver", "gold", "semantic", "observability")
# What a layer may read, beside itself. Observability watches every layer.
MAY_READ = {
    "bronze": ("client_sales_raw",),
    "silver": ("bronze", "sales_corrections"),
    "gold": ("silver",),
    "semantic": ("gold", "obs_"),
    "observability": ("bronze", "silver", "gold", "semantic", "obs_", "known_events"),
}
# How a layer's models begin, where not with its name.
STARTS = {"observability": ("observability_", "obs_")}
REF = re.compile(r"""ref\(\s*['"]([^'"]+)""")


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
    # What the scoring writes comes in behind silver.
    sources = text.replace("source('ml', ", "") if layer in ("gold", "semantic") else text
    assert layer == "bronze" or "source(" not in sources
    for name in REF.findall(text):
        assert name.startswith((f"{layer}_", *MAY_READ[layer])), f"{model.stem} reads {name}"


@pytest.mark.parametrize("model", MODELS, ids=name_of)
def test_a_model_is_a_pair_that_tells_its_grain(model: Path) -> None:
    described = properties(model)
    assert described["name"] == model.stem
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


def test_every_macro_and_argument_is_described() -> None:
    content = yaml.safe_load((REPOSITORY / "macros" / "_macros.yml").read_text(encoding="utf-8"))
    described = {
        macro["name"]: [argument["name"] for argument in macro.get("arguments", [])]
        for macro in content["macros"]
    }
    actual = {}
    for file in MACROS:
        if "{% materialization " in file.read_text("utf-8"):
            continue  # dbt has no place to describe one; its header does.
        match = re.search(r"{% macro (\w+)\(([^)]*(?:\([^)]*\))?[^)]*)\)", file.read_text("utf-8"))
        assert match
        names = re.findall(r"(\w+)(?:=[^,]*)?(?:,|$)", match.group(2))
        actual[match.group(1)] = names
    assert described == actual


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


def test_what_stands_on_scores_is_built_after_each_scoring() -> None:
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
    named = project["vars"]["anomalies"]["models"]
    behind = {
        model.stem
        for model in MODELS
        if re.search(r"source\('ml'|gold_scored_sales", model.read_text(encoding="utf-8"))
    }
    assert set(named) == behind | {"anomaly_feedback", "gold_scored_sales"}
