"""Bounces are fetched over TLS from a server whose certificate is trusted, and from no other."""

import datetime as dt
import ipaddress
import ssl
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.web.outbox.imap_server import an_imap_server

from upshot.errors import WorkspaceError
from upshot.web.outbox.bounce_mailbox import Looked, look_through


def a_certificate(folder: Path, host: str = "127.0.0.1") -> Path:
    """A certificate that vouches for itself, with its key in the same file."""
    key, now = ec.generate_private_key(ec.SECP256R1()), dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.firm.example")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / "server.pem"
    path.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM) + secret)
    return path


def a_context(certificate: Path) -> ssl.SSLContext:
    """What a server with this certificate speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def test_a_mailbox_is_read_over_tls_where_its_authority_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = a_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with an_imap_server(a_context(certificate)) as post:
        post.mails.append(b"From: a@b.example\r\nSubject: I am away\r\n\r\nUntil Monday.\r\n")
        assert post.url.startswith("imaps://")
        assert look_through(post.url) == Looked(reports=0, aside=0, others=1)
        assert (post.seen, post.logins) == ({1}, 1)


@pytest.mark.parametrize(("host", "trusted"), [("127.0.0.1", False), ("127.0.0.2", True)])
def test_a_certificate_that_is_unknown_or_for_another_host_gets_no_password_and_the_error_names_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, trusted: bool
) -> None:
    certificate = a_certificate(tmp_path, host)
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with an_imap_server(a_context(certificate)) as post:
        with pytest.raises(WorkspaceError, match=r"not trusted: .*SSL_CERT_FILE") as caught:
            look_through(post.url)
        assert post.logins == 0
    assert "secret" not in str(caught.value)
