"""Noticing that a row has got another picture: its sizes (resizing.py) are made anew."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import post_save

from .models import User
from .resizing import KNOWN, lacks_sizes, outdated_columns
from .tasks import resize_picture_task


def watch(*models: type[Model]) -> None:
    """Connect to the saves of models that were declared by ``have_sizes``."""
    for model in models:
        post_save.connect(refresh_sizes, sender=model, dispatch_uid=f"accounts.pictures.{model._meta.label}")


def refresh_sizes(instance: Any, raw: bool = False, **kwargs: Any) -> None:
    """Take the sizes of the old picture away, and ask a worker for those of the new one."""
    if raw:
        return
    changes: dict[str, Any] = dict.fromkeys(outdated_columns(instance))
    if isinstance(instance, User) and (instance.original_image_url or None) != (instance.avatar_url or None):
        changes["original_image_url"] = instance.avatar_url
    if changes:
        type(instance)._base_manager.filter(pk=instance.pk).update(**changes)
        vars(instance).update(changes)
    if lacks_sizes(instance):
        resize_picture_task.publish_on_commit(instance._meta.label_lower, instance.pk)


def ask_for_sizes(*rows: Any) -> None:
    """The same for rows that were written in bulk, which nobody hears of."""
    for row in rows:
        if type(row) in KNOWN:
            refresh_sizes(row)
