"""A bill of materials of a requirements file in CycloneDX, with the jars that pyspark brings."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import (
    ExternalReference,
    ExternalReferenceType,
    HashAlgorithm,
    HashType,
    XsUri,
)
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from supply_chain.licences import licence_of, read_allowed
from supply_chain.pins import Pin

_JAR = re.compile(r"(?P<name>.+?)-(?P<version>\d[\w.-]*)")
_OF_MAVEN = re.compile(r"META-INF/maven/([^/]+)/([^/]+)/pom\.properties")


def bill_of(pins: Iterable[Pin], version: str) -> str:
    """Return the bill as JSON.

    Args:
        pins: The packages that the bill lists.
        version: That of the project.
    """
    bill = Bom()
    bill.metadata.component = Component(
        name="project-360", version=version, type=ComponentType.APPLICATION, bom_ref="project-360"
    )
    for pin in pins:
        component = _component(pin)
        bill.components.add(component)
        bill.register_dependency(bill.metadata.component, [component])
    return JsonV1Dot6(bill).output_as_string(indent=2)


def _component(pin: Pin) -> Component:
    """Return one package, with the hashes of its files and its licence where it is known."""
    files = ExternalReference(
        type=ExternalReferenceType.DISTRIBUTION,
        url=XsUri(f"https://pypi.org/project/{pin.name}/{pin.version}/"),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=one) for one in pin.hashes],
    )
    licence = read_allowed().packages.get(pin.name) or licence_of(pin.name)
    return Component(
        name=pin.name,
        version=pin.version,
        type=ComponentType.LIBRARY,
        purl=PackageURL("pypi", name=pin.name, version=pin.version),
        bom_ref=f"{pin.name}=={pin.version}",
        external_references=[files],
        licenses=[LicenseFactory().make_from_string(licence)] if licence else [],
        components=[_jar(file) for file in jars()] if pin.name == "pyspark" else [],
    )


def jars() -> list[Path]:
    """Return the jars of the installed pyspark."""
    spec = find_spec("pyspark")
    assert spec
    assert spec.origin
    return sorted((Path(spec.origin).parent / "jars").glob("*.jar"))


def _jar(file: Path) -> Component:
    """Return one jar, under the name that Maven knows where it holds that, and its file's hash."""
    match = _JAR.fullmatch(file.stem)
    name, version = (match["name"], match["version"]) if match else (file.stem, None)
    with zipfile.ZipFile(file) as archive:
        known = [_OF_MAVEN.fullmatch(entry) for entry in archive.namelist()]
    group = next((one[1] for one in known if one and one[2] == name), None)
    return Component(
        name=name,
        version=version,
        group=group,
        type=ComponentType.LIBRARY,
        purl=PackageURL("maven", group, name, version) if group else None,
        bom_ref=file.name,
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=_sha256(file))],
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
