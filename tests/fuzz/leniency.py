"""Bodies that the document does not have and that are read all the same, on purpose (docs/api.md, "Writing").

Clients send numbers and booleans in quotes, numbers for texts, and back what they got, nulls and all. The document says
what to send; it would help nobody to say that ``"true"`` is a boolean, too. Whatever is bad beyond that is refused.
"""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from openapi_schema_validator import OAS30WriteValidator, oas30_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4
from rest_framework.fields import BooleanField

NOTHING = object()  # what is read as if it were not there


class Reader:
    """Reads bodies by their schemas as the API does."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry: Registry = Registry().with_resource("urn:document", DRAFT4.create_resource(document))

    def resolved(self, part: dict[str, Any]) -> dict[str, Any]:
        """The schema (or another part of the document) behind a reference."""
        while "$ref" in part:
            found: Any = self.document
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
            part = found
        return part

    def takes(self, case: Any) -> bool:
        """Whether the body of a case fits its schema once it is read leniently."""
        operation = self.document["paths"].get(case.path, {}).get(case.method.lower(), {})
        content = self.resolved(operation.get("requestBody", {})).get("content", {})
        if case.media_type not in content or not isinstance(case.body, (dict, list)):
            return False
        schema = content[case.media_type]["schema"]
        return self._fits(self.read(case.body, schema), schema)

    def takes_query(self, case: Any, url: str) -> bool:
        """Whether the query as it was sent fits: an empty list that was made up is not sent at all."""
        operation = self.document["paths"].get(case.path, {}).get(case.method.lower(), {})
        known = [self.resolved(parameter) for parameter in operation.get("parameters", [])]
        schemas = {parameter["name"]: parameter for parameter in known if parameter["in"] == "query"}
        sent = parse_qs(urlsplit(url).query, keep_blank_values=True)
        return all(self._fits_parameter(values[-1], schemas[n]) for n, values in sent.items() if n in schemas)

    def _fits_parameter(self, text: str, parameter: dict[str, Any]) -> bool:
        if "schema" not in parameter:  # a filter is JSON
            try:
                return self._fits(json.loads(text), parameter["content"]["application/json"]["schema"])
            except ValueError:
                return False
        schema = self.resolved(parameter["schema"])
        value: Any = text.split(",") if schema.get("type") == "array" else text
        return self._fits(self.read(value, schema), schema)

    def _fits(self, value: Any, schema: dict[str, Any]) -> bool:
        absolute = json.loads(json.dumps(schema).replace('"#/', '"urn:document#/'))
        validator = OAS30WriteValidator(absolute, registry=self._registry, format_checker=oas30_format_checker)
        return bool(validator.is_valid(value))

    def read(self, value: Any, schema: dict[str, Any]) -> Any:
        """The value as the API reads it."""
        schema = self.resolved(schema)
        for choice in schema.get("anyOf", schema.get("oneOf", [])):
            candidate = self.read(value, choice)
            if candidate is not NOTHING and self._fits(candidate, choice):
                return candidate
        if value is None:
            return None if schema.get("nullable") or "type" not in schema else NOTHING
        kind = schema.get("type")
        if kind == "object" and isinstance(value, dict):
            return self._members(value, schema.get("properties", {}))
        if kind == "array" and isinstance(value, list):
            return [self.read(entry, schema.get("items", {})) for entry in value]
        return value if kind == "string" and "format" in schema else _scalar(value, kind)

    def _members(self, value: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
        read = {name: self.read(v, properties[name]) if name in properties else v for name, v in value.items()}
        return {name: v for name, v in read.items() if v is not NOTHING}


def _scalar(value: Any, kind: Any) -> Any:
    """A scalar of another type as the type that is wanted, where it spells one."""
    if isinstance(value, (dict, list)):
        return value
    if kind == "boolean":
        words = {True: BooleanField.TRUE_VALUES, False: BooleanField.FALSE_VALUES}
        return next((flag for flag, spellings in words.items() if value in spellings), value)
    if kind == "string":
        return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if kind in ("integer", "number") and not isinstance(value, bool):
        try:
            number = float(value)
        except (ValueError, OverflowError):
            return value
        return int(number) if number.is_integer() else number
    return value
