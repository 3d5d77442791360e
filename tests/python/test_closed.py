"""What is closed: every attribute and every method of every class says so; and what another object, a bound call or a running call needs lives on."""
import gc
import inspect
import os
import pickle
import tempfile
import threading
import weakref

import numpy as np

import fairu

from harness import raises, run

FOLDER = tempfile.mkdtemp()
WORKSPACE = "examples/workspace.json"


def table(n=6):
    values = np.arange(2 * n, dtype=np.float32).reshape(n, 2) / n
    return fairu.Events(values, ["x", "y"], weights=np.ones(n), labels=np.arange(n) % 2, ids=np.arange(n), categories=["b", "s"])


def linear():
    return fairu.Classifier.linear(["x", "y"], [1.0, 2.0])


def templates():
    return fairu.Templates({"signal": [4.0, 1.0], "background": [12.0, 9.0]})


def model():
    return fairu.Likelihood(templates())


def filled():
    fill = fairu.Fill(fairu.Binning.uniform(3), ["s"], axes=[("z", [0.9, 0.95, 1, 1.05, 1.1])])
    fill.add("s", table(), linear())
    return fill


def tallied():
    tally = fairu.Tally(1.0)
    tally.add(fairu.toys(model(), n=3))
    return tally


def chain():
    return fairu.Systematics({"z": 1.0}).add_scale("z", ["x"])


def terms():
    return fairu.EventTerms(np.log([[1.0, 2.0, 3.0]]), pool=[1, 1, 1])


def unbinned():
    return fairu.EventLikelihood(terms(), 5.0, 5.0)


def baseline():
    return fairu.ChallengeBaseline(np.ones((1, 2, 2)), np.full((1, 2, 2), 9.0), [("a", 1.0, 0.05, 0.8, 1.2)])


def calibration():
    return fairu.IntervalCalibration(fairu.Likelihood(fairu.Templates({"signal": [40.0], "background": [400.0]})), n_toys=100, n_mu=5)


def ratio_map():
    return fairu.ProbabilityMap(np.linspace(-1, 1, 40), np.arange(40) % 2)


def patches():
    return fairu.PatchSet("examples/patchset.json")


def path(name="file"):
    return os.path.join(FOLDER, name)


def counted(made):
    """Data of a model, before that is closed."""
    return made.data([20.0, 11.0]) if isinstance(made, fairu.Likelihood) and not isinstance(made, fairu.EventLikelihood) else made.data()


FIT = {"fit": [], "interval": [], "hypotest": [], "hypotest_toys": [], "limit": [], "impacts": [], "breakdown": [], "goodness": [], "contour": [], "minima": [],
       "significance": [], "bind": [], "nll": [], "profile": [[1.0]], "scan": ["mu", [1.0], "mu", [1.0]]}
LIKELIHOOD = {"asimov": [], "toy": [], "expected": [], "data": [], "expected_samples": [], "yields": [], "diagnose": [],
              **{name: lambda made, data, rest=rest: [data, *rest] for name, rest in FIT.items()}, "write": lambda made, data: [path(), data]}
# class: (how to make one, arguments of its methods: a list, or a function of the object and of data, both made before it is closed)
CASES = {
    "Binning": (lambda: fairu.Binning.uniform(4), {"index": [[0.5]]}),
    "ChallengeBaseline": (baseline, {"polynomials": ["a", 1.0], "nll": [[9.0, 9.0]], "fit": [[9.0, 9.0]]}),
    "Classifier": (linear, {"save": [path()], "with_inputs": [], "score": [[[1.0, 2.0]]], "bind": [], "slopes": [[[1.0, 2.0]]], "__reduce__": []}),
    "Data": (lambda: counted(model()), {"observed": []}),
    "EventLikelihood": (unbinned, LIKELIHOOD),
    "EventTerms": (terms, {}),
    "Events": (table, {"write_csv": [path()], "with_weights": [np.ones(6)], "select": [[0]], "select_label": [0], "concatenate": [table()], "split": [2],
                       "check_disjoint": [table()], "__len__": [], "__getitem__": ["x"], "sum_weights": []}),
    "Fill": (filled, {"add": ["s", table(), linear()], "merge": [filled()], "templates": [], "dumps": [], "save": [path()], "__reduce__": []}),
    "IntervalCalibration": (calibration, {"save": [path()], "critical": [1.0], "interval": lambda made, data: [data]}),
    "Likelihood": (model, LIKELIHOOD),
    "PatchSet": (patches, {"verify": [fairu.Workspace(WORKSPACE)], "find": [600], "apply": [fairu.Workspace(WORKSPACE), "mass_300"]}),
    "ProbabilityMap": (ratio_map, {"save": [path()], "apply": [[0.0]], "log_ratio": [[0.0]], "calibrate": [linear()]}),
    "Systematics": (chain, {"add_rotation": ["z", "x", "y"], "add_scale": ["z", ["x"]], "add_shift": ["z", ["x"], [1.0]], "add_smearing": ["z", ["x"]],
                            "add_momentum_scale": ["z", "x"], "add_met_smearing": ["z", "x", "y"], "add_weight_scale": ["z", ["s"]], "add_cut": ["x"],
                            "add_category": ["x", [1.0], "y"], "add_two_point": ["z", "x", "y"], "add_higgsml": [], "add_higgsml2014": [],
                            "add_callback": [["x"], print], "migration": [table(), "z", 0.1], "check_tangents": [table(), {"z": 0.1}],
                            "shift": [table(), {}], "tangents": [table(), {}]}),
    "Tally": (tallied, {"add": [fairu.toys(model(), n=1)], "merge": [fairu.Tally(1.0)], "coverage": [], "dumps": [], "save": [path()],
                                         "__reduce__": []}),
    "Templates": (templates, {"save": [path()], "evaluate": []}),
    "Workspace": (lambda: fairu.Workspace(WORKSPACE), {"patch": [[]], "model": [], "fit": [], "fixed_poi_fit": [1.0], "hypotest": [1.0], "upper_limit": []}),
}
SAFE = {"close", "__enter__", "__exit__", "__copy__", "__deepcopy__"}  # these need nothing of C
OF_PYTHON = {"Binning": (), "Classifier": ("training", "adversary")}  # attributes of the class that are plain values


def members(kind):
    """Public properties, and methods that need an object, with those of Python's protocols."""
    made = {}
    for part in kind.__mro__[-2::-1]:
        made.update({name: member for name, member in vars(part).items()
                     if not name.startswith("_") or name in ("__len__", "__getitem__", "__reduce__", "__iter__", "__next__", "__call__")})
    return {name: member for name, member in made.items() if not isinstance(member, (classmethod, staticmethod))}


def test_the_table_is_complete():
    """A class, a property or a method that is added must be in CASES."""
    resources = {name for name in fairu.__all__ if inspect.isclass(getattr(fairu, name)) and issubclass(getattr(fairu, name), fairu._lib.Resource)}
    assert resources == set(CASES), resources ^ set(CASES)
    for name, (make, calls) in CASES.items():
        methods = {what for what, member in members(getattr(fairu, name)).items() if callable(member)} - SAFE
        assert methods == set(calls), (name, methods ^ set(calls))


def test_everything_says_that_it_is_closed():
    for name, (make, calls) in CASES.items():
        made = make()
        data = counted(made) if isinstance(made, fairu.Likelihood) else counted(model())
        arguments = {what: given(made, data) if callable(given) else given for what, given in calls.items()}
        made.close()
        gc.collect()
        for what, member in members(type(made)).items():
            if isinstance(member, property):
                problem = raises("FAIRU_ERR_NULL", getattr, made, what, says="closed")
            elif callable(member) and what not in SAFE:
                problem = raises("FAIRU_ERR_NULL", getattr(made, what), *arguments[what], says="closed")
            else:
                continue
            assert problem.code == 10 and f"this {name} is closed" == problem.message, (name, what, problem)


def test_open_ones_answer():
    """The other half: none of the calls of the table fails before the object is closed, but for those that say why."""
    refused = {("Likelihood", "diagnose"): "channels and samples", ("Likelihood", "write"): "channels", ("Likelihood", "scan"): "both parameters",
               ("Likelihood", "contour"): "no other parameter", ("IntervalCalibration", "interval"): "1 parameters and 1 bins",
               ("Events", "check_disjoint"): "id 0 is in both"}
    for name, (make, calls) in CASES.items():
        for what, given in calls.items():
            made = make()
            data = counted(made) if isinstance(made, fairu.Likelihood) else counted(model())
            try:
                getattr(made, what)(*(given(made, data) if callable(given) else given))
            except fairu.Error as problem:
                if name != "EventLikelihood":  # which has no bins, nor other parameters
                    assert refused.pop((name, what), "?") in problem.message, (name, what, problem)
                assert problem.name != "FAIRU_ERR_NULL", (name, what, problem)
        for what, member in members(getattr(fairu, name)).items():
            if isinstance(member, property):
                getattr(make(), what)
    assert not refused, refused


def test_closed_arguments_are_refused():
    """Where a closed object is what another one is given."""
    events, classifier, binning, data, made = table(), linear(), fairu.Binning.uniform(3), counted(model()), model()
    fill, space, shifts, other, yields, events_terms, tally = filled(), fairu.Workspace(WORKSPACE), chain(), ratio_map(), templates(), terms(), fairu.Tally(1.0)
    for thing in (events, classifier, binning, data, fill, space, shifts, other, yields, events_terms, tally, made):
        thing.close()
    pool, experiment = table(), fairu.PseudoExperiments(1, 1, generator="philox")[0]
    for call in (lambda: linear().score(events), lambda: filled().add("s", table(), classifier), lambda: filled().add("s", events, linear()),
                 lambda: filled().add("s", table(), linear(), shifts), lambda: fairu.Fill(binning, ["s"]), lambda: model().fit(data),
                 lambda: model().nll(data), lambda: model().bind(data), lambda: filled().merge(fill), lambda: patches().apply(space, "mass_300"),
                 lambda: patches().verify(space), lambda: chain().shift(events, {}), lambda: fairu.Classifier.ensemble([linear(), classifier]),
                 lambda: fairu.Likelihood(yields), lambda: model().data(moving=yields), lambda: fairu.EventLikelihood(events_terms, 1, 1),
                 lambda: unbinned().data(events_terms), lambda: fairu.Tally(1.0).merge(tally), lambda: fairu.toys(made, n=2), lambda: fairu.coverage(made, n=2),
                 lambda: fairu.combine([(model(), data)]), lambda: fairu.combine([(made, counted(model()))]), lambda: fairu.Data(made),
                 lambda: fairu.train("baseline", events), lambda: fairu.train("aware", table(), shifts), lambda: fairu.Classifier.train(events),
                 lambda: fairu.train_summary(table(), print, [events]), lambda: ratio_map().calibrate(classifier), lambda: other.calibrate(linear()),
                 lambda: table().concatenate(events), lambda: experiment.counts(events), lambda: experiment.histograms(pool, classifier, fairu.Binning.uniform(2)),
                 lambda: experiment.histograms(pool, linear(), binning), lambda: experiment.histograms(pool, linear(), fairu.Binning.uniform(2), shifts),
                 lambda: experiment.histograms(events, linear(), fairu.Binning.uniform(2)), lambda: fairu.ChallengeBaseline.from_templates(yields, "signal"),
                 lambda: fairu.IntervalCalibration(made), lambda: calibration().interval(data), lambda: fairu.challenge.normalise(events, 1.0),
                 lambda: fairu.CsvWriter(path("closed.csv")).add(events)):
        raises("FAIRU_ERR_NULL", call, says="closed")


def test_blocks_close_when_they_raise():
    for name, (make, _) in CASES.items():
        try:
            with make() as made:
                handle = weakref.ref(made._handle)
                raise LookupError(name)
        except LookupError as problem:
            assert str(problem) == name
        assert handle() is None, name  # C has its memory back
        raises("FAIRU_ERR_NULL", lambda: made._handle, says="closed")
        made.close()
        assert made.__enter__() is made


def test_what_was_never_made_is_closed():
    """A failing __init__ leaves an object behind in its traceback: it must not be used, and its end must be quiet."""
    for kind in (fairu.Events, fairu.Likelihood, fairu.Tally, fairu.Workspace, fairu.Binning):
        bare = kind.__new__(kind)
        raises("FAIRU_ERR_NULL", lambda: bare._handle, says=kind.__name__)
        bare.close()


# ---- what must live on

def churn():
    """Take and overwrite what has been freed."""
    return [np.full(k, 7.0) for k in range(1, 300)] + [bytearray(b"\xff" * k) for k in range(16, 3000, 16)]


def gone():
    gc.collect()
    return churn()


def test_bound_calls_keep_what_they_call():
    trained = fairu.Classifier.train(table(200), hidden=[8], epochs=1)
    for classifier in (linear(), trained, fairu.Classifier.function(["x", "y"], lambda x: x[:, 0] - x[:, 1]), ratio_map().calibrate(linear())):
        wanted, bound = classifier.score([[0.3, 0.7]])[0], classifier.bind()
        classifier.close()
        kept = gone()
        assert bound([[0.3, 0.7]])[0] == wanted and kept
        raises("FAIRU_ERR_NULL", classifier.bind)
    made = model()
    data = counted(made)
    wanted, bound = made.nll(data), made.bind(data)
    made.close(), data.close(), gone()
    assert bound() == wanted


def closing(victim, function):
    """A function that closes victim()s and overwrites their memory at its first call."""
    def call(*arguments):
        for thing in victim():
            thing.close()
        kept = gone()
        assert kept
        return function(*arguments)
    return call


def test_what_a_callback_closes_lives_until_the_call_is_over():
    classifier = fairu.Classifier.function(["x", "y"], closing(lambda: [classifier], lambda x: x[:, 0]))
    x = np.random.default_rng(1).normal(size=(3000, 2)).astype(np.float32)
    assert np.array_equal(classifier.score(x, output="logit"), x[:, 0])
    raises("FAIRU_ERR_NULL", classifier.score, x)

    events, shifts = fairu.Events(x, ["x", "y"]), chain()
    second = fairu.Classifier.function(["x", "y"], closing(lambda: [events, second, shifts, binning, fill], lambda x: x[:, 0]))
    binning = fairu.Binning.logit(4, -2, 2)
    fill = fairu.Fill(binning, ["s"], axes=[("z", [0.9, 0.95, 1, 1.05, 1.1])])
    fill.add("s", events, second, shifts)
    raises("FAIRU_ERR_NULL", fill.templates)

    moved, rows = fairu.Systematics({"z": 1.0}), fairu.Events(x, ["x", "y"])
    moved.add_callback(["x"], closing(lambda: [moved, rows], lambda z, rows: rows["x"].__imul__(2)))
    assert np.array_equal(moved.shift(rows, {})["x"], 2 * x[:, 0])

    train = table(200)
    made = fairu.Classifier.train(train, epochs=2, hidden=[4], on_epoch=closing(lambda: [train], lambda *_: None))
    assert made.training.epochs == 2
    progress = fairu.Context(progress=closing(lambda: [likelihood, data], lambda *_: None))
    likelihood = fairu.Likelihood(templates(), context=progress)
    data = counted(likelihood)
    assert fairu.toys(likelihood, n=400, context=progress)["status"].max() == 0
    likelihood.close()


def test_a_thread_closes_what_another_one_uses():
    slow, started = None, threading.Event()

    def logits(x):
        started.set()
        closed.wait(5)
        return x[:, 0]
    closed, results = threading.Event(), []
    slow = fairu.Classifier.function(["x", "y"], logits)
    x = np.ones((4000, 2), dtype=np.float32)
    thread = threading.Thread(target=lambda: results.append(slow.score(x, output="logit")))
    thread.start()
    started.wait(5)
    slow.close()
    gone()
    closed.set()
    thread.join()
    assert np.array_equal(results[0], x[:, 0])


def test_data_of_several_keep_their_events():
    one = unbinned()
    events = fairu.EventTerms(np.log([np.linspace(1, 2, 1000)]))
    data = one.data(events)
    wanted = one.nll(data)
    whole, joined = fairu.combine([(one, data)])
    bound = whole.bind(joined)
    events.close(), data.close(), one.close()
    del events, data, one
    gone()
    assert abs(whole.nll(joined) - wanted) < 1e-9 * abs(wanted)
    whole.close(), joined.close()
    gone()
    assert abs(bound() - wanted) < 1e-9 * abs(wanted)


def test_functions_live_as_long_as_what_calls_them():
    """Through a calibration, a policy, an ensemble, and all of these."""
    x = np.array([[0.25, 1.0], [0.5, -1.0]], dtype=np.float32)
    makers = {"plain": lambda c: c, "calibrated": ratio_map().calibrate, "inputs": lambda c: c.with_inputs(lower={"x": -9.0}, outside="clip"),
              "ensemble": lambda c: fairu.Classifier.ensemble([c, c])}
    for first in makers.values():
        for second in makers.values():
            if (first, second) in [(makers[a], makers[b]) for a, b in (("calibrated", "calibrated"), ("calibrated", "ensemble"), ("ensemble", "ensemble"))]:
                continue  # C does not take these
            inner = fairu.Classifier.function(["x", "y"], lambda x: 2 * x[:, 0])
            middle = first(inner)
            made = second(middle)
            wanted, bound = made.score(x), made.bind(2)
            made is middle or middle.close()
            made is inner or inner.close()
            alive = weakref.ref(inner)
            del inner, middle
            gone()
            assert np.array_equal(made.score(x), wanted) and (alive() is None or alive() is made)
            made.close()
            del made
            gone()
            assert np.array_equal(bound(x), wanted)


def test_cycles_are_collected():
    """An object that is in a cycle with its own callback, and one that holds its own model."""
    freed = []

    class Watched(fairu.Classifier):
        def __del__(self):
            freed.append("classifier")
    for _ in range(3):
        made = Watched.function(["x"], lambda x: x[:, 0])
        made.itself, made.asks = made, lambda: made
        made.score([[1.0]])
    chain_of_own = fairu.Systematics({"z": 1.0})
    chain_of_own.add_callback(["x"], lambda z, rows: chain_of_own.names)
    seen = weakref.ref(chain_of_own)
    own = model()
    fit = own.fit(counted(own))
    fit.me, watched = fit, weakref.ref(fit.model)
    del made, chain_of_own, fit, own
    gc.collect()
    assert freed == ["classifier"] * 3 and seen() is None and watched() is None


def test_views_keep_what_they_look_at():
    events = table()
    views = [events["x"], events.weights, events.labels, events.ids]
    wanted = [v.tolist() for v in views]
    shared = events.with_weights(np.arange(6.0))
    column, edges, yields = shared["y"].tolist(), fairu.Binning.logit(4, -2, 2).edges, templates().yields
    events.close()
    del events
    gone()
    assert [v.tolist() for v in views] == wanted and shared["y"].tolist() == column
    assert edges.tolist() == [-1, 0, 1] and yields[0, 0].tolist() == [4, 1]
    for view in (*views, edges):
        assert not view.flags.writeable
    made = model()
    names = [parameter.name for parameter in made.parameters]
    made.close()
    gone()
    assert [parameter.name for parameter in made.parameters] == names == [b"mu"] and made.names == ["mu"]


def test_addresses_are_not_pickled():
    """What has no state of its own refuses, and does not travel as an address."""
    for name, (make, calls) in CASES.items():
        if "__reduce__" in calls:
            assert type(pickle.loads(pickle.dumps(make()))).__name__ == name
            continue
        try:
            pickle.dumps(make())
        except (ValueError, TypeError, AttributeError) as problem:
            assert "pickle" in str(problem), (name, problem)
        else:
            raise AssertionError(f"{name} was pickled")


if __name__ == "__main__":
    raise SystemExit(run(globals()))
