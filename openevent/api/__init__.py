"""The JSON:API kit: what every resource of the wire has in common. It knows no app.

    @api.resource
    class TrackViewSet(ResourceViewSet):
        serializer_class = TrackSerializer

    api.nest(Event, Track, "tracks", lookup="event")

Routes, relationship routes, related routes, links and includes are derived (urls.py).
"""

from .registry import narrowed, nest, resource

__all__ = ["narrowed", "nest", "resource"]
