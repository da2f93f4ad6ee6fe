import codecs
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.csv_sniff import HEAD_BYTES, CsvRefused, Sniffed, sniff, sniff_file
from tests.leads.importing import samples


def test_a_plain_file_is_comma_and_utf8() -> None:
    assert sniff(samples.PLAIN.encode()) == Sniffed("utf-8", ",", ["Email", "Name", "City"])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    head = samples.PLAIN.replace(",", delimiter).encode()
    assert sniff(head).delimiter == delimiter
    assert sniff(head).header == ["Email", "Name", "City"]


def test_a_colon_parts_cells_where_nothing_else_does() -> None:
    assert sniff(b"id:email\n1:a@acme.example\n2:b@acme.example\n").header == ["id", "email"]
    assert sniff(b"from:at,to:at\n10:30,11:30\n10:40,12:00\n").header == ["from:at", "to:at"]
    assert sniff(b"time\n10:30\n11:30\n").header == ["time"]


def test_commas_within_numbers_and_texts_do_not_win_over_semicolons() -> None:
    assert sniff(samples.SEMICOLONS.encode()).delimiter == ";"
    quoted = 'Name;Note\n"Ana, Rep";"a, b, c"\n"Rui, Rep";"d, e, f"\n'
    assert sniff(quoted.encode()).delimiter == ";"


def test_a_line_that_names_the_delimiter_is_believed_and_passed_over() -> None:
    sniffed = sniff(b"sep=;\r\nEmail;Name, full\r\n")
    assert (sniffed.delimiter, sniffed.header) == (";", ["Email", "Name, full"])
    assert sniffed.header_lines == 2


@pytest.mark.parametrize(
    ("encoded_as", "found"),
    [("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("cp1252", "cp1252")],
)
def test_the_encoding_is_found(encoded_as: str, found: str) -> None:
    sniffed = sniff(samples.SEMICOLONS.encode(encoded_as))
    assert (sniffed.encoding, sniffed.header[0]) == (found, "E-Mail")


def test_a_head_that_ends_within_a_character_is_still_utf8() -> None:
    assert sniff("Name,Stadt\nJörg,Köln".encode()[:-2]).encoding == "utf-8"


def test_the_encoding_may_show_only_far_down() -> None:
    filler = b"Name,City\n" + b"Ana,Lisbon\n" * (HEAD_BYTES // 11 + 1)
    assert sniff(filler).encoding == "utf-8"
    assert sniff_file(io.BytesIO(filler + "Jörg,Köln\n".encode("cp1252"))).encoding == "cp1252"
    assert sniff_file(io.BytesIO(filler + "Jörg,Köln\n".encode())).encoding == "utf-8"


def test_the_majority_decides_a_mixed_file_and_the_rest_is_told() -> None:
    good, bad = "Jörg,Köln\n".encode(), "Jörg,Köln\n".encode("cp1252")
    mostly_utf8 = sniff_file(io.BytesIO(b"Name,City\n" + good * 3 + bad))
    assert (mostly_utf8.encoding, len(mostly_utf8.problems)) == ("utf-8", 1)
    assert sniff(b"Name,City\n" + good + bad * 3).encoding == "cp1252"


def test_columns_without_a_name_or_with_the_same_name_are_renamed_and_told() -> None:
    sniffed = sniff(b"Email,,email,Email 2,Email, \n1,2,3,4,5,6\n")
    assert sniffed.header == ["Email", "Column 2", "email 3", "Email 2", "Email 4", "Column 6"]
    assert len(sniffed.problems) == 4
    assert "Column 2 has no name" in sniffed.problems[0]
    assert "“email” occurs twice; column 3" in sniffed.problems[1]


def test_names_are_made_fit_to_be_shown() -> None:
    sniffed = sniff('"First\r\n Name",\u200bCity\ufeff,\x07Bell\n'.encode())
    assert sniffed.header == ["First Name", "City", "Bell"]
    assert sniffed.header_lines == 2


def test_a_single_column_is_told() -> None:
    sniffed = sniff(b"Email\nana@acme.example\n")
    assert sniffed.header == ["Email"]
    assert "Only one column" in sniffed.problems[0]


def test_a_header_alone_is_no_refusal() -> None:
    assert sniff(b"Email,Name").header == ["Email", "Name"]


def test_old_line_ends_are_known() -> None:
    assert sniff(b"Email,Name\rana,Ana\r").header == ["Email", "Name"]
    assert sniff(b"\r\n\r\nEmail,Name\r\nana,Ana\r\n").header_lines == 3


@pytest.mark.parametrize(
    ("head", "said"),
    [
        (b"", "empty"),
        (b" \r\n\n", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (b"sep=;\n\n", "empty"),
        (b"PK\x03\x04\x14\x00", "Excel"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel"),
        (b"\x1f\x8b\x08\x00", "not a text file"),
        (b"%PDF-1.7", "not a text file"),
        (b"Email,Name\nana\x00,Ana\n", "not a text file"),
        (samples.PLAIN.encode("utf-16"), "UTF-16"),
        (samples.PLAIN.encode("utf-16-le"), "UTF-16"),
        (samples.PLAIN.encode("utf-16-be"), "UTF-16"),
        (samples.HTML_PAGE.encode(), "web page"),
        (b'Email,"Name\nana,Ana\n', "quote in the header"),
        (b'Email,"Na"me\nana,Ana\n', "quote in the header"),
        (b",".join(b"c%d" % number for number in range(5_000)), "5000 columns"),
    ],
)
def test_what_is_no_csv_is_refused_with_a_sentence(head: bytes, said: str) -> None:
    for read in (sniff, lambda raw: sniff_file(io.BytesIO(raw))):
        with pytest.raises(CsvRefused, match=said):
            read(head)


@given(st.binary(max_size=200) | st.text(alphabet='ab,;"\r\n\x00é\u2028').map(str.encode))
def test_any_file_is_either_sniffed_or_refused(head: bytes) -> None:
    try:
        sniffed = sniff(head)
    except CsvRefused:
        return
    folded = [name.casefold() for name in sniffed.header]
    assert len(set(folded)) == len(folded) > 0
    assert all(folded)
