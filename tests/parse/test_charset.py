"""Text comes out in the charset that the mail evidently means, always encodes to UTF-8, and loses no byte silently."""

from __future__ import annotations

import codecs

import pytest

from flectra_inbound import DefectCode
from flectra_inbound.parse.charset import codec_of, decode
from flectra_inbound.parse.charset_labels import CODECS

WRONG = DefectCode.WRONG_CHARSET


@pytest.mark.parametrize(
    ("label", "raw", "text"),
    [
        ("us-ascii", b"plain", "plain"),
        ("utf-8", "Grüße €".encode(), "Grüße €"),
        ("UTF8", "Grüße".encode(), "Grüße"),
        ("iso-8859-1", b"caf\xe9", "café"),
        ("latin1", b"\x80 \x93x\x94", "€ “x”"),  # WHATWG: latin1 is windows-1252
        ("windows-1252", b"\x81\x8d", "\x81\x8d"),  # WHATWG keeps the five bytes that cp1252 leaves open
        ("iso-8859-15", b"\xa4", "€"),
        ("iso-8859-2", b"\xb1\xe6", "ąć"),
        ("windows-1251", "Привет".encode("cp1251"), "Привет"),
        ("koi8-r", "Привет".encode("koi8-r"), "Привет"),
        ("gb2312", "镕€".encode("gb18030"), "镕€"),  # neither is in GB 2312: the label means GB18030
        ("gbk", "你好".encode("gbk"), "你好"),
        ("big5", "繁體".encode("big5"), "繁體"),
        ("shift_jis", "①テスト".encode("cp932"), "①テスト"),
        ("euc-jp", "日本".encode("euc-jp"), "日本"),
        ("euc-kr", "똠".encode("cp949"), "똠"),  # in UHC, not in KS X 1001
        ("ks_c_5601-1987", "한글".encode("cp949"), "한글"),
        ("iso-2022-jp", "日本語".encode("iso2022_jp"), "日本語"),
        ("iso-2022-kr", "한글".encode("iso2022_kr"), "한글"),
        ("hz-gb-2312", "你好".encode("hz"), "你好"),
        ("utf-16", "Grüße".encode("utf-16"), "Grüße"),
        ("utf-16le", "Grüße".encode("utf-16-le"), "Grüße"),
        ("utf-16be", "Grüße".encode("utf-16-be"), "Grüße"),
        ("macintosh", b"\x8e", "é"),
        ("tis-620", "ไทย".encode("cp874"), "ไทย"),
        ('"utf-8"', "ü".encode(), "ü"),
        (" utf-8; ", "ü".encode(), "ü"),
    ],
)
def test_a_label_means_what_the_web_says(label: str, raw: bytes, text: str) -> None:
    assert decode(raw, label) == (text, None)


@pytest.mark.parametrize(
    ("label", "raw", "text", "defect"),
    [
        ("iso-8859-1", "Grüße".encode(), "Grüße", WRONG),
        ("us-ascii", "€".encode(), "€", WRONG),
        ("us-ascii", b"na\xefve", "naïve", WRONG),
        ("utf-8", b"caf\xe9", "café", WRONG),
        ("gb2312", "10 € ".encode(), "10 € ", WRONG),
        ("utf-16", b"8-bit text", "8-bit text", WRONG),
        (None, "ü".encode(), "ü", WRONG),
        (None, b"\xfc", "ü", WRONG),
        ("x-nope", "ü".encode(), "ü", DefectCode.UNKNOWN_CHARSET),
        ("", b"\xfc", "ü", DefectCode.UNKNOWN_CHARSET),
        ("../../etc/passwd", b"\xfc", "ü", DefectCode.UNKNOWN_CHARSET),
        ("utf\0-8", b"\xfc", "ü", DefectCode.UNKNOWN_CHARSET),
        ("a" * 5_000, b"\xfc", "ü", DefectCode.UNKNOWN_CHARSET),
    ],
)
def test_a_wrong_label_is_seen_through(label: str | None, raw: bytes, text: str, defect: DefectCode) -> None:
    assert decode(raw, label) == (text, defect)


def test_damaged_utf8_stays_utf8() -> None:
    text, defect = decode("Grüße aus Köln".encode() + b"\xff", "utf-8")
    assert text == "Grüße aus Köln\ufffd"
    assert defect is WRONG


@pytest.mark.parametrize(
    "label",
    [
        "utf-7",
        "UTF7",
        "unicode-1-1-utf-7",
        "idna",
        "punycode",
        "unicode_escape",
        "raw-unicode-escape",
        "undefined",
        "mbcs",
    ],
)
def test_what_is_no_charset_of_mail_is_refused(label: str) -> None:
    # UTF-7 would turn "+ADw-" into "<" behind the back of whoever looked at the bytes
    text, defect = decode(b"+ADw-script+AD4- \\x41", label)
    assert text == "+ADw-script+AD4- \\x41"
    assert defect is DefectCode.CHARSET_REFUSED


@pytest.mark.parametrize("label", ["rot13", "hex", "zlib", "bz2_codec", "base64", "uu", "quopri"])
def test_codecs_that_make_no_text_are_not_used(label: str) -> None:
    text, defect = decode(b"6869", label)
    assert text == "6869"
    assert defect in (DefectCode.CHARSET_REFUSED, DefectCode.UNKNOWN_CHARSET)


def test_iso_2022_jp_of_windows_is_read() -> None:
    # NEC row 13 (①, ㈱) and JIS X 0201 kana are in no ISO-2022-JP, and in much mail
    raw = b"\x1b$B-!-j\x1b(B x \x1b(I\x31\x32\x33\x1b(B y \x1b$BF|K\\\x1b(B"
    text, _ = decode(raw, "iso-2022-jp")
    assert text == "①㈱ x ｱｲｳ y 日本"


def test_an_escape_that_is_cut_loses_no_letter_before_it() -> None:
    text, _ = decode(b"before \x1b$BF|K\\", "iso-2022-jp")
    assert text.startswith("before 日本")


@pytest.mark.parametrize("raw", [b"a\0b\0\x00\xd8", b"\xd8\x00\xd8\x00", b"a\0b", b"\xff\xfe\x00\xdc"])
@pytest.mark.parametrize("label", ["utf-16", "utf-16le", "utf-16be", "utf-32"])
def test_no_surrogate_comes_out(label: str, raw: bytes) -> None:
    decode(raw, label)[0].encode()


@pytest.mark.parametrize("label", sorted(set(CODECS)))
def test_every_label_reads_every_byte(label: str) -> None:
    codec, defect = codec_of(label)
    assert defect is None
    assert codec is not None
    codecs.lookup(codec)
    text, _ = decode(bytes(range(256)) * 2 + b"\x1b$B-!", label)
    text.encode()
    assert text


def test_the_table_has_no_label_twice_and_all_in_lower_case() -> None:
    from flectra_inbound.parse.charset_labels import LABELS

    labels = " ".join(LABELS.values()).split()
    assert len(labels) == len(set(labels))
    assert all(label == label.lower() for label in labels)


@pytest.mark.parametrize(
    ("label", "unit", "text"),
    [
        ("utf-8", "ä€".encode(), "ä€"),
        ("utf-16", "aé".encode("utf-16-le"), "aé"),  # no byte-order mark
        ("shift_jis", "あa".encode("cp932"), "あa"),
        ("iso-2022-jp", "あa".encode("iso2022_jp"), "あa"),
        ("iso-2022-jp", b"\x1b$B-!\x1b(Ba", "①a"),
        ("windows-1252", b"\x81\xe9\xff", "\x81éÿ"),
    ],
)
@pytest.mark.parametrize("lead", [b"", b"ab"])
def test_long_text_is_the_same_text(label: str, unit: bytes, text: str, lead: bytes) -> None:
    """Long texts are decoded in pieces: no character is cut, wherever the pieces begin."""
    count = 100_000
    assert decode(lead + unit * count, label)[0] == _lead(lead, label) + text * count


def _lead(lead: bytes, label: str) -> str:
    return decode(lead, label)[0] if label != "utf-16" else lead.decode("utf-16-le")


def test_a_stray_zero_does_not_make_letters_of_16_bits() -> None:
    assert decode(b"Good morning, Nora.\x00\n", "utf-16")[0] == "Good morning, Nora.\x00\n"
    assert decode("Good morning".encode("utf-16-le"), "utf-16le")[0] == "Good morning"
    assert decode("早上好，诺拉".encode("utf-16-le"), "utf-16le")[0] == "早上好，诺拉"  # without one
    assert decode("Доброе утро".encode("utf-16-le"), "utf-16le")[0] == "Доброе утро"
    assert decode("Доброе утро".encode(), "utf-16")[0] == "Доброе утро"
    assert decode("Schöne Grüße aus Köln".encode("latin-1"), "utf-16")[0] == "Schöne Grüße aus Köln"
