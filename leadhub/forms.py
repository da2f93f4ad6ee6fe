"""How Django forms are drawn: through templates/ui, so that all fields look and read the same."""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.template.loader import get_template


class LeadhubRenderer(DjangoTemplates):
    """Draws forms and fields with our templates, single widgets with Django's own."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"

    def get_template(self, template_name: str) -> Any:
        """Return the template of that name; ours live under ui/ in the project's templates."""
        if template_name.startswith("ui/"):
            return get_template(template_name)
        return super().get_template(template_name)
