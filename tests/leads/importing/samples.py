"""Small files in the shapes that people upload: exports of other systems, sound and broken."""

PLAIN = "Email,Name,City\nana@acme.example,Ana,Lisbon\nrui@acme.example,Rui,Porto\n"

# A lead export without e-mail: two numbers identify the row, many cells are empty.
WIDE = (
    "Prospect ID,Lead Number,Origin,Source,Converted,Visits,City\r\n"
    "7927b2df-8bba-4d29-b9a2-b6e0beafc620,660737,API,Olark Chat,0,0,Select\r\n"
    "2a272436-5132-4136-86fa-dcc88c88f482,660728,API,Organic Search,0,5,\r\n"
    "8cc8c611-a219-4f35-ad23-fdfd2656bd8a,660727,Landing Page,Direct Traffic,1,,Mumbai\r\n"
)
TRAILING_EMPTY_COLUMN = WIDE.replace("\r\n", ",\r\n")
# An editor took the second row for a single cell and quoted it as a whole.
WHOLE_LINE_QUOTED = (
    "Email,Name,City\n"
    "ana@acme.example,Ana,Lisbon\n"
    '"rui@acme.example,""Rui, Rep"",Porto"\n'
    "ines@acme.example,Ines,Faro\n"
)

MULTI_LINE = (
    'Email,Note\nana@acme.example,"first line\n\nthird, with comma"\nrui@acme.example,none\n'
)
UNCLOSED_QUOTE = (
    "Email,Name,City\n"
    "ana@acme.example,Ana,Lisbon\n"
    'rui@acme.example,"Rui,Porto\n'
    "ines@acme.example,Ines,Faro\n"
    'otto@acme.example,"Otto, Out",Braga\n'
)
RAGGED = (
    "Email,Name,City\n"
    "ana@acme.example,Ana\n"
    "rui@acme.example,Rui,Porto,Portugal\n"
    "ines@acme.example,Ines,Faro,,\n"
    ",,\n"
    "\n"
    "otto@acme.example,Otto,Braga\n"
)
SEMICOLONS = "E-Mail;Name;Umsatz\nana@acme.example;Jörg Müller;1,5\nrui@acme.example;Zoë;2,75\n"
HTML_PAGE = "\n\n\n<!DOCTYPE html>\n<html><body>Leads.csv, 2.3 MB, Download</body></html>\n"
