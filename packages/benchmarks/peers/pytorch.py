"""PyTorch's side of the benchmark: `python3 pytorch.py layer|loop|projected`, one line of JSON each way (see src/protocol.ts).

`check` only says why the figures of this installation would be unfair, if they would.
`layer` is nn.RNN, nn.LSTM or nn.GRU; `loop` the same recurrence from ordinary operations, the input's product of all
steps at once. The peephole cell has that inside of the step, and only with `projected` at once too.
"""
import json
import os
import resource
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(int(os.environ.get('OMP_NUM_THREADS', '1')))
torch.manual_seed(1)
KIND = sys.argv[1]
FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "workloads.json")
with open(FILE, encoding="utf8") as file:
    WORKLOADS = json.load(file)


class Layer(nn.Module):
    def __init__(self, cell, V, H, L):
        super().__init__()
        self.rnn = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}[cell](V, H, L)
        self.head = nn.Linear(H, V)

    def forward(self, x):
        return self.head(self.rnn(x)[0])


class LoopLayer(nn.Module):
    GATES = {"rnn": 1, "lstm": 4, "gru": 3, "peephole": 4}

    def __init__(self, cell, D, H):
        super().__init__()
        self.cell, self.H = cell, H
        width = self.GATES[cell] * H

        def weight(*shape):
            return nn.Parameter(torch.randn(*shape) * H**-0.5)

        self.wx, self.wh, self.b = weight(D, width), weight(H, width), nn.Parameter(torch.zeros(width))
        if cell == "gru":
            self.new_bias = nn.Parameter(torch.zeros(H))
        if cell == "peephole":
            self.peepholes = nn.ParameterList([weight(H) for _ in range(3)])

    def forward(self, x):
        h = c = torch.zeros(x.shape[1], self.H)
        at_once = self.cell != "peephole" or KIND == "projected"
        steps = self.project(x).unbind(0) if at_once else map(self.project, x.unbind(0))
        outputs = []
        for p in steps:
            h, c = getattr(self, self.cell)(p, h, c)
            outputs.append(h)
        return torch.stack(outputs)

    def project(self, x):
        return x @ self.wx + self.b

    def rnn(self, p, h, c):
        return torch.tanh(p + h @ self.wh), c

    def lstm(self, p, h, c):
        i, f, g, o = (p + h @ self.wh).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        return torch.sigmoid(o) * torch.tanh(c), c

    def gru(self, p, h, c):
        xr, xz, xn = p.chunk(3, 1)
        hr, hz, hn = (h @ self.wh).chunk(3, 1)
        r, z = torch.sigmoid(xr + hr), torch.sigmoid(xz + hz)
        n = torch.tanh(xn + r * (hn + self.new_bias))
        return n + z * (h - n), c

    def peephole(self, p, h, c):
        i, f, g, o = (p + h @ self.wh).chunk(4, 1)
        pi, pf, po = self.peepholes
        c = torch.sigmoid(f + pf * c) * c + torch.sigmoid(i + pi * c) * torch.tanh(g)
        return torch.sigmoid(o + po * c) * torch.tanh(c), c


def loop_model(cell, V, H, L):
    layers = [LoopLayer(cell, H if l else V, H) for l in range(L)]
    return nn.Sequential(*layers, nn.Linear(H, V))


def training(cell, V, H, B, T, L, clip):
    model = (Layer if KIND == "layer" else loop_model)(cell, V, H, L)
    parameters = list(model.parameters())
    optimizer = torch.optim.RMSprop(parameters, **WORKLOADS["rmsprop"])
    ids = torch.randint(0, V, (T + 1, B))

    def run():
        optimizer.zero_grad(set_to_none=True)
        x = F.one_hot(ids[:-1], V).float()
        loss = F.cross_entropy(model(x).reshape(-1, V), ids[1:].reshape(-1))
        loss.backward()
        if clip:
            nn.utils.clip_grad_norm_(parameters, clip)
        optimizer.step()
        return loss.item()

    return run


def sampling(like):
    sizes = WORKLOADS["training"][like]
    V = sizes["V"]
    model = Layer(sizes["cell"], V, sizes["H"], sizes["L"]).eval()
    state, index = None, 0

    @torch.no_grad()
    def run():
        nonlocal state, index
        x = F.one_hot(torch.tensor([[index]]), V).float()
        y, state = model.rnn(x, state)
        index = int(torch.multinomial(torch.softmax(model.head(y)[0, 0], 0), 1))

    return run


def gemm(sizes, stored):
    m, k, n = map(int, sizes.split("x"))
    a = torch.randn(k, m).t() if stored[0] == "t" else torch.randn(m, k)
    b = torch.randn(n, k).t() if stored[1] == "t" else torch.randn(k, n)

    @torch.no_grad()
    def run():
        a @ b

    return run


def prepare(workload):
    kind, *rest = workload.split(" ")
    if kind == "G":
        return gemm(*rest)
    if kind in WORKLOADS["sampling"]:
        return sampling(WORKLOADS["sampling"][kind]["like"])
    return training(**WORKLOADS["training"][kind])


def peak_memory():
    """In MB; of this program alone, where the system tells."""
    try:
        with open("/proc/self/status", encoding="utf8") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def say(line):
    print(json.dumps(line), flush=True)


def slow_blas():
    """The path of a BLAS that is not made for speed. Debian's torch takes whichever is installed; wheels bring their own."""
    torch.randn(8, 8) @ torch.randn(8, 8)
    try:
        with open("/proc/self/maps", encoding="utf8") as maps:
            mapped = {line.split()[-1] for line in maps if "/libblas.so" in line}
    except OSError:
        return None
    return next((path for path in mapped if not any(name in path for name in ("openblas", "mkl", "blis", "atlas"))), None)


if KIND == "check":
    print(slow_blas() or "")
    sys.exit()

prepared = {}
say({"version": torch.__version__})
for line in sys.stdin:
    request = json.loads(line)
    try:
        name = request["workload"]
        run = prepared[name] = prepared.get(name) or prepare(name)
        ms, losses = [], []
        for _ in range(request["samples"]):
            begin = time.perf_counter()
            results = [run() for _ in range(request["repeats"])]
            ms.append((time.perf_counter() - begin) * 1000 / request["repeats"])
            losses += [loss for loss in results if loss is not None]
        say({"ms": ms, "losses": losses, "peakMb": peak_memory()})
    except Exception as error:  # reported to the driver, which goes on with the others
        say({"error": str(error)})
