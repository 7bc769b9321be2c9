"""Pictures of the site: figures as WebP of known size, the frames of players as files.

What was encoded once is kept in ``_build/pictures`` under the sum of the original.
"""

import base64
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from PIL import Image

from bookbuilder.artifacts import digest
from bookbuilder.errors import BookError
from bookbuilder.pages import BUILD

ENCODED = BUILD / "pictures"
LARGE = 30_000  # bytes: then it is tried whether a lossy picture is smaller


def encode(original: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return a picture as WebP, and its width and height."""
    picture = Image.open(io.BytesIO(original))
    kept = ENCODED / f"{digest(original)}.webp"
    if kept.exists():
        return kept.read_bytes(), picture.size
    tries = [_webp(picture, lossless=True, method=2)]
    if len(tries[0]) > LARGE:
        tries.append(_webp(picture, quality=85, method=2))
    smallest = min(tries, key=len)
    kept.parent.mkdir(parents=True, exist_ok=True)
    part = kept.with_suffix(".part")
    part.write_bytes(smallest)
    part.replace(kept)
    return smallest, picture.size


def _webp(picture, **options) -> bytes:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "WEBP", **options)
    return buffer.getvalue()


class PicturesOfPage:
    """Puts the pictures of one page into the folder of pictures.

    Parameters
    ----------
    folder
        Where the site's pictures go.
    address
        Of that folder, seen from the page.
    originals
        The file that each of Sphinx's pictures was copied from, by its name in the site.
    """

    def __init__(self, folder: Path, address: str, originals: dict[str, Path]):
        self.folder, self.address, self.originals = folder, address, originals
        folder.mkdir(parents=True, exist_ok=True)

    def store(self, content: bytes, suffix: str = ".webp") -> str:
        """Write a picture under the sum of its content; return its address."""
        name = digest(content)[:16] + suffix
        file = self.folder / name
        if not file.exists():
            file.write_bytes(content)
        return f"{self.address}/{name}"

    def convert_figures(self, images) -> None:
        """Turn the figures that cells drew into WebP; state the sizes of figures and drawings."""
        files = [self.originals.get(image.get("src", "").rpartition("/")[2]) for image in images]
        for image, file in zip(images, files, strict=True):
            if file and file.suffix == ".svg":
                state_size(image, *size_of_drawing(file))
        figures = [
            (image, file.read_bytes())
            for image, file in zip(images, files, strict=True)
            if file and file.suffix == ".png" and "jupyter_execute" in file.parts
        ]
        with ThreadPoolExecutor() as pool:
            encoded = list(pool.map(lambda figure: encode(figure[1]), figures))
        for (image, _), (content, size) in zip(figures, encoded, strict=True):
            image["src"] = self.store(content)
            state_size(image, *(pixels // 2 for pixels in size))  # drawn at two pixels for one

    def unpack_player(self, player) -> None:
        """Turn the frames of a player, which in Jupyter stands alone, into files of the site."""
        image = player.img
        frames = [image["src"].partition(",")[2], *image.get("data-frames", "").split()]
        files = [self.store(base64.b64decode(frame)) for frame in frames]
        image["src"], image["data-frames"] = files[0], " ".join(files[1:])


def size_of_drawing(file: Path) -> tuple[float, float]:
    """Return the width and height that an SVG names as its viewBox."""
    text = file.read_text(encoding="utf8")
    box = re.search(r'viewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"', text)
    if not box:
        raise BookError(f"{file}: no viewBox, which says how large it is")
    return float(box[1]), float(box[2])


def state_size(image, width: float, height: float) -> None:
    """State the size at which a picture is shown: `width`, unless the page wants another one."""
    wanted = image.get("width", "")
    shown = int(wanted) if wanted.isdecimal() else round(width)
    image["width"], image["height"] = str(shown), str(round(shown * height / width))
