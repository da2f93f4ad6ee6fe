"""Adding and changing one criterion."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from leads.vocabulary.offered import Vocabulary
from leads.vocabulary.typed import Values
from scoring.definition import Group
from scoring.forms.criterion import CriterionForm, of_criterion
from scoring.publishing import drafts
from scoring.views import drawer, saving
from scoring.views.drawer import Drawer, Opened
from scoring.views.editor_page import Tab

FIELDS = "scoring/criterion_fields.html"


def add(request: HttpRequest) -> HttpResponse:
    """A new criterion of the group in `group`."""
    opened = drawer.opened(request)
    if opened is None:
        return drawer.no_model(request)
    wanted = request.POST.get("group") or request.GET.get("group")
    group = Group(wanted) if wanted in set(Group) else Group.FIT
    form = _form(drawer.values(request), Vocabulary.read(), opened, group)
    key = drafts.free_key(form.said("label"), opened.definition.by_key)
    here = reverse("scoring:add_criterion")
    page = Drawer(opened, _("Add a criterion"), here, FIELDS, key, Tab.RULES, True, group)
    return drawer.saved(request, page, form, drafts.added("criteria", key, form.shape()))


def change(request: HttpRequest, key: str) -> HttpResponse:
    """A criterion that exists; a GET with values redraws the form for what they choose."""
    opened = drawer.opened(request)
    criterion = opened.definition.by_key.get(key) if opened else None
    if opened is None or criterion is None:
        return saving.gone(request)
    words = Vocabulary.read()
    values = drawer.values(request, of_criterion(criterion, words))
    form = _form(values, words, opened, criterion.group)
    here = reverse("scoring:criterion", args=[key])
    page = Drawer(opened, criterion.label, here, FIELDS, key, Tab.RULES, False, criterion.group)
    return drawer.saved(request, page, form, drafts.replaced("criteria", key, form.shape()))


def _form(values: Values, words: Vocabulary, opened: Opened, group: Group) -> CriterionForm:
    names = sorted({c.first_of for c in opened.definition.criteria if c.first_of})
    return CriterionForm(values, words, group=group, names=names)
