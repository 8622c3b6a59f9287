"""Under which names the generations of the format know our columns."""

from collections.abc import Mapping

Spellings = Mapping[str, tuple[str, ...]]


def _same(*names: str) -> dict[str, tuple[str, ...]]:
    return dict.fromkeys(names, ())


EVENT: Spellings = {
    "name": ("title",),
    "description": (),
    "owner_name": ("organizer_name", "organiser_name"),
    "owner_description": ("organizer_description", "organiser_description"),
    "has_owner_info": ("has_organizer_info",),
    "code_of_conduct": (),
    "external_event_url": ("event_url", "url"),
    "ticket_url": (),
    "online": ("is_event_online", "is_online"),
    "location_name": ("location",),
    "searchable_location_name": (),
    "latitude": (),
    "longitude": (),
    "is_map_shown": ("show_map",),
    "logo_url": ("logo",),
    "original_image_url": ("background_image", "background_url", "background_image_url", "original"),
    "large_image_url": ("large",),
    "thumbnail_image_url": ("thumbnail", "thumbnail_url"),
    "icon_image_url": ("icon", "icon_url"),
    "schedule_published_on": (),
    "is_sessions_speakers_enabled": ("has_session_speakers", "has_sessions_speakers"),
    "is_sponsors_enabled": ("has_sponsors",),
    "payment_country": (),
    **_same("refund_policy", "after_order_message", "document_links", "public_stream_link", "stream_autoplay"),
    **_same("stream_loop", "is_badges_enabled", "is_billing_info_mandatory", "is_cfs_enabled", "is_chat_enabled"),
    **_same("is_document_enabled", "is_donation_enabled", "is_oneclick_signup_enabled", "is_tax_enabled"),
    **_same("is_ticket_form_enabled", "is_videoroom_enabled", "show_remaining_tickets", "can_pay_by_bank"),
    **_same("can_pay_by_cheque", "can_pay_by_invoice", "can_pay_onsite", "bank_details", "cheque_details"),
    **_same("onsite_details", "invoice_details"),
}
# true of the site the file comes from, or said by other attributes
EVENT_IGNORED = {
    *(
        "id",
        "identifier",
        "version",
        "created_at",
        "deleted_at",
        "social_links",
        "licence_details",
        "creator",
    ),
    *("timezone", "starts_at", "start_time", "ends_at", "end_time", "state", "privacy", "type", "topic"),
    *("sub_topic", "event_type", "event_topic", "event_sub_topic", "payment_currency"),
}
TRACK: Spellings = {
    "name": ("title",),
    "description": (),
    "position": ("order",),
    "deleted_at": (),
}
TRACK_IGNORED = {"id", "color", "sessions", "font_color"}
MICROLOCATION: Spellings = {
    "name": ("title",),
    "floor": (),
    "room": (),
    "latitude": (),
    "longitude": (),
    "position": ("order",),
    "hidden_in_scheduler": (),
    "is_chat_enabled": (),
    "is_global_event_room": (),
    "deleted_at": (),
}
MICROLOCATION_IGNORED = {"id", "sessions"}
SESSION_TYPE: Spellings = {"name": ("title",), "position": ("order",), "deleted_at": ()}
SPEAKER: Spellings = {
    "name": ("full_name",),
    "email": (),
    "photo_url": ("photo",),
    "thumbnail_image_url": ("thumbnail", "thumbnail_url"),
    "small_image_url": ("small", "small_url"),
    "icon_image_url": ("icon", "icon_url"),
    "short_biography": ("biography", "bio"),
    "organisation": ("organization", "company"),
    "is_featured": ("featured",),
    "order": (),
    "deleted_at": (),
    **_same("long_biography", "speaking_experience", "mobile", "website", "twitter", "facebook", "github"),
    **_same("mastodon", "linkedin", "instagram", "position", "speaker_positions", "country", "city", "address"),
    **_same("heard_from", "sponsorship_required", "complex_field_values", "is_email_overridden"),
}
SPEAKER_IGNORED = {"id", "sessions", "gender", "user", "user_id"}
SESSION: Spellings = {
    "title": ("name",),
    "subtitle": (),
    "short_abstract": ("abstract",),
    "long_abstract": ("description",),
    "slides_url": ("slides",),
    "video_url": ("video",),
    "audio_url": ("audio",),
    "starts_at": ("start_time",),
    "ends_at": ("end_time",),
    "submitted_at": ("submission_date",),
    "created_at": (),
    "deleted_at": (),
    **_same("comments", "language", "signup_url", "website", "facebook", "twitter", "github", "gitlab"),
    **_same("linkedin", "instagram", "mastodon", "complex_field_values", "is_locked", "is_mail_sent"),
}
SESSION_IGNORED = {
    *("id", "level", "state", "track", "track_id", "microlocation", "microlocation_id", "room"),
    *("session_type", "session_type_id", "speakers", "speaker_ids", "last_modified_at", "timezone"),
}
SPONSOR: Spellings = {
    "name": ("title",),
    "description": (),
    "url": ("website",),
    "type": ("sponsor_type",),
    "logo_url": ("logo",),
    "deleted_at": (),
}
SPONSOR_IGNORED = {"id", "level"}
SOCIAL_LINK: Spellings = {"name": (), "identifier": (), "deleted_at": ()}
SOCIAL_LINK_IGNORED = {"id", "link", "url"}
COPYRIGHT: Spellings = {
    **_same("holder", "holder_url", "licence_url", "year"),
    "licence": ("license", "name"),
    "logo_url": ("logo",),
}
COPYRIGHT_IGNORED = {"id"}
SPEAKERS_CALL: Spellings = {"announcement": (), "soft_ends_at": ("soft_end_date",)}
# a hash is the address of a private call: the event that is made gets one of its own
SPEAKERS_CALL_IGNORED = {"id", "timezone", "hash", "privacy", "starts_at", "ends_at", "start_date", "end_date"}
FORM: Spellings = {
    "field_identifier": (),
    **_same("name", "description", "form_id", "position", "min", "max", "main_language"),
    **_same("is_required", "is_included", "is_fixed", "is_public", "is_allow_edit"),
}
FORM_IGNORED = {"id", "form", "type", "options", "translations", "is_complex"}
