"""Charset labels by the Python codec that reads them.

Rules of this file: data only. Source: the WHATWG Encoding Standard's label table (https://encoding.spec.whatwg.org/#names-and-labels),
which says what labels mean in the wild (`iso-8859-1` is windows-1252, `gb2312` is read as GB18030), plus labels that only mail
uses (code pages of DOS and Windows, ISO-2022-KR and HZ, which the web gave up).
"""

# fmt: off
LABELS: dict[str, str] = {
    "big5hkscs": "big-5 big5 big5-hkscs big5hkscs cn-big5 cp950 csbig5 ms950 windows-950 x-x-big5",
    "cp1250": "cp-1250 cp1250 win-1250 windows-1250 windows1250 x-cp1250",
    "cp1251": "ansi-1251 cp-1251 cp1251 win-1251 win1251 windows-1251 windows1251 x-cp1251",
    "cp1252":
        "646 7bit 8bit ansi ansi_x3.4-1968 ansi_x3.4-1986 ascii cp1252 cp819 csisolatin1 ibm819 "
        "iso-8859-1 iso-ir-100 iso-ir-6 iso-latin-1 iso646-us iso8859-1 iso88591 iso8859_1 iso_8859-1 "
        "iso_8859-1:1987 iso_8859_1 l1 latin-1 latin1 us us-ascii windows-1252 windows-1252http-equiv "
        "windows1252 x-cp1252",
    "cp1253": "cp1253 windows-1253 windows1253 x-cp1253",
    "cp1254":
        "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 iso_8859-9:1989 l5 latin5 "
        "windows-1254 windows1254 x-cp1254",
    "cp1255": "cp1255 windows-1255 windows1255 x-cp1255",
    "cp1256": "cp1256 windows-1256 windows1256 x-cp1256",
    "cp1257": "cp1257 windows-1257 windows1257 x-cp1257",
    "cp1258": "cp1258 windows-1258 x-cp1258",
    "cp437": "437 cp437 ibm437",
    "cp850": "850 cp-850 cp850 ibm850",
    "cp852": "852 cp852 ibm852",
    "cp855": "cp855 ibm855",
    "cp857": "cp857 ibm857",
    "cp858": "cp858 ibm00858",
    "cp862": "cp862 ibm862",
    "cp866": "866 cp866 csibm866 ibm866",
    "cp874": "cp874 dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 tis620 windows-874",
    "cp932":
        "cp932 csshiftjis ms932 ms_kanji shift-jis shift_jis shift_jisx0213 sjis windows-31j windows-932 "
        "x-ms-cp932 x-sjis",
    "cp949":
        "cp949 cseuckr csksc56011987 euc-kr euc_kr iso-ir-149 korean ks-c-5601-1987 ks_c_5601 "
        "ks_c_5601-1987 ks_c_5601-1989 ksc-5601 ksc5601 ksc_5601 ms949 uhc windows-949",
    "euc_jp": "cseucpkdfmtjapanese euc-jp euc_jp eucjp ujis x-euc x-euc-jp",
    "gb18030":
        "chinese cp936 csgb2312 csiso58gb231280 euc-cn gb-2312 gb18030 gb18030-2000 gb2312 gb2312-80 "
        "gb_18030 gb_2312 gb_2312-80 gbk iso-ir-58 ms936 windows-936 x-gbk",
    "hz": "hz hz-gb-2312 hzgb",
    "iso2022_jp":
        "cp50220 cp50221 cp50222 csiso2022jp csjis iso-2022-jp iso-2022-jp-1 iso-2022-jp-2 iso-2022-jp-3 "
        "iso-2022-jp-ms iso2022-jp iso_2022_jp jis",
    "iso2022_kr": "csiso2022kr iso-2022-kr",
    "iso8859_10": "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6",
    "iso8859_13": "iso-8859-13 iso8859-13 iso885913",
    "iso8859_14": "iso-8859-14 iso8859-14 iso885914",
    "iso8859_15": "csisolatin9 iso-8859-15 iso-8859-15-1 iso8859-15 iso885915 iso_8859-15 l9 latin-9 latin9",
    "iso8859_16": "iso-8859-16",
    "iso8859_2":
        "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 iso_8859-2:1987 l2 latin-2 "
        "latin2",
    "iso8859_3": "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 iso_8859-3:1988 l3 latin3",
    "iso8859_4": "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 iso_8859-4:1988 l4 latin4",
    "iso8859_5": "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 iso_8859-5 iso_8859-5:1988",
    "iso8859_6":
        "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 iso-8859-6-e "
        "iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 iso_8859-6:1987",
    "iso8859_7":
        "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 iso8859-7 iso88597 "
        "iso_8859-7 iso_8859-7:1987 sun_eu_greek",
    "iso8859_8":
        "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-8859-8-i iso-ir-138 "
        "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 logical visual",
    "koi8_r": "cskoi8r koi koi-8-r koi8 koi8-r koi8_r koi8r",
    "koi8_u": "koi8-ru koi8-u koi8u",
    "mac_cyrillic": "mac-cyrillic x-mac-cyrillic x-mac-ukrainian",
    "mac_roman": "csmacintosh mac mac-roman macintosh x-mac-roman x-macroman",
    "utf_16": "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16-le utf-16le utf16 utf16le",
    "utf_16_be": "unicodefffe utf-16be utf16be",
    "utf_32": "iso-10646-ucs-4 ucs-4 utf-32 utf32",
    "utf_8":
        "cp65001 unicode-1-1-utf-8 unicode-2-0-utf-8 unicode11utf8 unicode20utf8 utf utf-8 utf-8-sig utf8 "
        "utf8mb4 x-unicode20utf8",
}
# fmt: on

CODECS: dict[str, str] = {label: codec for codec, labels in LABELS.items() for label in labels.split()}
