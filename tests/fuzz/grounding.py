"""Makes some of what was made up meet the world: keys of rows that exist, bodies that could be meant.

A body of random values is refused for its first bad value, and nothing behind the check of that value is reached. So
most bodies are those of a row that exists with one or two values made up.
"""

import random
from typing import Any

from .leniency import Reader
from .world import Ground, collection_of

MOST_CHANGED = 2
MOST_PARAMETERS = 2  # of a query; all at once are nearly always refused for one of them
REAL_KEYS = 0.9
NEXT_DOOR = 0.3  # of keys: of the other event
OWN_KEYS = 0.5  # of users: one of those who ask
FRESH = {"name", "title", "code", "identifier", "slug", "short-name"}  # often unique
PLAIN = {"group": "groups"}  # names of collections that some plain routes have
# placeholders and members of plain bodies that name rows of a type
NAMED = {
    "event": "event",
    "event_id": "event",
    "badge_id": "badge-form",
    "form_id": "custom-form",
    "session": "session",
    "session_id": "session",
    "ticket": "ticket",
    "tickets": "ticket",
    "order": "order",
    "order_id": "order",
    "order_identifier": "order",
    "attendee": "attendee",
    "attendees": "attendee",
    "room": "microlocation",
    "speakers": "speaker",
    "station": "station",
    "user": "user",
    "email": "user",
}


class Grounding:
    """Grounds cases in one world; whoever asks, they are the same."""

    def __init__(self, ground: Ground, reader: Reader) -> None:
        self.world, self.reader = ground, reader
        self.askers = [str(person.pk) for person in (ground.cast.eve, ground.cast.olga, ground.cast.adam)]

    def ground(self, kind: str, case: Any, rng: random.Random) -> None:
        """As much as goes with the kind of the case."""
        if kind != "positive":
            self.put_keys(case, rng)
        if kind == "meant":
            self.thin_query(case, rng)
            self.mend_body(case, rng)

    def put_keys(self, case: Any, rng: random.Random) -> None:
        """Keys of rows in the path."""
        known = self.world.others if rng.random() < NEXT_DOOR else self.world.keys
        collection = collection_of(case.path)
        keys = known.get(PLAIN.get(collection, collection), [])
        found = dict(case.path_parameters)
        for name, made_up in case.path_parameters.items():
            if name in NAMED and NAMED[name] in self.world.ids and name != "event":
                found[name] = str(self.world.ids[NAMED[name]])
            elif name == "code":
                found[name] = self._code(case.path)
            elif name == "id" and "key" in found:
                continue  # of something below the row that the key names
            elif name in ("id", "pk", "key", "event") and rng.random() < REAL_KEYS:
                chosen = known["events"] if name == "event" else keys
                if collection == "users" and rng.random() < OWN_KEYS:
                    chosen = self.askers
                found[name] = rng.choice(chosen) if chosen else made_up  # of what is no row anything may be made up
        if found != case.path_parameters:
            case.path_parameters = found

    def _code(self, path: str) -> str:
        type_ = "access-code" if "access" in path else "discount-code"
        return str(self.world.objects[type_]["attributes"]["code"])

    def thin_query(self, case: Any, rng: random.Random) -> None:
        """A few of the query's parameters."""
        query = dict(case.query or {})
        if len(query) > MOST_PARAMETERS:
            kept = rng.sample(sorted(query), rng.randint(0, MOST_PARAMETERS))
            case.query = {name: query[name] for name in kept}

    def mend_body(self, case: Any, rng: random.Random) -> None:
        """A body that could be meant, with a few values of the one that was made up."""
        body = case.body
        if not isinstance(body, dict):
            return
        data = body.get("data")
        if isinstance(data, dict) and data.get("type") in self.world.objects and "/relationships/" not in case.path:
            case.body = {"data": self._resource_object(case, data, rng)}
        else:
            case.body = self._with_real_ids(body, None, rng)

    def _resource_object(self, case: Any, made_up: dict[str, Any], rng: random.Random) -> dict[str, Any]:
        type_ = made_up["type"]
        known, accepted = self.world.objects[type_], self._accepted(case)
        found: dict[str, Any] = {"type": type_}
        attributes: dict[str, Any] = {}
        if case.method.upper() == "PATCH":
            found["id"] = self._id_in(case, type_)
        else:
            attributes = {name: v for name, v in known["attributes"].items() if name in accepted["attributes"]}
            attributes |= {name: f"{name}{rng.randrange(10**6)}" for name in attributes.keys() & FRESH}
            attributes |= {name: f"n{rng.randrange(10**6)}@example.org" for name in attributes.keys() & {"email"}}
            found["relationships"] = self._relationships(accepted["relationships"])
        given = made_up.get("attributes") or {}
        attributes |= {name: given[name] for name in _some(given, rng)}
        linked = made_up.get("relationships") or {}
        if rng.random() < 0.3:
            changed = {name: self._with_real_ids(linked[name], None, rng) for name in _some(linked, rng)}
            found["relationships"] = {**found.get("relationships", {}), **changed}
        return {**found, "attributes": attributes}

    def _id_in(self, case: Any, type_: str) -> Any:
        key = str(case.path_parameters.get("id"))
        if "/" in case.path.partition("}")[2] or not key.isdecimal():
            return self.world.ids[type_]
        return int(key) if isinstance(self.world.ids[type_], int) else key

    def _accepted(self, case: Any) -> dict[str, dict[str, Any]]:
        """The attributes and relationships that a body may have, with their schemas."""
        operation = self.reader.document["paths"][case.path][case.method.lower()]
        content = self.reader.resolved(operation["requestBody"])["content"]
        schema = self.reader.resolved(next(iter(content.values()))["schema"])
        data = self.reader.resolved(schema["properties"]["data"])["properties"]
        return {part: data.get(part, {}).get("properties", {}) for part in ("attributes", "relationships")}

    def _relationships(self, schemas: dict[str, Any]) -> dict[str, Any]:
        """The world's rows, by each to-one relationship."""
        found = {}
        for name, schema in schemas.items():
            data = schema["properties"]["data"]
            if data["type"] == "object":
                type_ = data["properties"]["type"]["enum"][0]
                found[name] = {"data": {"type": type_, "id": self.world.ids[type_]}}
        return found

    def _with_real_ids(self, value: Any, name: str | None, rng: random.Random) -> Any:
        """The same with ids of rows where it names rows."""
        if isinstance(value, list):
            return [self._with_real_ids(entry, name, rng) for entry in value]
        if isinstance(value, dict):
            type_ = value.get("type")
            if isinstance(type_, str) and type_ in self.world.ids and "id" in value:
                return {**value, "id": self.world.ids[type_]}
            return {key: self._with_real_ids(v, name if key == "id" else key, rng) for key, v in value.items()}
        type_ = NAMED.get((name or "").replace("-", "_"))
        if type_ is None or isinstance(value, bool) or not isinstance(value, (int, str)):
            return value
        if name == "email":
            return str(self.world.objects["user"]["attributes"].get("email") or value)
        return type(value)(self.world.ids[type_]) if rng.random() < REAL_KEYS else value


def _some(members: Any, rng: random.Random) -> list[str]:
    names = sorted(members) if isinstance(members, dict) else []
    return rng.sample(names, min(len(names), rng.randint(0, MOST_CHANGED)))
