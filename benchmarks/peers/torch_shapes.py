"""A checkpoint's sizes, and the operations and bytes of each stage of an answer: all of the PyTorch peer that needs no PyTorch.

    python3 torch_shapes.py --config models/depthvla-tiny/config.json

prints one JSON report as `depthvla bench model --json` does, without times. Counted here from the list of every matrix, apart from our own count, so that
one checks the other.
"""

import argparse
import json
from dataclasses import dataclass

STAGES = ("vision", "prefill", "depth", "denoise")


@dataclass(frozen=True)
class Transformer:
    """A Gemma-like stack."""

    width: int
    mlp_dim: int
    depth: int
    num_heads: int
    num_kv_heads: int
    head_dim: int

    def matrices(self) -> list:
        """Every matrix of all layers: (in, out)."""
        heads, kv = self.num_heads * self.head_dim, self.num_kv_heads * self.head_dim
        layer = [(self.width, heads), (self.width, kv), (self.width, kv), (heads, self.width)]
        return self.depth * (layer + [(self.width, self.mlp_dim), (self.width, self.mlp_dim), (self.mlp_dim, self.width)])

    def macs(self, tokens: int, past: int) -> float:
        """Multiply-adds of tokens that see each other and what came before."""
        return tokens * weights(self.matrices()) + self.depth * 2.0 * tokens * (tokens + past) * self.num_heads * self.head_dim


@dataclass(frozen=True)
class Encoder:
    """A vision transformer; extra is its class token."""

    width: int
    mlp_dim: int
    depth: int
    num_heads: int
    image_size: int
    patch_size: int
    extra: int

    @property
    def patches(self) -> int:
        return (self.image_size // self.patch_size) ** 2

    def matrices(self) -> list:
        return self.depth * (4 * [(self.width, self.width)] + [(self.width, self.mlp_dim), (self.mlp_dim, self.width)])

    def patch_embedding(self) -> int:
        return 3 * self.patch_size**2 * self.width

    def macs(self) -> float:
        """Of one picture. The patches alone are embedded, but the class token's row is counted, too."""
        tokens = self.patches + self.extra
        return tokens * (weights(self.matrices()) + self.patch_embedding()) + self.depth * 2.0 * tokens * tokens * self.width


def weights(matrices: list) -> float:
    return float(sum(i * o for i, o in matrices))


@dataclass(frozen=True)
class Shapes:
    name: str
    cameras: int
    text_tokens: int
    horizon: int
    flow_steps: int
    state_dim: int
    action_dim: int
    vision: Encoder
    projection: int
    vocabulary: int
    vlm: Transformer
    depth_encoder: Encoder
    depth_decoder: Transformer
    action: Transformer
    rms_norm_eps: float
    rope_theta: float

    @property
    def vlm_tokens(self) -> int:
        return self.cameras * self.vision.patches + self.text_tokens

    @property
    def depth_tokens(self) -> int:
        return self.cameras * self.depth_encoder.patches

    def heads(self) -> list:
        """Of a flow step: actions in and out, and the two layers that mix in the time. One of the mixing layers has twice the width as its input."""
        w = self.action.width
        return [(self.action_dim, w), (w, self.action_dim), (2 * w, w), (w, w)]

    def gflop(self, stage: str) -> float:
        seen = self.vlm_tokens + self.depth_tokens
        macs = {
            "vision": self.cameras * (self.vision.macs() + self.vision.patches * self.vision.width * self.projection),
            "prefill": self.vlm.macs(self.vlm_tokens, 0),
            "depth": self.cameras * self.depth_encoder.macs() + self.depth_decoder.macs(self.depth_tokens, 0),
            "denoise": self.action.macs(1, seen) + self.action.width * self.state_dim
            + self.flow_steps * (self.action.macs(self.horizon, seen + 1) + self.horizon * weights(self.heads())),
        }
        return 2 * macs[stage] / 1e9

    def megabytes(self, stage: str, element: int = 2) -> float:
        kv = 2.0 * self.action.depth * (self.vlm_tokens + self.depth_tokens) * self.action.num_kv_heads * self.action.head_dim
        numbers = {
            "vision": weights(self.vision.matrices()) + self.vision.patch_embedding() + self.vision.width * self.projection,
            "prefill": weights(self.vlm.matrices()),
            "depth": weights(self.depth_encoder.matrices()) + self.depth_encoder.patch_embedding() + weights(self.depth_decoder.matrices()),
            "denoise": self.flow_steps * (weights(self.action.matrices()) + weights(self.heads()) + kv),
        }
        return element * numbers[stage] / 1e6

    def floor_ms(self, stage: str, product_gflops: float, copy_gbytes: float) -> float:
        return 1000 * max(self.gflop(stage) / product_gflops, self.megabytes(stage) / 1000 / copy_gbytes)


def read(path: str, text_tokens: int, flow_steps: int | None) -> Shapes:
    """From a checkpoint's config.json. What this peer does not have is refused, field by field."""
    with open(path, encoding="utf-8") as file:
        whole = json.load(file)
    network = whole["network"]
    expert = network.get("action_expert")
    expected = {
        "depth_encoder": network.get("depth_encoder") is not None,
        "action_expert, adaptive_norm = false": expert is not None and not expert.get("adaptive_norm", False),
        "attention.block_mask, cross_camera, state_sees_depth, action_sees_depth = true": all(network["attention"].values()),
    }
    missing = [name for name, there in expected.items() if not there]
    if missing:
        raise SystemExit(f"{path}: this peer has one layout only; expected {'; '.join(missing)}")

    def transformer(name):
        return Transformer(**{k: v for k, v in network[name].items() if k != "adaptive_norm"})

    v, d = network["vision"], network["depth_encoder"]
    return Shapes(
        name=whole["name"], cameras=len(network["image_keys"]), text_tokens=text_tokens, horizon=network["action_horizon"],
        flow_steps=flow_steps or network["num_steps"], state_dim=network["state_dim"], action_dim=network["action_dim"],
        vision=Encoder(v["hidden_size"], v["intermediate_size"], v["num_hidden_layers"], v["num_attention_heads"], network["image_size"], v["patch_size"], 0),
        projection=v["projection_dim"], vocabulary=network["vocab_size"], vlm=transformer("vlm"),
        depth_encoder=Encoder(d["embed_dim"], d["mlp_dim"], d["depth"], d["num_heads"], network["depth_image_size"], d["patch_size"], 1),
        depth_decoder=transformer("depth_decoder"), action=transformer("action_expert"),
        rms_norm_eps=network["rms_norm_eps"], rope_theta=network["rope_theta"],
    )  # fmt: skip


def row(name: str, gflop: float, megabytes: float, floor_ms: float, milliseconds: list) -> dict:
    """One stage as our reports have it."""
    at = sorted(milliseconds) or [0.0]
    return {
        "name": name, "gflop": gflop, "megabytes": megabytes, "floor_ms": floor_ms, "p50_ms": at[len(at) // 2], "p95_ms": at[int(0.95 * (len(at) - 1))],
        "p99_ms": at[int(0.99 * (len(at) - 1))], "max_ms": at[-1], "min_ms": at[0],
    }  # fmt: skip


def report(shapes: Shapes, engine: str, samples: dict, about: dict) -> dict:
    """A report as `depthvla bench model --json` writes it. samples: ms of each stage and of the whole network, as "network"."""
    rates = (about["product_gflops"], about["copy_gbytes"])
    rows = [row(s, shapes.gflop(s), shapes.megabytes(s), shapes.floor_ms(s, *rates), samples.get(s, [])) for s in STAGES]
    rows.append(row("network", *(sum(r[k] for r in rows) for k in ("gflop", "megabytes", "floor_ms")), samples.get("network", [])))
    sizes = {k: getattr(shapes, k) for k in ("cameras", "text_tokens", "horizon", "flow_steps")}
    return {"model": f"PyTorch of {shapes.name}'s sizes", "precision": "bfloat16", "engine": engine, **sizes, **about, "stages": rows}


def arguments(description: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--config", required=True, help="a checkpoint's config.json")
    parser.add_argument("--text-tokens", type=int, default=28, help="as our benchmark's instruction has")
    parser.add_argument("--flow-steps", type=int, help="the checkpoint's by default")
    return parser


def main() -> None:
    given = arguments(__doc__).parse_args()
    about = {"command": "torch_shapes.py", "device": "none", "rounds": 0, "hardware": "", "runtime": "", "product_gflops": 1.0, "copy_gbytes": 1.0}
    print(json.dumps(report(read(given.config, given.text_tokens, given.flow_steps), "counted", {}, about), indent=2))


if __name__ == "__main__":
    main()
