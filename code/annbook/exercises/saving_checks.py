"""Checks of two exercises about files of models: a safe ``save``, and a reader of weights."""

import contextlib
import errno
import functools
import json
import os
import shutil
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np


class _Killed(Exception):
    """What the check's ``save`` raises halfway."""


def safely_fault(save_safely: Any) -> str | None:
    """Say what is wrong with a function save_safely(save, path)."""
    if not callable(save_safely):
        return "hand over the function itself, without parentheses."
    for old in (b"old", None):
        for fails in (False, True):
            with tempfile.TemporaryDirectory() as folder:
                fault = _one_save_fault(save_safely, Path(folder, "model.keras"), old, fails)
            if fault:
                case = "an old file" if old else "no old file"
                return f"with {case}, if save {'fails' if fails else 'works'}: {fault}"
    return None


def _one_save_fault(save_safely, path, old, fails):
    if old:
        path.write_bytes(old)
    complete = {old} if fails else {old, b"new"}
    inode = path.stat().st_ino if old else None
    called, refused, broken, crossed = [], [], [], []

    def content():
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None

    def watch(*event):
        if not broken and content() not in complete:
            broken.append(content())

    def save(name):
        name = Path(name).resolve()
        called.append(name)
        if name.suffix != ".keras":
            refused.append(name.name)
            raise ValueError("the name has to end in .keras")
        name.write_bytes(b"ne")
        if fails:
            raise _Killed
        name.write_bytes(b"new")

    passed_on = False
    profiler = sys.getprofile()
    sys.setprofile(watch)  # calls it before and after each call of a function
    try:
        with _on_a_disk_of_its_own(path.parent, crossed):
            save_safely(save, path)
    except _Killed:
        passed_on = True
    except Exception as error:
        if crossed and not refused and called[0].parent != path.parent.resolve():
            return "save writes into another folder, which may lie on another disk; no file " + (
                "can be renamed from there."
            )
        if not refused:
            return f"it raises {type(error).__name__}: {error}"
    finally:
        sys.setprofile(profiler)
    if refused:
        return f"save gets the name {refused[0]!r}, which doesn't end in .keras."
    if not called:
        return "it doesn't call save."
    if broken:
        what = "no file" if broken[0] is None else "an incomplete file"
        return f"there is a moment with {what} at path."
    if content() != (old if fails else b"new"):
        return "afterwards the file at path isn't the right one."
    if inode and not fails and path.stat().st_ino == inode:
        return "it writes into the old file; killed halfway, it leaves a mixture."
    if passed_on != fails:
        return "the exception isn't passed on."
    rest = sorted(other.name for other in path.parent.iterdir() if other != path)
    return f"it leaves {rest[0]!r} behind." if rest else None


@contextlib.contextmanager
def _on_a_disk_of_its_own(folder, crossed):
    """Let renaming into and out of ``folder`` fail, as it does between two disks."""
    folder = folder.resolve()

    def inside(name):
        name = Path(os.fsdecode(name))  # a link would be renamed itself: resolve its folder
        return (name.parent.resolve() / name.name).is_relative_to(folder)

    def within_a_disk(rename):
        def careful(old, new, **kwargs):
            if inside(old) != inside(new):
                crossed.append(old)
                raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), old, None, new)
            return rename(old, new, **kwargs)

        return careful

    rename, replace = os.rename, os.replace
    os.rename, os.replace = within_a_disk(rename), within_a_disk(replace)
    try:
        yield
    finally:
        os.rename, os.replace = rename, replace


def _save_safely(save, path):
    new = path.with_name("new-" + path.name)
    try:
        save(new)
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _in_another_folder(save, path):
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        new = Path(folder, path.name)
        save(str(new))
        new.replace(path)


def _directly(save, path):
    save(path)


def _back_up_first(save, path):
    backup = path.with_name("backup-" + path.name)
    if path.exists():
        path.rename(backup)
    try:
        save(path)
    except Exception:
        path.unlink(missing_ok=True)
        if backup.exists():
            backup.rename(path)
        raise
    backup.unlink(missing_ok=True)


def _swallows(save, path):
    new = path.with_name("new-" + path.name)
    try:
        save(new)
        new.replace(path)
    except Exception:
        new.unlink(missing_ok=True)


def _leaves_half(save, path):
    new = path.with_name("new-" + path.name)
    save(new)
    new.replace(path)


def _wrong_ending(save, path):
    new = path.with_suffix(".tmp")
    save(new)
    new.replace(path)


def _never_renamed(save, path):
    save(path.with_name("new-" + path.name))


def _copies_the_bytes(save, path):
    new = path.with_name("new-" + path.name)
    try:
        save(new)
        path.write_bytes(new.read_bytes())
    finally:
        new.unlink(missing_ok=True)


def _copies_from_another_folder(save, path):
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder, path.name)
        save(new)
        shutil.copy(new, path)


def _copies_beside_it(save, path):
    with tempfile.TemporaryDirectory() as folder:
        beside = path.with_name("beside.tmp")
        save(Path(folder, path.name))
        shutil.copy(Path(folder, path.name), beside)
        os.replace(beside, path)


def _moves_beside_it(save, path):
    with tempfile.TemporaryDirectory() as folder:
        beside = path.with_name("beside.tmp")
        save(Path(folder, path.name))
        shutil.move(Path(folder, path.name), beside)
        os.replace(beside, path)


def _replaces_from_another_folder(save, path):
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder, path.name)
        save(new)
        os.replace(new, path)


def _moves_from_another_folder(save, path):
    with tempfile.TemporaryDirectory() as folder:
        new = Path(folder, path.name)
        save(new)
        shutil.move(new, path)


def _removes_the_old_one(save, path):
    new = path.with_name("new-" + path.name)
    try:
        save(new)
        path.unlink(missing_ok=True)
        new.rename(path)
    finally:
        new.unlink(missing_ok=True)


def _writes_into_the_old_one(save, path):
    new = path.with_name("new-" + path.name)
    try:
        save(new)
        if not path.exists():
            new.rename(path)
            return
        with path.open("r+b") as file:
            file.write(new.read_bytes())
    finally:
        new.unlink(missing_ok=True)


ELSEWHERE = {  # what is no array in its place, and how the hint calls it
    "external": "an external array",
    "virtual": "a virtual array",
    "layers/dense/vars/1": "an array that is a link to another file",
    "layers": "the group layers, if it is a link to another file",
    "layers/dense": "the group of a layer, if it is a link to another file",
    "layers/dense/vars": "the group vars of a layer, if it is a link to another file",
    "soft": "an array that is a link to another name",
}


def weights_fault(read_weights: Any) -> str | None:
    """Say what is wrong with a function read_weights(path)."""
    if not callable(read_weights):
        return "hand over the function itself, without parentheses."
    for n_hidden, compiled in ((2, False), (3, True), (12, True)):
        case = f"for a file with {n_hidden} hidden layers, {'' if compiled else 'not '}compiled"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "stranger.keras")
            expected = _write_model(path, n_hidden, compiled)
            try:
                got = read_weights(path)
            except Exception as error:
                return f"{case}, it raises {type(error).__name__}."
        if not isinstance(got, dict):
            return f"{case}, it returns {type(got).__name__}, no dictionary."
        if set(got) != set(expected):
            extra, missing = sorted(set(got) - set(expected)), sorted(set(expected) - set(got))
            name, what = (extra[0], "no layer with weights") if extra else (missing[0], "missing")
            return f"{case}: the name {name!r} is {what}."
        for name, arrays in expected.items():
            if not isinstance(got[name], list) or not _equal(arrays, got[name]):
                return f"{case}: layer {name!r} has other arrays, or not in a list of arrays."
    for kind, what in ELSEWHERE.items():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "stranger.keras")
            _write_model(path, 2, True, kind)
            try:
                read_weights(path)
            except ValueError:
                continue
            except Exception as error:
                raised = type(error).__name__
                return f"for {what}, it raises {raised}, not ValueError."
        return f"it raises no error for {what}."
    return None


def _equal(arrays, others):
    return len(arrays) == len(others) and all(map(np.array_equal, arrays, others))


def _write_model(path, n_hidden, compiled, elsewhere=None):
    """Write a network whose config.json names unknown classes; return its weights."""
    members, weights = _stranger(n_hidden, compiled)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            if elsewhere and name == "model.weights.h5":
                content = _point_elsewhere(content, path.parent, elsewhere)
            archive.writestr(name, content)
    return weights


@functools.cache  # Keras takes most of the time of a check to build and save
def _stranger(n_hidden, compiled):
    """Return the members of a model's file, the classes in them unknown, and its weights."""
    import keras

    hidden = [keras.layers.Dense(3, name=f"h{n_hidden - i}") for i in range(n_hidden)]
    stack = [*hidden, keras.layers.BatchNormalization(name="norm"), keras.layers.ReLU(name="relu")]
    output = keras.layers.Dense(1, name="dense")
    network = keras.Sequential([keras.Input((3,)), *stack, output])
    rng = np.random.default_rng(n_hidden)
    network.set_weights([rng.normal(size=w.shape) for w in network.get_weights()])
    if compiled:
        network.compile("adam", loss="mse")
        network.optimizer.build(network.trainable_variables)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        network.save(path)
        with zipfile.ZipFile(path) as archive:
            members = {name: archive.read(name) for name in archive.namelist()}
    config = json.loads(members["config.json"])
    for layer in config["config"]["layers"]:
        layer.update(class_name="Stranger", module="stranger", registered_name="stranger>Stranger")
    members["config.json"] = json.dumps(config).encode()
    return members, {layer.name: layer.get_weights() for layer in network.layers if layer.weights}


def _point_elsewhere(content, folder, kind):
    """Return the bytes of a weights file, one entry of which (see ELSEWHERE) lies elsewhere."""
    import h5py

    file_of_weights, other = folder / "weights.h5", folder / "other.h5"
    file_of_weights.write_bytes(content)
    entry = kind if kind.startswith("layers") else "layers/dense/vars/1"
    with h5py.File(file_of_weights, "r+") as file, h5py.File(other, "w", libver="latest") as to:
        file.copy(entry, to, name="elsewhere")
        # h5py looks for links out of an archive in the archive's own file: they lead here
        file.move(entry, "elsewhere")
        if kind == "external":
            file.create_dataset(entry, (3,), "float32", external=[(str(other), 0, 12)])
        elif kind == "virtual":
            layout = h5py.VirtualLayout((3,), "float32")
            layout[:] = h5py.VirtualSource(str(other), "elsewhere", (3,))
            file.create_virtual_dataset(entry, layout)
        elif kind == "soft":
            file[entry] = h5py.SoftLink("/elsewhere")
        else:
            file[entry] = h5py.ExternalLink(str(other), "elsewhere")
    return file_of_weights.read_bytes()


def _groups(path):
    """Return {group: (layer's name, arrays)} of a .keras file."""
    import h5py

    with (
        zipfile.ZipFile(path) as archive,
        archive.open("model.weights.h5") as member,
        h5py.File(member) as file,
    ):
        return {
            group: (found["vars"].attrs["name"], [found["vars"][n][()] for n in found["vars"]])
            for group, found in file["layers"].items()
        }


def _trusts_the_file(path):
    return {name: arrays for name, arrays in _groups(path).values() if arrays}


def _own_entry(group, name):
    import h5py

    if not isinstance(group.get(name, getlink=True), h5py.HardLink):
        raise ValueError("a link")
    return _own_array(group, name)


def _own_array(group, name):
    """Refuse what lies in another file, unless it is a link."""
    import h5py

    entry = group[name]
    if isinstance(entry, h5py.Dataset) and (entry.external or entry.is_virtual):
        raise ValueError("numbers in another file")
    return entry


def _no_external_link(group, name):
    import h5py

    if isinstance(group.get(name, getlink=True), h5py.ExternalLink):
        raise ValueError("a link")
    return _own_array(group, name)


def _any_entry(group, name):
    return group[name]


def _reader(top=_own_entry, layer=_own_entry, variables=_own_entry, array=_own_entry):
    """Return a reader that opens the entries of each level with a function of its own."""

    def read(path):
        import h5py

        weights = {}
        with (
            zipfile.ZipFile(path) as archive,
            archive.open("model.weights.h5") as member,
            h5py.File(member) as file,
        ):
            groups = top(file, "layers")
            for name in groups:
                found = variables(layer(groups, name), "vars")
                if len(found):
                    arrays = [array(found, n)[()] for n in sorted(found, key=int)]
                    weights[found.attrs["name"]] = arrays
        return weights

    return read


def _visits(path):
    """Go by the names that HDF5 visits: it follows no links."""
    import h5py

    with (
        zipfile.ZipFile(path) as archive,
        archive.open("model.weights.h5") as member,
        h5py.File(member) as file,
    ):
        links = []
        file.visititems_links(lambda name, link: links.append(link))
    if not all(isinstance(link, h5py.HardLink) for link in links):
        raise ValueError("a link")
    return _reader(_own_array, _own_array, _own_array, _own_array)(path)


def _loads_the_model(path):
    import keras

    network = keras.models.load_model(path)
    return {layer.name: layer.get_weights() for layer in network.layers if layer.weights}


def _names_of_groups(path):
    return {group: arrays for group, (_, arrays) in _groups(path).items() if arrays}


def _in_alphabetical_order(path):
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    names = [layer["config"]["name"] for layer in config["config"]["layers"][1:]]
    names = [name for name in names if name != "relu"]
    arrays = [arrays for _, arrays in _groups(path).values() if arrays]
    return dict(zip(names, arrays, strict=False))


def _with_empty_layers(path):
    return dict(_groups(path).values())


RIGHT_SAVES = [_save_safely, _in_another_folder, _copies_beside_it, _moves_beside_it]
WRONG_SAVES = [
    _directly,
    _back_up_first,
    _swallows,
    _leaves_half,
    _wrong_ending,
    _never_renamed,
    _copies_the_bytes,
    _copies_from_another_folder,
    _replaces_from_another_folder,
    _moves_from_another_folder,
    _removes_the_old_one,
    _writes_into_the_old_one,
    lambda save, path: None,
    3,
]
RIGHT_READERS = [_reader(), _visits]
WRONG_READERS = [
    _trusts_the_file,
    _reader(_own_array, _own_array, _own_array, _own_array),
    _reader(top=_any_entry),
    _reader(layer=_any_entry),
    _reader(variables=_any_entry),
    _reader(array=_own_array),
    _reader(array=_no_external_link),
    _reader(*[_no_external_link] * 4),
    _loads_the_model,
    _names_of_groups,
    _in_alphabetical_order,
    _with_empty_layers,
    lambda path: list(_groups(path).values()),
    3,
]
