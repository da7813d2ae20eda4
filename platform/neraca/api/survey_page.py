"""The form that a citizen fills in, and what they are told: plain pages in Indonesian, without script and cookies."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape

from msgspec import Struct

from neraca.domain.survey.questionnaire import SCALE

_STYLE = (
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:0 auto;padding:1rem}"
    "fieldset{margin:0 0 1rem;border:1px solid #767676;border-radius:.3rem}legend{font-weight:600}"
    "label{display:block;padding:.4rem 0}textarea{width:100%;font:inherit;box-sizing:border-box}"
    "button{font:inherit;padding:.6rem 1.2rem}code{font-size:1.3rem;overflow-wrap:anywhere}"
    "[role=alert]{border:2px solid #b00020;padding:.5rem 1rem}"
)
_POLICY = (
    "default-src 'none'; style-src 'sha256-"
    + b64encode(sha256(_STYLE.encode()).digest()).decode()
    + "'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": _POLICY,
    # The address holds the token: it must not be told to where a link leads.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow",
}


class AskedElement(Struct, frozen=True):
    id: str
    question: str


class SurveyDescription(Struct, frozen=True):
    """What is asked, of which service, until when. `scale` is answer -> what it means."""

    agency: str
    unit: str
    point: str
    period: str
    elements: Sequence[AskedElement]
    scale: Mapping[str, str]
    until: str
    comment: int


def form(of: SurveyDescription, wrong: str = "", answers: Mapping[str, str] | None = None, comment: str = "") -> bytes:
    """With `wrong`, what has to be put right, and what was filled in already."""
    given = answers or {}
    alert = f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
    fields = "".join(_field(one, given.get(one.id)) for one in of.elements)
    return _page(
        f"Survei kepuasan masyarakat: {of.point}",
        f"<p>{escape(of.agency)}, {escape(of.unit)}. Survei ini dapat dijawab sampai {escape(of.until)}.</p>"
        "<p>Anda tidak perlu masuk atau menyebut nama. Siapa yang menjawab tidak disimpan di mana pun.</p>"
        f'{alert}<form method="post">{fields}'
        '<p><label for="comment">Saran (boleh kosong). Jangan menulis nama orang; saran dibaca petugas dahulu sebelum '
        f'diterbitkan.</label><textarea id="comment" name="comment" rows="4" maxlength="{of.comment}">'
        f'{escape(comment)}</textarea></p><p><button type="submit">Kirim jawaban</button></p></form>',
    )


def thanks(of: SurveyDescription, receipt: str) -> bytes:
    return _page(
        "Terima kasih, jawaban Anda diterima",
        f"<p>Untuk {escape(of.point)}, {escape(of.unit)}, {escape(of.agency)}. Jawaban dihitung bersama jawaban lain, "
        f"semuanya paling lambat sehari setelah survei berakhir pada {escape(of.until)}.</p>"
        f"<p>Tanda terima Anda:</p><p><code>{escape(receipt)}</code></p>"
        "<p>Simpan tanda terima ini. Dengannya Anda dapat memeriksa bahwa jawaban Anda sudah dihitung; isi jawaban "
        "tidak ditampilkan kepada siapa pun.</p>"
        f'<p><a href="/receipts/{escape(receipt)}">Periksa tanda terima</a></p>',
    )


def trouble(status: int) -> bytes:
    """In the place of a problem, for a citizen: what they can do about it. It tells nothing of what there is."""
    if status == 404:
        return told(
            "Tautan atau kode tidak dikenal",
            "Tidak ada survei atau tanda terima untuk tautan atau kode ini. Periksa apakah alamatnya tertulis lengkap. "
            "Jika tetap tidak dapat dibuka, mintalah tautan kepada petugas layanan yang Anda kunjungi.",
        )
    if status == 413:
        return told("Jawaban terlalu panjang", "Kembali ke formulir, persingkat saran Anda, lalu kirim sekali lagi.")
    if status >= 500:
        return told(
            "Layanan sedang tidak dapat menjawab",
            "Coba buka atau kirim sekali lagi beberapa saat lagi. Jika tetap begini, beri tahu petugas layanan.",
        )
    return told("Permintaan tidak dapat dibaca", "Buka kembali tautan survei, lalu isi dan kirim formulirnya di sana.")


def told(title: str, words: str) -> bytes:
    """One thing, in words."""
    return _page(title, f"<p>{escape(words)}</p>")


def _field(one: AskedElement, given: str | None) -> str:
    choices = "".join(
        f'<label><input type="radio" name="{escape(one.id)}" value="{value}" required'
        f"{' checked' if given == str(value) else ''}> {value} – {meaning}</label>"
        for value, meaning in SCALE.items()
    )
    return f"<fieldset><legend>{escape(one.question)}</legend>{choices}</fieldset>"


def _page(title: str, body: str) -> bytes:
    return (
        '<!doctype html><html lang="id"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    ).encode()
