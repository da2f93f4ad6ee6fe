"""The collector of garbage, told what is none: it went through everything that is loaded while somebody waited."""

import gc
from importlib import import_module

from django.conf import settings

# A page of twenty-five rows makes some five thousand objects more than it drops before it is sent.
YOUNG = 10_000


def settle() -> None:
    """What is loaded by now, every page with it, stays until the process ends: it is never looked at again, and
    processes that are forked from this one share its memory. Call it once, after the start."""
    import_module(settings.ROOT_URLCONF)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG)
