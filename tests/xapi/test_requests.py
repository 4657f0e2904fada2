"""What comes with statements: versions, parameters, alternate syntax, documents, attachments, signatures."""

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from joserfc import jws
from joserfc.jwk import OctKey, RSAKey
from tests.xapi.builders import ACTIVITY, ID, a_statement, an_agent

from upshot.errors import ConflictError, PreconditionError, RequestError, XapiError
from upshot.xapi.alternate import unwrapped
from upshot.xapi.attachments import Attachment, check_attachments, split_request
from upshot.xapi.documents import Document, Kind, Preconditions, etag, merged
from upshot.xapi.identity import also_known_as, identifier, person
from upshot.xapi.query import OneStatement, StatementQuery, statement_query
from upshot.xapi.signatures import SIGNATURE, check_signature
from upshot.xapi.versions import Version, negotiate

V1, V2 = Version.V1_0_3, Version.V2_0_0
JSON = "application/json"


@pytest.mark.parametrize("header", [None, "", "0.9", "1.1", "1.0.x", "2", "3.0.0", "1.0.03"])
def test_a_version_that_is_not_served_is_refused(header: str | None) -> None:
    with pytest.raises(RequestError) as caught:
        negotiate(header)
    assert caught.value.problems[0].code == "xapi-version"


@pytest.mark.parametrize(("header", "version"), [("1.0", V1), ("1.0.0", V1), ("1.0.9", V1), ("2.0", V2), ("2.0.7", V2)])
def test_patches_speak_the_version_they_patch(header: str, version: Version) -> None:
    assert negotiate(header) is version


def test_a_query_is_read_with_all_its_parameters() -> None:
    asked = statement_query(
        {
            "agent": [json.dumps(an_agent())],
            "activity": [ACTIVITY],
            "registration": [ID.upper()],
            "related_agents": ["true"],
            "since": ["2026-11-24T08:00:00 01:00"],
            "limit": ["7"],
            "ascending": ["true"],
            "format": ["ids"],
        },
        V1,
    )
    assert isinstance(asked, StatementQuery)
    assert asked.filters.agent == "mailto:ada@example.com"
    assert asked.filters.registration == ID
    assert asked.since == dt.datetime(2026, 11, 24, 7, tzinfo=dt.UTC)
    assert (asked.limit, asked.ascending, asked.form, asked.filters.related_agents) == (7, True, "ids", True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("agent", "ada"),
        ("agent", '{"name": "Ada"}'),
        ("agent", '{"objectType": "Group", "member": [{"mbox": "mailto:a@b.example"}]}'),
        ("verb", "completed"),
        ("activity", "course"),
        ("registration", "7"),
        ("related_agents", "yes"),
        ("since", "yesterday"),
        ("until", "2026-13-01T00:00:00Z"),
        ("limit", "-1"),
        ("limit", "many"),
        ("format", "short"),
        ("attachments", "1"),
        ("Verb", "https://example.com/did"),
        ("colour", "red"),
    ],
)
def test_a_parameter_that_is_not_as_it_should_be_is_named(name: str, value: str) -> None:
    with pytest.raises(RequestError) as caught:
        statement_query({name: [value]}, V1)
    assert (caught.value.problems[0].column or "").startswith(name)


def test_one_statement_is_asked_for_alone() -> None:
    assert statement_query({"voidedStatementId": [ID]}, V1) == OneStatement(id=ID, voided=True)
    with pytest.raises(RequestError) as caught:
        statement_query({"statementId": [ID], "verb": ["https://example.com/did"], "limit": ["1"]}, V1)
    assert {problem.column for problem in caught.value.problems} == {"verb", "limit"}


def test_alternate_syntax_of_1_0_3_is_undone_and_2_0_knows_none() -> None:
    form = b"statementId=7&content=%7B%7D&If-Match=%22x%22&content-type=application%2Fjson"
    meant = unwrapped("POST", {"method": ("PUT",)}, form, V1)
    assert (meant.method, meant.parameters, meant.body) == ("PUT", {"statementId": ("7",)}, b"{}")
    assert meant.headers == {"If-Match": '"x"', "Content-Type": JSON}
    with pytest.raises(RequestError):
        unwrapped("POST", {"method": ("PUT",)}, form, V2)
    with pytest.raises(RequestError):
        unwrapped("PUT", {"method": ("POST",)}, form, V1)
    with pytest.raises(RequestError):
        unwrapped("POST", {"method": ("PUT",), "statementId": ("7",)}, form, V1)


def refused(action: Callable[[], object]) -> type[XapiError] | None:
    try:
        action()
    except XapiError as error:
        return type(error)
    return None


TAG = etag(b"{}")


@pytest.mark.parametrize(
    ("kind", "version", "headers", "current", "expected"),
    [
        (Kind.STATE, V1, {}, TAG, None),
        (Kind.STATE, V2, {}, TAG, ConflictError),
        (Kind.STATE, V2, {}, None, None),
        (Kind.AGENT_PROFILE, V1, {}, None, RequestError),
        (Kind.AGENT_PROFILE, V1, {}, TAG, ConflictError),
        (Kind.ACTIVITY_PROFILE, V2, {}, None, None),
        (Kind.ACTIVITY_PROFILE, V2, {"if_match": TAG}, TAG, None),
        (Kind.ACTIVITY_PROFILE, V2, {"if_match": f'"other", W/{TAG}'}, TAG, None),
        (Kind.ACTIVITY_PROFILE, V2, {"if_match": '"other"'}, TAG, PreconditionError),
        (Kind.ACTIVITY_PROFILE, V2, {"if_match": "*"}, None, PreconditionError),
        (Kind.ACTIVITY_PROFILE, V2, {"if_none_match": "*"}, TAG, PreconditionError),
        (Kind.ACTIVITY_PROFILE, V2, {"if_none_match": "*"}, None, None),
    ],
)
def test_nothing_is_overwritten_blindly(
    kind: Kind, version: Version, headers: dict[str, str], current: str | None, expected: type[XapiError] | None
) -> None:
    assert refused(lambda: Preconditions(**headers).check_put(current, kind, version)) is expected


def test_documents_merge_at_the_top_only() -> None:
    stored = Document(b'{"a":{"x":1},"b":2}', JSON)
    assert merged(stored, Document(b'{"a":{"y":1}}', f"{JSON}; charset=utf-8")).content == b'{"a":{"y":1},"b":2}'
    assert merged(None, Document(b"\x00", "image/png")).content == b"\x00"


@pytest.mark.parametrize(
    ("stored", "sent"),
    [
        (Document(b"{}", JSON), Document(b"x", "text/plain")),
        (Document(b"x", "text/plain"), Document(b"{}", JSON)),
        (Document(b"{}", JSON), Document(b"[]", JSON)),
        (Document(b"{}", JSON), Document(b"{", JSON)),
        (None, Document(b"[1]", JSON)),
    ],
)
def test_what_is_no_json_object_is_not_merged(stored: Document | None, sent: Document) -> None:
    assert refused(lambda: merged(stored, sent)) is RequestError


def a_body(*parts: tuple[dict[str, str], bytes]) -> bytes:
    whole = b""
    for headers, content in parts:
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        whole += b"--x\r\n" + head.encode() + b"\r\n" + content + b"\r\n"
    return whole + b"--x--\r\n"


CONTENT = b"certificate"
SHA2 = hashlib.sha256(CONTENT).hexdigest()
FILE = {"Content-Type": "text/plain", "Content-Transfer-Encoding": "binary", "X-Experience-API-Hash": SHA2}


def an_attachment(**more: Any) -> dict[str, Any]:
    plain = {"usageType": "https://example.com/c", "display": {}, "contentType": "text/plain", "length": len(CONTENT)}
    return {**plain, "sha2": SHA2, **more}


def test_attachments_come_with_their_statement() -> None:
    statement = a_statement(attachments=[an_attachment()])
    body, sent = split_request(
        "multipart/mixed; boundary=x", a_body(({"Content-Type": JSON}, json.dumps(statement).encode()), (FILE, CONTENT))
    )
    assert json.loads(body) == statement
    check_attachments([statement], sent)
    assert sent[SHA2].content == CONTENT


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "text/plain", "multipart/mixed"])
def test_statements_come_as_json_or_multipart_mixed(kind: str) -> None:
    assert refused(lambda: split_request(kind, b"{}")) is RequestError


@pytest.mark.parametrize(
    "headers",
    [
        {**FILE, "X-Experience-API-Hash": ""},
        {**FILE, "X-Experience-API-Hash": "0" * 64},
        {**FILE, "Content-Transfer-Encoding": "base64"},
    ],
)
def test_an_attachment_s_part_states_its_hash_and_encoding(headers: dict[str, str]) -> None:
    body = a_body(({"Content-Type": JSON}, b"{}"), (headers, CONTENT))
    assert refused(lambda: split_request("multipart/mixed; boundary=x", body)) is RequestError


def test_missing_and_excess_parts_are_refused() -> None:
    sent = {SHA2: Attachment(SHA2, "text/plain", CONTENT)}
    assert refused(lambda: check_attachments([a_statement(attachments=[an_attachment()])], {})) is RequestError
    assert refused(lambda: check_attachments([a_statement()], sent)) is RequestError
    elsewhere = a_statement(attachments=[an_attachment(fileUrl="https://example.com/c")])
    assert refused(lambda: check_attachments([elsewhere], {})) is None


def a_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def a_signature(
    statement: dict[str, Any],
    key: rsa.RSAPrivateKey,
    *,
    algorithm: str = "RS256",
    chain: rsa.RSAPrivateKey | None = None,
) -> bytes:
    header: dict[str, Any] = {"alg": algorithm}
    if chain is not None:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Signer")])
        now = dt.datetime(2026, 11, 24)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(chain.public_key())
        builder = builder.serial_number(7).not_valid_before(now).not_valid_after(now + dt.timedelta(days=30))
        certificate = builder.sign(chain, hashes.SHA256()).public_bytes(Encoding.DER)
        header["x5c"] = [base64.b64encode(certificate).decode()]
    signer = OctKey.import_key("s" * 32) if algorithm == "HS256" else RSAKey.import_key(key)
    signed = jws.serialize_compact(header, json.dumps(statement).encode(), signer, algorithms=[algorithm])
    return signed.encode()


OCTETS = "application/octet-stream"


def test_a_signature_is_held_to_algorithm_payload_and_certificate() -> None:
    key, statement = a_key(), a_statement(id=ID)
    for algorithm in ("RS256", "RS384", "RS512"):
        signed = a_signature(statement, key, algorithm=algorithm, chain=key)
        assert refused(lambda signed=signed: check_signature(statement, OCTETS, signed)) is None
    assert refused(lambda: check_signature(statement, "text/plain", a_signature(statement, key))) is RequestError
    other = a_signature(a_statement(actor=an_agent("bo")), key)
    assert refused(lambda: check_signature(statement, OCTETS, other)) is RequestError
    symmetric = a_signature(statement, key, algorithm="HS256")
    assert refused(lambda: check_signature(statement, OCTETS, symmetric)) is RequestError
    forged = a_signature(statement, key, chain=a_key())
    assert refused(lambda: check_signature(statement, OCTETS, forged)) is RequestError


def test_a_signed_statement_s_signature_is_looked_at() -> None:
    content = b"not.a.signature"
    sha2 = hashlib.sha256(content).hexdigest()
    entry = an_attachment(usageType=SIGNATURE, contentType=OCTETS, sha2=sha2)
    sent = {sha2: Attachment(sha2, OCTETS, content)}
    assert refused(lambda: check_attachments([a_statement(attachments=[entry])], sent)) is RequestError


@pytest.mark.parametrize(
    ("agent", "key"),
    [
        ({"mbox": "mailto:a@b.example"}, "mailto:a@b.example"),
        ({"mbox_sha1sum": "AB" * 20}, f"sha1:{'ab' * 20}"),
        ({"openid": "https://id.example"}, "openid:https://id.example"),
        ({"account": {"homePage": "https://h.example", "name": "a\x00b"}}, "account:https://h.example|a\\0b"),
        ({"objectType": "Group", "member": []}, None),
    ],
)
def test_an_agent_has_one_key(agent: dict[str, Any], key: str | None) -> None:
    assert identifier(agent) == key


def test_a_person_has_every_name_and_identifier_once() -> None:
    agents = [{"mbox": "mailto:a@b.example", "name": "A"}, {"mbox": "mailto:a2@b.example", "name": "A"}]
    whole = person(agents)
    assert whole == {
        "objectType": "Person",
        "mbox": ["mailto:a@b.example", "mailto:a2@b.example"],
        "name": ["A"],
    }
    assert len(also_known_as("mailto:a@b.example")) == 2
    assert also_known_as("openid:x") == ("openid:x",)
