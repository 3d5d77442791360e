"""Tables and shifts beside NumPy: each step of a chain by its formula, each option of each reader and writer; and what must not matter: order of rows, parts, threads."""
import csv
import fractions
import gzip
import math
import os
import tempfile

import numpy as np

import fairu

from harness import near, raises, run

RNG = np.random.default_rng(23)
N = 600
COLUMNS = ["x", "y", "pt", "phi", "met", "met_phi", "up", "down"]
X = np.column_stack([RNG.normal(size=(N, 2)), RNG.exponential(40, N), RNG.uniform(-3, 3, N), RNG.exponential(30, N), RNG.uniform(-3, 3, N),
                     RNG.uniform(0.7, 1.4, N), RNG.uniform(0.7, 1.4, N)]).astype(np.float32)
X[::17, 2] = -25  # absent
WEIGHTS = RNG.uniform(0.1, 2.0, N)
LABELS = RNG.integers(0, 3, N)
IDS = RNG.permutation(10 * N)[:N].astype(np.uint64)
C = {name: X[:, i].astype(float) for i, name in enumerate(COLUMNS)}
KINDS = ["top", "z", "higgs"]


def table(rows=slice(None), **named):
    return fairu.Events(X[rows], COLUMNS, weights=WEIGHTS[rows], labels=LABELS[rows], ids=IDS[rows], categories=KINDS, **named)


def chain(**nuisances):
    return fairu.Systematics(nuisances or {"z": 1.0})


def columns(events):
    return {name: events[name].astype(float) for name in events.names}


def close(found, wanted, tolerance=3e-6):
    """To the precision of float."""
    near((np.asarray(found) - wanted) / np.maximum(np.abs(wanted), 1), np.zeros(np.shape(found)), tolerance)


# ---- steps of a chain

def test_rotation_scale_and_shift():
    events = table()
    for z, reference in ((0.4, 0.0), (1.7, 0.5), (-2.0, -2.0)):
        made = columns(chain().add_rotation("z", "x", "y", reference).shift(events, {"z": z}))
        c, s = math.cos(z - reference), math.sin(z - reference)
        close(made["x"], c * C["x"] - s * C["y"])
        close(made["y"], s * C["x"] + c * C["y"])
        assert all(np.array_equal(made[name], C[name]) for name in COLUMNS[2:])
        made = columns(chain().add_shift("z", ["met", "x"], [3.0, -0.5], reference).shift(events, [z]))
        close(made["met"], C["met"] + 3 * (z - reference))
        close(made["x"], C["x"] - 0.5 * (z - reference))
    for z in (0.5, 1.0, 1.3):
        made = columns(chain().add_scale("z", ["pt", "met"]).shift(events, {"z": z}))
        close(made["pt"], z * C["pt"])
        close(made["met"], z * C["met"])
    whole = chain(a=1.0, b=0.0).add_scale("a", ["x"]).add_shift("b", ["x"], [1.0]).add_scale("a", ["x"])
    close(columns(whole.shift(events, {"a": 2.0, "b": 3.0}))["x"], 2 * (2 * C["x"] + 3))  # in the order of the chain
    same = whole.shift(events, {})
    assert all(np.array_equal(same[name], events[name]) for name in COLUMNS) and np.array_equal(same.weights, WEIGHTS) and np.array_equal(same.ids, IDS)
    assert same.categories == KINDS and np.array_equal(same.labels, LABELS)


def test_momentum_scale():
    events = table()
    z = 1.2
    there = C["pt"] >= 0
    alone = columns(chain().add_momentum_scale("z", "pt").shift(events, {"z": z}))
    close(alone["pt"], np.where(there, z * C["pt"], C["pt"]))
    assert np.array_equal(alone["met"], C["met"])
    moved = columns(chain().add_momentum_scale("z", "pt", "phi", "met", "met_phi").shift(events, {"z": z}))
    gain = np.where(there, (z - 1) * C["pt"], 0)
    mx, my = C["met"] * np.cos(C["met_phi"]) - gain * np.cos(C["phi"]), C["met"] * np.sin(C["met_phi"]) - gain * np.sin(C["phi"])
    close(moved["met"], np.hypot(mx, my), 1e-5)
    close(np.cos(moved["met_phi"] - np.arctan2(my, mx)), np.ones(N), 1e-5)
    kept, passed = chain().add_momentum_scale("z", "pt", pt_min=30.0).shift(events, {"z": z}, keep=True)
    assert np.array_equal(passed, np.float32(z * C["pt"]).astype(float) > 30.0) or abs(passed.sum() - (z * C["pt"] > 30).sum()) <= there.sum()
    assert len(kept) == N and len(chain().add_momentum_scale("z", "pt", pt_min=30.0).shift(events, {"z": z})) == passed.sum()
    raises("FAIRU_ERR_NULL", chain().add_momentum_scale, "z", "pt", "phi", "met")
    raises("FAIRU_ERR_RANGE", chain().add_momentum_scale("z", "pt").shift, events, {"z": 0.0})


def test_smearing():
    """Normal deviates by (seed, id, column): shared by steps, independent of order and parts; width and mean."""
    many = fairu.Events(np.zeros((20000, 2)), ["x", "y"], ids=np.arange(20000))
    smear = chain().add_smearing("z", ["x", "y"])
    one, two, other = (columns(smear.shift(many, {"z": z}, seed=seed)) for z, seed in ((1.0, 1), (2.0, 1), (1.0, 2)))
    close(two["x"], 2 * one["x"])
    assert not np.array_equal(one["x"], other["x"]) and not np.array_equal(one["x"], one["y"])
    for values in (*one.values(), *other.values()):
        assert abs(values.mean()) < 5 / math.sqrt(20000) and abs(values.std() - 1) < 5 / math.sqrt(40000)
    assert abs(np.corrcoef(one["x"], one["y"])[0, 1]) < 5 / math.sqrt(20000)
    order = RNG.permutation(N)
    for step in (smear, chain().add_met_smearing("z", "met", "met_phi")):
        whole, turned, part = step.shift(table(), {"z": 0.7}), step.shift(table(order), {"z": 0.7}), step.shift(table(slice(100, 130)), {"z": 0.7})
        for name in COLUMNS:
            assert np.array_equal(whole[name][order], turned[name]) and np.array_equal(whole[name][100:130], part[name])
        many_threads = fairu.Systematics({"z": 1.0}, context=fairu.Context(threads=3))
        many_threads.add_smearing("z", ["x", "y"])
    assert np.array_equal(many_threads.shift(many, {"z": 1.0})["x"], np.float32(one["x"]))
    doubled = columns(chain().add_smearing("z", ["x"]).add_smearing("z", ["x"]).shift(many, {"z": 1.0}))
    close(doubled["x"], 2 * one["x"])
    met = columns(chain().add_met_smearing("z", "met", "met_phi").shift(table(), {"z": 0.0}))
    assert np.array_equal(met["met"], C["met"])


def test_weights_cuts_and_categories():
    events = table()
    for labels, mask in ((["top"], LABELS == 0), (["top", "higgs"], LABELS != 1), (["nobody"], LABELS > 5)):
        made = chain().add_weight_scale("z", labels).shift(events, {"z": 1.5})
        near(made.weights, np.where(mask, 1.5, 1.0) * WEIGHTS, 1e-12)
    numbered = fairu.Events(X, COLUMNS, weights=WEIGHTS, labels=LABELS)
    near(chain().add_weight_scale("z", [0, "2"]).shift(numbered, {"z": 0.0}).weights, np.where(LABELS == 1, WEIGHTS, 0), 1e-12)
    raises("FAIRU_ERR_ARGUMENT", chain().add_weight_scale("z", ["top"]).shift, numbered, {"z": 1.5})
    for lower, upper in ((-np.inf, 0.5), (0.5, np.inf), (-0.25, 0.75)):
        cut = chain().add_cut("x", lower, upper)
        made, passed = cut.shift(events, {}, keep=True)
        wanted = (C["x"] >= lower) & (C["x"] < upper)
        assert np.array_equal(passed, wanted) and np.array_equal(cut.shift(events, {}).ids, IDS[wanted]) and len(made) == N
    after = chain().add_shift("z", ["x"], [1.0]).add_cut("x", lower=0.0).shift(events, {"z": 2.0})
    assert np.array_equal(after.ids, IDS[np.float32(C["x"] + 2) >= 0])
    before = chain().add_cut("x", lower=0.0).add_shift("z", ["x"], [1.0])
    assert len(before.shift(events, {"z": 2.0})) >= (C["x"] >= 0).sum()
    edges = [-0.5, 0.0, 1.0]
    made = chain().add_category("x", edges, "y").shift(events, {})
    assert np.array_equal(made["y"], np.searchsorted(edges, C["x"], side="right"))
    raises("FAIRU_ERR_RANGE", chain().add_cut, "x", 1.0, 1.0)
    raises("FAIRU_ERR_RANGE", chain().add_category, "x", [1.0, 1.0], "y")
    raises("FAIRU_ERR_EMPTY", chain().add_category, "x", [], "y")


def test_two_points():
    """Exponential beyond one, the polynomial of code 4p for the logarithm inside."""
    step = fairu.Systematics({"z": (0.0, fairu.Prior(0, 1))}).add_two_point("z", "up", "down")
    up, down = np.log(C["up"]), np.log(C["down"])
    s, a = 0.5 * (up - down), 0.0625 * (up + down)
    for z in (-2.5, -1.0, -0.3, 0.0, 0.4, 1.0, 1.7):
        if abs(z) >= 1:
            wanted = z * up if z > 0 else -z * down
        else:
            wanted = z * (s + z * a * (15 + z ** 2 * (-10 + 3 * z ** 2)))
        near(np.log(step.shift(table(), {"z": z}).weights / WEIGHTS), wanted, 1e-9)


def test_steps_of_ones_own():
    """Called for every row once, with its seed and place; what it changes in place is what comes out."""
    seen = []

    def change(z, rows):
        seen.append((rows.first, len(rows), rows.seed, dict(z)))
        rows["x"] = rows["x"] + z["a"] * np.arange(rows.first, rows.first + len(rows))
        rows["y"][:] = 7
        rows.weights[:] *= z["b"]
        rows.passed[rows["pt"] < 0] = 0
    many = fairu.Events(np.tile(X, (10, 1)), COLUMNS, weights=np.tile(WEIGHTS, 10))
    own = fairu.Systematics({"a": 0.0, "b": 1.0}).add_callback(["x", "y", "pt"], change)
    for threads in (1, 3):
        seen.clear()
        made, passed = own.shift(many, {"a": 1e-3, "b": 2.0}, seed=99, keep=True)
        close(made["x"], np.tile(C["x"], 10) + 1e-3 * np.arange(10 * N))
        assert (made["y"] == 7).all() and np.array_equal(made.weights[passed], 2 * np.tile(WEIGHTS, 10)[passed]) and np.array_equal(passed, np.tile(C["pt"] >= 0, 10))
        assert sorted(first for first, *_ in seen) == np.cumsum([0] + [n for _, n, *_ in sorted(seen)])[:-1].tolist() and sum(n for _, n, *_ in seen) == 10 * N
        assert {seed for *_, seed, _ in seen} == {99} and all(z == {"a": 1e-3, "b": 2.0} for *_, z in seen)
        own = fairu.Systematics({"a": 0.0, "b": 1.0}, context=fairu.Context(threads=2)).add_callback(["x", "y", "pt"], change)
    raises("FAIRU_ERR_UNSUPPORTED", own.tangents, many, {})  # it has no derivatives

    def fails(z, rows):
        rows["nothing"]
    problem = raises("FAIRU_ERR_CALLBACK", fairu.Systematics({"a": 0.0}).add_callback(["x"], fails).shift, many, {})
    assert isinstance(problem.__cause__, KeyError)
    raises("FAIRU_ERR_NOT_FOUND", fairu.Systematics({"a": 0.0}).add_callback(["q"], change).shift, many, {}, says="q")
    rows_only = fairu.Systematics({}).add_callback(["x"], lambda z, rows: rows["x"].__imul__(len(z) + 2))
    close(rows_only.shift(table(), {})["x"], 2 * C["x"])


def test_tangents_are_differences():
    events = table()
    whole = (chain(a=0.2, b=1.0, c=0.0, d=1.0).add_rotation("a", "x", "y").add_scale("b", ["x", "met"]).add_shift("c", ["y", "x"], [0.5, 2.0])
             .add_momentum_scale("d", "pt", "phi", "met", "met_phi"))
    z = np.array([0.3, 1.1, 0.7, 1.05])
    slopes = whole.tangents(events, z)
    assert slopes.shape == (N, len(COLUMNS), 4)
    for k in range(4):
        step = 1e-2 * np.eye(4)[k]
        up, down = whole.shift(events, z + step), whole.shift(events, z - step)
        for i, name in enumerate(COLUMNS):
            difference = up[name].astype(float) - down[name]
            if name == "met_phi":
                difference = (difference + np.pi) % (2 * np.pi) - np.pi
            steep = np.abs(slopes[:, i, k]) > 1  # angles of little MET turn fast
            error = np.abs(difference / 2e-2 - slopes[:, i, k])
            assert np.median(error) < 2e-3 and (error[~steep] < 0.05).all(), (name, k, error.max())
    some = whole.tangents(events, z, ["met", "x"])
    assert np.array_equal(some, slopes[:, [COLUMNS.index("met"), COLUMNS.index("x")]])


def test_migration_counts_what_jumps():
    step = chain().add_shift("z", ["x"], [1.0]).add_cut("x", -0.5, 1.0)
    events = table()
    found = step.migration(events, "z", 0.3, {"z": 0.0})
    inside = [(np.float32(C["x"] + z) >= -0.5) & (np.float32(C["x"] + z) < 1.0) for z in (-0.3, 0.0, 0.3)]
    jumps = (inside[0] != inside[1]) | (inside[2] != inside[1])
    near(found.cut, WEIGHTS[jumps].sum() / WEIGHTS[inside[0] | inside[1] | inside[2]].sum(), 0.01)  # an event at an end may fall to either side
    assert abs(found.n_crossing - jumps.sum()) <= 3 and found.sentinel == found.category == 0.0 and found.crossing == found.cut
    still = chain().add_shift("z", ["x"], [1.0]).migration(events, "z", 0.3)
    assert still.crossing == 0 and still.n_crossing == 0
    chain().add_shift("z", ["x"], [1.0]).check_tangents(events, {"z": 0.3})
    raises("FAIRU_ERR_UNSUPPORTED", step.check_tangents, events, {"z": 0.3}, says="z")
    step.check_tangents(events, {"z": 0.3}, limit=0.9)
    step.check_tangents(events, {"z": 0.0})
    raises("FAIRU_ERR_NOT_FOUND", step.check_tangents, events, {"q": 0.3}, says="'q'")
    raises("FAIRU_ERR_NOT_FOUND", step.migration, events, "q", 0.3, says="'q'")


# ---- tables

def test_rows():
    events = table()
    rows = RNG.integers(0, N, 50)
    mask = RNG.random(N) < 0.3
    for made, index in ((events.select(rows), rows), (events.select(mask), np.flatnonzero(mask)), (events.select(mask.tolist()), np.flatnonzero(mask)),
                        (events.select_label("z"), np.flatnonzero(LABELS == 1)), (events.select_label(2), np.flatnonzero(LABELS == 2)),
                        (events.select([]), []), (events.select(np.arange(N)), np.arange(N))):
        index = np.asarray(index, dtype=int)
        assert len(made) == len(index) and made.names == COLUMNS and made.categories == KINDS
        for name in COLUMNS:
            assert np.array_equal(made[name], X[index, COLUMNS.index(name)])
        assert np.array_equal(made.weights, WEIGHTS[index]) and np.array_equal(made.labels, LABELS[index]) and np.array_equal(made.ids, IDS[index])
    first, second = table(slice(0, 200)), table(slice(200, None))
    both = first.concatenate(second)
    assert np.array_equal(both["met"], X[:, 4]) and np.array_equal(both.ids, IDS) and both.categories == KINDS
    first.check_disjoint(second)
    problem = raises("FAIRU_ERR_DUPLICATE", both.check_disjoint, second)
    assert any(str(i) in problem.message for i in IDS[200:])
    raises("FAIRU_ERR_ARGUMENT", first.check_disjoint, fairu.Events(X, COLUMNS), says="no ids")
    for wrong in ([N], np.ones(N - 1, bool), np.ones(N + 1, bool)):
        raises(None, events.select, wrong)
    raises(None, first.concatenate, fairu.Events(X[:, :3], COLUMNS[:3], weights=WEIGHTS))


def test_sums_are_exact():
    """To the last bit, of all or of a class, of weights that cancel."""
    wild = np.concatenate([10.0 ** RNG.uniform(-200, 200, N), -(10.0 ** RNG.uniform(-200, 200, N))])
    RNG.shuffle(wild)
    labels = np.arange(2 * N) % 3
    events = fairu.Events(np.zeros((2 * N, 1)), weights=wild, labels=labels)
    assert events.sum_weights() == float(sum(map(fractions.Fraction, wild))) == math.fsum(wild)
    for label in range(3):
        assert events.sum_weights(label) == math.fsum(wild[labels == label])
    assert events.sum_weights(7) == 0.0 and fairu.Events(np.zeros((5, 1))).sum_weights() == 5.0


def test_parts_by_id():
    """A part depends on the seed and the id alone; parts are about equal, and seeds are independent."""
    ids = np.arange(30000, dtype=np.uint64) * 7 + 3
    events = fairu.Events(np.zeros((30000, 1)), ids=ids)
    parts = events.split(3, seed=5)
    order = RNG.permutation(30000)
    assert np.array_equal(fairu.Events(np.zeros((30000, 1)), ids=ids[order]).split(3, seed=5), parts[order])
    assert np.array_equal(events.select(order[:50]).split(3, seed=5), parts[order[:50]])
    share = np.bincount(parts, minlength=3)
    assert len(share) == 3 and np.abs(share - 10000).max() < 5 * math.sqrt(30000 * 2 / 9)
    other = events.split(3, seed=6)
    assert abs((parts == other).mean() - 1 / 3) < 5 * math.sqrt(2 / 9 / 30000)
    assert (events.split(1) == 0).all() and events.split(2 ** 31).max() > 2 ** 30
    near(fairu.Events(np.zeros((500, 1))).split(4), fairu.Events(np.zeros((500, 1)), ids=np.arange(500)).split(4))  # rows stand in for ids


# ---- files

def test_csv_of_any_choice():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.csv")
        with open(path, "w", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(["x", "kind", "w", "n", "y"])
            for i in range(40):
                writer.writerow([repr(float(X[i, 0])), KINDS[LABELS[i]], repr(float(WEIGHTS[i])), IDS[i], -999 if i % 5 == 0 else i])
        everything = fairu.Events.read_csv(path, label="kind", weight="w", id="n")
        assert everything.names == ["x", "y"] and everything.categories == sorted(KINDS) and np.array_equal(everything.weights, WEIGHTS[:40])
        assert [everything.categories[i] for i in everything.labels] == [KINDS[i] for i in LABELS[:40]] and np.array_equal(everything.ids, IDS[:40])
        assert np.array_equal(everything["x"], X[:40, 0]) and everything["y"][5] == -999
        turned = fairu.Events.read_csv(path, columns=["y", "w", "x"], missing={-999.0: 0.25, -1.0: 7.0})
        assert turned.names == ["y", "w", "x"] and (turned["y"][::5] == 0.25).all() and turned.weights is None and turned.labels is None and turned.ids is None
        near(turned["w"], WEIGHTS[:40], 1e-6)
        raises("FAIRU_ERR_NOT_FOUND", fairu.Events.read_csv, path, label="label", says="label")
        optional = fairu.Events.read_csv(path, columns=["x"], label="label", weight="w", id="none", optional=True)
        assert optional.labels is None and optional.ids is None and np.array_equal(optional.weights, WEIGHTS[:40])
        raises("FAIRU_ERR_NOT_FOUND", fairu.Events.read_csv, path, columns=["x", "q"], says="q")
        for rows in (1, 7, 39, 40, 41, 10 ** 6):
            pieces = list(fairu.CsvReader(path, rows, label="kind", weight="w", id="n", missing={-999: 3.0}))
            assert [len(p) for p in pieces] == [min(rows, 40 - i) for i in range(0, 40, rows)]
            assert np.array_equal(np.concatenate([p["x"] for p in pieces]), X[:40, 0]) and np.array_equal(np.concatenate([p.ids for p in pieces]), IDS[:40])
            names = pieces[-1].categories
            assert [names[i] for p in pieces for i in p.labels] == [KINDS[i] for i in LABELS[:40]]
            assert (np.concatenate([p["y"] for p in pieces])[::5] == 3).all()


def test_written_files_are_read_again():
    """All bits of floats and weights; columns, names and order as asked for."""
    odd = np.float32([[1e-45, 3.4e38, 1 / 3], [-0.0, 1e-38, 16777217.0], [np.pi, -1e10, 5e-39]])
    weights = np.array([5e-324, 1.7976931348623157e308, 1 / 3])
    ids = np.array([0, 2 ** 64 - 1, 2 ** 53 + 1], dtype=np.uint64)
    events = fairu.Events(odd, ["a", "b", "c"], weights=weights, labels=[2, 0, 1], ids=ids, categories=["n", "s", "t"])
    with tempfile.TemporaryDirectory() as folder:
        for name in ("a.csv", "a.csv.gz"):
            path = os.path.join(folder, name)
            events.write_csv(path)
            with open(path, "rb") as stream:
                content = stream.read()
            assert (content[:2] == b"\x1f\x8b") == name.endswith("gz")
            head = (gzip.decompress(content) if name.endswith("gz") else content).split(b"\n")[0]
            assert head == b"a,b,c,id,weight,label"
            again = fairu.Events.read_csv(path, label="label", weight="weight", id="id")
            assert np.array_equal(np.column_stack([again[n] for n in "abc"]).view(np.uint32), odd.view(np.uint32))
            assert again.weights.tobytes() == weights.tobytes() and np.array_equal(again.ids, ids) and [again.categories[i] for i in again.labels] == ["t", "n", "s"]
            with fairu.CsvWriter(path, columns=["kind", "c", "event", "a", "w"], weight="w", id="event", label="kind") as writer:
                writer.add(events)
                writer.add(events.select([]))
                writer.add(fairu.Events(odd[:1], ["a", "b", "c"], weights=[1.5], labels=[1], ids=[5], categories=["n", "s", "t"]))
            with (gzip.open if name.endswith("gz") else open)(path, "rt") as stream:
                assert stream.readline() == "kind,c,event,a,w\n"
            part = fairu.Events.read_csv(path, weight="w", id="event", label="kind")
            assert part.names == ["c", "a"] and len(part) == 4 and part.ids.tolist() == [*ids.tolist(), 5] and part.weights[3] == 1.5


def test_archives():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "a.npz")
        arrays = {"hits": X[:, :3], "energy": X[:, 3].astype(np.float64), "count": np.arange(N, dtype=np.int32), "w": WEIGHTS, "y": LABELS.astype(np.int64), "n": IDS}
        for save in (np.savez, np.savez_compressed):
            save(path, **arrays)
            events = fairu.Events.read_npz(path, label="y", weight="w", id="n")
            assert sorted(events.names) == ["count", "energy", "hits0", "hits1", "hits2"] and np.array_equal(events.weights, WEIGHTS)
            assert np.array_equal(events["hits1"], X[:, 1]) and np.array_equal(events["energy"], X[:, 3]) and np.array_equal(events["count"], np.arange(N))
            named = fairu.Events.read_npz(path, features=["energy", "hits"], columns=["e", "a", "b", "c"])
            assert named.names == ["e", "a", "b", "c"] and np.array_equal(named["c"], X[:, 2]) and named.labels is None
            raises(None, fairu.Events.read_npz, path, features=["energy", "hits"], columns=["e", "a"])
            raises("FAIRU_ERR_NOT_FOUND", fairu.Events.read_npz, path, features=["nothing"], says="nothing")


if __name__ == "__main__":
    raise SystemExit(run(globals()))
