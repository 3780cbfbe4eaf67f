"""TLS of both doors: what clients check, what is refused, and that nothing passes in clear text."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import psutil
import pytest
from conftest import BIN, Scratch, copy_project, free_ports
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhive import hive
from thrift.Thrift import TException

from python_jobs.cluster.login import USER, read_secret_of
from python_jobs.cluster.tls import client_context
from python_jobs.errors import P360Error
from python_jobs.machine.ports import port_answers
from python_jobs.server.checks import check_encryption, check_same_settings
from python_jobs.server.record import ServerRecord
from python_jobs.server.spark_connect import connect_session
from python_jobs.server.tls_doors import are_open, close_doors, open_doors
from python_jobs.settings import Settings

Signer = tuple[x509.Name, ec.EllipticCurvePrivateKey]


def write_certificate(folder: Path, name: str, host: str, signer: Signer | None = None) -> Signer:
    """Write ``<name>.pem`` and ``<name>.key`` for a host; signed by itself where nobody signs."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    issuer, signing_key = signer or (subject, key)
    address = x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(signing_key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / f"{name}.pem").write_bytes(certificate.public_bytes(pem))
    secret = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    (folder / f"{name}.key").write_bytes(key.private_bytes(pem, *secret))
    return subject, key


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder: ``own``, ``signed`` by ``authority``, ``stranger``, and one for ``elsewhere``."""
    folder = tmp_path_factory.mktemp("certificates")
    write_certificate(folder, "own", "127.0.0.1")
    write_certificate(folder, "stranger", "127.0.0.1")
    write_certificate(folder, "elsewhere", "elsewhere.example")
    write_certificate(folder, "signed", "127.0.0.1", write_certificate(folder, "authority", "none"))
    return folder


def free_pairs() -> tuple[str, str]:
    """Return two ports that are free together with those behind them."""
    while True:
        thrift, connect = (port for port in free_ports(2))
        try:
            for port in (thrift + 1, connect + 1):
                with socket.socket() as one:
                    one.bind(("127.0.0.1", port))
        except OSError:
            continue
        return str(thrift), str(connect)


def with_tls(home: Path, certificates: Path, name: str) -> dict[str, str]:
    thrift, connect = free_pairs()
    return {
        "P360_HOME": str(home),
        "P360_THRIFT_PORT": thrift,
        "P360_CONNECT_PORT": connect,
        "P360_TLS_CERTIFICATE": str(certificates / f"{name}.pem"),
        "P360_TLS_KEY": str(certificates / f"{name}.key"),
    }


def echo(listener: socket.socket) -> None:
    """Say back what each client says, until the listener closes."""

    def answer(client: socket.socket) -> None:
        with client:
            while said := client.recv(1 << 16):
                client.sendall(said)

    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=(client,), daemon=True).start()


@pytest.fixture
def doors(tmp_path: Path, certificates: Path, request: pytest.FixtureRequest) -> Iterator[Settings]:
    """Doors before a Thrift Server that only says back what it hears."""
    name = getattr(request, "param", "own")
    settings = Settings.from_environment(with_tls(tmp_path, certificates, name), tmp_path)
    settings.logs_dir.mkdir()
    with socket.create_server(settings.thrift_inside) as listener:
        threading.Thread(target=echo, args=(listener,), daemon=True).start()
        process = open_doors(settings, os.getpid())
        deadline = time.monotonic() + 20
        while socket.socket().connect_ex((settings.host, settings.thrift_port)):
            assert time.monotonic() < deadline, (settings.logs_dir / "tls.log").read_text("utf-8")
            time.sleep(0.1)
        yield settings
        close_doors(process)
        assert not are_open(process)


def say(settings: Settings, trusted: Path, text: bytes) -> bytes:
    """Return what a client hears that trusts a certificate."""
    with (
        socket.create_connection((settings.host, settings.thrift_port), timeout=20) as plain,
        client_context(trusted).wrap_socket(plain, server_hostname=settings.host) as client,
    ):
        client.sendall(text)
        heard = b""
        while len(heard) < len(text):
            heard += client.recv(1 << 16)
        return heard


def test_what_is_said_passes_and_a_stranger_is_refused(doors: Settings, certificates: Path) -> None:
    text = os.urandom(1_000_000)
    assert say(doors, certificates / "own.pem", text) == text
    with pytest.raises(ssl.SSLCertVerificationError):
        say(doors, certificates / "stranger.pem", b"hello")
    with socket.create_connection((doors.host, doors.thrift_port), timeout=20) as plain:
        plain.sendall(b"in clear text\n" * 100)
        assert b"clear" not in plain.recv(1000)


@pytest.mark.parametrize("doors", ["signed"], indirect=True)
def test_the_certificate_or_who_signed_it_is_trusted(doors: Settings, certificates: Path) -> None:
    for trusted in ("signed.pem", "authority.pem"):
        assert say(doors, certificates / trusted, b"hello") == b"hello"


@pytest.mark.parametrize("doors", ["elsewhere"], indirect=True)
def test_the_host_of_the_certificate_is_checked(doors: Settings, certificates: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        say(doors, certificates / "elsewhere.pem", b"hello")


def test_doors_end_with_their_server(tmp_path: Path, certificates: Path) -> None:
    settings = Settings.from_environment(with_tls(tmp_path, certificates, "own"), tmp_path)
    settings.logs_dir.mkdir()
    ended = subprocess.Popen(["true"])
    ended.wait()
    process = psutil.Process(open_doors(settings, ended.pid))
    assert process.wait(20) == 0


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"P360_LISTEN_HOST": "10.0.0.1"}, "would pass the network in clear text"),
        ({"P360_LISTEN_HOST": "0.0.0.0"}, "P360_ENCRYPTED_BY"),
        ({"P360_TLS_CERTIFICATE": "own.pem"}, "P360_TLS_KEY is not"),
        ({"P360_TLS_CERTIFICATE": "own.pem", "P360_TLS_KEY": "stranger.key"}, "and its key as PEM"),
        ({"P360_TLS_CERTIFICATE": "none.pem", "P360_TLS_KEY": "own.key"}, "No such file"),
    ],
)
def test_no_login_passes_a_network_in_clear_text(
    certificates: Path, environ: dict[str, str], said: str
) -> None:
    settings = Settings.from_environment(environ, certificates)
    with pytest.raises(P360Error, match=said):
        check_encryption(settings, environ)


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"P360_LISTEN_HOST": "localhost"},
        {"P360_LISTEN_HOST": "10.0.0.1", "P360_ENCRYPTED_BY": "wireguard"},
        {
            "P360_LISTEN_HOST": "10.0.0.1",
            "P360_TLS_CERTIFICATE": "own.pem",
            "P360_TLS_KEY": "own.key",
        },
    ],
)
def test_what_is_local_or_encrypted_may_start(certificates: Path, environ: dict[str, str]) -> None:
    check_encryption(Settings.from_environment(environ, certificates), environ)


@pytest.mark.parametrize(("doors", "says"), [(7, "has TLS, unlike"), (0, "has no TLS, unlike")])
def test_a_server_with_other_doors_is_not_waited_for(
    tmp_path: Path, certificates: Path, doors: int, says: str
) -> None:
    environ = {} if doors else with_tls(tmp_path, certificates, "own")
    settings = Settings.from_environment(environ, tmp_path)
    ports = (settings.thrift_port, settings.connect_port, settings.ui_port)
    record = ServerRecord(1, "", settings.master, True, "", "", 1, "", *ports, doors)
    with pytest.raises(P360Error, match=says):
        check_same_settings(record, settings)


def test_all_programs_go_through_tls(
    scratch_environment: dict[str, str], tmp_path: Path, certificates: Path
) -> None:
    (ui,) = free_ports(1)
    home = tmp_path / "home"
    environment = scratch_environment | with_tls(home, certificates, "own")
    environment |= {"P360_UI_PORT": str(ui), "P360_DRIVER_MEMORY": "2g", "P360_SCHEMA": "locked"}
    project = Scratch(copy_project(tmp_path / "project"), environment)
    settings = Settings.from_environment(environment, project.folder)
    stranger = {"P360_TLS_CERTIFICATE": str(certificates / "stranger.pem")}
    try:
        started = project.p360("up")
        assert started.returncode == 0, started.stderr
        assert project.query("select 1 + 1") == [(2,)]
        debug = project.dbt("debug")
        assert debug.returncode == 0, debug.stdout
        with connect_session(settings) as session:
            assert session.range(100_000).count() == 100_000
        seeded = project.dbt("seed", "--select", "exchange_rates")
        assert seeded.returncode == 0, seeded.stdout
        told = project.p360("status", "--connection").stdout
        assert ";ssl=true" in told
        assert "use_ssl=true" in told

        refused = project.p360("sql", "select 1", env=stranger)
        assert refused.returncode == 1
        assert "does not show the certificate in" in refused.stderr
        project.edit("profiles.yml", "connect_retries: 10", "connect_retries: 0")
        wary = replace(project, environment=environment | stranger)
        assert "certificate verify failed" in wary.dbt("debug").stdout
        secret = read_secret_of(settings)
        with pytest.raises((OSError, EOFError, TException)):
            hive.connect(
                host=settings.host,
                port=settings.thrift_port,
                username=USER,
                auth="CUSTOM",
                password=secret,
            )
        record = json.loads((home / "server.json").read_text("utf-8"))
        psutil.Process(record["doors"]).kill()
        again = project.p360("up")
        assert again.returncode == 0, again.stderr
        assert "the process that ends TLS has died; starting it again" in again.stderr
        assert project.query("select 1 + 1") == [(2,)]
    finally:
        subprocess.run([str(BIN / "p360"), "down"], env=environment, capture_output=True)
    assert not port_answers(settings.thrift_port, settings.host)
