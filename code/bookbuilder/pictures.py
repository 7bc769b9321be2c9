"""Pictures of the site: figures as WebP of known size, and what players and widgets hold as files.

What was encoded once is kept in ``_build/pictures`` under the sum of the original.
"""

import base64
import io
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote_to_bytes

from PIL import Image

from bookbuilder.artifacts import digest, write_whole
from bookbuilder.errors import BookError
from bookbuilder.pages import BUILD

ENCODED = BUILD / "pictures"
LARGE = 30_000  # bytes: then it is tried whether a lossy picture is smaller


def encode(original: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return a picture as WebP, and its width and height."""
    picture = Image.open(io.BytesIO(original))

    def smallest() -> bytes:
        tries = [_webp(picture, lossless=True, method=2)]
        if len(tries[0]) > LARGE:
            tries.append(_webp(picture, quality=85, method=2))
        return min(tries, key=len)

    return kept(f"{digest(original)}.webp", smallest), picture.size


def kept(name: str, make) -> bytes:
    """Return a picture from ``_build/pictures``; `make` it where it isn't there yet."""
    file = ENCODED / name
    if not file.exists():
        write_whole(file, make())
    return file.read_bytes()


def _webp(picture, **options) -> bytes:
    buffer = io.BytesIO()
    picture.convert("RGB").save(buffer, "WEBP", **options)
    return buffer.getvalue()


class PicturesOfPage:
    """Puts the pictures of one page, and the data of its widgets, into the folder of pictures.

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
        self.first_figure: bytes | None = None  # as the page's cell drew it
        folder.mkdir(parents=True, exist_ok=True)

    def store(self, content: bytes, suffix: str = ".webp") -> str:
        """Write a file under the sum of its content; return its address."""
        name = digest(content)[:16] + suffix
        file = self.folder / name
        if not file.exists():
            file.write_bytes(content)
        return f"{self.address}/{name}"

    def store_address(self, address: str) -> str:
        """Write the JSON or the picture that a ``data:`` address holds; return the file's address.

        Raises
        ------
        BookError
            If it holds something else.
        """
        kind, _, content = address.removeprefix("data:").partition(",")
        if kind == "application/json":
            return self.store(unquote_to_bytes(content), ".json")
        if kind == "image/webp;base64":
            return self.store(base64.b64decode(content))
        raise BookError(f"data:{kind}: got this kind of data, want JSON or a WebP in base64")

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
        self.first_figure = figures[0][1] if figures else None
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
