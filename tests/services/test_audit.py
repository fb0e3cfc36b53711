"""The audit chain: whatever somebody does to its rows or to the file with its head shows."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from kiosk.domain.audit import GENESIS, Action, ChainFault, Fault, chained
from kiosk.domain.visit import Event, NotPossible, Step, follow
from kiosk.services import audit, audit_check, audit_head, consent, visit
from kiosk.services.audit_head import HEAD_FILE
from tests.fixed_clock import FixedClock
from tests.support import make_app, opened, the_kiosk

SOURCE = "terminal:A1"
COLUMNS = ("source", "seq", "at", "action", "subject", "detail", "hash")


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """A folder with eight entries: a visit begins, goes on, and ends; another goes on."""
    folder, clock = tmp_path_factory.mktemp("written"), FixedClock()
    app = make_app(folder, clock=clock)
    with opened(app) as kiosk:
        first = visit.start(kiosk, "id")
        clock.advance(3.5)
        visit.move(kiosk, first.id, Step.CHOICE, Event.HAS_APP)
        consent.give(kiosk, first.id, Step.CONSENT)
        visit.leave(kiosk, first.id)
        second = visit.start(kiosk, "en")
        visit.move(kiosk, second.id, Step.CHOICE, Event.NEEDS_APP)
    assert _verified(app) == []
    assert len(_rows(folder)) == 8
    return folder


@pytest.fixture
def app(written, tmp_path):
    """A kiosk on a copy of that folder."""
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    return make_app(tmp_path, clock=FixedClock())


def _verified(app) -> list[Fault]:
    with opened(app) as kiosk:
        return list(audit_check.verify(kiosk).faults)


def _rows(folder: Path) -> list[tuple]:
    with sqlite3.connect(folder / "kiosk.db") as connection:
        found = connection.execute(f"SELECT {','.join(COLUMNS)} FROM audit_entry ORDER BY seq").fetchall()
    connection.close()
    return found


def _tamper(folder: Path, *statements: str) -> None:
    """Do what somebody with the database's file can do."""
    with sqlite3.connect(folder / "kiosk.db") as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0
    connection.close()


@pytest.mark.parametrize("seq", [1, 4, 8])
@pytest.mark.parametrize(
    "change",
    [
        "action = 'case.decided'",
        "action = 'no such action'",
        "subject = 'somebody else'",
        "at = '2026-11-02 01:00:00.000000'",
        """detail = '{"more": 1}'""",
        f"hash = '{GENESIS}'",
    ],
)
def test_any_changed_row_shows(app, tmp_path, seq, change):
    _tamper(tmp_path, f"UPDATE audit_entry SET {change} WHERE seq = {seq}")
    assert _verified(app)[0] == Fault(SOURCE, seq, ChainFault.CHANGED)


def test_a_row_rewritten_with_its_right_hash_shows_at_the_next_one(app, tmp_path):
    source, seq, at, action, subject, detail, _ = _rows(tmp_path)[3]
    before = _rows(tmp_path)[2][-1]
    forged = chained(
        before,
        source=source,
        seq=seq,
        at=f"{at.replace(' ', 'T').removesuffix('.000000')}+00:00",
        action=action,
        subject="forged",
        detail=json.loads(detail),
    )
    assert subject != "forged"
    _tamper(tmp_path, f"UPDATE audit_entry SET subject = 'forged', hash = '{forged}' WHERE seq = {seq}")
    assert ChainFault.CHANGED in {fault.kind for fault in _verified(app) if fault.seq in (seq, seq + 1)}


def test_a_chain_rewritten_to_its_end_shows_in_the_head_file(app, tmp_path):
    """Everything in the database is consistent again; only the file under another key tells."""
    statements, previous = [], GENESIS
    for source, seq, at, action, subject, detail, _ in _rows(tmp_path):
        moment = f"{at.replace(' ', 'T').removesuffix('.000000')}+00:00"
        new = "forged" if seq == 2 else subject
        previous = chained(
            previous,
            source=source,
            seq=seq,
            at=moment,
            action=action,
            subject=new,
            detail=json.loads(detail),
        )
        statements.append(f"UPDATE audit_entry SET subject='{new}', hash='{previous}' WHERE seq={seq}")
    _tamper(tmp_path, *statements)
    faults = _verified(app)
    assert faults
    assert {fault.kind for fault in faults} == {ChainFault.CHANGED}
    (tmp_path / HEAD_FILE).unlink()
    assert {fault.kind for fault in _verified(app)} == {ChainFault.HEAD_MISSING}


@pytest.mark.parametrize("cut", [1, 3, 7])
def test_rows_cut_off_the_end_show(app, tmp_path, cut):
    _tamper(tmp_path, f"DELETE FROM audit_entry WHERE seq > {8 - cut}")
    assert _verified(app) == [Fault(SOURCE, 9 - cut, ChainFault.TAIL_MISSING)]


def test_an_emptied_chain_shows(app, tmp_path):
    _tamper(tmp_path, "DELETE FROM audit_entry")
    assert _verified(app) == [Fault(SOURCE, 1, ChainFault.TAIL_MISSING)]


@pytest.mark.parametrize("seq", [1, 4])
def test_a_row_taken_out_of_the_middle_shows_as_a_gap(app, tmp_path, seq):
    _tamper(tmp_path, f"DELETE FROM audit_entry WHERE seq = {seq}")
    assert Fault(SOURCE, seq, ChainFault.GAP) in _verified(app)


def test_a_gap_closed_by_renumbering_shows(app, tmp_path):
    _tamper(
        tmp_path,
        "DELETE FROM audit_entry WHERE seq = 4",
        "UPDATE audit_entry SET seq = -seq WHERE seq > 4",
        "UPDATE audit_entry SET seq = -seq - 1 WHERE seq < 0",
    )
    assert _verified(app)[0] == Fault(SOURCE, 4, ChainFault.CHANGED)


def test_two_rows_that_changed_places_show(app, tmp_path):
    _tamper(
        tmp_path,
        "UPDATE audit_entry SET seq = -1 WHERE seq = 3",
        "UPDATE audit_entry SET seq = 3 WHERE seq = 6",
        "UPDATE audit_entry SET seq = 6 WHERE seq = -1",
    )
    assert {Fault(SOURCE, 3, ChainFault.CHANGED), Fault(SOURCE, 6, ChainFault.CHANGED)} <= set(_verified(app))


def test_a_row_that_somebody_added_shows(app, tmp_path):
    _tamper(
        tmp_path,
        "INSERT INTO audit_entry SELECT source, 9, at, action, subject, detail, hash "
        "FROM audit_entry WHERE seq = 8",
    )
    assert Fault(SOURCE, 9, ChainFault.CHANGED) in _verified(app)


def test_a_detail_that_is_no_json_is_a_fault_and_no_crash(app, tmp_path):
    _tamper(tmp_path, "UPDATE audit_entry SET detail = 'x' WHERE seq = 2")
    assert Fault(SOURCE, 2, ChainFault.CHANGED) in _verified(app)


def test_a_missing_head_file_shows(app, tmp_path):
    (tmp_path / HEAD_FILE).unlink()
    assert _verified(app) == [Fault(SOURCE, 0, ChainFault.HEAD_MISSING)]


def test_an_emptied_head_file_shows(app, tmp_path):
    (tmp_path / HEAD_FILE).write_text("")
    assert _verified(app) == [Fault(SOURCE, 0, ChainFault.HEAD_MISSING)]


def test_the_head_file_and_the_end_of_the_chain_cannot_both_be_taken_away(app, tmp_path):
    (tmp_path / HEAD_FILE).unlink()
    _tamper(tmp_path, "DELETE FROM audit_entry WHERE seq > 5")
    assert _verified(app) == [Fault(SOURCE, 0, ChainFault.HEAD_MISSING)]


@pytest.mark.parametrize(
    "forge",
    [
        lambda line: line.replace(" 8 ", " 7 "),
        lambda line: line[:-1] + ("0" if line[-1] != "0" else "1"),
        lambda line: line.rpartition(" ")[0],
        lambda line: line[:40],
        lambda line: line.replace("A1", "A9"),
        lambda line: "garbage",
        lambda line: "a b c d e f",
        lambda line: "é\udcff",
    ],
    ids=["seq", "mac", "no mac", "torn", "source", "garbage", "words", "not ascii"],
)
def test_a_forged_head_shows(app, tmp_path, forge):
    path = tmp_path / HEAD_FILE
    lines = path.read_text("ascii").splitlines()
    lines[-1] = forge(lines[-1])
    path.write_bytes("\n".join(lines).encode("utf-8", "surrogateescape"))
    assert ChainFault.HEAD_FORGED in {fault.kind for fault in _verified(app)}


def test_a_head_made_with_another_key_is_forged(app, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    with opened(make_app(other, clock=FixedClock())) as kiosk:
        visit.start(kiosk, "id")
    (tmp_path / HEAD_FILE).write_text((other / HEAD_FILE).read_text())
    assert ChainFault.HEAD_FORGED in {fault.kind for fault in _verified(app)}


def test_each_terminal_has_its_own_chain(app, tmp_path):
    with opened(make_app(tmp_path, clock=FixedClock(), terminal="B2")) as kiosk:
        visit.start(kiosk, "id")
        assert audit_check.verify(kiosk).faults == ()
    _tamper(tmp_path, "UPDATE audit_entry SET subject = 'x' WHERE source = 'terminal:B2'")
    assert _verified(app) == [Fault("terminal:B2", 1, ChainFault.CHANGED)]


@pytest.mark.parametrize("kept", [1, 3])
def test_a_head_file_whose_end_was_cut_off_shows(app, tmp_path, kept):
    path = tmp_path / HEAD_FILE
    lines = path.read_text("ascii").splitlines(keepends=True)
    path.write_text("".join(lines[:kept]))
    behind = int(lines[kept - 1].split(" ")[1]) + 1
    assert _verified(app) == [Fault(SOURCE, behind, ChainFault.HEAD_BEHIND)]


def test_a_cut_head_file_is_written_down_before_the_next_head_hides_it(app, tmp_path):
    path = tmp_path / HEAD_FILE
    lines = path.read_text("ascii").splitlines(keepends=True)
    path.write_text("".join(lines[:2]))
    with opened(app) as kiosk:
        assert audit.catch_up(kiosk) == 6
        assert audit.catch_up(kiosk) == 0
    assert _rows(tmp_path)[-1][3:6] == ("audit.head_behind", "A1", '{"missing":6}')
    assert _verified(app) == []


def test_nothing_is_written_down_while_every_commit_has_its_head(app, tmp_path):
    with opened(app) as kiosk:
        assert audit.catch_up(kiosk) == 0
    assert len(_rows(tmp_path)) == 8


def test_heads_out_of_order_as_two_threads_write_them_are_no_fault(app, tmp_path):
    path = tmp_path / HEAD_FILE
    lines = path.read_text("ascii").splitlines()
    path.write_text("\n".join([*lines[1:4], lines[0], *reversed(lines[4:])]) + "\n")
    assert _verified(app) == []


def test_an_old_head_put_behind_forged_ones_does_not_hide_them(app, tmp_path):
    """The furthest line counts, not the one that stands last."""
    path = tmp_path / HEAD_FILE
    lines = path.read_text("ascii").splitlines()
    forged = [f"{line.rpartition(' ')[0]} {'0' * 64}" for line in lines[2:]]
    path.write_text("\n".join([*lines[:2], *forged, lines[1]]) + "\n")
    assert Fault(SOURCE, 0, ChainFault.HEAD_FORGED) in _verified(app)


@pytest.mark.parametrize(
    "change",
    [
        "detail = replace(detail, ':', ':  ')",
        """detail = '{"language":"xx","language":"id"}'""",
        "at = replace(at, ' ', 'T')",
        "at = substr(at, 1, 19)",
        "at = CAST(at AS BLOB)",
        "subject = CAST(X'ff' AS TEXT)",
        "action = CAST(X'ff41' AS TEXT)",
        "subject = 17",
        "seq = 'eins'",
        "seq = 1.5",
    ],
)
def test_what_only_a_lenient_reader_would_call_the_same_shows(app, tmp_path, change):
    _tamper(tmp_path, f"UPDATE audit_entry SET {change} WHERE seq = 1")
    assert {fault.kind for fault in _verified(app)} & {ChainFault.CHANGED, ChainFault.GAP}


def test_text_moved_across_the_border_of_two_fields_shows(app, tmp_path):
    """The text that is hashed stays the same to the byte; what a reader of the row is told does not."""
    with opened(app) as kiosk, audit.verb(kiosk) as session:
        audit.record(kiosk, session, Action.CASE_SEEN, "v", case="c", officer=3)
    (*_, action, subject, detail, _hash) = _rows(tmp_path)[-1]
    assert (action, subject, detail) == ("case.seen", "v", '{"case":"c","officer":3}')
    _tamper(
        tmp_path,
        "UPDATE audit_entry SET action = 'case.seen\",\"v\",{\"case', subject = 'x' WHERE seq = 9",
    )
    assert Fault(SOURCE, 9, ChainFault.CHANGED) in _verified(app)
    moved = """subject = 'v",{"case":"c', detail = '"officer":3}'"""
    _tamper(tmp_path, f"UPDATE audit_entry SET action = 'case.seen', {moved} WHERE seq = 9")
    assert Fault(SOURCE, 9, ChainFault.CHANGED) in _verified(app)


def test_a_chain_written_before_the_panel_still_verifies(app, tmp_path):
    """Details had spaces then; the hash is of the canonical form, so nothing is rewritten."""
    _tamper(
        tmp_path,
        """UPDATE audit_entry SET detail = replace(replace(detail, '":', '": '), ',"', ', "')""",
    )
    assert '": "' in _rows(tmp_path)[0][5]
    assert _verified(app) == []


def test_of_a_rewritten_chain_a_hundred_faults_are_told_and_the_rest_counted(app, tmp_path, monkeypatch):
    monkeypatch.setattr(audit_check, "FAULTS_KEPT", 3)
    _tamper(tmp_path, f"UPDATE audit_entry SET hash = '{GENESIS}'")
    with opened(app) as kiosk:
        checked = audit_check.verify(kiosk)
    assert len(checked.faults) == 3
    assert checked.more >= 5


def test_batches_and_blocks_smaller_than_the_chain_give_the_same_answer(app, tmp_path, monkeypatch):
    monkeypatch.setattr(audit_check, "BATCH", 3)
    monkeypatch.setattr(audit_check, "WAITING_HEADS", 1)
    monkeypatch.setattr(audit_head, "BLOCK", 200)
    seen: list[tuple[int, int]] = []
    with opened(app) as kiosk:
        checked = audit_check.verify(kiosk, lambda done, total: seen.append((done, total)))
        assert audit_head.newest(kiosk, SOURCE) == checked.heads[0] == audit.newest_head(kiosk)
    assert (checked.faults, checked.entries, seen) == ((), 8, [(3, 8), (6, 8), (8, 8)])
    _tamper(tmp_path, "DELETE FROM audit_entry WHERE seq > 6")
    assert _verified(app) == [Fault(SOURCE, 7, ChainFault.TAIL_MISSING)]


def test_a_full_disk_at_the_head_file_does_not_break_the_verb(app, tmp_path, caplog):
    path = tmp_path / HEAD_FILE
    kept = path.read_bytes()
    path.unlink()
    path.symlink_to("/dev/full")
    with opened(app) as kiosk:
        started = visit.start(kiosk, "id")
        assert visit.find(kiosk, started.id) is not None
    assert "audit head not written: No space left on device" in caplog.text
    path.unlink()
    path.write_bytes(kept)
    assert _verified(app) == [Fault(SOURCE, 9, ChainFault.HEAD_BEHIND)]
    with opened(app) as kiosk:
        visit.start(kiosk, "id")
    assert _verified(app) == []


def _record_and_fail(kiosk):
    with audit.verb(kiosk) as session:
        audit.record(kiosk, session, Action.VISIT_ENDED, "v")
        follow(Step.NIK, Event.ACTIVATED)


def test_a_verb_that_fails_leaves_neither_entry_nor_head(app, tmp_path):
    before = (tmp_path / HEAD_FILE).read_bytes()
    with opened(app) as kiosk:
        with pytest.raises(NotPossible):
            _record_and_fail(kiosk)
        with audit.verb(kiosk):
            pass  # the next verb records nothing: no head of the failed one may be left over
    assert (tmp_path / HEAD_FILE).read_bytes() == before
    assert len(_rows(tmp_path)) == 8


def test_a_verb_with_several_entries_publishes_the_last(app, tmp_path):
    kiosk = the_kiosk(app)
    with opened(app), audit.verb(kiosk) as session:
        for count in range(3):
            audit.record(kiosk, session, Action.PURGED, "A1", values=count)
    last = (tmp_path / HEAD_FILE).read_text("ascii").splitlines()[-1]
    assert last.split(" ")[:2] == [SOURCE, "11"]
    assert _verified(app) == []
