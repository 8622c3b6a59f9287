"""What can be wrong with a request, independent of HTTP; openevent/api/errors.py gives each its status."""


class DomainError(Exception):
    """A rule of the domain says no.

    ``code`` is a snake_case fact for programs, ``pointer`` the JSON pointer of the input that is to
    blame ("" where none is). Subclasses say what kind of no it is.
    """

    code = "invalid"

    def __init__(self, message: str, code: str | None = None, pointer: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.pointer = pointer


class InvalidInput(DomainError):
    """The input breaks a rule of its own (HTTP 422)."""


class MalformedInput(DomainError):
    """The input cannot be read at all (HTTP 400)."""

    code = "malformed"


class NotAllowed(DomainError):
    """This user may not do this (HTTP 403)."""

    code = "forbidden"


class NotFound(DomainError):
    """There is no such thing, or it is not visible to this user (HTTP 404)."""

    code = "not_found"


class Conflict(DomainError):
    """The state of things stands against it: sold out, duplicate, wrong state (HTTP 409)."""

    code = "conflict"


class Unavailable(DomainError):
    """An outside service is needed that this site has not set up, or that does not answer (HTTP 503)."""

    code = "unavailable"


class Several(DomainError):
    """More than one thing is wrong; all of them are reported at once."""

    code = "several"

    def __init__(self, errors: list[DomainError]) -> None:
        super().__init__("; ".join(e.message for e in errors), pointer=errors[0].pointer)
        self.errors = errors
