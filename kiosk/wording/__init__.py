"""Sentences for what the domain says with a word: one for the resident, one for the officer.

Lazy, so that they are translated when they are rendered. A test compares every enum with its table.
"""

from __future__ import annotations

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from kiosk.domain.activation import RedeemRefusal
from kiosk.domain.capture import Advice, Guidance
from kiosk.domain.contact import ContactProblem
from kiosk.domain.nik import NikProblem
from kiosk.domain.reasons import FROM_REGISTER, RESUMABLE, ReferReason

LANGUAGES = ("id", "en")
"""What the screens speak; the first is what a visit begins with."""

_R = ReferReason

_SHARED_REFUSAL = _("Permohonan ini perlu diperiksa bersama petugas.")

RESIDENT: dict[ReferReason, LazyString] = {
    _R.WANTS_PERSON: _("Anda memilih dilayani petugas."),
    _R.NO_PHONE: _("Anda tidak membawa HP. Petugas membantu tanpa HP."),
    _R.PHONE_UNSUITABLE: _("HP Anda belum dapat menjalankan aplikasi IKD."),
    _R.NO_EMAIL: _("Anda belum memiliki alamat email."),
    _R.NO_CONSENT: _("Anda memilih layanan tanpa pencocokan wajah."),
    _R.NIK_DATE_WRONG: _("Tanggal lahir pada NIK Anda perlu dilihat petugas."),
    _R.MARRIED_UNDER_17: _("Anda sudah menikah; petugas memeriksa datanya bersama Anda."),
    **dict.fromkeys(FROM_REGISTER, _SHARED_REFUSAL),
    _R.REGISTER_UNREACHABLE: _("Data kependudukan sedang tidak dapat dihubungi."),
    _R.LOOKUP_LIMIT: _("Anjungan ini sedang terlalu sering dipakai memeriksa NIK."),
    _R.FACE_UNCERTAIN: _("Kamera belum yakin. Petugas akan melihat foto Anda."),
    _R.FACE_NOT_MATCHED: _("Wajah belum dapat dicocokkan. Petugas akan melihat foto Anda."),
    _R.FACE_TRIES_USED_UP: _("Kesempatan pencocokan wajah hari ini sudah terpakai."),
    _R.FACE_NOT_WANTED: _("Anda memilih tidak difoto. Petugas memeriksa dengan cara lain."),
    _R.FACE_ENGINE_DOWN: _("Pencocokan wajah sedang terganggu."),
    _R.CAMERA_GONE: _("Kamera sedang terganggu."),
    _R.ALREADY_ACTIVE: _("IKD Anda sudah aktif di HP lain."),
    _R.AUTHORITY_UNREACHABLE: _("Layanan aktivasi sedang tidak dapat dihubungi."),
    _R.EMAIL_NOT_ARRIVED: _("Email aktivasi belum sampai."),
    _R.CODE_TRIES_USED_UP: _("Kode aktivasi terlalu sering keliru."),
    _R.SENT_BY_OFFICER: _("Petugas ingin melanjutkan bersama Anda di loket."),
    _R.LIVENESS_NOT_SHOWN: _("Gerakan kepala belum terbaca kamera. Petugas melanjutkan bersama Anda."),
    _R.LIVENESS_NOT_POSSIBLE: _("Tidak perlu menoleh. Petugas memeriksa dengan cara lain."),
    _R.LIVENESS_DOUBTED: _("Kamera belum yakin. Petugas akan melihat Anda sebentar."),
    _R.CAMERA_TOO_SLOW: _("Kamera sedang lambat. Petugas melanjutkan bersama Anda."),
}

OFFICER: dict[ReferReason, LazyString] = {
    _R.WANTS_PERSON: _("Warga ingin dilayani petugas."),
    _R.NO_PHONE: _("Warga tidak membawa atau tidak memiliki HP."),
    _R.PHONE_UNSUITABLE: _("HP warga tidak dapat menjalankan aplikasi IKD."),
    _R.NO_EMAIL: _("Warga tidak memiliki email; bantu membuatnya."),
    _R.NO_CONSENT: _("Warga tidak menyetujui pencocokan wajah."),
    _R.NIK_DATE_WRONG: _("Tanggal lahir di NIK di bawah 17 tahun; warga menyatakan keliru."),
    _R.MARRIED_UNDER_17: _("Di bawah 17 tahun menurut NIK; warga menyatakan sudah menikah."),
    _R.REGISTER_NOT_FOUND: _("NIK tidak ditemukan di data kependudukan."),
    _R.REGISTER_NOT_RECORDED: _("Belum melakukan perekaman KTP-el."),
    _R.REGISTER_DECEASED: _("Tercatat meninggal dunia."),
    _R.REGISTER_INACTIVE: _("Data penduduk tidak aktif."),
    _R.REGISTER_TOO_YOUNG: _("Belum 17 tahun dan belum menikah menurut data kependudukan."),
    _R.REGISTER_PHOTO_UNUSABLE: _("Foto di data kependudukan tidak ada atau terlalu kecil."),
    _R.REGISTER_UNREACHABLE: _("Data kependudukan tidak menjawab."),
    _R.LOOKUP_LIMIT: _("Batas pemeriksaan NIK di anjungan ini tercapai; perhatikan siapa yang memakainya."),
    _R.FACE_UNCERTAIN: _("Kemiripan wajah meragukan; bandingkan kedua foto."),
    _R.FACE_NOT_MATCHED: _("Wajah tidak cocok setelah semua percobaan."),
    _R.FACE_TRIES_USED_UP: _("Percobaan wajah untuk NIK ini habis hari ini."),
    _R.FACE_NOT_WANTED: _("Warga tidak ingin difoto."),
    _R.FACE_ENGINE_DOWN: _("Proses pencocokan wajah tidak berjalan."),
    _R.CAMERA_GONE: _("Kamera anjungan tidak bekerja."),
    _R.ALREADY_ACTIVE: _("IKD sudah aktif di perangkat lain; nonaktifkan dahulu."),
    _R.AUTHORITY_UNREACHABLE: _("Layanan aktivasi tidak menjawab."),
    _R.EMAIL_NOT_ARRIVED: _("Email aktivasi tidak sampai; periksa alamatnya."),
    _R.CODE_TRIES_USED_UP: _("Kode aktivasi keliru terlalu sering."),
    _R.SENT_BY_OFFICER: _("Diminta ke loket oleh petugas."),
    _R.LIVENESS_NOT_SHOWN: _("Gerakan kepala tidak terbaca kamera; lihat orangnya langsung."),
    _R.LIVENESS_NOT_POSSIBLE: _("Warga tidak dapat atau tidak ingin menoleh; lihat orangnya langsung."),
    _R.LIVENESS_DOUBTED: _("Pemeriksa gambar ragu apakah ini orang langsung; lihat orangnya."),
    _R.CAMERA_TOO_SLOW: _("Kamera terlalu lambat untuk mengikuti gerakan; lihat orangnya langsung."),
}

REDEEM: dict[RedeemRefusal, LazyString] = {
    RedeemRefusal.UNKNOWN: _("Kode QR ini tidak kami kenal"),
    RedeemRefusal.EXPIRED: _("Waktu kode QR ini sudah habis"),
    RedeemRefusal.USED: _("Kode QR ini sudah dipakai"),
    RedeemRefusal.REPLACED: _("Kode QR ini sudah tidak berlaku"),
    RedeemRefusal.IN_PROGRESS: _("Aktivasi sedang diproses"),
    RedeemRefusal.WRONG_CODE: _("Kode belum cocok"),
    RedeemRefusal.TRIES_USED_UP: _("Kode sudah terlalu sering keliru"),
    RedeemRefusal.TRY_LATER: _("Layanan aktivasi belum menjawab"),
}

REDEEM_NEXT: dict[RedeemRefusal, LazyString] = {
    RedeemRefusal.UNKNOWN: _("Pindai lagi kode QR yang tampil di layar anjungan."),
    RedeemRefusal.EXPIRED: _(
        "Tidak apa-apa. Sentuh “Buat kode baru” di layar anjungan, lalu pindai lagi. "
        "Email dengan kode baru akan menyusul."
    ),
    RedeemRefusal.USED: _(
        "Bila Anda sendiri yang memakainya, IKD Anda sudah aktif: silakan buka aplikasi IKD. "
        "Bila bukan, segera beri tahu petugas."
    ),
    RedeemRefusal.REPLACED: _(
        "Pindai kode QR terbaru di layar anjungan dan pakai kode dari email terbaru. "
        "Bila layar sudah kembali ke awal, silakan mulai lagi."
    ),
    RedeemRefusal.IN_PROGRESS: _("Tunggu sebentar. Halaman ini memeriksa sendiri."),
    RedeemRefusal.WRONG_CODE: _("Pakai kode dari email yang terbaru."),
    RedeemRefusal.TRIES_USED_UP: _(
        "Demi keamanan Anda, kode QR ini ditutup. "
        "Buat kode baru di layar anjungan, atau minta bantuan petugas."
    ),
    RedeemRefusal.TRY_LATER: _(
        "Kode Anda benar dan tidak hilang. Tunggu sebentar; halaman ini memeriksa sendiri."
    ),
}
"""What to do next, on the phone; `REDEEM` says what has happened."""


def resident_sentence(reason: ReferReason) -> LazyString:
    """What the resident reads; all refusals of the register read alike."""
    return RESIDENT[reason]


def officer_sentence(reason: ReferReason) -> LazyString:
    """What the officer reads: the true reason."""
    return OFFICER[reason]


_KTP, _KK, _PHONE, _EMAIL = _("KTP-el"), _("Kartu Keluarga"), _("HP dengan aplikasi IKD"), _("Alamat email")

BRING: dict[ReferReason, tuple[LazyString, ...]] = {
    **dict.fromkeys(ReferReason, (_KTP, _PHONE)),
    **dict.fromkeys(FROM_REGISTER, (_KTP, _KK)),
    _R.NO_PHONE: (_KTP,),
    _R.PHONE_UNSUITABLE: (_KTP,),
    _R.NO_EMAIL: (_KTP, _PHONE),
    _R.NIK_DATE_WRONG: (_KTP, _KK, _("Akta kelahiran")),
    _R.MARRIED_UNDER_17: (_("KTP-el atau KK"), _("Buku nikah atau akta perkawinan")),
    _R.EMAIL_NOT_ARRIVED: (_KTP, _PHONE, _EMAIL),
}
"""What to have ready at the counter, per reason."""


def bring(reason: ReferReason) -> tuple[LazyString, ...]:
    """What the ticket asks the resident to bring."""
    return BRING[reason]


def resumes(reason: ReferReason) -> bool:
    """Whether the visit can go on at the kiosk with this ticket once an officer has approved."""
    return reason in RESUMABLE


UNSUITABLE_PHONES = (_("Android 7 ke bawah"), _("iPhone (iOS 14 ke bawah)"), _("HP tanpa kamera"))
"""What the setting says unless the office changes it; an office's own words are shown as it wrote them."""

NIK: dict[NikProblem, LazyString] = {
    NikProblem.EMPTY: _("Masukkan NIK Anda."),
    NikProblem.NOT_DIGITS: _("NIK hanya berisi angka."),
    NikProblem.TOO_SHORT: _("NIK terdiri dari 16 angka; yang terketik masih kurang."),
    NikProblem.TOO_LONG: _("NIK terdiri dari 16 angka; yang terketik lebih."),
    NikProblem.PROVINCE: _("Dua angka pertama bukan kode provinsi. Periksa kembali."),
    NikProblem.DAY: _("Angka ke-7 dan ke-8 bukan tanggal lahir. Periksa kembali."),
    NikProblem.MONTH: _("Angka ke-9 dan ke-10 bukan bulan lahir. Periksa kembali."),
    NikProblem.DATE: _("Tanggal lahir dalam NIK tidak ada di kalender. Periksa kembali."),
    NikProblem.SERIAL: _("Empat angka terakhir tidak mungkin 0000. Periksa kembali."),
}

CONTACT: dict[ContactProblem, LazyString] = {
    ContactProblem.EMAIL_EMPTY: _("Masukkan alamat email Anda."),
    ContactProblem.EMAIL_FORM: _("Alamat email belum lengkap, misalnya nama@gmail.com."),
    ContactProblem.EMAIL_LONG: _("Alamat email terlalu panjang."),
    ContactProblem.PHONE_EMPTY: _("Masukkan nomor HP Anda."),
    ContactProblem.PHONE_FORM: _("Nomor HP diawali 08 dan terdiri dari 10 sampai 13 angka."),
}

_G = Guidance

GUIDANCE: dict[Guidance, tuple[LazyString, str]] = {
    _G.NO_FACE: (_("Berdirilah di depan kamera"), "none"),
    _G.SEVERAL_FACES: (_("Satu orang saja di depan kamera"), "none"),
    _G.TOO_FAR: (_("Mendekat sedikit"), "near"),
    _G.TOO_CLOSE: (_("Mundur sedikit"), "far"),
    _G.MOVE_LEFT: (_("Geser ke kiri"), "left"),
    _G.MOVE_RIGHT: (_("Geser ke kanan"), "right"),
    _G.MOVE_UP: (_("Naikkan wajah"), "up"),
    _G.MOVE_DOWN: (_("Turunkan wajah"), "down"),
    _G.TOO_DARK: (_("Terlalu gelap, menghadaplah ke cahaya"), "none"),
    _G.TOO_BRIGHT: (_("Terlalu silau, menjauhlah dari cahaya"), "none"),
    _G.BACKLIT: (_("Latar terlalu terang, mendekatlah"), "near"),
    _G.BLURRED: (_("Tetap diam sebentar"), "none"),
    _G.TURN_TO_CAMERA: (_("Lihat lurus ke kamera"), "none"),
    _G.HOLD_STILL: (_("Bagus, tetap diam"), "none"),
}
"""Sentence and arrow for one frame; directions are the resident's own."""

ADVICE: dict[Advice, LazyString] = {
    Advice.DARK_GLASSES: _("Bila memakai kacamata hitam, lepaskan sebentar"),
}
"""What is said beside the guidance, and never instead of it."""

WAITING_FOR_CAMERA = _("Sebentar, kamera disiapkan")

FACE_TIPS: tuple[LazyString, ...] = (
    _("Lepas kacamata hitam, topi, dan masker"),
    _("Menghadaplah ke cahaya"),
    _("Lihat lurus ke kamera dan tetap diam"),
)

DEVICE: dict[str, LazyString] = {
    "camera": _("Kamera sedang tidak siap; petugas dapat membantu."),
    "printer": _("Printer sedang tidak siap; nomor tampil di layar."),
    "scanner": _("Pemindai sedang tidak siap."),
}

DEVICE_CODE: dict[tuple[str, str], LazyString] = {
    ("printer", "paper_out"): _("Kertas habis; nomor tampil di layar."),
    ("printer", "cover_open"): _("Penutup printer terbuka; nomor tampil di layar."),
    ("printer", "paper_near_end"): _("Kertas hampir habis."),
    ("camera", "unplugged"): _("Kamera terlepas; petugas dapat membantu."),
}
"""For residents: only what changes something for them. Whatever else is wrong is `DEVICE`."""

DEVICE_NAME: dict[str, LazyString] = {
    "camera": _("Kamera"),
    "printer": _("Printer"),
    "scanner": _("Pemindai"),
}

DEVICE_OFFICER: dict[str, LazyString] = {
    "ok": _("Siap."),
    "closed": _("Tidak dipakai; aplikasi anjungan belum membukanya."),
    "opening": _("Sedang disambungkan."),
    "unplugged": _("Tidak tersambung; periksa kabel dan dayanya."),
    "crashed": _("Berhenti karena galat; dicoba lagi sendiri. Bila terulang, lihat catatan sistem."),
    "slow": _("Lebih lambat dari biasanya; periksa kabelnya."),
    "stalled": _("Gambar berhenti; cabut lalu pasang lagi kabelnya."),
    "bad_frames": _("Gambar rusak; periksa kabel kamera."),
    "line_error": _("Sambungannya terganggu; ganti kabel atau colokannya."),
    "usb_full": _("Jalur USB penuh; pindahkan kamera ke colokan USB lain."),
    "no_format": _("Kamera ini tidak mengirim MJPEG maupun YUYV; pakai kamera lain."),
    "no_pictures": _("Tidak ada gambar JPEG di tempat pada setelan."),
    "waiting_for_page": _("Siap; menyala saat layar selfie tampil."),
    "permission_denied": _("Peramban menolak kamera; izinkan di pengaturan peramban."),
    "no_camera": _("Peramban tidak menemukan kamera; periksa kabelnya."),
    "in_use": _("Sedang dipakai aplikasi lain; tutup aplikasi itu."),
    "not_found": _("Tidak ditemukan di alamat pada setelan; periksa kabel, lalu setelannya."),
    "no_permission": _("Aplikasi anjungan tidak diizinkan membukanya; perbaiki hak aksesnya."),
    "no_cups": _("CUPS tidak terpasang atau tidak berjalan di komputer anjungan."),
    "no_queue": _("Antrean cetak pada setelan tidak ada di CUPS; periksa namanya."),
    "page_trouble": _("Peramban tidak dapat memakai kamera; muat ulang layar anjungan."),
    "paper_near_end": _("Kertas hampir habis; siapkan gulungan baru."),
    "paper_out": _("Kertas habis; pasang gulungan baru."),
    "cover_open": _("Penutup terbuka; tutup sampai terkunci."),
    "cutter": _("Pemotong macet; matikan printer, lalu keluarkan kertas yang tersangkut."),
    "error": _("Printer melaporkan galat; matikan, lalu nyalakan lagi."),
    "offline": _("Printer tidak menerima cetakan; periksa lampu dan tombolnya."),
    "hang": _("Printer tidak menjawab; matikan, lalu nyalakan lagi."),
    "garbage": _("Jawaban printer tidak dikenali; periksa kabel dan jenis printernya."),
    "unconfirmed": _("Printer tidak memastikan cetakan; lihat apakah kertas keluar."),
    "wrong_device": _("Alamat pada setelan bukan alat yang dimaksud; perbaiki setelannya."),
    "one_missing": _("Siap, tetapi salah satu pembaca kode tidak bekerja; lihat rinciannya."),
    "camera_out": _("Kamera tidak siap, jadi kode tidak terbaca lewat kamera."),
    "no_code_reader": _("Pustaka pembaca kode tidak terpasang; jalankan pemeriksaan kiosk doctor."),
    "no_scanner": _("Anjungan ini tidak memakai pemindai."),
    "scan_too_long": _("Siap; kode terakhir terlalu panjang dan diabaikan."),
    "scan_control_characters": _("Siap; kode terakhir rusak dan diabaikan."),
}
"""For officers and technicians, after the device's name: how it is, and what to do. By code of health."""


def device_sentence(name: str, code: str) -> LazyString:
    """What the quiet bar says about a device that does not work."""
    return DEVICE_CODE.get((name, code), DEVICE[name])
