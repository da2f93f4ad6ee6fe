"""What the web processes do before they are forked."""

import subprocess
import sys

from django.conf import settings

LOOK = """
import gc, sys
import leadhub.wsgi
print(gc.get_freeze_count() > 50_000, "handoff.views.queue" in sys.modules, gc.get_threshold()[0])
"""


def test_what_is_loaded_is_kept_out_of_the_collectors_way() -> None:
    looked = subprocess.run(
        [sys.executable, "-c", LOOK], cwd=settings.BASE_DIR, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert looked.stdout.split() == ["True", "True", "10000"]
