"""Which frameworks there are: every version stays, cards start with the newest."""

from qualification.definition import FrameworkDefinition, parse
from qualification.models import Framework

DEFAULT = "bant"


def frameworks() -> list[Framework]:
    """The newest version of each framework."""
    return list(Framework.objects.order_by("key", "-version").distinct("key"))


def newest(key: str) -> Framework | None:
    """The newest version of a framework."""
    return Framework.objects.filter(key=key).order_by("-version").first()


def usual() -> FrameworkDefinition | None:
    """The framework that cards are started with where no rule holds."""
    framework = newest(DEFAULT)
    return parse(framework.definition) if framework else None


def meanings() -> dict[tuple[str, str], str]:
    """What each element means, by framework and element; of elements that mean something."""
    return {
        (one.key, element.key): element.meaning
        for one in frameworks()
        for element in parse(one.definition).elements
        if element.meaning
    }
