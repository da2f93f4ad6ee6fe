"""Of the rows of imports, deals that are open belong to those who close."""

from leads.importing import open_deals
from qualification.closing.filed import FiledDeals

open_deals.kept_by(FiledDeals())
