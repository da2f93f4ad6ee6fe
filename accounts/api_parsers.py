"""How the API reads bodies: JSON in UTF-8 within limits, whatever charset the header claims."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.parsers import BaseParser

from accounts.safe_json import Batch, Limits, loads, loads_batch

API_VALUES = 50_000


class SafeJSONParser(BaseParser):
    """JSON of a known machine, up to settings.JSON_LIMIT_API bytes."""

    media_type = "application/json"

    def limits(self) -> Limits:
        return Limits(bytes=settings.JSON_LIMIT_API, values=API_VALUES)

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The value of the body. Raises BadJson or TooLarge; the exception handler knows both."""
        limits = self.limits()
        return self.read(stream.read(limits.bytes + 1), limits)

    def read(self, raw: bytes, limits: Limits) -> Any:
        return loads(raw, limits=limits)


class PublicJSONParser(SafeJSONParser):
    """JSON of strangers, up to settings.JSON_LIMIT_PUBLIC bytes and 5,000 values."""

    def limits(self) -> Limits:
        return Limits(bytes=settings.JSON_LIMIT_PUBLIC)


class BatchJSONParser(SafeJSONParser):
    """A batch in the Segment shape; request.data is a safe_json.Batch, each item with its error."""

    within = "batch"

    def read(self, raw: bytes, limits: Limits) -> Batch:
        return loads_batch(raw, within=self.within, limits=limits)
