"""What one core does and what moves, for docs/sizing.md: PYTHONPATH=python python3 tests/bench/sizing.py [--write docs/sizing.md].

Measured on one thread with the sample of examples/higgs-tautau: reading, shifts, scores, filling of templates, toys, pseudo-experiments, packed state.
Medians of at least five runs, together at least SECONDS each. From these and the efficiency of two processes (out/scaling.json, of
tests/bench/scaling.py, the least of its rows; without it the target, 0.85) the times of 280 M events on 1, 32 and 1024 cores are computed; computed is what the table calls them. --write puts the tables between the marks of a page."""
import argparse
import json
import math
import os
import pathlib
import platform
import statistics
import tempfile
import time

import numpy as np

import fairu
from fairu import Prior, challenge

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:  # a row less
    pyarrow = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "examples" / "higgs-tautau" / "sample-0.csv.gz"
PRI = [f"PRI_{o}_{q}" for o in ("lep", "had", "jet_leading", "jet_subleading") for q in ("pt", "eta", "phi")]
PRI += ["PRI_n_jets", "PRI_jet_all_pt", "PRI_met", "PRI_met_phi"]
DER = ["DER_" + name for name in ("mass_transverse_met_lep", "mass_vis", "pt_h", "deltaeta_jet_jet", "mass_jet_jet", "prodeta_jet_jet",
                                  "deltar_had_lep", "pt_tot", "sum_pt", "pt_ratio_lep_had", "met_phi_centrality", "lep_eta_centrality")]
AXES = ["tes", "jes", "log_soft_met"]
KNOTS = [("tes", [0.95, 0.975, 1, 1.025, 1.05], 1), ("jes", [0.95, 0.975, 1, 1.025, 1.05], 1), ("log_soft_met", [-2.5, -1.25, 0, 0.8, math.log(5)], 0)]
PRIORS = {"tes": Prior(1, 0.01, lower=0.95, upper=1.05), "jes": Prior(1, 0.01, lower=0.95, upper=1.05),
          "log_soft_met": Prior(0, 1, lower=-2.5, upper=math.log(5))}
EVENTS, TOYS, EXPERIMENTS, DRAWN, PER_TASK = 280e6, 1e5, 1000, 1e6, 1e6
CORES = (1, 32, 1024)
BEGIN, END = "<!-- tests/bench/sizing.py: begin -->", "<!-- tests/bench/sizing.py: end -->"


def seconds(call, least):
    """Median time of a call."""
    call()
    times, start = [], time.perf_counter()
    while len(times) < 5 or time.perf_counter() - start < least:
        before = time.perf_counter()
        call()
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def sample():
    """The sample with its derived columns, numbered by process as the challenge does."""
    table = fairu.Events.read_csv(SAMPLE, PRI, "detailed_labels", "weights", "id", optional=True)
    numbers = np.array([challenge.PROCESSES.index(name) for name in table.categories])[table.labels]
    columns = np.stack([table[name] for name in PRI] + [np.zeros(len(table), np.float32) for _ in DER], axis=1)
    return fairu.Events(columns, PRI + DER, table.weights, numbers, np.arange(len(table)), challenge.PROCESSES)


class Problem:
    """The analysis of docs/challenge.md in small: 28 features, an aware network of two layers of 64, 20 bins, 13 points."""

    def __init__(self):
        self.events = sample()
        self.chain = fairu.Systematics({name: PRIORS[name] for name in AXES}).add_higgsml(tes="tes", jes="jes", log_soft_met="log_soft_met")
        nominal = self.chain.shift(self.events, {})
        classes = fairu.Events(np.stack([nominal[name] for name in nominal.names], axis=1), nominal.names, nominal.weights, nominal.labels == 3)
        self.network = fairu.train("aware", classes, self.chain, hidden=[64, 64], epochs=1)
        logits = self.network.score(nominal, [1.0, 1.0, 0.0], output="logit")
        signal = classes.labels == 1
        self.binning = fairu.Binning.quantile(logits[signal], 20, nominal.weights[signal])
        self.plain = fairu.Classifier.train(classes, hidden=[64, 64], epochs=1)

    def fill(self):
        fill = fairu.Fill(self.binning, ["signal", "background"], KNOTS)
        fill.add("signal", self.signal, self.network, self.chain, scale=1e-2)
        fill.add("background", self.background, self.network, self.chain, scale=1e-3)
        return fill

    def parts(self):
        self.signal = self.events.select_label("htautau")
        self.background = self.events.select(self.events.labels != 3)

    def likelihood(self, fill):
        return fairu.Likelihood(fill.templates("linear"), {"mu": "signal"}, PRIORS, mc_stat="none")


def measure(least):
    """{what: (seconds of one call, things done in it)} and sizes in bytes."""
    p, found, sizes = Problem(), {}, {}
    p.parts()
    events, n = p.events, len(p.events)
    z = {"tes": 1.02, "jes": 0.98, "log_soft_met": 0.5}
    found["read CSV.gz"] = seconds(lambda: fairu.Events.read_csv(SAMPLE, PRI, "detailed_labels", "weights", "id", optional=True), least), n
    with tempfile.TemporaryDirectory() as folder:
        path, whole = os.path.join(folder, "events.csv"), p.chain.shift(events, {})  # with derived columns
        whole.write_csv(path)
        sizes["CSV"] = os.path.getsize(path) / len(whole)
        found["read CSV, 28 columns"] = seconds(lambda: fairu.Events.read_csv(path, PRI + DER, "label", "weight", "id"), least), len(whole)
        if pyarrow:
            pyarrow.set_cpu_count(1)
            path = os.path.join(folder, "events.parquet")
            table = {**{name: whole[name] for name in whole.names}, "label": whole.labels, "weight": whole.weights, "id": whole.ids}
            pyarrow.parquet.write_table(pyarrow.table({name: np.array(column) for name, column in table.items()}), path)
            sizes["parquet"] = os.path.getsize(path) / len(whole)
            found["read Parquet"] = seconds(lambda: fairu.read_parquet(path, PRI + DER, "label", "weight", "id"), least), len(whole)
    sizes["CSV.gz, 16 columns"] = os.path.getsize(SAMPLE) / n
    sizes["event"] = 4 * len(PRI + DER) + 8 + 4 + 8
    found["shift"] = seconds(lambda: p.chain.shift(events, z), least), n
    found["score"] = seconds(lambda: p.network.score(events, [1.0, 1.0, 0.0]), least), n
    found["fill"] = seconds(p.fill, least), n
    fill = p.fill()
    state, points = fill.dumps(), 1 + sum(len(axis[1]) - 1 for axis in KNOTS)
    sizes["fill"] = len(state)
    found["pack a fill"] = seconds(fill.dumps, least), 1
    found["unpack and merge a fill"] = seconds(lambda: fill.merge(fairu.Fill.loads(state)), least), 1
    model = p.likelihood(p.fill())
    found["toys"] = seconds(lambda: fairu.toys(model, {"mu": 1.0}, n=500), least), 500
    toys = fairu.toys(model, {"mu": 1.0}, n=1000)
    tally = fairu.Tally(1.0)
    tally.add(toys)
    sizes["toy"], sizes["tally"] = len(fairu.toys_dumps(toys)) / len(toys), len(tally.dumps())
    experiments = fairu.PseudoExperiments(1, 100, generator="philox")
    chain = fairu.Systematics({"tes": 1, "jes": 1, "soft_met": 0}).add_higgsml(tes="tes", jes="jes", soft_met="soft_met")
    # each row of the pool asks whether it is drawn, hardly any is: and then a pool whose rows are drawn twice
    for what, mean in (("row of a pool", 1e-6), ("event drawn", 2.0)):
        pool = events.with_weights(np.full(n, mean))
        drawn = experiments[7].histograms(pool, p.plain, p.binning, chain).n_events
        found[what] = seconds(lambda: experiments[7].histograms(pool, p.plain, p.binning, chain), least), max(drawn, n if mean < 1 else 1)
    return {"found": found, "sizes": sizes, "n": n, "points": points, "bins": p.binning.n_bins}


# ---- tables

def human(s):
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if s >= 2 * size:
            return f"{s / size:.3g} {unit}"
    return f"{s:.3g} s" if s >= 1 else f"{1e3 * s:.3g} ms"


def count(x):
    for unit, size in (("G", 1e9), ("M", 1e6), ("k", 1e3)):
        if x >= size:
            return f"{x / size:.3g} {unit}"
    return f"{x:.3g} "


def measured_table(m):
    found = m["found"]
    rate = {what: n / s for what, (s, n) in found.items()}
    yield "| measured, one core | rate | an event |"
    yield "|---|---|---|"
    parquet = [("read Parquet", f"reading Parquet, 28 columns, pyarrow ({m['sizes']['parquet']:.0f} bytes an event)")] if "parquet" in m["sizes"] else []
    for what, words in (("read CSV.gz", f"reading CSV.gz, 16 columns ({m['sizes']['CSV.gz, 16 columns']:.0f} bytes an event)"),
                        ("read CSV, 28 columns", f"reading CSV, 28 columns ({m['sizes']['CSV']:.0f} bytes an event)"), *parquet,
                        ("shift", "shift by tes, jes and soft MET, with the 12 derived columns and cuts"), ("score", "score of the network (28 features and 3 nuisances, 64-64-1)")):
        yield f"| {words} | {count(rate[what])}events/s | {1e6 / rate[what]:.3g} us |"
    yield (f"| templates of an aware network: shift and score at {m['points']} points, fill {m['bins']} bins | {count(rate['fill'])}events/s, {count(m['points'] * rate['fill'])}event-points/s "
           f"| {1e6 / rate['fill']:.3g} us |")
    yield f"| toys: drawn, fitted, profile interval (mu and 3 nuisances, {m['bins']} bins) | {count(rate['toys'])}toys/s | |"
    yield f"| pseudo-experiment: asking a row of the pool whether it is drawn | {count(rate['row of a pool'])}rows/s | {1e6 / rate['row of a pool']:.3g} us |"
    yield f"| pseudo-experiment: an event drawn, shifted, scored (28-64-64-1), binned | {count(rate['event drawn'])}events/s | {1e6 / rate['event drawn']:.3g} us |"
    yield f"| pack a fill; unpack and merge it | {human(found['pack a fill'][0])}; {human(found['unpack and merge a fill'][0])} | |"


def bytes_table(m):
    sizes, tasks = m["sizes"], EVENTS / PER_TASK
    yield "| bytes | each | 280 M events |"
    yield "|---|---|---|"
    yield f"| an event in memory (28 features, weight, label, id) | {sizes['event']} B | {count(EVENTS * sizes['event'])}B, in tasks of 1 M events {count(PER_TASK * sizes['event'])}B at a time |"
    yield f"| read as CSV.gz of 16 columns | {sizes['CSV.gz, 16 columns']:.0f} B | {count(EVENTS * sizes['CSV.gz, 16 columns'])}B, by the tasks themselves |"
    yield (f"| sent back by a task: a packed fill of 2 processes, {m['points']} points, {m['bins']} bins | {count(sizes['fill'])}B | {tasks:.0f} tasks: {count(tasks * sizes['fill'])}B; "
           f"{4 * CORES[-1]}: {count(4 * CORES[-1] * sizes['fill'])}B |")
    yield f"| sent back for toys: results, packed, or a tally of any number | {sizes['toy']:.0f} B, {count(sizes['tally'])}B | 100,000 toys: {count(TOYS * sizes['toy'])}B, or a tally from each task |"


def shared(m):
    """Seconds of one core for what cores share, all of it without a word between them."""
    per = {what: s / n for what, (s, n) in m["found"].items()}
    parquet = {"reading Parquet": EVENTS * per["read Parquet"]} if "read Parquet" in per else {}
    return {"reading CSV.gz": EVENTS * per["read CSV.gz"], **parquet, "filling templates": EVENTS * per["fill"], "100,000 toys": TOYS * per["toys"],
            "1,000 pseudo-experiments from all 280 M rows, a million events each": EXPERIMENTS * (EVENTS * per["row of a pool"] + DRAWN * per["event drawn"])}


def scaling_table(scaling):
    yield f"| two processes, {scaling['cores']} cores, load {scaling['load']:.1f} before, medians of {scaling['repeats']} | one process | two | efficiency | processor time of one over two |"
    yield "|---|---|---|---|---|"
    for row in scaling["rows"]:
        what = {"fill": f"templates of 2 x {count(row['size'])}events", "toys": f"{count(row['size'])}toys"}[row["what"]]
        yield f"| {row['engine'].replace('Mpi', 'MPI')}: {what} | {human(row['one'])} | {human(row['two'])} | {row['efficiency']:.2f} | {row['work']:.2f} |"
    yield ""


def time_table(m, efficiency, said):
    yield f"| computed, 280 M events, efficiency {efficiency:.2f} ({said}) | " + " | ".join(f"{n} core{'s' if n > 1 else ''}" for n in CORES) + " |"
    yield "|---|" + "---|" * len(CORES)
    for words, work in shared(m).items():
        yield f"| {words} | " + " | ".join(human(work / n / (efficiency if n > 1 else 1)) for n in CORES) + " |"
    pack, merge = m["found"]["pack a fill"][0], m["found"]["unpack and merge a fill"][0]
    steps = [math.ceil(math.log2(n)) * (pack + merge) if n > 1 else 0 for n in CORES]
    yield "| merging fills up a tree of ranks (MPI) | " + " | ".join(human(t) if t else "none" for t in steps) + " |"
    yield "| merging fills one by one at the client (Dask), four tasks a core, while others run | " + " | ".join(human(4 * n * merge) for n in CORES) + " |"


def machine():
    model = next((line.split(":", 1)[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())
    return f"{model}, {os.cpu_count()} cores, kernel {fairu.Context().kernel}, blas core {fairu._lib.lib.blas_core().decode()}, libfairu {fairu.version()}, load {os.getloadavg()[0]:.1f}"


def page(m, scaling):
    efficiency = min((row["efficiency"] for row in scaling["rows"]), default=0.85)
    said = "the least of those measured" if scaling["rows"] else "the target: not measured here"
    return "\n".join([f"Measured on: {machine()}.", "", *measured_table(m), "", *bytes_table(m), "", *(scaling_table(scaling) if scaling["rows"] else ()),
                      *time_table(m, efficiency, said)])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0, help="at least, for each row")
    parser.add_argument("--scaling", default=str(ROOT / "out" / "scaling.json"), help="what tests/bench/scaling.py wrote")
    parser.add_argument("--json", help="what was measured")
    parser.add_argument("--write", help="a page with the marks")
    arguments = parser.parse_args()
    m = measure(arguments.seconds)
    written = pathlib.Path(arguments.scaling)
    text = page(m, json.loads(written.read_text()) if written.exists() else {"rows": []})
    print(text)
    if arguments.json:
        pathlib.Path(arguments.json).write_text(json.dumps(m, indent=1) + "\n")
    if arguments.write:
        whole = pathlib.Path(arguments.write)
        before, rest = whole.read_text().split(BEGIN)
        whole.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{rest.split(END)[1]}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
