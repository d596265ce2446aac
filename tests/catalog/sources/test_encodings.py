"""Encodings: artworks as museums of many countries write them, in what their systems wrote."""

# ruff: noqa: RUF001 - words of many languages

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.base.errors import SourceError
from catalog.sources.csv_rows import read_csv
from catalog.sources.encodings import CERTAIN, decode, detect_encoding, named_encoding

WORKS = {
    "French": (
        *("L'été à la campagne,Héloïse Fréchette", "Le déjeuner,René Prévôt"),
        *("Forêt enneigée,Zoé Lefèvre", "Étude de nu,Éva Gonzalès"),
    ),
    "German": (
        *("Mädchen am Fenster,Jörg Müller", "Grüner Hügel,Gabriele Münter"),
        *("Häuser am Fluß,Käthe Kollwitz", "Blühende Bäume,Lovis Körner"),
    ),
    "Czech": (
        *("Kůň a jezdec,Václav Špála", "Žluté květy,Jiří Košák"),
        *("Podobizna ženy,Bohumil Kubišta", "Pražské nábřeží,Jan Zrzavý"),
    ),
    "Polish": (
        *("Łódź nocą,Józef Mehoffer", "Święty Łukasz,Władysław Podkowiński"),
        *("Dziewczyna ze źrebięciem,Józef Chełmoński", "Jesień,Olga Boznańska"),
    ),
    "Hungarian": (
        *("Magányos cédrus,Csontváry Kosztka Tivadar", "Őszi erdő,Szőnyi István"),
        *("Önarckép,Rippl-Rónai József", "Tűz a hegyen,Ferenczy Károly"),
    ),
    "Swedish": (
        *("Björkar vid sjön,Anders Zorn", "Flicka från Älvdalen,Bruno Liljefors"),
        *("Midvinterblot på Öland,Carl Larsson", "Stilleben med ägg,Hjalmar Söderberg"),
    ),
    "Danish": (
        *("Sommeraften på Skagen,P.S. Krøyer", "Æbletræer,Michael Ancher"),
        *("Brønd i København,Vilhelm Hammershøi", "Høstarbejdere,L.A. Ring"),
    ),
    "Spanish": (
        *("Niño con perro,José de Ribera", "El montón de leña,Joaquín Sorolla"),
        *("La Asunción,Bartolomé Esteban Murillo", "Señora de negro,Ramón Casas"),
    ),
    "Portuguese": (
        *("Criação do mundo,António Carneiro", "São João,Grão Vasco"),
        *("Coração,José Malhoa", "Manhã de maio,João Vaz"),
    ),
    "Turkish": (
        *("Kaplumbağa Terbiyecisi,Osman Hamdi Bey", "Güneşli gün,Şeker Ahmet Paşa"),
        *("Çiçekler,Halil Paşa", "Mihrap önünde kız,İbrahim Çallı"),
    ),
    "Russian": (
        *("Весна,Иван Шишкин", "Осень,Исаак Левитан"),
        *("Девочка с персиками,Валентин Серов", "Чёрный квадрат,Казимир Малевич"),
    ),
    "Ukrainian": (
        *("Козаки,Сергій Васильківський", "Їжак у лісі,Тетяна Яблонська"),
        *("Катерина,Тарас Шевченко", "Дівчина в червоному,Олександр Мурашко"),
    ),
    "Greek": (
        *("Το κρυφό σχολειό,Νικόλαος Γύζης", "Ψαράδες,Θεόδωρος Ράλλης"),
        *("Παιδική συναυλία,Γεώργιος Ιακωβίδης", "Το φίλημα,Νικηφόρος Λύτρας"),
    ),
    "Hebrew": (
        *("אישה עם פרח,ראובן רובין", "ירושלים,מרדכי ארדון"),
        *("דיוקן עצמי,נחום גוטמן", "נוף הגליל,אנה טיכו"),
    ),
    "Arabic": (
        *("فتاة القرية,محمود سعيد", "النهضة,محمود مختار"),
        *("سوق في القاهرة,راغب عياد", "بنت البلد,حامد ندا"),
    ),
    "Chinese": (*("山水图,八大山人", "富春山居图,黄公望"), *("荷花,石涛", "清明上河图,张择端")),
    "Taiwanese": (*("早春圖,郭熙", "谿山行旅圖,范寬"), *("蘭亭集序,王羲之", "翠玉白菜,清代")),
    "Japanese": (
        *("富嶽三十六景,葛飾北斎", "東海道五十三次,歌川広重"),
        *("見返り美人図,菱川師宣", "麗子微笑,岸田劉生"),
    ),
    "Korean": (*("몽유도원도,안견", "인왕제색도,정선"), *("미인도,신윤복", "황소,이중섭")),
    "Latvian": (
        *("Rudens ainava,Vilhelms Purvītis", "Jūras krasts,Janis Rozentāls"),
        *("Meitene ar ziediem,Jāzeps Grosvalds", "Ziemas ainava,Ģederts Eliass"),
    ),
}
ENCODINGS = {
    "French": ("cp1252", "mac_roman", "cp850", "iso8859_15"),
    "German": ("cp1252", "mac_roman", "cp850", "cp437"),
    "Czech": ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
    "Polish": ("cp1250", "iso8859_2", "cp852"),
    "Hungarian": ("cp1250", "iso8859_2", "cp852"),
    "Swedish": ("cp1252", "mac_roman", "cp850", "cp865"),
    "Danish": ("cp1252", "mac_roman", "cp850", "cp865"),
    "Spanish": ("cp1252", "mac_roman", "cp850"),
    "Portuguese": ("cp1252", "mac_roman", "cp850", "cp860"),
    "Turkish": ("cp1254", "iso8859_9", "cp857"),
    "Russian": ("cp1251", "koi8_r", "cp866", "iso8859_5", "mac_cyrillic"),
    "Ukrainian": ("cp1251", "koi8_u", "cp1125"),
    "Greek": ("cp1253", "iso8859_7", "cp737"),
    "Hebrew": ("cp1255", "iso8859_8", "cp862"),
    "Arabic": ("cp1256", "iso8859_6"),
    "Chinese": ("gbk", "gb18030", "hz"),
    "Taiwanese": ("big5", "cp950"),
    "Japanese": ("shift_jis", "cp932", "euc_jp", "iso2022_jp"),
    "Korean": ("cp949", "euc_kr", "iso2022_kr"),
    "Latvian": ("cp1257", "iso8859_13"),
}
EVERYWHERE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32")
UNSURE = {("Japanese", "euc_jp"), ("Ukrainian", "cp1125"), ("Latvian", "cp1257")}
"""What may be refused, with the question which encoding it is; it is never read wrongly."""


def table(language):
    rows = (f"{n},{work},{1800 + n}\n" for n, work in enumerate(WORKS[language]))
    return "id,title,artist,date\n" + "".join(rows)


def titles(data, **options):
    read = read_csv("works.csv", data, ("id", "title", "artist"), **options).table
    assert read["problem"].null_count == read.num_rows
    pairs = zip(read["title"].to_pylist(), read["artist"].to_pylist(), strict=True)
    return tuple(f"{title},{artist}" for title, artist in pairs)


@pytest.mark.parametrize(
    ("language", "encoding"),
    [(language, name) for language, names in ENCODINGS.items() for name in names],
)
def test_an_encoding_is_detected_or_asked_for(language, encoding):
    data = table(language).encode(encoding)
    assert titles(data, encoding=encoding) == WORKS[language]
    try:
        assert titles(data) == WORKS[language]
    except SourceError as error:
        assert (language, encoding) in UNSURE
        assert "its encoding is uncertain" in str(error)
        assert "--encoding" in str(error)


@pytest.mark.parametrize("language", WORKS)
@pytest.mark.parametrize("encoding", EVERYWHERE)
def test_unicode_is_certain(language, encoding):
    data = table(language).encode(encoding)
    assert titles(data) == WORKS[language]
    assert detect_encoding(data).certainty == 1


SIGNS = [
    *("20 ½ in. (52 cm)", "1900 – 1910", "Artist’s house", "© Tate", "5 °", "30 × 40 cm", "£20"),
    *("«Titre»", "“Mill”", "Mrs. Smith — a portrait", "café", "Müller", "São Paulo", "Åse"),
    *("naïve", "Ø 30 cm", "résumé", "Noël", "Zoë", "Señor", "1890 · 1891", "±5", "…", "•", "™"),
    *("20½ x 30¼ in.", "Gift of José Soriano", "François", "Dürer", "l’été", "1880’s", "30 m²"),
]


@pytest.mark.parametrize("sign", SIGNS)
def test_a_single_sign_of_windows_is_read(sign):
    data = f"id,title,artist\n1,Harvest,Jan Kop\n2,{sign},Ann Lee\n".encode("cp1252")
    assert titles(data)[1] == f"{sign},Ann Lee"


@pytest.mark.parametrize("sign", ["naïve", "Åse", "Müller", "1880’s", "Mrs. Smith — a portrait"])
def test_a_single_sign_of_a_macintosh_is_asked_for(sign):
    data = f"id,title,artist\n1,Harvest,Jan Kop\n2,{sign},Ann Lee\n".encode("mac_roman")
    with pytest.raises(SourceError, match="its encoding is uncertain"):
        titles(data)


def test_the_guess_and_its_certainty_are_told():
    data = table("Czech").encode("cp1250")
    found = detect_encoding(data)
    assert (found.name, found.alternative) == ("cp1250", "cp1252")
    assert CERTAIN < found.certainty < 1
    read = read_csv("works.csv", data, ("id",))
    assert read.read_as == (
        f"works.csv: encoding cp1250 (a guess, certainty {found.certainty:.2f}; if letters look "
        "wrong, set --encoding cp1252), delimiter ','"
    )
    assert read.doubts["encoding"].startswith("a guess; perhaps cp1252: is it '")


def test_italian_titles_among_hungarian_museums_are_not_hungarian():
    rows = ["Pietà;Niccolò;Szépmûvészeti Múzeum", "Città di Castello;Trinità;Szépmûvészeti Múzeum"]
    text = "title;artist;location\n" + "\n".join(rows * 20)
    assert detect_encoding(text.encode("cp1252")).name == "cp1252"


def test_a_few_bad_bytes_do_not_make_another_encoding_of_utf_8():
    data = table("French").encode() + b"9,\xc9t\xe9,X,1900\n"
    read = read_csv("works.csv", data, ("id", "title"))
    assert read.settings["encoding"] == "utf-8"
    assert [line for line in read.table["problem"].to_pylist() if line] == [
        "some bytes are not in the file's encoding"
    ]


@pytest.mark.parametrize(
    "name",
    [
        "utf-99",
        "a\0b",
        "",
        " ",
        "hex",
        "rot13",
        "idna",
        "punycode",
        "undefined",
        "x" * 9999,
        "../a",
    ],
)
def test_what_is_no_encoding_is_refused(name):
    with pytest.raises(ValueError, match="there is no encoding"):
        named_encoding(name)


@given(st.binary(max_size=200), st.sampled_from(["utf-8", "utf-16", "cp932", "gb18030", "utf-7"]))
def test_any_bytes_are_decoded_to_text_that_can_be_kept(data, encoding):
    text = decode("works.csv", data, named_encoding(encoding).name)
    text.replace("\udcff", "").encode()


@given(st.binary(max_size=300))
def test_any_bytes_have_an_encoding(data):
    found = detect_encoding(data)
    assert 0 <= found.certainty <= 1
    decode("works.csv", data, found.name)
