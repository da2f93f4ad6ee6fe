"""How a list leaves leadhub: the same table as CSV or as a workbook."""

from datetime import datetime

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect

from leads.exporting import export
from leads.exporting.tables import Table


def answer(request: HttpRequest, table: Table, *, back: str, at: datetime) -> HttpResponseBase:
    """The file that was asked for by ?format=; a list too long for a workbook leads back with a word."""
    wanted = request.GET.get("format", export.CSV)
    suffix = wanted if wanted == export.WORKBOOK else export.CSV
    name = f"{table.name}-{at:%Y-%m-%d}.{suffix}"
    if suffix == export.WORKBOOK:
        try:
            return FileResponse(export.as_workbook(table), as_attachment=True, filename=name)
        except export.TooManyRows as error:
            messages.error(request, str(error))
            return redirect(back)
    sent = StreamingHttpResponse(export.as_csv(table), content_type="text/csv; charset=utf-8")
    sent["Content-Disposition"] = f'attachment; filename="{name}"'
    return sent
