"""Clients that trust the sandbox's certificate authority reach it by TLS under BSG's names."""

import asyncio
import errno
import http.client
import json
import socket
import ssl
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote
from typing import NoReturn

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mock_bsg.http.server import Server
from mock_bsg.http.tls import CERTIFICATE_FILE, KEY_FILE, NAMES, Authority, _piped
from mock_bsg.scenario.library import Library
from mock_bsg.settings import Settings, SettingsError


def ask_health(port: int, ca_pem: bytes, name: str) -> str:
    """Asks for /_mock/health by TLS as a client that thinks it talks to `name` and trusts `ca_pem` only."""
    context = ssl.create_default_context(cadata=ca_pem.decode())
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname=name) as secured,
    ):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.sock = secured
        connection.request("GET", "/_mock/health")
        answer = connection.getresponse()
        return str(json.loads(answer.read())["status"])


def self_signed(*, days: int, is_authority: bool = True) -> bytes:
    """A key and a certificate of its own, as somebody may put them into the folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "somebody's")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
    )
    if is_authority:
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    certificate = builder.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate


def strangers() -> bytes:
    """One key with another's certificate."""
    key, _, _ = self_signed(days=9).partition(b"-----BEGIN CERTIFICATE")
    _, begin, certificate = self_signed(days=9).partition(b"-----BEGIN CERTIFICATE")
    return key + begin + certificate


async def test_every_name_is_served_by_tls_beside_plain_http(tmp_path: Path) -> None:
    settings = Settings(port=0, tls_port=0, tls_dir=tmp_path, tls_names=("sandbox.test", "10.0.0.7"))
    server = Server(settings, Library((), {}))
    await server.start()
    try:
        assert server.tls_url is not None
        port = int(server.tls_url.rpartition(":")[2])
        ca_pem = (tmp_path / CERTIFICATE_FILE).read_bytes()
        assert server.ca_pem == ca_pem
        for name in (*NAMES, "one-api.bsg.world", "one-api.notificore.ru", "sandbox.test", "10.0.0.7"):
            assert await asyncio.to_thread(ask_health, port, ca_pem, name) == "healthy"
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(ask_health, port, ca_pem, "somebody.else")
        with pytest.raises(ssl.SSLCertVerificationError):
            await asyncio.to_thread(ask_health, port, Authority.create().ca_pem, "localhost")
    finally:
        await server.stop()


async def test_server_without_a_tls_port_has_no_authority() -> None:
    server = Server(Settings(port=0), Library((), {}))
    await server.start()
    await server.stop()

    assert (server.tls_url, server.ca_pem) == (None, None)


def test_authority_is_kept_for_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "ca"
    first = Authority.open(folder)
    (folder / CERTIFICATE_FILE).unlink()

    again = Authority.open(folder)

    assert again.ca_pem == first.ca_pem == (folder / CERTIFICATE_FILE).read_bytes()
    assert stat.S_IMODE((folder / KEY_FILE).stat().st_mode) == 0o600
    assert sorted(path.name for path in folder.iterdir()) == sorted([KEY_FILE, CERTIFICATE_FILE])


def test_authorities_in_memory_differ() -> None:
    subjects = {x509.load_pem_x509_certificate(Authority.create().ca_pem).subject for _ in range(3)}

    assert len(subjects) == 3


@pytest.mark.parametrize(
    ("kept", "complaint"),
    [
        (b"", "holds no private key with its certificate"),
        (
            b"-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n",
            "holds no private key with its certificate",
        ),
        (self_signed(days=-1), "holds a certificate that ended on 20"),
        (self_signed(days=9, is_authority=False), "holds a certificate that is no authority's"),
        (
            self_signed(days=9).split(b"-----BEGIN CERT")[0]
            + b"-----BEGIN CERT"
            + self_signed(days=9).split(b"-----BEGIN CERT")[1],
            "holds a private key and a certificate that do not belong together",
        ),
    ],
    ids=["empty", "broken", "expired", "no authority", "strangers"],
)
def test_kept_authority_that_cannot_be_used_says_what_to_do(tmp_path: Path, kept: bytes, complaint: str) -> None:
    (tmp_path / KEY_FILE).write_bytes(kept)

    with pytest.raises(SettingsError) as caught:
        Authority.open(tmp_path)

    assert str(caught.value).startswith(f"--tls-dir: {tmp_path / KEY_FILE} {complaint}")
    assert "delete it" in str(caught.value)
    assert (tmp_path / KEY_FILE).read_bytes() == kept


def test_authority_of_somebody_else_may_be_put_into_the_folder(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(self_signed(days=9))

    authority = Authority.open(tmp_path)

    assert authority.ca_pem in (tmp_path / KEY_FILE).read_bytes()
    assert authority.ssl_context().minimum_version is ssl.TLSVersion.TLSv1_2


def test_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()

    with pytest.raises(SettingsError, match=r"^--tls-dir: '.*file/ca' cannot be used \(Not a directory\)"):
        Authority.open(file / "ca")


def has_no_pipe() -> NoReturn:
    raise OSError(errno.EMFILE, "Too many open files")


@pytest.mark.skipif(not Path("/dev/fd").exists(), reason="here what is open has no name, so a file is needed")
def test_nothing_is_written_for_a_certificate(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))

    names = tuple(f"name-{number}.sandbox.test" for number in range(100))
    assert Authority.create().ssl_context(names).get_ca_certs() == []


def test_a_certificate_that_can_go_through_no_pipe_goes_through_a_temporary_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.pipe", has_no_pipe)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    Authority.create().ssl_context()

    assert list(tmp_path.iterdir()) == []


def test_a_machine_without_pipes_and_files_says_in_one_line_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("os.pipe", has_no_pipe)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "missing"))

    with pytest.raises(SettingsError) as caught:
        Authority.create().ssl_context()

    assert str(caught.value) == (
        "--tls-port: a certificate has to pass through a file on this system, and none can be written "
        "(No such file or directory); let TMPDIR name a folder that this user may write to"
    )


def test_what_is_more_than_a_pipe_holds_waits_for_nobody() -> None:
    with pytest.raises(BlockingIOError), _piped(b"x" * 10_000_000):
        pytest.fail("there is no room")


@pytest.mark.parametrize("name", ["no spaces.example", "", "a" * 70 + ".example"])
def test_name_that_no_certificate_can_hold_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match=f"^--tls-names: '{name}' was found, a host name"):
        Authority.create().ssl_context((name,))


def test_missing_package_is_told_with_the_command_that_installs_it() -> None:
    code = "import sys; sys.modules['trustme'] = None; import mock_bsg.http.tls"

    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)

    complaint = "SettingsError: --tls-port: trustme is not installed, certificates need it: "
    assert f"{complaint}{quote(sys.executable)} -m pip install trustme\n" in result.stderr
