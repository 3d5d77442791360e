"""Events from uproot and awkward, for who reads ROOT files; neither is needed to import this."""
import numpy as np

from ._lib import Error, numbers
from .events import Events


def _column(name, values):
    """One number for each event, from what uproot or awkward give."""
    if hasattr(values, "to_numpy"):
        try:
            values = values.to_numpy(allow_missing=False)
        except TypeError:  # not awkward's
            values = values.to_numpy()
        except ValueError as problem:
            raise Error(13, f"'{name}' has not one number for each event: pick or pad first, as with awkward.firsts ({problem})") from problem
    values = numbers(values)
    if values.ndim != 1 or values.dtype.kind not in "biuf":
        raise Error(13, f"'{name}' has not one number for each event: shape {values.shape} of {values.dtype}")
    return values


def _fields(source, wanted):
    """{branch: values} of a TTree, a mapping or an array of records."""
    if not (hasattr(source, "__getitem__") or hasattr(source, "arrays")) or isinstance(source, (str, bytes, list, tuple)):
        raise TypeError(f"events are of type {type(source).__name__}, wanted a tree of uproot (uproot.open(path)[\"tree\"]), an awkward array or {{branch: values}}")
    known = getattr(source, "fields", None) or (source.keys() if hasattr(source, "keys") else ())
    if hasattr(source, "arrays") and callable(source.arrays):  # a TTree or RNTuple
        try:
            found = source.arrays(list(wanted), library="np")
            found = {name: found[name] for name in wanted}
        except KeyError as problem:
            name = next((name for name in wanted if name not in known), problem)
            raise Error(16, f"no branch '{name}'; there are: " + ", ".join(map(str, known))) from problem
    else:
        found = {}
        for name in wanted:
            try:
                found[name] = source[name]
            except (KeyError, ValueError, IndexError) as problem:
                raise Error(16, f"no branch '{name}'; there are: " + ", ".join(map(str, known))) from problem
    return {name: _column(name, found[name]) for name in wanted}


def from_uproot(source, columns, weight=None, label=None, id=None, context=None):
    """Events from a TTree of uproot, an awkward array of records, or a mapping of names to arrays.

    columns: branches that become columns, each with one number for an event. weight, label, id: branches, or arrays.

        with uproot.open("events.root") as file:
            events = fairu.from_uproot(file["tree"], ["tau_pt", "met"], weight="weight")
    """
    columns = list(columns)
    special = {"weight": weight, "label": label, "id": id}
    wanted = dict.fromkeys([*columns, *(value for value in special.values() if isinstance(value, str))])
    found = _fields(source, wanted)
    rows = {name: found[value] if isinstance(value, str) else value for name, value in special.items()}
    table = np.empty((len(columns), len(found[columns[0]]) if columns else 0), dtype=np.float32)
    for i, name in enumerate(columns):
        if len(found[name]) != table.shape[1]:
            raise Error(13, f"'{name}' has {len(found[name])} events, '{columns[0]}' {table.shape[1]}")
        table[i] = found[name]
    return Events(table.T, names=columns, weights=rows["weight"], labels=rows["label"], ids=rows["id"], context=context)


from_awkward = from_uproot
