"""Actions: with many rows from a list, with one from its page. The policy is asked for each row."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.admin.options import get_content_type_for_model
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from openevent.exceptions import DomainError

from .forms import complaints
from .links import Link

NAMED = 5  # rows that a refusal names
Method = Callable[[Any, HttpRequest, models.QuerySet], HttpResponseBase | None]


def action(
    title: Any, *, verb: str = "change", icon: str = "bolt", when: Callable[[Any], bool] | None = None
) -> Callable[[Method], Method]:
    """Decorates an action: what it is called, what the policy is asked, and (``when``) which rows' pages offer it."""

    def note(method: Method) -> Method:
        method.short_description = title  # type: ignore[attr-defined]
        method.verb, method.icon, method.when = verb, icon, when  # type: ignore[attr-defined]
        return method

    return note


def chosen_rows(request: HttpRequest) -> list[tuple[str, str]]:
    """What a page that an action shows must send along, so that the action goes on with the same rows."""
    names = ("action", "select_across", "_selected_action")
    return [(name, value) for name in names for value in request.POST.getlist(name)]


@dataclass
class Report:
    """What became of the rows of an action."""

    done: int = 0
    foreign: int = 0  # not the user's to change
    idle: int = 0  # in a state that the action is not for
    refusals: dict[str, list[Any]] = field(default_factory=dict)  # why, and of which rows

    def sentences(self) -> Iterator[tuple[str, int]]:
        """For the user, each with its level; each reason of a refusal is said once."""
        if self.done or not (self.foreign or self.idle or self.refusals):
            text = ngettext("Done for %(n)d row.", "Done for %(n)d rows.", self.done) % {"n": self.done}
            yield text, messages.SUCCESS if self.done else messages.WARNING
        if self.idle:
            text = ngettext(
                "%(n)d row was left as it is: it is in no state for this.",
                "%(n)d rows were left as they are: they are in no state for this.",
                self.idle,
            )
            yield text % {"n": self.idle}, messages.WARNING
        if self.foreign:
            text = ngettext(
                "%(n)d row is not yours to change.", "%(n)d rows are not yours to change.", self.foreign
            )
            yield text % {"n": self.foreign}, messages.WARNING
        for reason, rows in self.refusals.items():
            named = ", ".join(str(row) for row in rows[:NAMED])
            more = ngettext("and %(n)d more", "and %(n)d more", len(rows) - NAMED) % {"n": len(rows) - NAMED}
            yield f"{named}{f' {more}' if len(rows) > NAMED else ''}: {reason}", messages.ERROR


class ActionsMixin:
    """Offers the actions that the policy lets the user take somewhere; each asks again for each row."""

    row_actions: list[str] = []
    opts: Any

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Django's, without those that the user may take nowhere. What administrators may, depends on the row."""
        found = super().get_actions(request)  # type: ignore[misc]
        if request.user.is_any_admin:  # type: ignore[union-attr]
            return found  # type: ignore[no-any-return]
        verbs = {name: getattr(getattr(self, name, None), "verb", None) for name in found}
        may = {verb: self.may_somewhere(request, verb) for verb in set(verbs.values()) if verb}
        return {name: entry for name, entry in found.items() if may.get(verbs[name], True)}

    def may_somewhere(self, request: HttpRequest, verb: str) -> bool:
        """Whether the policy allows the verb at all, or, where it depends on the row, with one of the newest."""
        if self.may(request, verb):  # type: ignore[attr-defined]
            return True
        return any(self.may(request, verb, row) for row in self._newest(request))  # type: ignore[attr-defined]

    def _newest(self, request: HttpRequest) -> list[Any]:
        """With what the policy looks at; read once in a request, which asks for the actions several times."""
        known: dict[Any, list[Any]] = request.__dict__.setdefault("_newest_rows", {})
        if self.model not in known:  # type: ignore[attr-defined]
            rows = self.get_queryset(request).order_by("-pk")  # type: ignore[attr-defined]
            related = self.list_select_related  # type: ignore[attr-defined]
            known[self.model] = list((rows.select_related(*related) if related else rows)[:5])  # type: ignore[attr-defined]
        return known[self.model]  # type: ignore[attr-defined]

    def row_links(self, request: HttpRequest, obj: Any) -> Iterable[Link]:
        """The actions that the page of this row offers."""
        for name in self.row_actions:
            method = getattr(self, name)
            if self.may(request, method.verb, obj) and (method.when is None or method.when(obj)):  # type: ignore[attr-defined]
                address = self.url("do", obj.pk, name)  # type: ignore[attr-defined]
                yield Link(method.short_description, address, method.icon, is_post=True)

    def do_view(self, request: HttpRequest, pk: str, name: str) -> HttpResponse:
        """One action with one row; back to its page."""
        if name not in self.row_actions:
            raise Http404
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        row = self.row_or_404(request, pk, getattr(self, name).verb)  # type: ignore[attr-defined]
        request.action_name = name  # type: ignore[attr-defined]
        rows = self.get_queryset(request).filter(pk=row.pk)  # type: ignore[attr-defined]
        answer = getattr(self, name)(request, rows)
        return answer or HttpResponseRedirect(self.url("change", row.pk))  # type: ignore[attr-defined]

    def for_each(
        self,
        request: HttpRequest,
        rows: Iterable[Any],
        verb: str,
        do: Callable[[Any], object],
        note: Callable[[Any], str] | None = None,
    ) -> Report:
        """Do something with each row that the policy lets the user do it with and that the action is for; write it
        into the row's history (``note`` says what, else the action's title), and report what became of the rows."""
        method, report = self._method(request), Report()
        when = getattr(method, "when", None)
        title = str(getattr(method, "short_description", _("Changed")))
        for row in rows:
            if not self.may(request, verb, row):  # type: ignore[attr-defined]
                report.foreign += 1
                continue
            if when is not None and not when(row):
                report.idle += 1
                continue
            text = note(row) if note else title
            try:
                with transaction.atomic():
                    do(row)
                    self.log_change(request, row, text)  # type: ignore[attr-defined]
            except DomainError as error:
                for _field, message in complaints(error):
                    report.refusals.setdefault(str(message), []).append(row)
            else:
                report.done += 1
        for text, level in report.sentences():
            self.message_user(request, text, level)  # type: ignore[attr-defined]
        return report

    def _method(self, request: HttpRequest) -> Any:
        name = getattr(request, "action_name", None) or request.POST.get("action", "")
        return getattr(self, name, None)

    def log_export(self, request: HttpRequest, name: str) -> None:
        """Note who took which list along."""
        LogEntry.objects.create(
            user_id=request.user.pk,
            content_type=get_content_type_for_model(self.model),  # type: ignore[attr-defined]
            object_repr=name,
            action_flag=CHANGE,
            change_message=str(_("Exported")),
        )

    def tell(self, request: HttpRequest, error: DomainError | IntegrityError, row: Any = None) -> None:
        """Show why something was refused."""
        for _field, message in complaints(error):
            text = f"{row}: {message}" if row else message
            self.message_user(request, text, messages.ERROR)  # type: ignore[attr-defined]
