"""What ``fit`` prints, without the times that differ from run to run."""

import re
import sys

# " - 1s - 63ms/step" in " 11/11 - 1s - 63ms/step - loss: 0.61"
_TIMES = re.compile(r" - \w+ - \w+/step(?= - )")


class _WithoutTimes:
    """Writes to a stream all but the times."""

    def __init__(self, stream):
        self._stream = stream

    def __getattr__(self, name):
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        return self._stream.write(_TIMES.sub("", text))


def hide_times() -> None:
    """Leave the times out of the lines that ``fit`` prints with ``verbose=2`` from now on."""
    if not isinstance(sys.stdout, _WithoutTimes):
        sys.stdout = _WithoutTimes(sys.stdout)
