"""The sentences of a case: reasons, likeness, contradictions, and why somebody may not decide."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.counter import LostRefusal
from kiosk.domain.nik import NikWarning, Sex
from kiosk.domain.review import Bar, Decision, DecisionReason, Likeness
from kiosk.models.case import CaseState
from kiosk.models.visit import AttemptState

DECISION: dict[Decision, tuple[LazyString, LazyString]] = {
    Decision.APPROVE: (_("Setujui"), _("Aktivasi dilanjutkan di anjungan.")),
    Decision.COUNTER: (_("Minta ke loket"), _("Dilanjutkan bersama petugas.")),
    Decision.REFUSE: (_("Tolak"), _("Tidak dilanjutkan.")),
}
"""What each decision is called, and what follows from it."""

REASON: dict[DecisionReason, LazyString] = {
    DecisionReason.SAME_PERSON: _("Orang yang sama"),
    DecisionReason.SAME_PERSON_OLD_PHOTO: _("Orang yang sama, foto lama"),
    DecisionReason.SAME_PERSON_DOCUMENTS: _("Orang yang sama, terbukti dari dokumen"),
    DecisionReason.OTHER_PERSON: _("Bukan orang yang sama"),
    DecisionReason.NOT_SURE: _("Belum yakin"),
    DecisionReason.PHOTO_UNUSABLE: _("Foto tidak dapat dinilai"),
    DecisionReason.PHONE_LOST: _("HP lama hilang"),
    DecisionReason.PHONE_STOLEN: _("HP lama dicuri"),
    DecisionReason.PHONE_BROKEN: _("HP lama rusak"),
    DecisionReason.PHONE_REPLACED: _("Ganti HP"),
    DecisionReason.PHONE_STILL_USED: _("HP lama masih dipakai"),
    DecisionReason.DATA_TO_CORRECT: _("Data perlu diperbaiki"),
    DecisionReason.DOCUMENTS_NEEDED: _("Dokumen asli perlu dilihat"),
    DecisionReason.NOT_ENTITLED: _("Belum berhak atas IKD"),
    DecisionReason.MISUSE: _("Diduga disalahgunakan"),
}

STATE: dict[CaseState, LazyString] = {
    CaseState.OPEN: _("menunggu keputusan"),
    CaseState.SECOND: _("menunggu petugas kedua"),
    CaseState.APPROVING: _("HP lama sedang dinonaktifkan"),
    CaseState.APPROVED: _("disetujui"),
    CaseState.REFUSED: _("ditolak"),
    CaseState.COUNTER: _("diminta ke loket"),
    CaseState.OVER: _("berakhir tanpa keputusan"),
}

LIKENESS: dict[Likeness, LazyString] = {
    Likeness.ALIKE: _("Mirip"),
    Likeness.NEARLY: _("Mirip, tetapi di bawah batas otomatis"),
    Likeness.DIFFERENT: _("Kurang mirip"),
    Likeness.VERY_DIFFERENT: _("Sangat berbeda"),
}

ATTEMPT: dict[AttemptState, LazyString] = {
    AttemptState.STARTED: _("Terputus sebelum selesai"),
    AttemptState.MATCH: _("Cocok"),
    AttemptState.UNCERTAIN: _("Meragukan"),
    AttemptState.NO_MATCH: _("Tidak cocok"),
    AttemptState.NO_FACE: _("Wajah tidak terlihat"),
    AttemptState.ENGINE_FAILED: _("Pencocokan terganggu"),
}

NIK_WARNING: dict[NikWarning, LazyString] = {
    NikWarning.BIRTH_DATE: _("Tanggal lahir di NIK berbeda dengan data kependudukan."),
    NikWarning.SEX: _("Jenis kelamin di NIK berbeda dengan data kependudukan."),
    NikWarning.DISTRICT_UNKNOWN: _("Kode kecamatan di NIK tidak dikenal; mungkin kode lama."),
}

SEX: dict[Sex, LazyString] = {Sex.MALE: _("Laki-laki"), Sex.FEMALE: _("Perempuan")}

BAR: dict[Bar, LazyString] = {
    Bar.OWN_NIK: _("Kasus ini tentang NIK Anda sendiri. Petugas lain yang memutuskan."),
    Bar.OWN_VISIT: _("Kunjungan ini Anda yang membuka. Petugas lain yang memutuskan."),
    Bar.HELPED: _("Anda membantu dalam kunjungan ini. Petugas lain yang memutuskan."),
    Bar.AGREED_ALREADY: _("Anda sudah menyetujui. Persetujuan kedua harus dari petugas lain."),
}

LOST: dict[LostRefusal, LazyString] = {
    LostRefusal.NOT_A_NIK: _("NIK pada kasus ini tidak dapat dibaca."),
    LostRefusal.OWN_NIK: _("Kasus ini tentang NIK Anda sendiri. Petugas lain yang memutuskan."),
    LostRefusal.LOOKUP_LIMIT: _("Anda sudah terlalu sering memeriksa NIK. Coba lagi beberapa menit lagi."),
    LostRefusal.NOT_ACTIVE: _("Tidak ada IKD aktif untuk NIK ini."),
    LostRefusal.AUTHORITY_UNREACHABLE: _(
        "Layanan aktivasi belum menjawab, jadi HP lama belum dinonaktifkan. Coba lagi sebentar lagi."
    ),
}
"""Why the old phone was not deactivated; the decision was not kept then."""
