"""What the description of the API says of every operation: how a key is sent, and how leadhub says no."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

# Every door can answer so; what else it answers is said at the door.
REFUSALS = {
    "400": "The request cannot be understood; `fields` says what and why.",
    "401": "Nobody says who asks: send a key.",
    "403": "Whoever asks may not do this.",
    "404": "There is no such thing, or not for whoever asks.",
    "406": "This format is not spoken here.",
    "409": "Somebody was faster, or it was something else before.",
    "413": "This is too much at once.",
    "415": "The body is of a kind that is not read here.",
    "422": "The Idempotency-Key was used for another request.",
    "429": "Too often; `Retry-After` says when to come back.",
    "503": "The database is away; `Retry-After` says when to come back.",
}
REFUSAL = {
    "type": "object",
    "properties": {
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string", "description": "For programs; it never changes."},
                "message": {"type": "string"},
                "fields": {
                    "type": "object",
                    "additionalProperties": {"type": "array", "items": {"type": "string"}},
                },
                "request_id": {"type": "string"},
            },
            "required": ["code", "message", "fields", "request_id"],
        }
    },
    "required": ["error"],
}
METHODS = {"get", "put", "post", "delete", "patch"}


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.authentication.KeyAuthentication"
    match_subclasses = True
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A key of *People and keys*."}


def add_refusals(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """Hook of the generator: each operation gets the refusals it does not describe itself."""
    result.setdefault("components", {}).setdefault("schemas", {})["Refusal"] = REFUSAL
    body = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path in result["paths"].values():
        for method, operation in path.items():
            if method in METHODS:
                _add_to(operation["responses"], body)
    return result


def _add_to(responses: dict[str, Any], body: dict[str, Any]) -> None:
    for status, description in REFUSALS.items():
        said = responses.setdefault(status, {})
        said["description"] = said.get("description") or description
        said.setdefault("content", body)
