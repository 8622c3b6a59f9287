"""The view set that every resource has: list, retrieve, create, update, destroy."""

from typing import Any, ClassVar

from django.urls import URLPattern

from .registry import Relationship
from .wire import JSONAPIParser, JSONAPIRenderer, PlainRenderer
from .writing import WritingViewSet


class ResourceViewSet(WritingViewSet):
    """CRUD on a resource. Subclasses name a serializer and, where something happens, override ``perform_*``.

    ``actions``       what the wire offers at all
    ``list_needs``    permissions that a list asks for beyond showing only visible rows
    ``relationship``  set on routes such as /v1/events/<id>/tracks: the rows are those of the parent in the URL
    """

    path: ClassVar[str]
    aliases: ClassVar[tuple[str, ...]] = ()  # other collections below which clients look for a row's routes
    actions: ClassVar[tuple[str, ...]] = ("list", "create", "retrieve", "update", "destroy")
    is_busy: ClassVar[bool] = False  # whether its routes are tried before the others
    written_with: ClassVar[tuple[Relationship, ...]] = ()  # relationships that a POST takes and no answer shows
    collection_methods: ClassVar[dict[str, str]] = {}  # of types that have one record: what its collection does
    parser_classes = [JSONAPIParser]
    renderer_classes = [JSONAPIRenderer, PlainRenderer]
    permission_classes: ClassVar[list[Any]] = []  # the policy table decides
    queryset = None

    @classmethod
    def extra_urls(cls) -> list[URLPattern]:
        """Routes below the collection that JSON:API does not know."""
        return []
