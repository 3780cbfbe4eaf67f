"""Supply chain: bills of materials hold every pin and jar; licences are those that are allowed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from supply_chain import licences
from supply_chain.bill import bill_of, jars
from supply_chain.pins import read_pins, requirements_files

FILES = requirements_files(REPOSITORY)


@pytest.fixture(scope="module")
def written() -> dict[str, Any]:
    """Return the bill of what runs, as JSON that was read again."""
    text = bill_of(read_pins(REPOSITORY / "requirements.txt"), "0.1.0")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    found: dict[str, Any] = json.loads(text)
    return found


def test_a_bill_lists_every_pin_with_its_hashes(written: dict[str, Any]) -> None:
    listed = {(one["name"], one["version"]): one for one in written["components"]}
    pins = read_pins(REPOSITORY / "requirements.txt")
    assert set(listed) == {(pin.name, pin.version) for pin in pins}
    for pin in pins:
        (files,) = listed[pin.name, pin.version]["externalReferences"]
        assert {one["content"] for one in files["hashes"]} == set(pin.hashes)


def test_a_bill_lists_every_jar_of_spark(written: dict[str, Any]) -> None:
    (pyspark,) = [one for one in written["components"] if one["name"] == "pyspark"]
    assert {one["bom-ref"] for one in pyspark["components"]} == {file.name for file in jars()}
    assert len(jars()) > 200
    (janino,) = [one for one in pyspark["components"] if one["name"] == "janino"]
    assert janino["purl"] == f"pkg:maven/org.codehaus.janino/janino@{janino['version']}"


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_pin_is_read(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    pins = read_pins(file)
    assert sum(len(pin.hashes) for pin in pins) == text.count("--hash=sha256:")
    assert len(pins) == sum("==" in line and line[0].isalnum() for line in text.splitlines())


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_licences_are_allowed(file: Path) -> None:
    assert not licences.not_allowed(pin.name for pin in read_pins(file))


def test_each_package_that_a_person_looked_at_is_pinned() -> None:
    pinned = {pin.name for file in FILES for pin in read_pins(file)}
    assert set(licences.read_allowed().packages) <= pinned


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("GPL-3.0-or-later OR MIT", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("MIT License; GNU General Public License v3 (GPLv3)", False),
        ("", False),
    ],
)
def test_alternatives_and_several_licences(licence: str, expected: bool) -> None:
    assert licences.is_allowed(licence, {"mit", "mit license"}) is expected
