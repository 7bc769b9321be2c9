"""What annbook.network offers says in NumPy's sections what it takes and what it raises."""

import inspect
import re

import pytest

from annbook import network

OFFERED = [getattr(network, name) for name in network.__all__ if callable(getattr(network, name))]
METHODS = [
    getattr(network.Network, name) for name in ("fit", "evaluate", "predict", "set_parameters")
]


@pytest.mark.parametrize("thing", OFFERED + METHODS, ids=lambda thing: thing.__qualname__)
def test_parameters_and_errors_are_named(thing):
    function = thing.__dict__.get("__init__") if inspect.isclass(thing) else thing
    if function is None:
        return
    doc, code = inspect.getdoc(thing), inspect.getsource(function)
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    if names:
        listed = doc.partition("Parameters\n---")[2]
        assert [name for name in names if not re.search(rf"(^|, |\*){name}\b", listed, re.M)] == []
    if re.search(r"\braise |\bcheck_\w+\(|\bchoose\(", code):
        assert "Raises\n---" in doc
