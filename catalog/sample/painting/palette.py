"""The pigments of each style."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from catalog.sample.painting.colours import Colour, mix, pigments


@dataclass(frozen=True)
class Palette:
    """Colours by what they are used for."""

    sky: tuple[Colour, ...]
    """Zenith, then horizon."""
    land: tuple[Colour, ...]
    """Far, middle, near."""
    leaf: tuple[Colour, ...]
    """Dark, middle, light."""
    dress: tuple[Colour, ...]
    skin: Colour
    hair: tuple[Colour, ...]
    stone: Colour
    dark: Colour
    light: Colour
    blood: Colour = (168.0, 52.0, 50.0)
    """Of lips and cheeks."""

    def blend(self, other: Palette, share: float, rng: np.random.Generator) -> Palette:
        """Lean to another palette: cloth colour by colour with that probability, all else mixed."""

        def lean(mine: tuple[Colour, ...], theirs: tuple[Colour, ...]) -> tuple[Colour, ...]:
            return tuple(mix(a, b, share) for a, b in zip(mine, theirs, strict=False))

        cloth = zip(self.dress[2:], other.dress[2:], strict=False)
        return Palette(
            sky=lean(self.sky, other.sky),
            land=lean(self.land, other.land),
            leaf=lean(self.leaf, other.leaf),
            # The first two are those of the Virgin: no painter was free to change them.
            dress=self.dress[:2] + tuple(b if rng.random() < share else a for a, b in cloth),
            skin=mix(self.skin, other.skin, share),
            hair=lean(self.hair, other.hair),
            stone=mix(self.stone, other.stone, share),
            dark=mix(self.dark, other.dark, share),
            light=mix(self.light, other.light, share),
        )


def _palette(sky: str, land: str, leaf: str, dress: str, hair: str, rest: str) -> Palette:
    """Read one line of the table; `rest` is skin, stone, dark and light."""
    skin, stone, dark, light = pigments(rest)
    return Palette(
        sky=pigments(sky),
        land=pigments(land),
        leaf=pigments(leaf),
        dress=pigments(dress),
        skin=skin,
        hair=pigments(hair),
        stone=stone,
        dark=dark,
        light=light,
    )


PALETTES: dict[str, Palette] = {
    "Medieval": _palette(
        "c79a3c b98a30",
        "8a9a6a 6f7f4a 4f5f35",
        "2f4a2a 4a6a3a 7a8a4a",
        "27408b b02a20 3d6b45 7b2d4f d8742c e6d3a8 5a3a7a",
        "6a4526 3a2416",
        "dcb98d cbb58a 35200f f4e3b5",
    ),
    "Early Renaissance": _palette(
        "7fa8d0 dfe8e4",
        "a9b89a 8fa36f 6c8550",
        "3d5a35 5f8248 93a865",
        "c4473a 3b62a8 e2a63b 6f9a6a d98f94 7a5a9a efe2c8",
        "a06a35 6b4423",
        "ecc9a0 dccdb0 4a3525 f6ecd4",
    ),
    "Northern Renaissance": _palette(
        "6f93ad cdd8cf",
        "6b8f94 58724f 3a4a2b",
        "1f3322 38543a 66804e",
        "8d1d22 1f3d35 24365e 3b2a22 b08a3a 5e1f2e e8e0cf",
        "5a3a20 2c1d14",
        "e8c8a6 8d8678 17140f ecdfc0",
    ),
    "High Renaissance": _palette(
        "7d9cb8 d9cfae",
        "8fa4a0 7b7f55 5a5230",
        "2f3a1f 51592f 848450",
        "a83a2c 2f4f86 c08a3a 5a6b3a 6b2f3a d9b48a 3f5a62",
        "5e3d22 8a5a2c",
        "dcae7f b8a27c 2e2115 efdcae",
    ),
    "Mannerism": _palette(
        "5f7fa3 b9c2a6",
        "7f9a94 8a8f4f 4f5a3a",
        "23402f 4f7a4a a0b04a",
        "e8708a b7c93f f0a13a 4fa6b8 8f5fb0 e4d65a c23a5a 35508f",
        "6a4a2c 3a2a20",
        "e3c3a8 a5a39a 221f26 f1ecd0",
    ),
    "Baroque": _palette(
        "5d6f85 c9a873",
        "6f6a55 5a4a2e 33281a",
        "1c1f10 3a3a1c 6b6230",
        "8c1f1a 5a3a1e c8963a 2a2f3f e8dcc4 3c4a2a 702c20",
        "2d1c10 54351c",
        "dba77a 7a6850 120b06 f3dba8",
    ),
    "Rococo": _palette(
        "9cc3dd f6dfd2",
        "b9cbbd 93ab85 7a8a5a",
        "4a6a55 7a9a72 b7c79a",
        "f0a9b5 a9cbe4 f6e3b0 c9b1dc bfe0c6 e77f8f fff3ea",
        "d9cbb8 a98a62",
        "f6d3bd e4d9c6 5a4a48 fff6ea",
    ),
    "Neoclassicism": _palette(
        "9fb2c4 dfe0d8",
        "9aa59c 7d8668 5a5c44",
        "2e3b2b 4c5a3c 7c8460",
        "e9e4d8 b5352b 4a6690 c9b27c 7c8a86 a35c3a f4f1e8",
        "4a3020 2a1d16",
        "e4bd98 c2bcae 2b2a2c f6f3e6",
    ),
    "Romanticism": _palette(
        "3f4c63 d99a5a",
        "5a6878 4a4a3a 221f1a",
        "14180f 2f3520 5a5428",
        "7a1f1c d8cfb8 2c2f3a a8742c 3b4a3a 50283a",
        "2a1c14 5a3a20",
        "d6a27a 6d6458 0f0e12 ffe0a0",
    ),
    "Realism": _palette(
        "9aa3a3 d3cdb8",
        "8a8a70 77683f 4f4228",
        "2b2f1a 4d5028 7d7842",
        "4f5a66 6b4a2f 8c7a5a 9a4a35 d6cbb2 35322e 5c6a4a",
        "2f2118 54402c",
        "c9976e 9a8e7a 1f1a15 eadfc4",
    ),
    "Impressionism": _palette(
        "8fb8e0 f3e3d0",
        "9fb7cf 9fbf6a 6f9a4a",
        "3f6f4a 7ab04f d3d860",
        "f2f0ee 5a7fc0 e88a6a 9a7ac8 f4cf6a d85a6a 3f4f80",
        "6a4a3a 8a5a3a",
        "f0c0a0 d8c8c0 35406a fffbe6",
    ),
    "Art Nouveau": _palette(
        "e6d3a3 c7d2b0",
        "8fa68a 6d8a6a 3f5a4a",
        "2f5a4a 5f8f6a a8b86a",
        "c8553d 2f6f73 e0a63e 7a4a7a efe2c0 1f3b4d 9fb08a",
        "b3541e 5a2a1a d89a3a",
        "f1d2b0 d9cba8 2a1f1a fff4d6",
    ),
}
