"""``manage.py doctor``: what is wrong with an installation, and how to mend it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from openevent import doctor


class Command(BaseCommand):
    help = "Look at the settings and at everything the site depends on; say what is wrong and how to mend it."
    requires_system_checks: list[str] = []  # it must speak when little works

    def handle(self, *args: Any, **options: Any) -> None:
        found = 0
        for name, problem in doctor.examine():
            found += problem is not None
            mark = self.style.SUCCESS("ok     ") if problem is None else self.style.ERROR("PROBLEM")
            self.stdout.write(f"{mark} {name}")
            if problem is not None:
                self.stdout.write(f"        {problem.what}\n        -> {problem.mend}")
        if found:
            raise CommandError(f"{found} problem{'s' if found > 1 else ''} found.")
        self.stdout.write("No problems found.")
