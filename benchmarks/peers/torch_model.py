"""The network of a checkpoint's sizes in PyTorch, of Hugging Face's modules, random bfloat16 weights: what each stage of an answer takes.

    python3 torch_model.py --config models/depthvla-3b/config.json --device cuda --json torch.json
    depthvla bench model --checkpoint models/depthvla-3b --device cuda --peer torch.json

Needs torch 2.6 or later and transformers 4.48 or later. Two reports: eager, and torch.compile(mode="max-autotune"), which records CUDA graphs. SigLIP, DINOv2 and
Gemma's layers are transformers' own; the attention over several streams is put together of them as openpi's PyTorch model does it.
"""

import json
import platform
import subprocess
import sys
import time

import torch
import torch.nn.functional as F
import transformers
from torch import nn
from torch_shapes import STAGES, Encoder, Shapes, Transformer, arguments, read, report
from transformers import Dinov2Config, Dinov2Model, GemmaConfig, GemmaModel, SiglipVisionConfig, SiglipVisionModel
from transformers.models.gemma.modeling_gemma import apply_rotary_pos_emb

PRODUCT = (816, 2048, 16384)


def gemma(t: Transformer, shapes: Shapes) -> GemmaModel:
    # The layers alone are used: the embedding table would be the text's, which only one of the three streams has.
    return GemmaModel(GemmaConfig(
        vocab_size=2, hidden_size=t.width, intermediate_size=t.mlp_dim, num_hidden_layers=t.depth, num_attention_heads=t.num_heads, num_key_value_heads=t.num_kv_heads,
        head_dim=t.head_dim, rms_norm_eps=shapes.rms_norm_eps, rope_theta=shapes.rope_theta, pad_token_id=0,
    ))  # fmt: skip


def siglip(e: Encoder) -> SiglipVisionModel:
    return SiglipVisionModel(SiglipVisionConfig(
        hidden_size=e.width, intermediate_size=e.mlp_dim, num_hidden_layers=e.depth, num_attention_heads=e.num_heads, image_size=e.image_size, patch_size=e.patch_size,
        vision_use_head=False, attn_implementation="sdpa",
    ))  # fmt: skip


def dino(e: Encoder) -> Dinov2Model:
    return Dinov2Model(Dinov2Config(
        hidden_size=e.width, mlp_ratio=e.mlp_dim // e.width, num_hidden_layers=e.depth, num_attention_heads=e.num_heads, image_size=e.image_size, patch_size=e.patch_size,
        attn_implementation="sdpa",
    ))  # fmt: skip


def run(stack: GemmaModel, x, start: int, past=None, cache_only=False):
    """Tokens x [1, T, W] at positions start, start + 1, … through all layers, seeing each other and past. Their keys and values, and the last tokens."""
    positions = torch.arange(start, start + x.shape[1], device=x.device)[None]
    cos, sin = stack.rotary_emb(x, positions)
    cache = []
    for i, layer in enumerate(stack.layers):
        h, attention = layer.input_layernorm(x), layer.self_attn
        split = lambda t: t.view(1, t.shape[1], -1, attention.head_dim).transpose(1, 2)  # [1, heads, T, D]
        q, k, v = split(attention.q_proj(h)), split(attention.k_proj(h)), split(attention.v_proj(h))
        q, k = apply_rotary_pos_emb(q, k, cos, sin)
        cache.append((k, v))
        if cache_only and i == len(stack.layers) - 1:
            break
        if past is not None:
            k, v = torch.cat([past[i][0], k], 2), torch.cat([past[i][1], v], 2)
        attended = F.scaled_dot_product_attention(q, k, v, enable_gqa=True)
        x = x + attention.o_proj(attended.transpose(1, 2).flatten(2))
        x = x + layer.mlp(layer.post_attention_layernorm(x))
    return cache, x


def join(*caches):
    return [tuple(torch.cat([c[i][j] for c in caches], 2) for j in (0, 1)) for i in range(len(caches[0]))]


class Policy(nn.Module):
    def __init__(self, shapes: Shapes):
        super().__init__()
        self.shapes, width = shapes, shapes.action.width
        self.vision_encoder, self.projector = siglip(shapes.vision), nn.Linear(shapes.vision.width, shapes.projection)
        self.embedding = nn.Embedding(shapes.vocabulary, shapes.vlm.width)
        self.vlm, self.depth_decoder, self.action = (gemma(t, shapes) for t in (shapes.vlm, shapes.depth_decoder, shapes.action))
        self.depth_encoder = dino(shapes.depth_encoder)
        self.state_in, self.action_in, self.action_out = nn.Linear(shapes.state_dim, width), nn.Linear(shapes.action_dim, width), nn.Linear(width, shapes.action_dim)
        self.time_in, self.time_out = nn.Linear(2 * width, width), nn.Linear(width, width)

    def vision(self, images, ids):
        seen = self.projector(self.vision_encoder(images).last_hidden_state)  # [C, P, W]
        return torch.cat([seen.flatten(0, 1)[None], self.embedding(ids) * self.shapes.vlm.width**0.5], 1)

    def prefill(self, tokens):
        return run(self.vlm, tokens, 0, cache_only=True)[0]

    def depth(self, images):
        seen = self.depth_encoder(images).last_hidden_state[:, 1:]  # without the class token
        return run(self.depth_decoder, seen.flatten(0, 1)[None], 0, cache_only=True)[0]

    def denoise(self, vlm, depth, state, x):
        start = self.shapes.vlm_tokens
        past = join(vlm, depth)
        past = join(past, run(self.action, self.state_in(state)[:, None], start, past, cache_only=True)[0])
        for step in range(self.shapes.flow_steps):
            time_embedding = self.embed(1 - step / self.shapes.flow_steps, x)
            tokens = torch.cat([self.action_in(x), time_embedding.expand(1, x.shape[1], -1)], -1)
            tokens = self.time_out(F.silu(self.time_in(tokens)))
            hidden = run(self.action, tokens, start + 1, past)[1]
            x = x - self.action_out(self.action.norm(hidden)) / self.shapes.flow_steps
        return x

    def embed(self, t: float, x):
        half = self.shapes.action.width // 2
        period = 0.004 * (4 / 0.004) ** torch.linspace(0, 1, half, device=x.device)
        angle = 2 * torch.pi * t / period
        return torch.cat([angle.sin(), angle.cos()])[None, None].to(x.dtype)

    def network(self, images, ids, depth_images, state, noise):
        return self.denoise(self.prefill(self.vision(images, ids)), self.depth(depth_images), state, noise)


def timed(device, samples, stage, work):
    synchronize(device)
    start = time.perf_counter()
    result = work()
    synchronize(device)
    samples.setdefault(stage, []).append(1000 * (time.perf_counter() - start))
    return result


def synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)


@torch.inference_mode()
def measure(policy: Policy, call, inputs, device, warm_ups: int, rounds: int) -> dict:
    """call: from a stage's name to what does it. Stages one after the other, and then all at once, as a server would."""
    images, ids, depth_images, state, noise = inputs
    samples = {}
    for i in range(warm_ups + rounds):
        if i == warm_ups:
            samples = {}
        torch.compiler.cudagraph_mark_step_begin()
        tokens = timed(device, samples, "vision", lambda: call["vision"](images, ids))
        vlm = timed(device, samples, "prefill", lambda: call["prefill"](tokens))
        depth = timed(device, samples, "depth", lambda: call["depth"](depth_images))
        timed(device, samples, "denoise", lambda: call["denoise"](vlm, depth, state, noise))
        torch.compiler.cudagraph_mark_step_begin()
        actions = timed(device, samples, "network", lambda: call["network"](*inputs))
        if not torch.isfinite(actions).all():
            sys.exit("the network's output is not finite")
    return samples


@torch.inference_mode()
def peak_rates(device) -> dict:
    m, k, n = PRODUCT
    x, w = torch.full((m, k), 0.01, dtype=torch.bfloat16, device=device), torch.full((n, k), 0.01, dtype=torch.bfloat16, device=device)
    a, b = torch.ones(128 << 20, device=device), torch.zeros(128 << 20, device=device)
    times = {}
    for _ in range(9):
        timed(device, times, "product", lambda: F.linear(x, w))
        timed(device, times, "copy", lambda: b.copy_(a))
    return {"product_gflops": 2 * m * n * k / min(times["product"][2:]) / 1e6, "copy_gbytes": 2 * a.numel() * 4 / min(times["copy"][2:]) / 1e6}


def hardware(device) -> str:
    if device.type != "cuda":
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            return next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), platform.machine())
    query = ["nvidia-smi", "--query-gpu=name,driver_version,clocks.sm,clocks.mem", "--format=csv,noheader", f"--id={device.index or 0}"]
    return subprocess.run(query, capture_output=True, text=True, check=True).stdout.strip()


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--engines", default="eager,max-autotune", help="of eager, max-autotune")
    parser.add_argument("--json", required=True, help="where the reports go")
    given = parser.parse_args()
    device, shapes = torch.device(given.device), read(given.config, given.text_tokens, given.flow_steps)

    torch.manual_seed(1)
    policy = Policy(shapes).eval().to(device, torch.bfloat16)
    picture = lambda e: torch.rand(shapes.cameras, 3, e.image_size, e.image_size, device=device).to(torch.bfloat16)
    number = lambda *size: torch.randn(*size, device=device).to(torch.bfloat16)
    ids = torch.randint(shapes.vocabulary, (1, shapes.text_tokens), device=device)
    inputs = (picture(shapes.vision), ids, picture(shapes.depth_encoder), number(1, shapes.state_dim), number(1, shapes.horizon, shapes.action_dim))
    about = {
        "command": " ".join(sys.argv), "device": str(device), "rounds": given.rounds, "hardware": hardware(device),
        "runtime": f"torch {torch.__version__}, transformers {transformers.__version__}, Python {platform.python_version()}", **peak_rates(device),
    }  # fmt: skip
    reports = []
    for engine in given.engines.split(","):
        call = {stage: getattr(policy, stage) for stage in (*STAGES, "network")}
        if engine != "eager":
            call = {stage: torch.compile(work, mode=engine, dynamic=False) for stage, work in call.items()}
        samples = measure(policy, call, inputs, device, warm_ups=5, rounds=given.rounds)
        reports.append(report(shapes, engine, samples, about))
    with open(given.json, "w", encoding="utf-8") as file:
        json.dump(reports, file, indent=2)
    for one in reports:
        print(one["engine"], {s["name"]: round(s["p50_ms"], 3) for s in one["stages"]})


if __name__ == "__main__":
    main()
