"""The workloads of workloads.ts in PyTorch.  Reads one JSON job per line, answers with milliseconds."""
import json
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F


def groups(channels, least):
    return max(1, min(32, channels // least))


class Classifier(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.v1, self.v2 = nn.Conv2d(3, 16, 3, padding=1), nn.Conv2d(16, 32, 3, padding=1)
        self.f1, self.f2 = nn.Conv2d(32, 32, 3, stride=2, padding=1), nn.Conv2d(32, 128, 3, padding=1)
        sizes = (128, 512, 128, 16)
        self.fc = nn.ModuleList(nn.Linear(a, b) for a, b in zip(sizes, sizes[1:]))
        self.gn = nn.ModuleList(nn.GroupNorm(groups(c, 8), c) for c in sizes[1:])
        self.head = nn.Linear(16, outputs)

    def forward(self, x):
        h = F.max_pool2d(F.relu(self.v1(x)), 2)
        h = F.max_pool2d(F.relu(self.v2(h)), 2)
        h = F.avg_pool2d(F.relu(self.f2(F.relu(self.f1(h)))), 2, stride=1).amax(dim=(2, 3))
        for fc, gn in zip(self.fc, self.gn):
            h = F.leaky_relu(gn(fc(h)), 0.2)
        return self.head(h)


class Block(nn.Sequential):
    def __init__(self, a, b):
        layers = []
        for c in (a, b):
            layers += [nn.Conv2d(c, b, 3, padding=1), nn.GroupNorm(groups(b, 4), b), nn.LeakyReLU(0.2)]
        super().__init__(*layers)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        ch = (8, 16, 32, 64, 64)
        self.inc = Block(1, ch[0])
        self.down = nn.ModuleList(Block(ch[i], ch[i + 1]) for i in range(4))
        ups, c = [], ch[4]
        for i in reversed(range(4)):
            to = ch[max(0, i - 1)]
            ups.append(Block(ch[i] + c, to))
            c = to
        self.up = nn.ModuleList(ups)
        self.last = nn.Conv2d(c, 1, 3, padding=1)

    def forward(self, x):
        h, skips = self.inc(x), []
        for block in self.down:
            skips.append(h)
            h = block(F.avg_pool2d(h, 2))
        for block in self.up:
            h = F.interpolate(h, scale_factor=2, mode="bilinear", align_corners=True)
            h = block(torch.cat([skips.pop(), h], dim=1))
        return torch.sigmoid(self.last(h))


def adam(net):
    return torch.optim.Adam(net.parameters(), lr=1e-5, betas=(0.5, 0.9))


def classifier_step(job):
    n = job["batch"]
    net = Classifier(2)
    opt = adam(net)
    image = torch.rand(n, 3, job["height"], job["width"])
    truth = torch.tensor([0] * (n // 2) + [1] * (n // 2))

    def run():
        opt.zero_grad(set_to_none=True)
        x = image.clone().requires_grad_(True)
        logits = net(x)
        (g,) = torch.autograd.grad((logits[:, 0] - logits[:, 1]).sum(), x, create_graph=True)
        log = F.log_softmax(logits, 1).gather(1, truth[:, None])[:, 0]
        loss = -((1 - log.exp()) ** 2 * log).mean() + 5 * (g.pow(2).sum((1, 2, 3)) ** 2).mean()
        loss.backward()
        opt.step()
        return loss.item()
    return run


def generator_step(job):
    net, critic = Generator(), Classifier(1)
    for p in critic.parameters():
        p.requires_grad_(False)
    opt = adam(net)
    image = torch.rand(job["batch"], 1, job["height"], job["width"])

    def run():
        opt.zero_grad(set_to_none=True)
        x = image.clone()
        fake = net(x)
        score = critic(fake.expand(-1, 3, -1, -1))
        loss = -F.logsigmoid(score).mean() + (fake - x).pow(2).sum() / x.pow(2).sum()
        loss.backward()
        opt.step()
        return loss.item()
    return run


def forward(net, channels):
    def create(job):
        model = net()
        image = torch.rand(job["batch"], channels, job["height"], job["width"])

        def run():
            with torch.no_grad():
                return model(image.clone()).sum().item()
        return run
    return create


CREATE = {"classifier step": classifier_step, "generator step": generator_step,
          "classifier forward": forward(lambda: Classifier(2), 3), "generator forward": forward(Generator, 1)}


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(0)
    print(json.dumps({"version": torch.__version__}), flush=True)
    runs = {}
    for line in sys.stdin:
        job = json.loads(line)
        key = json.dumps(job)
        if key not in runs:
            runs[key] = CREATE[job["what"]](job)
        wall, cpu = time.perf_counter(), time.process_time()
        runs[key]()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        print(json.dumps({"wallMs": wall * 1e3, "cpuMs": cpu * 1e3}), flush=True)


main()
