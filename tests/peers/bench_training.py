"""bench_training.py OUT.json: the same network, start, order of rows and steps in fairu and in torch: loss epoch by epoch, which must agree to 1e-3,
and events per second of both in one run. 29-100-100-100-1, 200 000 events with weights, batch 1024, Adam.

The start comes from a training whose steps are too small to move a float; the order of rows is computed here a second time (Philox4x32-10 and
Fisher-Yates, src/classifier/trainer.c). Set-up (reading columns, standardising) is left out of the speed of both."""
import json
import os
import sys
import tempfile
import time

import numpy as np

import fairu

WIDTHS, EVENTS, BATCH, RATE, SEED, EPOCHS = (29, 100, 100, 100, 1), 200_000, 1024, 1e-3, 5, 5
SHUFFLE = 2  # stream
TURNS = 5
AGREE = 1e-3


# ---- the order of rows ----------------------------------------------------------------------------------------------


def philox(key, counters):
    """Philox4x32-10 of counters [n, 4]: words [n, 4]."""
    c = [counters[:, i].astype(np.uint64) for i in range(4)]
    k, low, shift = [key & 0xFFFFFFFF, key >> 32], np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        p0, p1 = c[0] * np.uint64(0xD2511F53), c[2] * np.uint64(0xCD9E8D57)
        c = [(p1 >> shift) ^ c[1] ^ np.uint64(k[0]), p1 & low, (p0 >> shift) ^ c[3] ^ np.uint64(k[1]), p0 & low]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return np.stack(c, axis=1)


def shuffle(order, epoch):
    """In place, as the trainer does it; Lemire's multiplication, which takes another word once in a while."""
    counters = np.zeros((len(order) // 4 + 100, 4), np.uint32)
    counters[:, 0], counters[:, 1], counters[:, 3] = np.arange(len(counters)), epoch, SHUFFLE
    words = iter(philox(SEED, counters).ravel().tolist())
    for i in range(len(order), 1, -1):
        reject, product = ((1 << 32) - i) % i, next(words) * i
        while (product & 0xFFFFFFFF) < reject:
            product = next(words) * i
        j = product >> 32
        order[i - 1], order[j] = order[j], order[i - 1]


# ---- fairu ----------------------------------------------------------------------------------------------------------


def sample():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 2, EVENTS)
    x = rng.normal(size=(EVENTS, WIDTHS[0])).astype(np.float32)
    x[:, :4] += 0.5 * labels[:, None]
    x[:, 4] *= 1 + labels
    return x, labels, rng.uniform(0.5, 1.5, EVENTS)


def train(events, context, **options):
    options = {"epochs": EPOCHS, "learning_rate": RATE} | options
    return fairu.Classifier.train(events, hidden=WIDTHS[1:-1], schedule="constant", batch=BATCH, standardise=False, seed=SEED,
                                  context=context, **options)


def start(events, context):
    """[(weights, bias)] of each layer before the first step, through an lwtnn file."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "start.json")
        train(events, context, epochs=1, learning_rate=1e-30).save(path, format="lwtnn")
        with open(path) as file:
            layers = json.load(file)["layers"]
    return [(np.array(layer["weights"], np.float32).reshape(-1, n), np.array(layer["bias"], np.float32))
            for layer, n in zip(layers, WIDTHS)]


# ---- torch ----------------------------------------------------------------------------------------------------------


class TorchTraining:
    def __init__(self, torch, layers, x, labels, weights):
        self.torch, modules = torch, []
        for w, b in layers:
            linear = torch.nn.Linear(w.shape[1], w.shape[0])
            linear.weight.data, linear.bias.data = torch.from_numpy(w.copy()), torch.from_numpy(b.copy())
            modules += [linear, torch.nn.ReLU()]
        self.model = torch.nn.Sequential(*modules[:-1])
        self.adam = torch.optim.Adam(self.model.parameters(), lr=RATE, fused=True)
        self.x, self.y, self.w = torch.from_numpy(x), torch.from_numpy(labels.astype(np.float32)), torch.from_numpy(weights)
        self.order, self.epoch = list(range(len(x))), 0

    def next_order(self):
        shuffle(self.order, self.epoch)
        self.epoch += 1
        return self.torch.tensor(self.order)

    def run_epoch(self, order):
        """Mean of weight * loss over the epoch, each batch with the parameters it was given."""
        total, loss_of = 0.0, self.torch.nn.functional.binary_cross_entropy_with_logits
        for rows in order.split(BATCH):
            logits = self.model(self.x.index_select(0, rows))[:, 0]
            loss = loss_of(logits, self.y.index_select(0, rows), self.w.index_select(0, rows), reduction="sum")
            self.adam.zero_grad(set_to_none=True)
            (loss / len(rows)).backward()
            self.adam.step()
            total += loss.item()
        return total / len(self.x)


def balanced(labels, weights):
    """Mean 1, classes alike: what option `balance` makes of weights."""
    sums = np.bincount(labels, weights)
    return (weights * (len(labels) / (2 * sums))[labels]).astype(np.float32)


# ---- both -----------------------------------------------------------------------------------------------------------


def curves(torch, events, context, x, labels, weights):
    ours = [train(events, context, epochs=n + 1).training.training_loss for n in range(EPOCHS)]
    peer = TorchTraining(torch, start(events, context), x, labels, balanced(labels, weights))
    theirs = [peer.run_epoch(peer.next_order()) for _ in range(EPOCHS)]
    print(f"{'epoch':>5} {'fairu':>10} {'torch':>10} {'difference':>11}")
    for i, (a, b) in enumerate(zip(ours, theirs)):
        print(f"{i + 1:5d} {a:10.6f} {b:10.6f} {a - b:11.1e}")
    return ours, theirs


def seconds(call):
    before = time.perf_counter()
    call()
    return time.perf_counter() - before


def speed(torch, events, context, x, labels, weights, threads):
    """Median events per second of both, taking turns."""
    context.threads = threads
    torch.set_num_threads(threads)
    peer = TorchTraining(torch, start(events, context), x, labels, balanced(labels, weights))
    order, ours, theirs = peer.next_order(), [], []
    for _ in range(TURNS):
        set_up = seconds(lambda: train(events, context, epochs=1))
        ours.append((EPOCHS - 1) * EVENTS / (seconds(lambda: train(events, context)) - set_up))
        theirs.append(EVENTS / seconds(lambda: peer.run_epoch(order)))
    row = {"threads": threads, "fairu": float(np.median(ours)), "torch": float(np.median(theirs))}
    row["ratio"] = row["fairu"] / row["torch"]
    print(f"{threads} thread{'s' if threads > 1 else ''}: fairu {row['fairu'] * 1e-6:.3f}, torch {row['torch'] * 1e-6:.3f} M events/s,"
          f" ratio {row['ratio']:.2f}", flush=True)
    return row


def main():
    try:
        import torch
    except ImportError:
        print("training: skipped: no torch in build/peers")
        return 0
    torch.set_num_threads(1)
    context = fairu.Context()
    x, labels, weights = sample()
    events = fairu.Events(x, labels=labels, weights=weights, context=context)
    print(f"fairu {fairu.version()}, kernels {context.kernel}; torch {torch.__version__}; {'-'.join(map(str, WIDTHS))}, {EVENTS} events, batch {BATCH}")
    ours, theirs = curves(torch, events, context, x, labels, weights)
    difference = float(np.abs(np.subtract(ours, theirs)).max())
    rows = [speed(torch, events, context, x, labels, weights, threads) for threads in (1, 2)]
    with open(sys.argv[1], "w") as file:
        json.dump({"fairu": fairu.version(), "torch": torch.__version__, "kernel": context.kernel, "load": os.getloadavg(), "loss_fairu": ours,
                   "loss_torch": theirs, "difference": difference, "events_per_second": rows}, file, indent=1)
    print(f"largest difference of the losses: {difference:.1e}; written: {sys.argv[1]}")
    return 0 if difference <= AGREE else 1


if __name__ == "__main__":
    sys.exit(main())
