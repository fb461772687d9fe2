"""A certificate authority of our own: clients that trust it reach the sandbox under BSG's names."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import ssl
import sys
from datetime import UTC, datetime, timedelta
from shlex import quote
from typing import TYPE_CHECKING

from mock_bsg.settings import SettingsError

try:
    import trustme
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key
except ImportError as missing:
    raise SettingsError(
        f"--tls-port: {missing.name} is not installed, certificates need it: "
        f"{quote(sys.executable)} -m pip install trustme"
    ) from None

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

# The hosts that clients of BSG and of its white label Notificore have written in, and this machine.
NAMES = (
    *("api.bsg.world", "one-api.bsg.world", "app.bsg.hk", "api.bsg.hk"),
    *("api.notificore.ru", "one-api.notificore.ru"),
    *("localhost", "127.0.0.1", "::1"),
)

CERTIFICATE_FILE = "ca.pem"
KEY_FILE = "ca-key.pem"

# Apple's systems refuse server certificates that are valid for more than 825 days, own authorities' included.
_LEAF_DAYS = 800

_OWNER = "mock_bsg sandbox"


class Authority:
    """A certificate authority, in memory or kept in a folder, and the certificates that it gives.

    `ca_pem` is what a client has to trust.
    """

    __slots__ = ("_ca", "ca_pem")

    def __init__(self, ca: trustme.CA) -> None:
        self._ca = ca
        self.ca_pem: bytes = ca.cert_pem.bytes()

    @classmethod
    def create(cls) -> Authority:
        """Make an authority that lives as long as the process."""
        # Two authorities of one name in one trust store would be taken for each other.
        name = f"certificate authority {secrets.token_hex(4)}"
        return cls(trustme.CA(path_length=0, organization_name=_OWNER, organization_unit_name=name))

    @classmethod
    def open(cls, folder: Path) -> Authority:
        """Open the authority kept in a folder, made there if there is none; raises SettingsError."""
        key_file = folder / KEY_FILE
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not key_file.exists():
                _keep(cls.create(), key_file)
            authority = cls(_read(key_file))
            certificate_file = folder / CERTIFICATE_FILE
            if not certificate_file.exists() or certificate_file.read_bytes() != authority.ca_pem:
                certificate_file.write_bytes(authority.ca_pem)
        except OSError as fault:
            raise SettingsError(
                f"--tls-dir: '{fault.filename or folder}' cannot be used ({fault.strerror}); "
                "a folder is expected that this user may read and write"
            ) from None
        return authority

    def ssl_context(self, names: Sequence[str] = ()) -> ssl.SSLContext:
        """Make a server's side of TLS, with a fresh certificate for BSG's hosts, this machine and `names`.

        Raises SettingsError for a name that no certificate can hold.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        for name in names:
            self._check_name(name)
        now = datetime.now(UTC)
        certificate = self._ca.issue_cert(
            *dict.fromkeys((*NAMES, *names)),
            common_name=NAMES[0],
            organization_name=_OWNER,
            not_before=now - timedelta(days=1),  # a client's clock may be behind ours
            not_after=now + timedelta(days=_LEAF_DAYS),
        )
        _install(certificate, context)
        return context

    def _check_name(self, name: str) -> None:
        try:
            self._ca.issue_cert(name)
        except ValueError:
            raise SettingsError(
                f"--tls-names: '{name}' was found, a host name (example.com) or an IP address is expected"
            ) from None


def _install(certificate: trustme.LeafCert, context: ssl.SSLContext) -> None:
    """Hand key and certificate to OpenSSL, which reads them from files only; raises SettingsError if it gets none.

    Where the system names what is open, these files are pipes, so that nothing is written to any disk.
    """
    chain = b"".join(each.bytes() for each in certificate.cert_chain_pems)
    with contextlib.suppress(OSError), _piped(chain) as chain_path, _piped(certificate.private_key_pem.bytes()) as key:
        context.load_cert_chain(chain_path, key)
        return
    try:
        certificate.configure_cert(context)  # by a temporary file
    except OSError as fault:
        raise SettingsError(
            "--tls-port: a certificate has to pass through a file on this system, and none can be written "
            f"({fault.strerror}); let TMPDIR name a folder that this user may write to"
        ) from None


@contextlib.contextmanager
def _piped(content: bytes) -> Iterator[str]:
    """Name a pipe that holds this and then ends; raises OSError where a pipe has no name, or not that much room."""
    reading, writing = os.pipe()
    try:
        try:
            os.set_blocking(writing, False)
            if os.write(writing, content) != len(content):
                raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
        finally:
            os.close(writing)
        yield f"/dev/fd/{reading}"
    finally:
        os.close(reading)


def _keep(authority: Authority, key_file: Path) -> None:
    """Write key and certificate as one file that nobody else may read, whole or not at all."""
    ca = authority._ca  # noqa: SLF001 -- this room's own
    draft = key_file.with_name(f".{KEY_FILE}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(ca.private_key_pem.bytes() + ca.cert_pem.bytes())
        with contextlib.suppress(FileExistsError):  # another server was first: its authority holds for both
            key_file.hardlink_to(draft)
    finally:
        draft.unlink(missing_ok=True)


def _read(key_file: Path) -> trustme.CA:
    whole = key_file.read_bytes()
    try:
        certificate = x509.load_pem_x509_certificate(whole)
        key = load_pem_private_key(whole, password=None)
    except ValueError:
        raise _unusable(key_file, "holds no private key with its certificate") from None
    form = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if key.public_key().public_bytes(*form) != certificate.public_key().public_bytes(*form):
        raise _unusable(key_file, "holds a private key and a certificate that do not belong together")
    if certificate.not_valid_after_utc <= datetime.now(UTC):
        raise _unusable(key_file, f"holds a certificate that ended on {certificate.not_valid_after_utc:%Y-%m-%d}")
    try:
        certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier)
        return trustme.CA.from_pem(whole, whole)
    except x509.ExtensionNotFound:
        raise _unusable(key_file, "holds a certificate that is no authority's") from None


def _unusable(key_file: Path, what: str) -> SettingsError:
    return SettingsError(
        f"--tls-dir: {key_file} {what}; delete it to have a new authority made, which clients must then trust afresh"
    )
