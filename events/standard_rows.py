"""What the standard roles may do with the parts of events: made after each migration, where it is missing."""

from typing import Any

SERVICES = ["track", "session", "speaker", "sponsor", "microlocation"]
COLUMNS = ("can_create", "can_read", "can_update", "can_delete")
READ, EDIT, ALL = (False, True, False, False), (True, True, True, False), (True, True, True, True)
TEAM = dict.fromkeys(SERVICES, ALL)
# role → service → COLUMNS
PERMISSIONS = {
    "owner": TEAM,
    "organizer": TEAM,
    "coorganizer": TEAM,
    "track_organizer": {"track": ALL, "session": ALL, "speaker": ALL, "sponsor": READ, "microlocation": READ},
    "moderator": {**dict.fromkeys(SERVICES, READ), "session": EDIT, "speaker": EDIT},
    "registrar": dict.fromkeys(SERVICES, READ),
    "attendee": dict.fromkeys(SERVICES, READ),
}


def make_standard_rows(apps: Any) -> None:
    """The services and the permissions, where there are none yet. ``apps`` as migrated so far."""
    try:
        role, service = apps.get_model("events", "Role"), apps.get_model("events", "Service")
        permission = apps.get_model("events", "EventRolePermission")
    except LookupError:
        return  # migrated back to a time before them
    if not service.objects.exists():
        service.objects.bulk_create([service(name=name) for name in SERVICES])
    if permission.objects.exists():
        return
    services = {row.name: row for row in service.objects.all()}
    roles = {row.name: row for row in role.objects.filter(name__in=PERMISSIONS)}
    permission.objects.bulk_create(
        permission(role=roles[name], service=services[part], **dict(zip(COLUMNS, may, strict=True)))
        for name, parts in PERMISSIONS.items()
        for part, may in parts.items()
        if name in roles and part in services
    )
