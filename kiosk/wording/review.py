"""The sentences of a case: reasons, likeness, contradictions, and why somebody may not decide."""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.challenge import Turn
from kiosk.domain.counter import LostRefusal
from kiosk.domain.liveness import Refusal
from kiosk.domain.nik import NikWarning, Sex
from kiosk.domain.reasons import ReferReason
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
    DecisionReason.SEEN_IN_PERSON: _("Orangnya saya lihat langsung, sama dengan foto data"),
    DecisionReason.SEEN_WITH_DOCUMENTS: _("Orangnya saya lihat langsung, terbukti dari dokumen"),
    DecisionReason.NOT_SEEN: _("Belum saya temui"),
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

MEET: dict[ReferReason, LazyString] = {
    ReferReason.LIVENESS_NOT_SHOWN: _(
        "Gerakan kepalanya belum terbaca kamera. Penyebabnya sering cahaya, kacamata, atau gerakan yang "
        "terlalu cepat; ini bukan tanda kecurangan."
    ),
    ReferReason.LIVENESS_NOT_POSSIBLE: _(
        "Ia tidak dapat atau tidak ingin menoleh, dan itu boleh; ini bukan tanda kecurangan."
    ),
    ReferReason.LIVENESS_DOUBTED: _(
        "Pemeriksa gambar ragu apakah ini orang langsung. Ia juga ragu pada cahaya yang buruk; belum tentu "
        "ada kecurangan."
    ),
    ReferReason.CAMERA_TOO_SLOW: _(
        "Kamera terlalu lambat untuk mengikuti gerakan kepala; ini bukan kesalahan warga."
    ),
}
"""Why an officer must meet the person, without blaming anybody: one for each of `OF_LIVENESS`."""

ATTEMPT: dict[AttemptState, LazyString] = {
    AttemptState.STARTED: _("Terputus sebelum selesai"),
    AttemptState.MATCH: _("Cocok"),
    AttemptState.UNCERTAIN: _("Meragukan"),
    AttemptState.NO_MATCH: _("Tidak cocok"),
    AttemptState.NOT_LIVE: _("Gerakan belum terbaca"),
    AttemptState.DOUBTED: _("Perlu dilihat langsung"),
    AttemptState.DECLINED: _("Memilih petugas"),
    AttemptState.ENGINE_FAILED: _("Pencocokan terganggu"),
}

LIVENESS: dict[Refusal, LazyString] = {
    Refusal.WRONG_TURN: _("menoleh ke arah lain"),
    Refusal.NO_TURN: _("waktu habis sebelum selesai"),
    Refusal.TRACK_LOST: _("wajah hilang dari gambar"),
    Refusal.FACE_CHANGED: _("wajah berganti di tengah gerakan"),
    Refusal.CAMERA_TOO_SLOW: _("kamera terlalu lambat"),
}
"""Why the turns of an attempt did not pass."""

TURN: dict[Turn, LazyString] = {Turn.LEFT: _("kiri"), Turn.RIGHT: _("kanan")}
"""The turns that were asked for, to the resident's own left and right."""

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
