"""What counts are called: measures, labels, groups; and how numbers, days and times are written.

Lazy, so that they are translated when they are rendered. A test compares every enum with its table.
"""

from __future__ import annotations

from datetime import date

from flask_babel import LazyString, format_date
from flask_babel import lazy_gettext as _

from kiosk import wording
from kiosk.domain.fairness import AGES, SEXES
from kiosk.domain.numbers import Domicile, Measure, Wait
from kiosk.domain.period import Period, Span
from kiosk.domain.reasons import ReferReason
from kiosk.domain.terminal_state import Readiness
from kiosk.domain.visit import Channel, Step
from kiosk.models.visit import VisitEnd

MEASURE: dict[Measure, LazyString] = {
    Measure.OUTCOME: _("Hasil kunjungan"),
    Measure.VISIT_SECONDS: _("Lama kunjungan"),
    Measure.DOMICILE: _("Asal warga yang diaktifkan"),
    Measure.CHANNEL: _("Tempat aktivasi"),
    Measure.STEP_SECONDS: _("Lama tiap langkah"),
    Measure.GAVE_UP: _("Langkah saat berhenti"),
    Measure.REFERRED: _("Alasan ke petugas"),
    Measure.SATISFACTION: _("Penilaian warga"),
    Measure.WAIT: _("Lama menunggu nomor dipanggil"),
    Measure.SERVED: _("Dilayani di loket"),
    Measure.UPTIME: _("Kesiapan anjungan"),
    Measure.FAIRNESS: _("Kelompok warga"),
}

OUTCOME: dict[VisitEnd, LazyString] = {
    VisitEnd.ACTIVATED: _("Aktif"),
    VisitEnd.TICKET: _("Ke petugas"),
    VisitEnd.TOO_YOUNG: _("Belum 17 tahun"),
    VisitEnd.INFORMED: _("Tanpa HP, diberi penjelasan"),
    VisitEnd.LEFT: _("Berhenti sendiri"),
    VisitEnd.IDLE: _("Ditinggalkan"),
}

DOMICILE: dict[Domicile, LazyString] = {
    Domicile.LOCAL: _("Warga sendiri"),
    Domicile.ELSEWHERE: _("Luar daerah"),
    Domicile.UNKNOWN: _("Asal tidak diketahui"),
}

CHANNEL: dict[Channel, LazyString] = {
    Channel.KIOSK: _("Di anjungan"),
    Channel.COUNTER: _("Di loket"),
}

STEP: dict[Step, LazyString] = {
    Step.CHOICE: _("Pilihan awal"),
    Step.GET_APP: _("Memasang aplikasi"),
    Step.WANTS_PERSON: _("Pilihan dilayani petugas"),
    Step.CONSENT: _("Persetujuan"),
    Step.NIK: _("Mengetik NIK"),
    Step.NIK_CHECK: _("Memeriksa NIK"),
    Step.UNDERAGE: _("Pertanyaan umur"),
    Step.NOT_YET_17: _("Belum 17 tahun"),
    Step.REGISTER_REFUSED: _("Data perlu diperiksa"),
    Step.EMAIL: _("Mengetik email"),
    Step.PHONE: _("Mengetik nomor HP"),
    Step.CONTACT_CHECK: _("Memeriksa kontak"),
    Step.FACE: _("Pencocokan wajah"),
    Step.FACE_AGAIN: _("Wajah perlu dicoba lagi"),
    Step.WAITING_FOR_OFFICER: _("Menunggu petugas"),
    Step.ALREADY_ACTIVE: _("Sudah aktif di HP lain"),
    Step.QR: _("Memindai QR dan kode email"),
    Step.EMAIL_FIX: _("Memperbaiki email"),
    Step.THANKS: _("Ucapan terima kasih"),
    Step.PAUSED: _("Dijeda, tidak dilanjutkan"),
    Step.TICKET: _("Nomor antrean"),
    Step.ENDED: _("Selesai"),
}
"""Short enough for a table; what somebody does there right now stands in `wording/terminal.py`."""

RATING: dict[str, LazyString] = {
    "4": _("Sangat baik"),
    "3": _("Baik"),
    "2": _("Kurang baik"),
    "1": _("Tidak baik"),
}
"""The words of Permen PANRB 14/2017 for answers and, in the same order, for grades A to D."""

GRADE: dict[str, LazyString] = dict(zip("ABCD", RATING.values(), strict=True))

WAIT: dict[Wait, LazyString] = {
    Wait.UNDER_5: _("di bawah 5 menit"),
    Wait.UNDER_10: _("5 sampai 10 menit"),
    Wait.UNDER_20: _("10 sampai 20 menit"),
    Wait.UNDER_40: _("20 sampai 40 menit"),
    Wait.LONGER: _("40 menit atau lebih"),
}

READINESS: dict[Readiness, LazyString] = {
    Readiness.READY: _("Siap melayani"),
    Readiness.NOT_READY: _("Ada alat terganggu"),
    Readiness.CLOSED: _("Ditutup petugas"),
}

SEX: dict[str, LazyString] = dict(zip(SEXES, (_("Perempuan"), _("Laki-laki")), strict=True))

AGE: dict[str, LazyString] = {
    AGES[0]: _("di bawah 17 tahun"),
    **{band: _("%(band)s tahun", band=band.replace("-", "–")) for band in AGES[1:-1]},
    AGES[-1]: _("65 tahun ke atas"),
}

_INDONESIAN = str.maketrans(",.", ".,")

SPAN: dict[Span, LazyString] = {
    Span.DAY: _("Hari"),
    Span.MONTH: _("Bulan"),
    Span.YEAR: _("Tahun"),
}


def reason(name: str) -> str:
    """A reason for handing over, as short as a table needs it."""
    return str(wording.officer_sentence(ReferReason(name))).partition(";")[0].rstrip(".")


def label(measure: Measure, name: str) -> str:
    """What a label means; a counter's name, or a label of an older version, stands for itself."""
    try:
        match measure:
            case Measure.OUTCOME | Measure.VISIT_SECONDS:
                return str(OUTCOME[VisitEnd(name)])
            case Measure.DOMICILE:
                return str(DOMICILE[Domicile(name)])
            case Measure.CHANNEL:
                return str(CHANNEL[Channel(name)])
            case Measure.STEP_SECONDS | Measure.GAVE_UP:
                return str(STEP[Step(name)])
            case Measure.REFERRED:
                return reason(name)
            case Measure.SATISFACTION:
                return str(RATING[name])
            case Measure.WAIT:
                return str(WAIT[Wait(name)])
            case Measure.UPTIME:
                return str(READINESS[Readiness(name)])
            case Measure.SERVED | Measure.FAIRNESS:
                return name
    except (KeyError, ValueError):
        return name


def number(value: float, decimals: int = 0) -> str:
    """Write a number the Indonesian way: `12.345` and `88,25`."""
    # Babel takes 50 µs for it, and a year's page writes 350 of them.
    return f"{value:,.{decimals}f}".translate(_INDONESIAN)


def share(value: float) -> str:
    """Write a share of 0 to 1 as per cent, with one decimal where it matters."""
    per_cent = value * 100
    return f"{number(per_cent, 1 if 0 < per_cent < 99.95 else 0)}%"


def duration(seconds: float) -> str:
    """Write a time as people say it: seconds, minutes and seconds, or hours and minutes."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    hours, over = divmod(minutes, 60)
    if hours:
        return str(_("%(hours)s jam %(minutes)s mnt", hours=number(hours), minutes=over))
    if minutes:
        return str(_("%(minutes)s mnt %(seconds)s dtk", minutes=minutes, seconds=rest))
    return str(_("%(seconds)s dtk", seconds=rest))


def day(at: date) -> str:
    """`Minggu, 22 November 2026`."""
    return str(format_date(at, "EEEE, d MMMM y"))


def short_day(at: date) -> str:
    """`22 November 2026`."""
    return str(format_date(at, "d MMMM y"))


def period(which: Period) -> str:
    """`Minggu, 22 November 2026`, `November 2026`, or `2026`."""
    match which.span:
        case Span.DAY:
            return day(which.first)
        case Span.MONTH:
            return str(format_date(which.first, "MMMM y"))
        case Span.YEAR:
            return str(format_date(which.first, "y"))
