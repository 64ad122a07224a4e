"""The root ceremony: what a change of keys may be, at the request, at the signing and at the installing."""

import json
import shutil
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from codes.ceremony import (
    AHEAD,
    CEREMONY,
    compromised,
    make_request,
    must_follow,
    open_request,
    renewed,
    retired,
    rotated,
    said,
    sign_request,
    with_next,
    with_replacement,
)
from codes.errors import ChangeRefused, KeyProblem, KeysDamaged, KeysExist, KeysMissing, ListRefused
from codes.keyfolder import install, keep_revoked, make_signing_key, make_status_key, root_of
from codes.keyring import LASTS, Keyring, generate, private_pem, write_new
from codes.payload import Kind
from codes.signing import KeyStatus, new_key
from codes.trustlist import RevokedList, TrustKey, TrustList, open_trust, seal_revoked, seal_trust
from tests.codes.conftest import NOW, Office

DAY = timedelta(days=1)


@pytest.fixture
def folder(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.folder, tmp_path / "keys"))


def of_kind(trust: TrustList, kind: Kind = Kind.PERSON) -> list[TrustKey]:
    return [key for key in trust.keys if key.kinds == (kind,)]


def published(office: Office, folder: Path) -> TrustList:
    """With a next key for people, in use."""
    public = make_signing_key(folder, Kind.PERSON, taken=())
    after = with_next(office.keys.trust, Kind.PERSON, public, now=NOW, ahead=AHEAD + CEREMONY)
    install(folder, seal_trust(after, root=root_of(office.root_key)), now=NOW)
    return after


def problem_of(before: TrustList, after: TrustList, *, at: timedelta = timedelta(0)) -> str | None:
    try:
        must_follow(before, after, now=NOW + at)
    except (ChangeRefused, ListRefused) as refused:
        return refused.problem.value
    return None


def test_a_next_key_is_published_a_week_before_its_first_code(office: Office) -> None:
    with pytest.raises(ChangeRefused) as refused:
        with_next(office.keys.trust, Kind.PERSON, new_key().public_key(), now=NOW, ahead=AHEAD - timedelta(seconds=1))
    assert refused.value.problem is KeyProblem.TOO_SOON


def test_a_list_that_lay_too_long_on_the_stick_is_refused_because_the_week_has_begun(office: Office) -> None:
    trust = office.keys.trust
    after = with_next(trust, Kind.PERSON, new_key().public_key(), now=NOW, ahead=AHEAD + CEREMONY)
    assert problem_of(trust, after, at=CEREMONY) is None
    assert problem_of(trust, after, at=CEREMONY + timedelta(seconds=1)) == "too_soon"


def test_an_active_key_out_of_nowhere_is_refused_even_with_the_root_key(office: Office) -> None:
    trust = office.keys.trust
    made = with_next(trust, Kind.PERSON, new_key().public_key(), now=NOW, ahead=AHEAD)
    sudden = replace(made, keys=(*trust.keys, replace(of_kind(made)[1], status=KeyStatus.ACTIVE, not_before=NOW)))
    assert problem_of(trust, sudden) == "too_soon"


def test_a_next_key_signs_nothing_before_its_time(office: Office, folder: Path) -> None:
    after = published(office, folder)
    with pytest.raises(ChangeRefused) as refused:
        rotated(after, Kind.PERSON, now=NOW + AHEAD)
    assert refused.value.problem is KeyProblem.NOT_DUE
    with pytest.raises(ChangeRefused) as refused:
        rotated(after, Kind.PLACE, now=NOW + 30 * DAY)
    assert refused.value.problem is KeyProblem.NO_NEXT_KEY
    assert Keyring.load(folder).signing_key(Kind.PERSON, NOW + 9 * DAY).kid == of_kind(after)[0].kid


def test_a_rotation_lets_the_old_key_sign_until_the_ceremony_must_be_over_and_verify_for_ever(office: Office, folder: Path) -> None:
    before, then = published(office, folder), NOW + 9 * DAY
    after = rotated(before, Kind.PERSON, now=then)
    old, new = of_kind(after)
    assert (old.status, old.retired_at, old.expires_at) == (KeyStatus.RETIRED, then + CEREMONY, NOW + LASTS)
    assert new.status is KeyStatus.ACTIVE
    assert problem_of(before, after, at=9 * DAY + CEREMONY) is None
    assert problem_of(before, after, at=9 * DAY + CEREMONY + timedelta(seconds=1)) == "too_late"


def test_the_only_key_of_a_kind_is_not_retired_and_nothing_is_retired_twice(office: Office, folder: Path) -> None:
    trust = published(office, folder)
    old, following = of_kind(trust)
    for kid, problem in ((old.kid, KeyProblem.LAST_KEY), (b"\0\0", KeyProblem.UNKNOWN_KEY)):
        with pytest.raises(ChangeRefused) as refused:
            retired(trust, kid, now=NOW)
        assert refused.value.problem is problem
    without = retired(trust, following.kid, now=NOW)
    with pytest.raises(ChangeRefused) as refused:
        retired(without, following.kid, now=NOW)
    assert refused.value.problem is KeyProblem.OVER_ALREADY


def test_after_a_compromise_a_new_key_signs_at_once_and_only_then(office: Office) -> None:
    trust, public = office.keys.trust, new_key().public_key()
    with pytest.raises(ChangeRefused) as refused:
        with_replacement(trust, Kind.PERSON, public, now=NOW)
    assert refused.value.problem is KeyProblem.NO_EMERGENCY
    killed = compromised(trust, of_kind(trust)[0].kid, now=NOW)
    replaced = with_replacement(killed, Kind.PERSON, public, now=NOW)
    assert problem_of(trust, killed) is None
    assert problem_of(trust, replaced) is None
    with pytest.raises(ChangeRefused) as refused:
        compromised(killed, of_kind(trust)[0].kid, now=NOW)
    assert refused.value.problem is KeyProblem.OVER_ALREADY


def test_after_a_compromise_the_next_key_may_come_before_its_time(office: Office, folder: Path) -> None:
    before = published(office, folder)
    with pytest.raises(ChangeRefused) as refused:
        rotated(before, Kind.PERSON, now=NOW, at_once=True)
    assert refused.value.problem is KeyProblem.NO_EMERGENCY
    killed = compromised(before, of_kind(before)[0].kid, now=NOW)
    early = rotated(killed, Kind.PERSON, now=NOW + DAY, at_once=True)
    assert of_kind(early)[1].not_before == NOW + DAY
    assert problem_of(killed, early, at=DAY) is None
    assert problem_of(before, replace(early, keys=tuple(replace(key, status=KeyStatus.ACTIVE) for key in early.keys)), at=DAY) == "not_due"


def test_a_key_never_becomes_another_one_nor_what_it_was_before(office: Office) -> None:
    trust = office.keys.trust
    first, *others = trust.keys
    killed = compromised(trust, first.kid, now=NOW)
    assert problem_of(killed, replace(renewed(killed, now=NOW), keys=trust.keys)) == "taken_back"
    later = renewed(trust, now=NOW)
    for changed in (
        replace(first, public=new_key().public_key()), replace(first, kinds=(Kind.TEAM,)), replace(first, status=KeyStatus.NEXT),
        replace(first, expires_at=first.expires_at + DAY),
    ):  # fmt: skip
        assert problem_of(trust, replace(later, keys=(changed, *others))) == "taken_back"
    assert problem_of(trust, replace(later, keys=tuple(others))) == "taken_back"
    assert problem_of(trust, replace(later, issuer="XX")) == "wrong_issuer"
    assert problem_of(trust, trust) == "lower_sequence"


def test_a_key_leaves_the_list_when_its_last_code_has_ended(office: Office) -> None:
    trust = office.keys.trust
    assert len(renewed(trust, now=NOW + LASTS).keys) == len(trust.keys)
    after = renewed(trust, now=NOW + LASTS + CEREMONY)
    assert not after.keys
    assert problem_of(trust, after, at=LASTS + CEREMONY) is None
    assert len(said(trust, after)) == 1 + len(trust.keys)


def test_whoever_holds_the_root_key_is_told_what_is_asked_before_it_is_signed(office: Office, folder: Path) -> None:
    root = root_of(office.root_key)
    after = with_next(office.keys.trust, Kind.PERSON, new_key().public_key(), now=NOW, ahead=AHEAD + CEREMONY)
    text, changes = sign_request(make_request(office.keys.trust_text, after), root=root, now=NOW)
    assert open_trust(text, root=root.public_key(), now=NOW) == after
    assert any("new: person key" in line and "2026-08-02" in line for line in changes)


def test_a_request_of_another_office_or_of_another_kind_is_not_signed(office: Office) -> None:
    asking = make_request(office.keys.trust_text, renewed(office.keys.trust, now=NOW))
    with pytest.raises(ChangeRefused) as refused:
        sign_request(asking, root=new_key(), now=NOW)
    assert refused.value.problem is KeyProblem.WRONG_ROOT
    held = json.loads(asking)
    for text in ("", "[]", "{}", "null", "[" * 3000, "x" * 2_000_000, json.dumps(held | {"mashang": "outbox 1"}), json.dumps(held | {"asked": {}})):
        with pytest.raises(ChangeRefused) as refused:
            open_request(text, root=office.keys.root)
        assert refused.value.problem is KeyProblem.NOT_A_REQUEST


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (lambda trust: replace(trust, sequence=0), "lower_sequence"), (lambda trust: replace(trust, sequence=1, valid_until=NOW), "same_sequence"),
        (lambda trust: replace(trust, issued_at=NOW + timedelta(hours=1)), "from_the_future"), (lambda trust: replace(trust, issuer="XX"), "wrong_issuer"),
    ],
)  # fmt: skip
def test_a_list_that_must_not_be_used_leaves_the_one_in_use(office: Office, folder: Path, spoil: object, problem: str) -> None:
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    text = seal_trust(spoil(renewed(office.keys.trust, now=NOW)), root=root_of(office.root_key))  # type: ignore[operator]
    with pytest.raises(ListRefused) as refused:
        install(folder, text, now=NOW)
    assert refused.value.problem == problem
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_a_list_that_somebody_else_signed_or_changed_is_refused(office: Office, folder: Path) -> None:
    good = seal_trust(renewed(office.keys.trust, now=NOW), root=root_of(office.root_key))
    for text, problem in ((seal_trust(renewed(office.keys.trust, now=NOW), root=new_key()), "bad_signature"), (good[:-9], "malformed"), ("", "malformed")):
        with pytest.raises(ListRefused) as refused:
            install(folder, text, now=NOW)
        assert refused.value.problem == problem
    assert Keyring.load(folder).trust.sequence == 1


def test_a_list_whose_private_key_is_not_here_is_refused_before_anything_changes(office: Office, folder: Path) -> None:
    after = with_next(office.keys.trust, Kind.PERSON, new_key().public_key(), now=NOW, ahead=AHEAD)
    with pytest.raises(KeysMissing):
        install(folder, seal_trust(after, root=root_of(office.root_key)), now=NOW)
    assert Keyring.load(folder).trust == office.keys.trust


def test_installing_twice_changes_nothing_and_a_key_is_never_written_over(office: Office, folder: Path) -> None:
    text = seal_trust(renewed(office.keys.trust, now=NOW), root=root_of(office.root_key))
    assert install(folder, text, now=NOW)
    assert install(folder, text, now=NOW) == []
    with pytest.raises(FileExistsError):
        write_new(folder / "status.pem", b"another")
    assert (folder / "trust.json").stat().st_mode & 0o777 == 0o600


def test_a_new_status_key_signs_the_list_of_revoked_codes_from_the_same_moment(office: Office, folder: Path) -> None:
    root = root_of(office.root_key)
    gone = RevokedList.of([b"0123456789"], issuer="LS", sequence=7, issued_at=NOW)
    assert keep_revoked(folder, seal_revoked(gone, key=office.keys.status_key), now=NOW)
    after = renewed(office.keys.trust, now=NOW, status_key=make_status_key(folder))
    assert "new: the status key" in install(folder, seal_trust(after, root=root), now=NOW)
    held = Keyring.load(folder)
    assert b"0123456789" in held.revoked
    assert held.revoked.sequence > 7
    assert held.status_key.public_key() == after.status_key


def test_an_older_list_of_revoked_codes_never_takes_the_place_of_a_newer_one(office: Office, folder: Path) -> None:
    newer, older = (RevokedList.of([], issuer="LS", sequence=number, issued_at=NOW) for number in (9, 8))
    assert keep_revoked(folder, seal_revoked(newer, key=office.keys.status_key), now=NOW)
    assert not keep_revoked(folder, seal_revoked(older, key=office.keys.status_key), now=NOW)
    with pytest.raises(ListRefused):
        keep_revoked(folder, seal_revoked(newer, key=new_key()), now=NOW)
    assert Keyring.load(folder).revoked.sequence == 9


def test_a_stick_without_a_root_key_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(KeysDamaged):
        root_of(tmp_path / "nothing.pem")
    write_new(tmp_path / "root.pem", private_pem(new_key()))
    with pytest.raises(KeysExist):
        generate(tmp_path / "keys", issuer="LS", now=NOW, root_key=tmp_path / "root.pem")
