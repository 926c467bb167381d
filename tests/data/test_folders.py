"""Image folders: what people have on their disks."""

import os
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from latentarium.core.dataset import TEST, TRAIN
from latentarium.core.errors import CancelledError, LatentariumError
from latentarium.core.recipe import Data, Recipe
from latentarium.data import class_names, load
from latentarium.data.parts import divide

RANDOM = np.random.default_rng(0)


def paint(path, mode="RGB", size=(8, 8), colour=None, **options):
    """Save an image of one colour, or of noise."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if colour is None:
        picture = Image.fromarray(RANDOM.integers(0, 256, (size[1], size[0], 3), np.uint8)).convert(mode)
    else:
        picture = Image.new(mode, size, colour)
    picture.save(path, **options)
    return path


def read(root, **settings):
    return load(Data(name="folder", root=str(root), **{"size": 8, **settings}))


def test_classes_and_files_are_sorted_and_divided(tmp_path):
    for name, count in (("dog", 10), ("cat", 20), ("an ant", 3)):
        for number in range(count):
            paint(tmp_path / name / f"{number:02}.png")
    dataset = read(tmp_path)
    assert dataset.classes == ("an ant", "cat", "dog") == class_names(Data(name="folder", root=str(tmp_path)))
    assert list(dataset.ids) == sorted(dataset.ids)
    assert dataset.ids[3] == "cat/00.png"
    np.testing.assert_array_equal(np.bincount(dataset.labels[dataset.split == TEST]), [1, 6, 3])
    np.testing.assert_array_equal(np.bincount(dataset.labels[dataset.split == TRAIN]), [2, 14, 7])
    assert dataset.problems == ()
    assert dataset.name == tmp_path.name
    assert read(tmp_path).fingerprint == dataset.fingerprint
    for array in (dataset.images, dataset.labels, dataset.split):
        assert not array.flags.writeable


def test_another_file_moves_at_most_one_of_the_others(tmp_path):
    for number in range(20):
        paint(tmp_path / "a" / f"{number}.png")
    first = read(tmp_path)
    before = dict(zip(first.ids, first.split, strict=True))
    paint(tmp_path / "a" / "new.png")
    after = read(tmp_path)
    moved = [name for name, split in zip(after.ids, after.split, strict=True) if before.get(name, split) != split]
    assert len(moved) <= 1


def test_pixels_are_kept_where_the_size_fits(tmp_path):
    pixels = RANDOM.integers(0, 256, (8, 8, 3), np.uint8)
    for suffix in ("png", "bmp"):
        (tmp_path / "a").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "a" / f"x.{suffix}")
    Image.fromarray(pixels).save(tmp_path / "a" / "x.webp", lossless=True)
    for row in read(tmp_path).images:
        np.testing.assert_array_equal(row, pixels)


def test_every_format_and_spelling(tmp_path):
    for name in ("a.png", "b.jpg", "c.JPEG", "d.webp", "e.bmp", "f.PNG"):
        paint(tmp_path / "a" / name, colour=(200, 100, 50))
    dataset = read(tmp_path)
    assert dataset.ids == ("a/a.png", "a/b.jpg", "a/c.JPEG", "a/d.webp", "a/e.bmp", "a/f.PNG")
    assert np.abs(dataset.images.astype(int) - [200, 100, 50]).max() <= 4


@pytest.mark.parametrize(
    ("mode", "colour", "options", "expected"),
    [
        ("L", 77, {}, [77]),
        ("1", 1, {}, [255]),
        ("LA", (100, 255), {}, [100]),
        ("LA", (100, 0), {}, [255]),
        ("I;16", 257 * 80, {}, [80]),
        ("I;16", 200, {}, [0]),
        ("RGBA", (10, 20, 30, 255), {}, [10, 20, 30]),
        ("RGBA", (10, 20, 30, 0), {}, [255, 255, 255]),
        ("P", 0, {}, [0, 0, 0]),
        ("P", 0, {"transparency": 0}, [255, 255, 255]),
        ("L", 7, {"transparency": 7}, [255]),
        ("1", 1, {"transparency": 0}, [255]),
    ],
)
def test_modes_become_grey_or_colour(tmp_path, mode, colour, options, expected):
    paint(tmp_path / "a" / "x.png", mode, colour=colour, **options)
    images = read(tmp_path).images
    assert images.shape[3] == len(expected)
    np.testing.assert_array_equal(images[0, 4, 4], expected)


def test_cmyk_and_progressive_jpegs(tmp_path):
    paint(tmp_path / "a" / "x.jpg", "CMYK", (640, 480), (0, 255, 255, 0))
    paint(tmp_path / "a" / "y.jpg", "RGB", (640, 480), (254, 0, 0), progressive=True)
    for image in read(tmp_path).images:
        assert image[4, 4, 0] > 200
        assert image[4, 4, 2] < 80


def test_grey_and_colour_together_are_colour(tmp_path):
    paint(tmp_path / "a" / "grey.png", "L", colour=9)
    paint(tmp_path / "a" / "red.png", colour="red")
    images = read(tmp_path).images
    np.testing.assert_array_equal(images[:, 0, 0], [[9, 9, 9], [255, 0, 0]])


def test_any_shape_is_cropped_about_its_centre(tmp_path):
    pixels = np.zeros((8, 24, 3), np.uint8)
    pixels[:, 8:16] = 255
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "wide.png")
    paint(tmp_path / "a" / "tiny.png", size=(1, 1), colour="white")
    paint(tmp_path / "a" / "tall.png", size=(3, 900), colour="white")
    assert (read(tmp_path).images == 255).all()
    assert read(tmp_path, size=0).images.shape == (3, 64, 64, 3)


def test_exif_orientation_is_respected(tmp_path):
    pixels = np.zeros((64, 64, 3), np.uint8)
    pixels[:32] = 255  # white above
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise: white comes to the right
    (tmp_path / "a").mkdir()
    Image.fromarray(pixels).save(tmp_path / "a" / "x.jpg", exif=exif)
    image = read(tmp_path).images[0, :, :, 0]
    assert image[:, 6:].min() > 200
    assert image[:, :2].max() < 50


def test_broken_files_are_listed_and_left_out(tmp_path):
    whole = paint(tmp_path / "a" / "whole.png", size=(64, 64)).read_bytes()
    (tmp_path / "a" / "cut.png").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "a" / "empty.png").touch()
    (tmp_path / "a" / "text.jpg").write_text("no image")
    (tmp_path / "a" / "header.bmp").write_bytes(b"BM" + bytes(60))
    (tmp_path / "a" / "notes.txt").write_text("x")
    (tmp_path / "a" / "photo.heic").write_text("x")
    (tmp_path / "a" / ".DS_Store").write_text("x")
    (tmp_path / "a" / "._whole.png").write_text("x")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / "__MACOSX").mkdir()
    jpeg = paint(tmp_path / "b" / "whole.jpg", size=(64, 64)).read_bytes()
    (tmp_path / "b" / "cut.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    dataset = read(tmp_path)
    assert dataset.ids == ("a/whole.png", "b/whole.jpg")
    text = "\n".join(dataset.problems)
    for name in ("a/cut.png", "a/empty.png", "a/text.jpg", "a/header.bmp", "b/cut.jpg"):
        assert text.count(name) == 1
    assert "2 files are neither PNG, JPEG, WebP nor BMP" in text
    assert len(dataset.problems) == 6
    assert dataset.classes == ("a", "b")


def test_a_class_without_an_image_is_left_out(tmp_path):
    paint(tmp_path / "b" / "x.png")
    paint(tmp_path / "b" / "y.png")
    paint(tmp_path / "d" / "x.png")
    (tmp_path / "a").mkdir()
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "x.png").write_text("broken")
    dataset = read(tmp_path)
    assert dataset.classes == ("b", "d")
    np.testing.assert_array_equal(dataset.labels, [0, 0, 1])
    assert "Class a has no image and is left out." in dataset.problems
    assert "Class c has no image and is left out." in dataset.problems


def test_a_class_with_one_image_is_trained_on(tmp_path):
    for number in range(5):
        paint(tmp_path / "many" / f"{number}.png")
    paint(tmp_path / "one" / "x.png")
    dataset = read(tmp_path)
    assert dataset.split[dataset.ids.index("one/x.png")] == TRAIN
    parts = divide(Recipe(data=Data(name="folder")), dataset)
    assert parts.classes == ("many", "one")


@pytest.mark.parametrize("test", ["test", "val"])
def test_a_given_division_is_used_as_it_stands(tmp_path, test):
    for name in ("train/a/1.png", "train/a/2.png", "train/b/1.png", f"{test}/a/3.png", f"{test}/b/deep/4.png"):
        paint(tmp_path / name)
    dataset = read(tmp_path)
    assert dataset.classes == ("a", "b")
    assert dataset.ids == ("train/a/1.png", "train/a/2.png", "train/b/1.png", f"{test}/a/3.png", f"{test}/b/deep/4.png")
    np.testing.assert_array_equal(dataset.split, [TRAIN] * 3 + [TEST] * 2)


def test_test_goes_before_val(tmp_path):
    for name in ("train/a/1.png", "test/a/2.png", "val/a/3.png"):
        paint(tmp_path / name)
    assert read(tmp_path).ids == ("train/a/1.png", "test/a/2.png")


def test_classes_may_be_called_train(tmp_path):
    for name in ("bus", "train", "test"):
        paint(tmp_path / name / "1.png")
        paint(tmp_path / name / "2.png")
    assert read(tmp_path).classes == ("bus", "test", "train")


def test_only_the_classes_of_the_recipe_are_read(tmp_path):
    paint(tmp_path / "a" / "x.png")
    paint(tmp_path / "b" / "x.png")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "broken.png").touch()
    dataset = read(tmp_path, classes=("a",), held_out=("b",))
    assert dataset.classes == ("a", "b", "c")
    assert dataset.problems == ()
    assert len(dataset) == 2
    with pytest.raises(LatentariumError, match=r"no class folder x.* to nothing for all"):
        read(tmp_path, classes=("a", "x"))


def test_slices(tmp_path):
    for number in range(10):
        paint(tmp_path / "a" / f"{number}.png")
    dataset = read(tmp_path, train="train[:2]", test="train[2:3]")
    np.testing.assert_array_equal(dataset.split, [TRAIN, TRAIN, TEST])


@pytest.mark.parametrize(
    ("names", "sentence"),
    [([], "holds no folders"), (["x.png"], "into a folder of its own"), (["a/x.txt"], "No image below")],
)
def test_what_is_no_image_folder(tmp_path, names, sentence):
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    with pytest.raises(LatentariumError, match=sentence):
        read(tmp_path)


def test_a_folder_that_is_not_there(tmp_path):
    with pytest.raises(LatentariumError, match="There is no folder"):
        read(tmp_path / "absent")
    (tmp_path / "file").touch()
    with pytest.raises(LatentariumError, match="cannot be read"):
        read(tmp_path / "file")
    with pytest.raises(LatentariumError, match=r"data\.root is empty"):
        load(Data(name="folder"))


def test_cancel(tmp_path):
    for number in range(40):
        paint(tmp_path / "a" / f"{number}.png")
    asked = []
    with pytest.raises(CancelledError):
        load(Data(name="folder", root=str(tmp_path)), lambda *step: asked.append(step), lambda: len(asked) > 1)
    assert len(asked) == 2


def header(width, height):
    """A PNG that claims a size and holds nothing."""

    def chunk(kind, content):
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [8400, 11000, 60000])
def test_enormous_images_are_refused_unread(tmp_path, side):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "bomb.png").write_bytes(header(side, side))
    paint(tmp_path / "a" / "x.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        dataset = read(tmp_path)
    assert dataset.ids == ("a/x.png",)
    assert "70 million" in dataset.problems[0]


def test_more_than_memory_should_hold_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("latentarium.data.folders.MOST_BYTES", 8 * 8 * 3 * 2)
    for name in "xyz":
        paint(tmp_path / "a" / f"{name}.png")
    assert len(read(tmp_path, size=4)) == 3
    with pytest.raises(LatentariumError, match="at most 2 of them"):
        read(tmp_path)


def test_names_that_are_no_text(tmp_path):
    (tmp_path / "a").mkdir()
    paint(tmp_path / "a" / "ok.png")
    os.rename(tmp_path / "a" / "ok.png", os.path.join(os.fsencode(tmp_path / "a"), b"caf\xe9\n.png"))
    assert read(tmp_path).ids == ("a/caf\\xe9\n.png",)


@pytest.mark.needs_data
def test_real_photographs(data_folder):
    dataset = read(data_folder / "cifar10_png", size=32)
    assert dataset.classes == ("bird", "cat", "dog", "horse")
    assert len(dataset) == 1582
    row = dataset.ids.index("dog/" + sorted(os.listdir(data_folder / "cifar10_png" / "dog"))[3])
    with Image.open(data_folder / "cifar10_png" / dataset.ids[row]) as image:
        np.testing.assert_array_equal(dataset.images[row], np.asarray(image.convert("RGB")))
    assert abs(dataset.split.mean() - 0.3) < 0.01
    assert dataset.problems == ()
