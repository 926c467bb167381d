import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from latentarium.data.pictures import UnreadableError, read_whole


def written(form: str, size: tuple[int, int]) -> bytes:
    """A small image whose head says that it is another size, (width, height)."""
    text = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 50, 3), np.uint8)).save(text, form)
    data = bytearray(text.getvalue())
    if form == "PNG":
        chunk = b"IHDR" + struct.pack(">II", *size) + data[24:29]
        data[12:33] = chunk + struct.pack(">I", zlib.crc32(chunk))
    elif form == "BMP":
        data[18:26] = struct.pack("<ii", *size)
    else:
        data[26:30] = struct.pack("<HH", *size)
    return bytes(data)


@pytest.mark.parametrize("form", ["PNG", "BMP", "WEBP"])
def test_a_size_that_the_bytes_cannot_hold_is_not_made_room_for(form: str, tmp_path: Path) -> None:
    assert read_whole(io.BytesIO(written(form, (50, 40)))).size == (50, 40)
    data = written(form, (8000, 8000))
    (tmp_path / "a").write_bytes(data)
    for source in (tmp_path / "a", io.BytesIO(data)):
        with pytest.raises(UnreadableError, match="8000 x 8000 pixels are more than its bytes can hold"):
            read_whole(source)


def test_a_large_image_of_little_is_read(tmp_path: Path) -> None:
    """As an empty sprite of 8192 x 8192 pixels nearly is: about a thousand pixels for each byte."""
    Image.new("RGB", (3000, 2600), "white").save(tmp_path / "a.png")
    assert read_whole(tmp_path / "a.png").size == (3000, 2600)
    Image.new("L", (8192, 8192)).save(tmp_path / "b.png")
    assert read_whole(tmp_path / "b.png").size == (8192, 8192)
