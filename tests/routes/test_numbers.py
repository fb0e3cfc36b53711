"""The numbers page, its files and its paper: what is counted is what is shown, and nothing else is read."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
import sqlalchemy as sa

from kiosk.db import db
from kiosk.demonstration import history
from kiosk.domain.numbers import Domicile, Measure
from kiosk.domain.roles import Role
from kiosk.models.numbers import DailyCount
from kiosk.models.visit import VisitEnd
from kiosk.routes.charts import Chart, Series, columns
from kiosk.routes.charts import lines as lines_of
from kiosk.services import audit, numbers
from kiosk.services.numbers_report import MADE_UP
from tests.officers import an_office, token
from tests.spreadsheet import lines, sheets

PAGE = "/petugas/angka"
NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


def _office(folder, **settings):
    office = an_office(folder, **settings)
    office.clock.set_now(NOW)
    office.officer("rina", role=Role.SUPERVISOR)
    return office


def _count(office, *counts):
    """Count (measure, label, how often, day) at this terminal."""
    with office.app.app_context(), audit.verb(office.kiosk) as session:
        for measure, label, number, day in counts:
            for _ in range(number):
                numbers.count(office.kiosk, session, measure, label, 3.0, day=day)


@pytest.fixture
def office(tmp_path):
    """An office that has counted nothing."""
    return _office(tmp_path)


@pytest.fixture
def page(office):
    return office.signed_in()


@pytest.fixture(scope="module", autouse=True)
def _few_visits():
    """A made-up year of a quiet office: the same days, a fifth of the work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "ON_A_WORKING_DAY", 9)
        yield


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    """An office with a made-up year and a target; the module only reads it."""
    office = _office(tmp_path_factory.mktemp("year"), target_base=41_000)
    with office.app.app_context():
        assert history.fill(office.kiosk)
    return office


@pytest.fixture(scope="module")
def reader(year):
    return year.signed_in()


def _sum(office, first, last, measure, label):
    with office.app.app_context():
        found = db.session.scalar(
            sa.select(sa.func.sum(DailyCount.count)).where(
                DailyCount.day.between(first, last),
                DailyCount.measure == measure,
                DailyCount.label == label,
            )
        )
        db.session.rollback()
    return found


def _pictures(text):
    return [
        ElementTree.fromstring(svg) for svg in re.findall(r'<svg class="chart".*?</svg>', text, re.DOTALL)
    ]


def test_a_new_office_is_told_what_will_stand_here_and_how_to_set_its_target(page):
    answer = page.get(PAGE)
    assert answer.status_code == 200
    assert "Angka pertama muncul setelah kunjungan pertama selesai" in answer.text
    assert "KIOSK_TARGET_BASE" in answer.text
    assert _pictures(answer.text) == []
    assert "karangan" not in answer.text


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        ("hari", date(2026, 11, 19), date(2026, 11, 19)),
        ("bulan", date(2026, 11, 1), date(2026, 11, 30)),
        ("tahun", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_the_page_shows_what_was_counted(year, reader, span, first, last):
    text = reader.get(f"{PAGE}?periode={span}&pada=2026-11-19").text
    activated = _sum(year, first, last, Measure.OUTCOME, VisitEnd.ACTIVATED)
    local = _sum(year, first, last, Measure.DOMICILE, Domicile.LOCAL)
    written = f"{activated:,}".replace(",", ".")
    assert f'<strong class="value">{written}</strong>' in text
    assert f"{local:,} warga sendiri".replace(",", ".") in text
    assert "Angka karangan." in text
    assert not re.search(r"<[^>]+\sstyle=", text)


@pytest.mark.parametrize(("span", "pictures"), [("hari", 2), ("bulan", 2), ("tahun", 3)])
def test_every_chart_has_a_name_a_description_and_its_numbers_in_a_table(reader, span, pictures):
    text = reader.get(f"{PAGE}?periode={span}").text
    found = _pictures(text)
    assert len(found) == pictures
    for picture in found:
        assert picture.get("role") == "img"
        title, description = picture[0], picture[1]
        assert picture.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
        assert title.text
        assert description.text
        for shape in picture.iter("rect"):
            assert float(shape.get("y")) >= 0
            assert float(shape.get("height")) > 0
    assert text.count('<table class="over-time">') == 1


def test_a_text_in_a_chart_is_only_a_text():
    nasty = '<b onclick="x">&'
    chart = Chart("c", nasty, nasty, [nasty], [Series(nasty, "c-first", [3])])
    for drawn in (columns(chart), lines_of(chart)):
        picture = ElementTree.fromstring(drawn)
        assert [one.tag for one in picture.iter() if one.tag == "b"] == []
        assert [one.text for one in picture if one.tag in ("title", "desc")] == [nasty, nasty]
        assert f"{nasty}\n{nasty}: 3" in [one.text for one in picture.iter("title")]


def test_the_target_is_told_in_words_with_the_pace_it_needs(year, reader):
    done = _sum(year, date(2026, 1, 1), TODAY, Measure.DOMICILE, Domicile.LOCAL)
    text = " ".join(re.sub("<[^>]+>", "", reader.get(PAGE).text).split())
    assert f"{done:,} dari 10,250 tercapai".replace(",", ".") in text
    needed = f"{(10_250 - done) / 29:.1f}".replace(".", ",")
    assert f"dalam 29 hari kerja: perlu {needed} tiap hari kerja." in text
    assert "hari libur nasional tidak diketahui" in text


def test_a_past_month_is_judged_as_it_stood_then(year, reader):
    done = _sum(year, date(2026, 1, 1), date(2026, 3, 31), Measure.DOMICILE, Domicile.LOCAL)
    text = " ".join(re.sub("<[^>]+>", "", reader.get(f"{PAGE}?periode=bulan&pada=2026-03-10").text).split())
    assert f"{done:,} dari 10,250 tercapai".replace(",", ".") in text
    assert "Per 31 Maret 2026" in text


def test_another_year_than_the_target_s_has_none(reader):
    assert "target-title" not in reader.get(f"{PAGE}?periode=bulan&pada=2025-12-05").text


@pytest.mark.parametrize(
    "query",
    [
        "periode=minggu",
        "pada=kemarin",
        "pada=2026-11-21",
        "pada=2026-02-30",
        "pada=1999-01-01",
        "pada=0001-01-01&periode=tahun",
        "pada=9999-12-31&periode=tahun",
    ],
)
def test_a_period_that_is_none_is_not_found(reader, query):
    assert reader.get(f"{PAGE}?{query}").status_code == 404
    assert reader.get(f"{PAGE}/unduh.csv?{query}").status_code == 404


def test_one_can_go_back_to_the_first_day_and_no_further_and_never_into_the_future(reader):
    assert "Sebelumnya" not in reader.get(f"{PAGE}?periode=tahun&pada=2025-12-01").text
    now = reader.get(f"{PAGE}?periode=bulan").text
    assert "pada=2026-10-31" in now
    assert "Berikutnya" not in now
    assert "Sekarang" not in now
    assert "Berikutnya" in reader.get(f"{PAGE}?periode=bulan&pada=2026-10-31").text


def test_small_groups_cannot_be_read_on_the_page(office, page):
    _count(
        office,
        (Measure.OUTCOME, "activated", 3, TODAY),
        (Measure.FAIRNESS, "f 65+/outcome/ticket", 4, TODAY),
        (Measure.FAIRNESS, "f 65+/reason/face_uncertain", 4, TODAY),
        (Measure.FAIRNESS, "m 25-34/outcome/activated", 40, TODAY),
    )
    text = page.get(f"{PAGE}?periode=bulan").text
    fair = text[text.index('id="fair-title"') :]
    assert "&lt;10" in fair
    assert not re.search(r'<td class="number">[1-9]</td>', fair)
    assert "fair-title" in page.get(PAGE).text
    assert "&lt;10" not in page.get(PAGE).text, "a single day shows no groups at all"


def test_the_page_reads_counts_and_never_visits(office, page):
    _count(office, (Measure.OUTCOME, "activated", 3, TODAY))
    asked = []
    with office.app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    for span in ("hari", "bulan", "tahun"):
        assert page.get(f"{PAGE}?periode={span}").status_code == 200
    tables = {
        name for statement in asked for name in re.findall(r"(?:FROM|JOIN|UPDATE|INTO) (\w+)", statement)
    }
    assert tables & {"daily_count", "monthly_count"}
    assert tables <= {"daily_count", "monthly_count", "officer", "officer_session"}


@pytest.mark.parametrize("measures", [list(Measure), [Measure.DOMICILE]])
def test_a_question_finds_its_rows_by_the_key(office, measures):
    """Without it a year would be found by reading all years."""
    question = sa.select(DailyCount.label).where(
        DailyCount.measure.in_(measures), DailyCount.day.between(TODAY, TODAY)
    )
    with office.app.app_context(), db.engine.connect() as connection:
        sql = question.compile(db.engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
    assert plan
    assert all(step.startswith("SEARCH daily_count") and "measure=? AND day>?" in step for step in plan)


# Files


def _csv(client, query=""):
    answer = client.get(f"{PAGE}/unduh.csv?{query}")
    assert answer.status_code == 200
    return answer, lines(answer.data)


def _xlsx(client, query=""):
    answer = client.get(f"{PAGE}/unduh.xlsx?{query}")
    assert answer.status_code == 200
    with answer:
        return answer, sheets(answer.data)


def test_an_export_of_nothing_is_a_file_with_its_heads(office, page):
    answer, rows = _csv(page)
    assert rows == [
        ["Tanggal", "Anjungan", "Ukuran", "Butir", "Jumlah", "Total", "Kode ukuran", "Kode butir"]
    ]
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=angka-ikd-2026-11-20-2026-11-20.csv"
    )
    assert answer.headers["Cache-Control"] == "no-store"
    answer, cells = _xlsx(page)
    assert cells["Angka harian"] == rows
    assert ["Periode", "Jumat, 20 November 2026"] in cells["Keterangan"]
    assert answer.headers["Content-Disposition"].endswith("2026-11-20.xlsx")
    assert answer.headers["Cache-Control"] == "no-store"
    entries = [entry for entry in office.audited() if entry[0] == "numbers.exported"]
    assert len(entries) == 2
    assert json.loads(entries[0][2]) == {
        "officer": 1, "first": "2026-11-20", "last": "2026-11-20", "form": "csv",
    }  # fmt: skip


def test_a_file_holds_every_count_of_its_days_but_the_groups(year, reader):
    with year.app.app_context():
        kept = db.session.execute(
            sa.select(DailyCount.day, DailyCount.label, DailyCount.count, DailyCount.total)
            .where(DailyCount.measure != Measure.FAIRNESS, DailyCount.day >= date(2026, 1, 1))
            .order_by(DailyCount.day, DailyCount.terminal, DailyCount.measure, DailyCount.label)
        ).all()
        db.session.rollback()
    _answer, rows = _csv(reader, "periode=tahun")
    assert len(kept) > 3000
    assert [(row[0], row[7], int(row[4]), float(row[5].replace(",", "."))) for row in rows[1:]] == [
        (day.isoformat(), label, number, total) for day, label, number, total in kept
    ]
    assert not [row for row in rows if "f 25-34" in row[7]]

    _answer, cells = _xlsx(reader, "periode=bulan&pada=2026-07-15")
    found = [(row[0].date(), row[7], row[4], row[5]) for row in cells["Angka harian"][1:]]
    assert found == [tuple(row) for row in kept if (row.day.year, row.day.month) == (2026, 7)]
    assert (found[0][0], found[-1][0]) == (date(2026, 7, 1), date(2026, 7, 31))


def test_a_counter_s_name_never_becomes_a_formula(office, page):
    name = '=HYPERLINK("http://evil.example")'
    _count(office, (Measure.SERVED, name, 1, TODAY))
    _answer, rows = _csv(page)
    assert rows[1][3] == rows[1][7] == f"'{name}"
    _answer, cells = _xlsx(page)
    assert cells["Angka harian"][1][7] == name


def test_there_are_no_other_files(page):
    assert page.get(f"{PAGE}/unduh.pdf").status_code == 404


# Paper


def _report(office, client, day="2026-11-20"):
    form = {"csrf_token": token(client.get(PAGE).text), "pada": day}
    return client.post(f"{PAGE}/laporan", data=form)


def test_the_day_s_report_comes_out_and_is_written_down(office, page):
    _count(office, (Measure.OUTCOME, "activated", 7, TODAY))
    office.kiosk.devices.printer.controls.seconds_per_sheet = 0.0
    answer = _report(office, page)
    assert answer.status_code == 303
    assert "sudah tercetak" in page.get(answer.headers["Location"]).text
    (sheet,) = office.kiosk.devices.printer.sheets
    assert (sheet.job_id, sheet.unknown) == ("report", ())
    assert [entry[0] for entry in office.audited()].count("paper.printed") == 1


def test_a_printer_that_cannot_is_told(office, page):
    office.kiosk.devices.printer.controls.paper_out = True
    answer = _report(office, page)
    assert "Laporan belum tercetak" in page.get(answer.headers["Location"]).text
    assert office.kiosk.devices.printer.sheets == ()


def test_a_day_to_come_has_no_report(office, page):
    assert _report(office, page, "2026-11-21").status_code == 404
    assert office.kiosk.devices.printer.sheets == ()


# The demonstration's year


def test_the_made_up_year_is_the_same_each_time_announced_and_taken_away_alone(office, page, monkeypatch):
    monkeypatch.setattr(history, "DAYS", 30)
    _count(office, (Measure.OUTCOME, "activated", 2, TODAY))
    with office.app.app_context():
        assert history.fill(office.kiosk)
        first = db.session.execute(
            sa.select(DailyCount).order_by(*DailyCount.__table__.primary_key)
        ).scalars()
        shown = [(row.day, row.label, row.count, row.total) for row in first]
        db.session.rollback()
        assert not history.fill(office.kiosk), "twice would be double"
        history.clear()
        assert not history.is_filled()
        assert history.fill(office.kiosk)
        again = db.session.execute(
            sa.select(DailyCount).order_by(*DailyCount.__table__.primary_key)
        ).scalars()
        assert [(row.day, row.label, row.count, row.total) for row in again] == shown
        db.session.rollback()
    assert "Angka karangan." in page.get(f"{PAGE}?periode=bulan").text
    with office.app.app_context():
        history.clear()
        left = db.session.scalars(sa.select(DailyCount)).all()
        assert [(row.terminal, row.label) for row in left] == [("A1", "activated")]
        assert MADE_UP not in {row.terminal for row in left}
        db.session.rollback()
    assert "Angka karangan." not in page.get(f"{PAGE}?periode=bulan").text


def test_the_simulator_s_button_makes_the_year_up_and_takes_it_away(office, monkeypatch):
    monkeypatch.setattr(history, "DAYS", 30)
    client = office.app.test_client()
    shown = client.get("/simulator/angka").text
    for wanted, said in (("filled", "sudah ada"), ("empty", "Karang setahun angka")):
        form = {"csrf_token": token(shown), "wanted": wanted}
        assert client.post("/simulator/angka", data=form).status_code == 303
        shown = client.get("/simulator/angka").text
        assert said in shown
    bad = {"csrf_token": token(shown), "wanted": "more"}
    assert client.post("/simulator/angka", data=bad).status_code == 422
