"""The configuration of a training run, frozen and described."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Kind = Literal["majority", "features", "cnn", "clip", "probe", "facts", "combined"]
Method = Literal[
    "majority",
    "features",
    "cnn",
    "zero-shot",
    "linear-probe",
    "linear-probe+features",
    "locked-image",
    "fine-tuned",
    "wise-ft",
    "facts",
    "combined",
]
Preset = Literal["standard", "quick"]

LITE_CLIP = "artcat-lite"
TINY_CLIP = "artcat-tiny"
"""A tiny architecture with random weights, for tests."""
IMAGENET = "imagenet"
"""Weights of the image tower of `artcat-lite`, included in a package."""
FULL_CLIP = "ViT-B-32"
OWN_ARCHITECTURES: dict[Kind, str] = {
    "majority": "majority-class",
    "features": "colour-texture",
    "cnn": "baseline-cnn",
    "facts": "gradient-boosting",
    "combined": "opinion-pool",
}
"""The only architecture of each kind other than CLIP."""
BEYOND_IMAGES: tuple[Kind, ...] = ("facts", "combined")
"""Kinds that also learn from and predict artworks without an image."""


class TrainConfig(BaseModel):
    """Configuration of one training run. Equal configurations and data give equal weights."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    kind: Kind
    """Majority class; colour and texture features under logistic regression; baseline CNN; CLIP
    fine-tuned on image-caption pairs; or logistic regression on the embeddings of a frozen CLIP
    (probe); gradient boosting over the catalog's facts; or image, facts and the artist's other
    works combined."""
    architecture: str
    """majority-class, colour-texture, baseline-cnn, gradient-boosting, opinion-pool, artcat-lite,
    or a CLIP of open_clip such as ViT-B-32."""
    pretrained: str | None = None
    """Where CLIP starts: imagenet (artcat-lite's image tower), open_clip tag, or a .safetensors or
    .pt file; none: random weights."""
    image_size: int = Field(ge=32)
    """Side of the network's square input, pixels."""
    epochs: int = Field(ge=0)
    """Epochs: passes over the training artworks; 0 keeps the initial weights (zero-shot)."""
    locked_epochs: int = Field(0, ge=0)
    """CLIP only: passes before those, in which the image tower stays as it is and the text tower
    learns from embeddings computed once."""
    locked_learning_rate: float = Field(1e-3, gt=0)
    """CLIP only: highest learning rate of those passes."""
    batch_size: int = Field(ge=2)
    """Artworks per step of training and prediction."""
    styles_per_batch: int | None = Field(None, ge=2)
    """Styles in a balanced batch; none: plain shuffled batches."""
    works_per_style: int | None = Field(None, ge=1)
    """Artworks of each style in a balanced batch."""
    style_weighting: Literal["uniform", "square-root"] = "uniform"
    """How often balanced batches draw a style: uniformly, or by the square root of its size."""
    optimizer: Literal["adam", "adamw"] = "adamw"
    """Adam or AdamW."""
    learning_rate: float = Field(1e-3, gt=0)
    """Highest learning rate."""
    weight_decay: float = Field(0.0, ge=0)
    """Decay of matrices; never of biases, norms."""
    betas: tuple[float, float] = (0.9, 0.999)
    """Adam's two running averages."""
    schedule: Literal["constant", "cosine"] = "cosine"
    """Learning rate after warm-up: as it is, or down to zero by a cosine."""
    warmup: float = Field(0.1, ge=0, lt=1)
    """Fraction of all steps spent warming up the learning rate."""
    gradient_clip: float | None = Field(1.0, gt=0)
    """Largest norm of the gradient."""
    layer_decay: float = Field(1.0, gt=0, le=1)
    """CLIP only: each layer further from the output learns this much more slowly."""
    wise_ft: bool = False
    """CLIP only: interpolate first and last weights, chosen on the validation part."""
    probe_features: bool = False
    """Probe only: colour and texture features beside the embedding."""
    class_weight: Literal["fourth-root", "balanced"] = "balanced"
    """Logistic regression only: each style is weighted by the fourth root of its size, or all
    equally."""
    loss: Literal["clip", "multi-caption", "multi-style"] = "multi-caption"
    """CLIP only: which pairs of a batch match."""
    dropout: float = Field(0.5, ge=0, lt=1)
    """CNN only: dropout before the last layer."""
    augment: bool = True
    """Random crops, flips and light colour changes."""
    caption_dropout: float = Field(0.5, ge=0, le=1)
    """CLIP only: how often a caption names only the style."""
    prior_correction: bool = True
    """Add the log of a style's frequency over its share in the batches."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Arithmetic of the network."""
    seed: int = Field(0, ge=0)
    """Seed of weights, batches, captions and crops."""
    patience: int | None = Field(None, ge=1)
    """Stop after this many epochs without a better macro-F1 on the validation artworks, and keep
    the best."""
    cross_validate: bool = False
    """Learn from the validation part too, and calibrate on out-of-fold predictions. For catalogs
    that are too small for a validation part."""
    workers: int = Field(2, ge=1)
    """Threads that decode and crop ahead of the network."""

    @property
    def method(self) -> Method:
        """Name of the method on the leaderboard."""
        if self.kind == "probe":
            return "linear-probe+features" if self.probe_features else "linear-probe"
        if self.kind == "clip":
            if self.wise_ft:
                return "wise-ft"
            if self.epochs:
                return "fine-tuned"
            return "locked-image" if self.locked_epochs else "zero-shot"
        return self.kind

    @property
    def is_frozen(self) -> bool:
        """Whether its encoders are frozen."""
        return self.kind not in ("cnn", "clip") or (self.kind == "clip" and not self.epochs)

    @property
    def all_epochs(self) -> int:
        """Passes over the training artworks in all, with the image tower locked and unlocked."""
        return self.locked_epochs + self.epochs

    @model_validator(mode="after")
    def _batches_add_up(self) -> TrainConfig:
        styles, works = self.styles_per_batch, self.works_per_style
        if (styles is None) != (works is None):
            raise ValueError("give styles_per_batch and works_per_style together")
        if styles is not None and works is not None and styles * works != self.batch_size:
            raise ValueError(
                f"batch_size {self.batch_size} is not styles_per_batch x works_per_style, "
                f"{styles} x {works}"
            )
        own = OWN_ARCHITECTURES.get(self.kind)
        if own is not None and (self.architecture != own or self.pretrained is not None):
            raise ValueError(
                f"kind {self.kind} has the architecture '{own}' and takes no pretrained weights"
            )
        if self.kind in BEYOND_IMAGES and not self.cross_validate:
            raise ValueError(f"{self.kind} is always calibrated out of fold: cross_validate")
        if own is None and self.architecture in OWN_ARCHITECTURES.values():
            raise ValueError(f"'{self.architecture}' is not a CLIP")
        if self.locked_epochs and self.kind != "clip":
            raise ValueError(f"locked_epochs applies to clip only, not to {self.kind}")
        for name in ("patience", "wise_ft"):
            if getattr(self, name) and self.cross_validate:
                raise ValueError(
                    f"{name} cannot be combined with cross_validate: it needs a validation part"
                )
        return self
