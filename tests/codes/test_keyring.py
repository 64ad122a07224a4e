"""Keys are made once, closed to others, and loaded only when they are what the trust list says."""

import shutil
import stat
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from codes.errors import KeysDamaged, KeysExist, KeysMissing, ListProblem, ListRefused, NoSigningKey
from codes.keyring import KINDS, LASTS, NEEDED, Keyring, generate, key_file
from codes.payload import Kind
from codes.signing import KeyStatus, PrivateKey, SigningKey, kid_of, new_key
from codes.trustlist import RevokedList, TrustKey, TrustList, open_revoked, open_trust, seal_revoked, seal_trust
from tests.codes.conftest import NOW, Office

DAY = timedelta(days=1)


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.folder, tmp_path / "keys"))


def root_of(office: Office) -> PrivateKey:
    key = serialization.load_pem_private_key(office.root_key.read_bytes(), password=None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_can_read_a_key(office: Office) -> None:
    assert mode(office.folder) == 0o700
    assert mode(office.root_key) == 0o600
    assert mode(office.root_key.parent) == 0o700
    assert {mode(file) for file in office.folder.iterdir()} == {0o600}


def test_there_is_a_key_for_every_kind_that_is_issued_and_no_two_are_the_same(office: Office) -> None:
    keys = office.keys
    assert [key.kind for key in keys.signing_keys] == list(KINDS)
    assert len({key.kid for key in keys.signing_keys}) == len(KINDS)
    assert len(keys.deep_link_key) == 32
    assert keys.issuer == "LS"
    with pytest.raises(NoSigningKey):
        keys.signing_key(Kind.EQUIPMENT, NOW)


def test_the_root_key_is_not_among_the_keys_of_the_server(office: Office) -> None:
    secret = office.root_key.read_bytes()
    assert all(secret not in file.read_bytes() for file in office.folder.iterdir())
    assert root_of(office).public_key() == office.keys.root


def test_what_is_printed_of_a_keyring_holds_no_secret(office: Office) -> None:
    shown = repr(office.keys)
    assert office.keys.deep_link_key.hex() not in shown
    assert "PrivateKey" not in shown


def test_the_lists_are_signed_by_the_root_and_by_the_status_key(office: Office) -> None:
    trust = open_trust(office.keys.trust_text, root=root_of(office).public_key(), now=NOW)
    assert (trust, trust.sequence) == (office.keys.trust, 1)
    revoked = open_revoked((office.folder / "revoked.json").read_text(), trust=trust, now=NOW)
    assert (revoked, revoked.hashes) == (office.keys.revoked, frozenset())


def test_a_folder_that_is_there_without_keys_gets_them(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o755)
    (tmp_path / "keys" / "sealing.json").write_text("{}")
    generate(tmp_path / "keys", issuer="LS", now=NOW, root_key=tmp_path / "root.pem")
    assert Keyring.load(tmp_path / "keys").issuer == "LS"
    assert mode(tmp_path / "keys") == 0o700
    assert (tmp_path / "keys" / "sealing.json").read_text() == "{}"


def test_keys_are_never_written_over_keys(folder: Path, tmp_path: Path) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(KeysExist):
        generate(folder, issuer="XX", now=NOW, root_key=tmp_path / "root.pem")
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before
    assert not (tmp_path / "root.pem").exists()


def test_one_forgotten_key_is_enough_to_refuse(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "person-abcd.pem").write_text("a key that still verifies cards")
    with pytest.raises(KeysExist) as refused:
        generate(tmp_path / "keys", issuer="LS", now=NOW, root_key=tmp_path / "root.pem")
    assert refused.value.files == ("person-abcd.pem",)
    assert not (tmp_path / "root.pem").exists()


def test_a_root_key_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_text("another office's")
    with pytest.raises(KeysExist):
        generate(tmp_path / "keys", issuer="LS", now=NOW, root_key=tmp_path / "root.pem")
    assert not (tmp_path / "keys").exists()


def test_every_missing_file_is_named_at_once(folder: Path) -> None:
    (folder / "status.pem").unlink()
    (folder / "deeplink.key").unlink()
    with pytest.raises(KeysMissing) as refused:
        Keyring.load(folder)
    assert refused.value.files == ("status.pem", "deeplink.key")


def test_a_folder_that_is_not_there_misses_everything(tmp_path: Path) -> None:
    with pytest.raises(KeysMissing) as refused:
        Keyring.load(tmp_path / "nowhere")
    assert refused.value.files == NEEDED


def test_a_missing_signing_key_is_named(office: Office, folder: Path) -> None:
    name = key_file(office.keys.signing_key(Kind.PLACE, NOW))
    (folder / name).unlink()
    with pytest.raises(KeysMissing) as refused:
        Keyring.load(folder)
    assert refused.value.files == (name,)


@pytest.mark.parametrize("contents", [b"", b"not a key", b"\xff\xfe", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"])
def test_a_file_that_does_not_hold_what_its_name_says_is_named(office: Office, folder: Path, contents: bytes) -> None:
    for name in (*NEEDED, key_file(office.keys.signing_key(Kind.PERSON, NOW))):
        kept = (folder / name).read_bytes()
        (folder / name).write_bytes(contents)
        with pytest.raises(KeysDamaged) as refused:
            Keyring.load(folder)
        (folder / name).write_bytes(kept)
        assert refused.value.file == name


def test_a_key_of_another_curve_or_another_owner_is_damaged(office: Office, folder: Path) -> None:
    name = key_file(office.keys.signing_key(Kind.PERSON, NOW))
    for key in (ec.generate_private_key(ec.SECP384R1()), new_key()):
        (folder / name).write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        with pytest.raises(KeysDamaged):
            Keyring.load(folder)


def test_lists_by_another_root_or_status_key_are_damaged(office: Office, folder: Path) -> None:
    (folder / "trust.json").write_text(seal_trust(office.keys.trust, root=new_key()))
    with pytest.raises(KeysDamaged, match=r"trust\.json"):
        Keyring.load(folder)
    (folder / "trust.json").write_text(office.keys.trust_text)
    (folder / "revoked.json").write_text(seal_revoked(office.keys.revoked, key=new_key()))
    with pytest.raises(KeysDamaged, match=r"revoked\.json"):
        Keyring.load(folder)


def test_of_several_live_keys_the_newest_that_lasts_long_enough_signs(office: Office) -> None:
    now = office.keys.signing_key(Kind.PERSON, NOW)
    newer = replace(now, kid=b"nw", not_before=NOW, expires_at=NOW + DAY)
    coming = replace(now, kid=b"cm", not_before=NOW + DAY)
    unused = replace(now, kid=b"un", not_before=NOW, status=KeyStatus.NEXT)
    keys = replace(office.keys, signing_keys=(now, coming, unused, newer))
    assert keys.signing_key(Kind.PERSON, NOW) is newer
    assert keys.signing_key(Kind.PERSON, NOW, until=NOW + 2 * DAY) is now
    assert keys.signing_key(Kind.PERSON, NOW + DAY) is coming
    with pytest.raises(NoSigningKey):
        keys.signing_key(Kind.PERSON, NOW, until=NOW + LASTS + DAY)


def test_a_second_key_of_a_kind_is_loaded_and_a_retired_one_need_not_be_there(office: Office, folder: Path) -> None:
    old = office.keys.signing_key(Kind.PERSON, NOW)
    new = _second_key(office)
    retired = replace(office.keys.trust.key(old.kid) or pytest.fail("no such key"), status=KeyStatus.RETIRED, retired_at=NOW + DAY)
    others = tuple(key for key in office.keys.trust.keys if key.kid != old.kid)
    trust = replace(office.keys.trust, sequence=2, keys=(*others, retired, _public(new)))
    (folder / "trust.json").write_text(seal_trust(trust, root=root_of(office)))
    (folder / key_file(old)).unlink()
    (folder / key_file(new)).write_bytes(new.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    keys = Keyring.load(folder)
    assert keys.signing_key(Kind.PERSON, NOW + DAY).kid == new.kid
    assert keys.trust.key(old.kid) == retired


def _second_key(office: Office) -> SigningKey:
    private = new_key()
    while (kid := kid_of(private.public_key())) in {key.kid for key in office.keys.trust.keys}:
        private = new_key()
    return SigningKey(kid=kid, kind=Kind.PERSON, private=private, not_before=NOW + DAY, expires_at=NOW + LASTS)


def _public(key: SigningKey) -> TrustKey:
    return TrustKey(kid=key.kid, kinds=(key.kind,), public=key.private.public_key(), not_before=key.not_before, expires_at=key.expires_at, status=key.status)


def test_a_lower_sequence_never_replaces_a_higher_one(office: Office) -> None:
    root, keys = root_of(office), office.keys
    newest = replace(keys.trust, sequence=3)
    assert _trust_problem(seal_trust(replace(keys.trust, sequence=4), root=root), office, newest) is None
    assert _trust_problem(seal_trust(newest, root=root), office, newest) is None
    assert _trust_problem(keys.trust_text, office, newest) is ListProblem.LOWER_SEQUENCE
    other = replace(newest, valid_until=NOW + DAY)
    assert _trust_problem(seal_trust(other, root=root), office, newest) is ListProblem.SAME_SEQUENCE


def _trust_problem(text: str, office: Office, newest: TrustList) -> ListProblem | None:
    try:
        open_trust(text, root=office.keys.root, now=NOW, newest=newest)
    except ListRefused as refused:
        return refused.problem
    return None


def test_an_older_list_of_revoked_codes_cannot_bring_a_code_back(office: Office) -> None:
    gone = RevokedList.of([b"0123456789"], issuer="LS", sequence=2, issued_at=NOW)
    assert b"0123456789" in gone
    before = (office.folder / "revoked.json").read_text()
    with pytest.raises(ListRefused, match=ListProblem.LOWER_SEQUENCE):
        open_revoked(before, trust=office.keys.trust, now=NOW, newest=gone)


def test_a_key_identifier_stands_once_in_a_list(office: Office) -> None:
    with pytest.raises(ListRefused):
        replace(office.keys.trust, keys=office.keys.trust.keys[:1] * 2)


def test_an_old_list_is_stale_and_still_a_list(office: Office) -> None:
    trust, revoked = office.keys.trust, office.keys.revoked
    assert not trust.stale(now=NOW)
    assert trust.stale(now=NOW + timedelta(days=401))
    assert not revoked.stale(now=NOW + DAY)
    assert revoked.stale(now=NOW + 2 * DAY)
    assert revoked.age(now=NOW + DAY) == DAY
