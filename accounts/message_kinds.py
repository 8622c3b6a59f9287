"""The kinds of messages that an administrator can switch off, and which mails belong to them."""

from typing import NamedTuple


class Message(NamedTuple):
    """A kind of mail: its name on the wire, who gets it, and its subject and gist for the back office."""

    action: str
    recipient: str
    subject: str
    gist: str


MESSAGES = [
    Message(*row)
    for row in [
        ("user_registration", "User", "Welcome", "Sent to everybody who has just registered."),
        ("user_confirmation", "User", "Confirm your address", "Carries the link that proves an address."),
        ("user_change_email", "User", "Your address was changed", "Sent to the old address of an account."),
        ("new_session", "Organizer", "A session was submitted", "Tells the team of a new proposal."),
        ("password_reset", "User", "Reset your password", "Carries the link to choose a new password."),
        ("password_change", "User", "Your password was changed", "Sent after each change of a password."),
        ("password_reset_verify", "User", "Choose a password", "For accounts that were made with an order."),
        ("event_role", "User", "You are invited to an event's team", "Carries the link that accepts a role."),
        ("speaker_invite", "Speaker", "You are invited to speak", "Carries the link that accepts a session."),
        ("group_role", "User", "You are invited to a group's team", "Carries the link that accepts a role."),
        ("session_state_change", "Speaker", "Your session", "Tells speakers what was decided on a session."),
        ("ticket_purchased", "Buyer", "Your order", "The summary of an order."),
        ("ticket_purchased_attendee", "Attendee", "Your ticket", "Carries the ticket of one attendee."),
        ("ticket_purchased_organizer", "Organizer", "New order", "Tells the team of an order."),
        ("ticket_cancelled", "Buyer", "Your order was cancelled", "Sent when an order is cancelled."),
        ("event_exported", "User", "Your export is ready", "Carries the link to an exported event."),
        ("event_export_fail", "User", "Your export failed", "Says why an event could not be exported."),
        ("event_imported", "User", "Your import is done", "Carries the link to an imported event."),
        ("event_import_fail", "User", "Your import failed", "Says why an event could not be imported."),
        ("monthly_payment", "Organizer", "Your monthly invoice", "The site's fees of one month."),
        ("after_event", "Organizer", "Your event is over", "Sent to the team when an event has ended."),
        ("after_event_speaker", "Speaker", "Thank you", "Sent to speakers when an event has ended."),
        ("monthly_payment_follow_up", "Organizer", "Your invoice is open", "Reminds of an invoice."),
        ("monthly_payment_pre_due", "Organizer", "Your invoice is due soon", "Sent before an invoice is due."),
        ("monthly_payment_post_due", "Organizer", "Your invoice is overdue", "Sent when an invoice is overdue."),
        ("test_mail", "User", "Test", "Tries out how the site sends mail."),
        ("contact_organizers", "Organizer", "A question on your event", "What a visitor asks the team."),
        ("contact_group_organizers", "Organizer", "A question on your group", "What a visitor asks a group."),
        ("video_moderator_invite", "User", "You are invited to moderate", "For moderators of a video room."),
        ("ticket_sales_end", "Organizer", "Your ticket sale has ended", "Sent when a sale is over."),
        ("ticket_sales_end_tomorrow", "Organizer", "Your ticket sale ends tomorrow", "Sent the day before."),
        ("ticket_sales_end_next_week", "Organizer", "Your ticket sale ends next week", "Sent a week before."),
        ("announce_event", "Follower", "A new event of your group", "Tells followers of a group's event."),
    ]
]
BY_ACTION = {message.action: message for message in MESSAGES}

# The names of our mail templates that differ from the kind they belong to. A template that is neither
# here nor a kind itself always goes out.
KIND_OF_TEMPLATE = {
    "welcome": "user_registration",
    "verify_email": "user_confirmation",
    "email_changed": "user_change_email",
    "reset_password": "password_reset",
    "password_changed": "password_change",
    "role_invite": "event_role",
    "order_completed": "ticket_purchased",
    "order_placed": "ticket_purchased",
    "ticket_issued": "ticket_purchased_attendee",
    "order_cancelled": "ticket_cancelled",
    "event_contact": "contact_organizers",
    "group_contact": "contact_group_organizers",
    "group_event": "announce_event",
    "group_role_invite": "group_role",
    "test": "test_mail",
}

NOTIFICATIONS = [
    "user_registration",
    "new_session",
    "session_state_change",
    "event_role",
    "ticket_purchased_organizer",
    "ticket_cancelled_organizer",
    "event_exported",
    "event_export_fail",
    "event_imported",
    "event_import_fail",
    "monthly_payment",
]


def kind_of(template: str) -> str | None:
    """The kind of message that the mail ``template`` is one of; None for mails nobody can switch off."""
    kind = KIND_OF_TEMPLATE.get(template, template)
    return kind if kind in BY_ACTION else None
