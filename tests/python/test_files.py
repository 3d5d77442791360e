"""Files of events in Python: pieces of CSV, archives that NumPy wrote, and Arrow tables against CSV. Without pyarrow its tests are skipped."""
import csv
import gc
import gzip
import os
import sys
import tempfile

import numpy as np

import fairu

from harness import Skipped, needs, raises, run

try:
    import pyarrow
    from pyarrow import parquet
except ImportError:
    pyarrow = None

N = 1000
RNG = np.random.default_rng(4)
COLUMNS = {"pt": RNG.exponential(30, N).astype("f4"), "eta": RNG.normal(0, 1, N).astype("f4")}
WEIGHTS = RNG.normal(1, 0.5, N)
KINDS = np.array(["signal", "ttbar", "other, rare"])[RNG.integers(0, 3, N)]
IDS = RNG.permutation(10 * N)[:N].astype("u8")


def folder_of(test):
    def run():
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    return run


def csv_file(folder):
    path = os.path.join(folder, "events.csv.gz")
    labels = np.unique(KINDS, return_inverse=True)[1]
    plain = os.path.join(folder, "plain.csv")
    fairu.Events(np.column_stack(list(COLUMNS.values())), list(COLUMNS), WEIGHTS, labels, IDS).write_csv(plain)
    names = sorted(set(KINDS))
    with open(plain) as source, gzip.open(path, "wt") as target:
        target.write(source.readline())
        for line in source:
            rest, label = line.rstrip("\n").rsplit(",", 1)
            target.write(f'{rest},"{names[int(label)]}"\n')
    return path


USES = {"label": "label", "weight": "weight", "id": "id"}


def named(events):
    return [events.categories[i] for i in events.labels]


def check_same(a, b):
    assert len(a) == len(b) and a.names == b.names
    for name in a.names:
        assert np.array_equal(a[name], b[name]), name
    assert np.array_equal(a.weights, b.weights) and np.array_equal(a.ids, b.ids) and named(a) == named(b)


@folder_of
def test_csv_in_pieces_is_the_whole(folder):
    path = csv_file(folder)
    whole = fairu.Events.read_csv(path, **USES)
    assert np.array_equal(whole.weights, WEIGHTS) and named(whole) == list(KINDS)
    copy = os.path.join(folder, "copy.csv.gz")
    first = 0
    reader = fairu.CsvReader(path, rows=300, **USES)
    with fairu.CsvWriter(copy, **USES) as writer:
        for piece in reader:
            assert np.array_equal(piece["pt"], whole["pt"][first:first + len(piece)])
            assert named(piece) == named(whole)[first:first + len(piece)]
            first += len(piece)
            writer.add(piece)
            assert not os.path.exists(copy)
    assert first == N and reader.fraction == 1.0
    check_same(fairu.Events.read_csv(copy, **USES), whole)


@folder_of
def test_csv_is_what_the_reader_of_python_reads(folder):
    """Quotes, blanks, ends of lines, numbers as people and programs write them: beside csv and float."""
    path, rng = os.path.join(folder, "any.csv"), np.random.default_rng(11)
    for end in ("\n", "\r\n"):
        lines = ["w,kind,x"]
        for _ in range(2000):
            number = float(rng.choice([rng.normal(), rng.normal() * 10.0 ** rng.integers(-300, 300), rng.integers(-10**9, 10**9)]))
            form = rng.choice(["{!r}", "{:.17e}", "{:.25g}", "{:+.3f}", " {:.6E} ", "{:.0f}.", "\"{!r}\""])
            x = rng.choice(["{:.9g}", "{:.4f}"]).format(float(rng.normal()))
            kind = rng.choice(["signal", "\"a, b\"", "\"say \"\"so\"\"\""])
            lines.append(f"{form.format(number)},{kind},{x}")
        with open(path, "w", newline="") as file:
            file.write(end.join(lines) + end)
        events = fairu.Events.read_csv(path, weight="w", label="kind")
        with open(path, newline="") as file:
            rows = list(csv.DictReader(file))
        assert np.array_equal(events.weights, [float(row["w"]) for row in rows])
        assert np.array_equal(events["x"], np.array([row["x"] for row in rows]).astype("f4"))
        assert named(events) == [row["kind"] for row in rows]


@folder_of
def test_an_unfinished_file_does_not_appear(folder):
    path = csv_file(folder)
    before = sorted(os.listdir(folder))
    try:
        with fairu.CsvWriter(os.path.join(folder, "never.csv")) as writer:
            writer.add(fairu.Events(np.zeros((3, 1))))
            raise KeyError("no more")
    except KeyError:
        pass
    gc.collect()
    assert sorted(os.listdir(folder)) == before
    raises("FAIRU_ERR_NOT_FOUND", fairu.CsvReader, path, weight="weights")
    assert len(next(fairu.CsvReader(path, rows=10, weight="weights", optional=True))) == 10
    with open(path, "rb") as file:
        content = file.read()
    with open(path, "wb") as file:
        file.write(content[:-10])
    raises("FAIRU_ERR_TRUNCATED", lambda: list(fairu.CsvReader(path, rows=10)), says="events.csv.gz")


def test_tables_that_share_an_event():
    a, b = (fairu.Events(np.zeros((3, 1)), ids=ids) for ids in ([5, 1, 9], [2, 7, 9]))
    raises("FAIRU_ERR_DUPLICATE", a.check_disjoint, b, says="id 9 is in both tables: row 2 of a, row 2 of b")
    a.check_disjoint(fairu.Events(np.zeros((1, 1)), ids=[3]))


@folder_of
def test_archives_of_numpy(folder):
    path = os.path.join(folder, "events.npz")
    labels = RNG.integers(-2, 3, N)
    matrix = np.column_stack(list(COLUMNS.values()))
    kinds = ["f4", "f8", ">f8", "i2", "u1", ">i4", "u8", "?"]
    for save in (np.savez, np.savez_compressed):
        for kind in ("i1", "i8", "f8", ">i2"):
            save(path, x=np.asfortranarray(matrix), w=WEIGHTS, y=labels.astype(kind), id=IDS)
            events = fairu.Events.read_npz(path, label="y", weight="w", id="id")
            assert events.names == ["x0", "x1"] and np.array_equal(events["x1"], COLUMNS["eta"])
            assert np.array_equal(events.weights, WEIGHTS) and np.array_equal(events.ids, IDS)
            assert np.array_equal(events.labels, labels)
        save(path, **{f"a{kind[-2:]}": np.arange(50).astype(kind) for kind in kinds})
        events = fairu.Events.read_npz(path)
        for kind in kinds:
            assert np.array_equal(events[f"a{kind[-2:]}"], np.arange(50).astype(kind).astype("f4")), kind
        save(path, a=np.array(["x", "y"]))
        raises("FAIRU_ERR_UNSUPPORTED", fairu.Events.read_npz, path, says="array a: .npy type '<U1'")
    np.savez(path, a=np.zeros(3), b=np.zeros((3, 2)))
    events = fairu.Events.read_npz(path, features=["b", "a"], columns=["p", "q", "r"])
    assert events.names == ["p", "q", "r"]
    raises("FAIRU_ERR_NOT_FOUND", fairu.Events.read_npz, path, weight="c", says='no array "c"')


def arrow_table(**changed):
    if pyarrow is None:
        raise Skipped
    columns = dict(COLUMNS, label=pyarrow.array(list(KINDS)), weight=WEIGHTS, id=IDS)
    return pyarrow.table(dict(columns, **changed))


@folder_of
def test_parquet_is_what_csv_is(folder):
    table = arrow_table()
    path = os.path.join(folder, "events.parquet")
    for row_group, dictionary in ((N, False), (170, True)):
        parquet.write_table(table, path, row_group_size=row_group, use_dictionary=dictionary)
        check_same(fairu.read_parquet(path, **USES), fairu.Events.read_csv(csv_file(folder), **USES))
    events = fairu.read_parquet(path, columns=["eta"])
    assert events.names == ["eta"] and events.weights is None and events.ids is None


@folder_of
def test_faults_of_parquet_name_the_file(folder):
    path = os.path.join(folder, "bad.parquet")

    def refused(code, says, **changed):
        table = arrow_table(**changed)  # skips before parquet is touched
        parquet.write_table(table, path)
        raises(code, fairu.read_parquet, path, ["pt"], "label", "weight", "id", says=f"{path}: {says}")
    weights = WEIGHTS.copy()
    weights[7] = np.nan
    pt = COLUMNS["pt"].astype("f8")
    pt[5] = 1e300
    refused("FAIRU_ERR_NON_FINITE", "row 7, Arrow column weight is nan", weight=weights)
    refused("FAIRU_ERR_UNSUPPORTED", 'Arrow column pt has format "u"', pt=pyarrow.array(list(KINDS)))
    refused("FAIRU_ERR_UNSUPPORTED", 'Arrow column weight has format "u"', weight=pyarrow.array(list(KINDS)))
    refused("FAIRU_ERR_NON_FINITE", "row 5, Arrow column pt is 1e+300, beyond the range of float", pt=pt)
    refused("FAIRU_ERR_FORMAT", "row 0, Arrow column label is 0.5", label=np.full(N, 0.5))
    parquet.write_table(arrow_table(), path)
    raises("FAIRU_ERR_NOT_FOUND", fairu.read_parquet, path, ["px"], says=f"{path}: ")


def test_arrow_is_looked_at_in_place():
    batch = arrow_table().combine_chunks().to_batches()[0]
    events = fairu.from_arrow(batch, columns=["pt"], weight="weight")
    pt = batch.column(0)
    assert events["pt"].ctypes.data == pt.buffers()[1].address
    del batch, pt
    gc.collect()
    assert np.array_equal(events["pt"], COLUMNS["pt"])
    part = fairu.from_arrow(arrow_table().slice(100, 50), **USES)
    assert np.array_equal(part["eta"], COLUMNS["eta"][100:150]) and named(part) == list(KINDS[100:150])


def test_arrow_of_other_types():
    table = arrow_table(pt=COLUMNS["pt"].astype("f8"), eta=np.arange(N, dtype="i2"))
    events = fairu.from_arrow(table, **USES)
    assert np.array_equal(events["pt"], COLUMNS["pt"]) and np.array_equal(events["eta"], np.arange(N))
    empty = fairu.from_arrow(table.slice(0, 0), **USES)
    assert len(empty) == 0 and empty.names == ["pt", "eta"]
    raises("FAIRU_ERR_UNSUPPORTED", fairu.from_arrow, table, weight="label", says="label")
    raises("FAIRU_ERR_NOT_FOUND", fairu.from_arrow, table, id="event", says="event")
    holes = pyarrow.array([1.0] * (N - 1) + [None], pyarrow.float32())
    raises("FAIRU_ERR_NON_FINITE", fairu.from_arrow, arrow_table(pt=holes), says=f"row {N - 1}, Arrow column pt is null")
    try:
        fairu.from_arrow(np.zeros(3))
    except TypeError as problem:
        assert "ndarray" in str(problem)
    else:
        raise AssertionError("an array is no Arrow table")


@needs("pyarrow")
def test_arrow_of_any_piece_and_kind():
    """Slices, chunks, dictionaries, booleans, halves; and what has no number for each row is refused by row and column."""
    x = pyarrow.array(np.arange(10, dtype="f4"))
    table = pyarrow.table({"x": x, "n": pyarrow.array(range(10)), "flag": pyarrow.array([True, False] * 5), "kind": pyarrow.array(["a", "b"] * 5),
                           "w": pyarrow.array(np.arange(10.0)), "id": pyarrow.array(np.arange(10, dtype="u8"))})
    uses = {"columns": ["x", "n", "flag"], "label": "kind", "weight": "w", "id": "id"}
    pieces = {"slice": (table.slice(3, 4), [3, 4, 5, 6]), "batch": (table.to_batches()[0].slice(2, 3), [2, 3, 4]),
              "chunks": (pyarrow.concat_tables([table.slice(0, 3), table.slice(5, 5)]), [0, 1, 2, 5, 6, 7, 8, 9]), "nothing": (table.slice(4, 0), []), "all": (table, range(10))}
    for what, (given, rows) in pieces.items():
        rows = np.array(rows, dtype=int)
        events = fairu.from_arrow(given, **uses)
        assert len(events) == len(rows) and events["x"].tolist() == rows.tolist() == events["n"].tolist() == events.weights.tolist() == events.ids.tolist(), what
        assert events["flag"].tolist() == (rows % 2 == 0).tolist() and [events.categories[i] for i in events.labels] == ["ab"[i % 2] for i in rows], what
    assert fairu.from_arrow(table).names == ["x", "n", "flag", "w", "id"]  # texts are no features
    coded = fairu.from_arrow(pyarrow.table({"x": x.slice(0, 2), "l": pyarrow.array(["b", "a"]).dictionary_encode()}), label="l")
    assert coded.categories == ["a", "b"] and coded.labels.tolist() == [1, 0]
    assert fairu.from_arrow(pyarrow.table({"x": pyarrow.array(np.array([1.5], dtype="f2"))}))["x"].tolist() == [1.5]
    one = pyarrow.array([1.0], pyarrow.float32())
    for column, values, name, says in (("weight", [None], "FAIRU_ERR_NON_FINITE", "row 0, Arrow column c is null"), ("label", [None], "FAIRU_ERR_NON_FINITE", "is null"),
                                       ("label", [2 ** 40], "FAIRU_ERR_FORMAT", "32-bit"), ("label", [1.5], "FAIRU_ERR_FORMAT", "1.5"), ("id", [-1], "FAIRU_ERR_RANGE", "negative"),
                                       ("id", [1.5], "FAIRU_ERR_UNSUPPORTED", "64-bit integers")):
        kind = pyarrow.string() if values == [None] and column == "label" else pyarrow.float64() if values == [None] else None
        raises(name, fairu.from_arrow, pyarrow.table({"x": one, "c": pyarrow.array(values, kind)}), **{column: "c"}, says=says)
    for odd in ([[1.0]], ["text"]):
        raises("FAIRU_ERR_UNSUPPORTED", fairu.from_arrow, pyarrow.table({"x": pyarrow.array(odd)}), columns=["x"], says="column x")
    raises("FAIRU_ERR_DUPLICATE", fairu.from_arrow, table, columns=["x", "x"], says="twice")
    raises("FAIRU_ERR_NOT_FOUND", fairu.from_arrow, table, columns=["q"], says="near: x")


def test_without_pyarrow_it_is_said():
    hidden = {name: module for name, module in sys.modules.items() if name.split(".")[0] == "pyarrow"}
    for name in hidden:
        del sys.modules[name]
    sys.modules["pyarrow"] = None
    try:
        fairu.read_parquet("events.parquet")
    except ImportError as problem:
        assert "read_parquet needs pyarrow (pip install pyarrow)" in str(problem)
    else:
        raise AssertionError("no error")
    finally:
        del sys.modules["pyarrow"]
        sys.modules.update(hidden)


if __name__ == "__main__":
    raise SystemExit(run(globals()))
