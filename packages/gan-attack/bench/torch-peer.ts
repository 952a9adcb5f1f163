/** A peer (see peer.ts) that computes the same steps with the PyTorch reference: `python -c SCRIPT <reference> <threads> <device>`. */
export const TORCH_PEER = `
import json, resource, sys, time
reference, threads, device = sys.argv[1:4]
sys.path.insert(0, reference)
import torch
import reference_steps as S
import reference_losses as L
from reference_models import Classifier, Discriminator, Gnet, NetConfig, to_net_input

torch.set_num_threads(int(threads))
if device == "cuda" and not torch.cuda.is_available():
    print(json.dumps({"error": "PyTorch sees no CUDA device"}), flush=True)
    sys.exit(1)
where = torch.cuda.get_device_name(0) if device == "cuda" else "CPU"
print(json.dumps({"name": f"PyTorch {torch.__version__}, {where}"}), flush=True)

def create(job):
    torch.manual_seed(0)
    cfg = NetConfig(job["height"], job["width"], job["vggModules"], job["cadWidth"], job["generatorWidth"], job["levels"], g_norm="gn", dropout=0)
    shape = (job["batch"], 1, cfg.height, cfg.width)
    images = torch.rand(shape)
    what = job["what"]
    put = lambda: images.clone().to(device)
    cad = Classifier(cfg).to(device)
    if what == "cad_forward":
        def run():
            with torch.no_grad():
                return cad(to_net_input(put())).sum().item()
        return run
    if what == "gnet_forward":
        gen = Gnet(cfg).to(device)
        def run():
            with torch.no_grad():
                return gen(S.normalise_c0(put())).mean().item()
        return run
    oc = S.adam(cad.parameters(), 1e-5)
    if what == "cad_gradient":
        def run():
            oc.zero_grad(set_to_none=True)
            loss = sum(L.focal_loss(cad(to_net_input(put())), index) for index in (0, 1))
            loss.backward()
            return sum(p.grad.sum() for p in cad.parameters()).item()
        return run
    if what.startswith("cad_step"):
        return lambda: S.classifier_step(cad, oc, put(), put(), gp_k=0 if what == "cad_step_no_gp" else 10)
    gen, dis = Gnet(cfg).to(device), Discriminator(cfg, cad).to(device)
    og, od = S.adam(gen.parameters(), 1e-5), S.adam(dis.parameters(), 1e-5)
    if what == "g_step_identity":
        return lambda: S.generator_step(dis, gen, og, put(), False)
    if what == "d_step_gp":
        return lambda: S.discriminator_step(dis, gen, od, put(), put())
    def both():
        y = put()
        S.discriminator_step(dis, gen, od, y, y)
        S.generator_step(dis, gen, og, y)
    return both

present, run = None, None
for line in sys.stdin:
    try:
        if line != present:
            run = None
            run = create(json.loads(line))
            present = line
        wall, cpu = time.perf_counter(), time.process_time()
        run()
        if device == "cuda":
            torch.cuda.synchronize()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"wallMs": wall * 1e3, "cpuMs": cpu * 1e3, "peakMiB": peak}), flush=True)
    except RuntimeError as error:
        print(json.dumps({"error": str(error).splitlines()[0]}), flush=True)
`;
