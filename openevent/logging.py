"""Placeholder until the request id middleware lands."""


def request_id() -> str:
    """The id of the request at hand."""
    return ""
