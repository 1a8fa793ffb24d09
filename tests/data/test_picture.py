import io
import os
import socket
import struct
import zlib

import numpy as np
import pytest
from PIL import EpsImagePlugin, Image, ImageOps, PngImagePlugin

from zoo.data.picture import is_grey, read, read_before, read_seen, size_of
from zoo.errors import InputError

RAMP = np.tile(np.arange(16, dtype="uint8") * 17, (16, 1))
BLACK = np.zeros_like(RAMP)
COLOUR = np.stack([RAMP, RAMP.T, 255 - RAMP], axis=-1)


def png(samples, depth, kind, transparent=b"", palette=b""):
    """A PNG's bytes: its kinds are 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGB and alpha."""
    flat = np.asarray(samples).reshape(len(samples), -1)
    bits = np.unpackbits(flat.astype(">u2").view("uint8").reshape(*flat.shape, 2), axis=-1)[..., 16 - depth :]
    rows = b"".join(b"\0" + np.packbits(row.ravel()).tobytes() for row in bits)
    head = struct.pack(">IIBBBBB", samples.shape[1], samples.shape[0], depth, kind, 0, 0, 0)
    chunks = [
        (b"IHDR", head),
        (b"PLTE", palette),
        (b"tRNS", transparent),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
        if data or name == b"IEND"
    )


def tiff(samples, photometric, bits, order="<", **tags):
    """An uncompressed TIFF's bytes, of one strip; tags are of shorts, or of floats."""
    height, width, *channels = samples.shape
    count = channels[0] if channels else 1
    data = samples.astype(samples.dtype.newbyteorder(order)).tobytes()
    entries = {256: width, 257: height, 258: [bits] * count, 259: 1, 262: photometric, 273: 8, 277: count, 278: height}
    entries |= {279: len(data)} | {int(tag[1:]): value for tag, value in tags.items()}
    directory, behind = b"", b""
    start = 8 + len(data) + 2 + 12 * len(entries) + 4
    for tag, value in sorted(entries.items()):
        values = np.atleast_1d(value)
        kind, code = ("f", 11) if values.dtype.kind == "f" else ("H", 3) if values.max() < 65536 else ("I", 4)
        packed = struct.pack(f"{order}{len(values)}{kind}", *values.tolist())
        if len(packed) > 4:
            behind, packed = behind + packed, struct.pack(f"{order}I", start + len(behind))
        directory += struct.pack(f"{order}HHI", tag, code, len(values)) + packed.ljust(4, b"\0")
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", 8 + len(data))
    return head + data + struct.pack(f"{order}H", len(entries)) + directory + bytes(4) + behind


def saved(image, form, **options):
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def over(colour, alpha, ground):
    """What is seen of a colour through alpha."""
    return np.rint(colour * (alpha / 255.0) + ground * (1 - alpha / 255.0))


GREY = Image.fromarray(RAMP)
WIDE = RAMP.astype("uint16") * 257
BLACK_WITH_ALPHA = Image.fromarray(np.stack([BLACK, RAMP], axis=-1))
PALETTE = GREY.convert("P")
RED_WITH_ALPHA = np.stack([np.full_like(RAMP, 255), BLACK, BLACK, RAMP], axis=-1)
KEYED = np.where(RAMP == 34, 255, RAMP)
STATED = {"t339": 3, "t340": 0.0, "t341": 255.0}
# What is in the file, and how much grey it shows over white.
AS_GREY = {
    "1 bit": (saved(Image.fromarray(RAMP > 100), "PNG"), 255 * (RAMP > 100)),
    "2 bits": (png(RAMP // 85, 2, 0), RAMP // 85 * 85),
    "4 bits": (png(RAMP // 17, 4, 0), RAMP),
    "8 bits": (saved(GREY, "PNG"), RAMP),
    "16 bits": (png(WIDE, 16, 0), RAMP),
    "16 bits, between two greys": (png(WIDE + 128 * (RAMP < 200), 16, 0), RAMP),
    "16 bits, between two greys, more": (png(WIDE + 129 * (RAMP < 200), 16, 0), RAMP + (RAMP < 200)),
    "1 bit, black is transparent": (png(RAMP // 128, 1, 0, b"\0\0"), BLACK + 255),
    "1 bit, white is transparent": (png(RAMP // 128, 1, 0, b"\0\1"), RAMP // 128 * 255),
    "2 bits, one is transparent": (png(RAMP // 85, 2, 0, b"\0\1"), np.where(RAMP // 85 == 1, 255, RAMP // 85 * 85)),
    "4 bits, one is transparent": (png(RAMP // 17, 4, 0, b"\0\2"), KEYED),
    "8 bits, one is transparent": (png(RAMP, 8, 0, b"\0\x22"), KEYED),
    "16 bits, one is transparent": (png(WIDE, 16, 0, b"\x22\x22"), KEYED),
    "16 bits, none is transparent": (png(WIDE, 16, 0, b"\x22\x23"), RAMP),
    "grey and alpha": (saved(BLACK_WITH_ALPHA, "PNG"), 255 - RAMP),
    "grey and alpha of 16 bits": (png(np.stack([BLACK, RAMP], -1).astype("uint16") * 257, 16, 4), 255 - RAMP),
    "TIFF": (saved(GREY, "TIFF"), RAMP),
    "TIFF, packed": (saved(GREY, "TIFF", compression="tiff_lzw"), RAMP),
    "TIFF, white is 0": (tiff(RAMP, 0, 8), 255 - RAMP),
    "TIFF, grey and alpha": (saved(BLACK_WITH_ALPHA, "TIFF"), 255 - RAMP),
    "TIFF, multiplied by alpha": (tiff(np.stack([RAMP // 2, BLACK + 127], -1), 1, 8, t338=1), RAMP // 2 + 128),
    "TIFF, 16 bits": (tiff(WIDE, 1, 16), RAMP),
    "TIFF, 16 bits, highest first": (tiff(WIDE, 1, 16, ">"), RAMP),
    "TIFF, 16 bits, white is 0": (tiff(WIDE, 0, 16), 255 - RAMP),
    "TIFF, 16 bits, packed": (saved(Image.fromarray(WIDE), "TIFF", compression="tiff_deflate"), RAMP),
    "TIFF, floats": (tiff((RAMP / 255).astype("f4"), 1, 32, t339=3), RAMP),
    "TIFF, floats, highest first": (tiff((RAMP / 255).astype("f4"), 1, 32, ">", t339=3), RAMP),
    "TIFF, floats, white is 0": (tiff((RAMP / 255).astype("f4"), 0, 32, t339=3), 255 - RAMP),
    "TIFF, floats of a stated range": (tiff(RAMP.astype("f4"), 1, 32, **STATED), RAMP),
    "TIFF, 32 bits of a stated range": (tiff(RAMP.astype("i4"), 1, 32, **STATED | {"t339": 2}), RAMP),
    "PGM": (b"P5 16 16 255\n" + RAMP.tobytes(), RAMP),
    "PGM, 16 bits": (b"P5 16 16 65535\n" + WIDE.astype(">u2").tobytes(), RAMP),
    "PGM, 12 bits": (b"P5 16 16 4095\n" + (WIDE // 16).astype(">u2").tobytes(), RAMP),
    "PGM in text": (b"P2 16 16 255\n" + b" ".join(b"%d" % value for value in RAMP.ravel()), RAMP),
    "PFM": (b"Pf\n16 16\n-1.0\n" + (RAMP / 255).astype("<f4").tobytes(), RAMP),
    "GIF": (saved(GREY, "GIF"), RAMP),
    "BMP": (saved(GREY, "BMP"), RAMP),
    "JPEG": (saved(GREY, "JPEG", quality=100), RAMP),
}
# The same in colour, over blue.
AS_COLOUR = {
    "RGB": (png(COLOUR, 8, 2), COLOUR),
    "RGB of 16 bits": (png(COLOUR.astype("uint16") * 257, 16, 2), COLOUR),
    "RGB, one is transparent": (
        png(COLOUR, 8, 2, b"\0\x22\0\x33\0\xdd"),
        np.where((COLOUR == [34, 51, 221]).all(-1, keepdims=True), [0, 0, 255], COLOUR),
    ),
    "RGB of 16 bits, one is transparent": (
        png(COLOUR * np.uint16(256) + 7, 16, 2, b"\x22\7\x33\7\xdd\7"),
        np.where((COLOUR == [34, 51, 221]).all(-1, keepdims=True), [0, 0, 255], COLOUR),
    ),
    "palette": (png(RAMP // 17, 4, 3, b"", COLOUR[3].tobytes()), np.broadcast_to(COLOUR[3], COLOUR.shape)),
    "palette, one is transparent": (
        png(RAMP // 17, 4, 3, b"\xff\0", COLOUR[3].tobytes()),
        np.where((RAMP == 17)[..., None], [0, 0, 255], COLOUR[3]),
    ),
    "palette with alphas": (
        png(RAMP // 17, 8, 3, bytes(range(0, 256, 17)), COLOUR[3].tobytes()),
        over(COLOUR[3], RAMP[..., None], np.array([0, 0, 255])),
    ),
    "palette and alpha": (saved(Image.merge("PA", [PALETTE, GREY]), "TIFF"), None),
    "RGB and alpha": (
        saved(Image.fromarray(RED_WITH_ALPHA), "PNG"),
        over([255, 0, 0], RAMP[..., None], np.array([0, 0, 255])),
    ),
    "RGB and alpha of 16 bits": (
        png(RED_WITH_ALPHA.astype("uint16") * 257, 16, 6),
        over([255, 0, 0], RAMP[..., None], np.array([0, 0, 255])),
    ),
    "TIFF, RGB multiplied by alpha": (
        tiff(np.stack([RAMP // 2, BLACK, BLACK, BLACK + 127], -1), 2, 8, t338=1),
        np.stack([RAMP // 2, BLACK, BLACK + 128], -1),
    ),
    "TIFF, RGB and something else": (saved(Image.fromarray(COLOUR).convert("RGBX"), "TIFF"), COLOUR),
    "TIFF, RGB of 16 bits": (tiff(COLOUR.astype("uint16") * 257, 2, 16), COLOUR),
    "TIFF, CMYK": (saved(Image.fromarray(COLOUR).convert("CMYK"), "TIFF"), COLOUR),
    "TIFF, YCbCr": (saved(Image.fromarray(COLOUR).convert("YCbCr"), "TIFF"), COLOUR),
    "TIFF, LAB": (
        tiff(np.stack([BLACK + 136, BLACK + 81, BLACK + 70], -1), 8, 8),
        np.broadcast_to([254, 0, 0], COLOUR.shape),
    ),
    "JPEG": (saved(Image.fromarray(COLOUR), "JPEG", quality=100, subsampling=0), COLOUR),
    "JPEG, CMYK inverted as Adobe has it": (
        saved(Image.fromarray(COLOUR).convert("CMYK"), "JPEG", quality=100, subsampling=0),
        COLOUR,
    ),
    "WebP": (saved(Image.fromarray(COLOUR), "WEBP", lossless=True), COLOUR),
    "WebP with alpha": (
        saved(Image.fromarray(RED_WITH_ALPHA), "WEBP", lossless=True, exact=True),
        over([255, 0, 0], RAMP[..., None], np.array([0, 0, 255])),
    ),
    "GIF, one is transparent": (
        saved(PALETTE, "GIF", transparency=2),
        np.where((RAMP == 2)[..., None], [0, 0, 255], RAMP[..., None]),
    ),
    "BMP": (saved(Image.fromarray(COLOUR), "BMP"), COLOUR),
    "PPM": (saved(Image.fromarray(COLOUR), "PPM"), COLOUR),
}
AS_COLOUR["palette and alpha"] = (
    AS_COLOUR["palette and alpha"][0],
    over(RAMP[..., None], RAMP[..., None], np.array([0, 0, 255])),
)


@pytest.mark.parametrize("name", AS_GREY)
def test_a_grey_picture_is_what_a_viewer_shows(tmp_path, name):
    content, shown = AS_GREY[name]
    (tmp_path / "a.png").write_bytes(content)
    picture = read(tmp_path / "a.png", (16, 16), 1)
    # Pillow has these two in colour.
    stored_in_grey = name not in ("grey and alpha of 16 bits", "GIF")
    assert picture.grey == is_grey(tmp_path / "a.png") == stored_in_grey
    assert not picture.animated
    assert np.abs(picture.pixels[..., 0] - shown.astype(int)).max() <= (1 if "JPEG" in name else 0)
    in_colour = read(tmp_path / "a.png", (16, 16), 3).pixels
    assert np.array_equal(in_colour, np.repeat(picture.pixels, 3, axis=-1))


@pytest.mark.parametrize("name", AS_COLOUR)
def test_a_coloured_picture_is_what_a_viewer_shows(tmp_path, name):
    content, shown = AS_COLOUR[name]
    (tmp_path / "a.png").write_bytes(content)
    picture = read(tmp_path / "a.png", (16, 16), 3, "blue")
    assert not picture.grey
    # Lossy colour spaces round; so does the blending.
    off = np.abs(picture.pixels - np.asarray(shown).astype(int)).max()
    assert off <= (4 if any(word in name for word in ("JPEG", "YCbCr", "LAB")) else 1)


def test_the_ground_is_what_was_asked_for(tmp_path):
    (tmp_path / "a.png").write_bytes(AS_GREY["grey and alpha"][0])
    assert np.array_equal(read(tmp_path / "a.png", (16, 16), 1, "white").pixels[..., 0], 255 - RAMP)
    assert not read(tmp_path / "a.png", (16, 16), 1, "black").pixels.any()
    assert read(tmp_path / "a.png", (16, 16), 3, "#10a0f0").pixels[0, 0].tolist() == [16, 160, 240]
    Image.new("RGBA", (300, 40), (0, 0, 0, 0)).save(tmp_path / "b.png")
    assert (read(tmp_path / "b.png", (8, 8), 3, "white").pixels == 255).all()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_is_upright_however_the_camera_was_held(tmp_path, orientation, form):
    """The white quarter is at the top left, once the rows and columns are where the tag says that they are."""
    upright = np.zeros([24, 24], "uint8")
    upright[:12, :12] = 255
    upright[:3, 12:] = 128
    # The tag's own words: where the stored 0th row, and the 0th column, are in the picture.
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"JPEG": {"quality": 100}, "WEBP": {"lossless": True}}.get(form, {})
    Image.fromarray(np.ascontiguousarray(stored)).save(tmp_path / "a", form, exif=exif, **options)
    assert np.abs(read(tmp_path / "a", (24, 24), 1).pixels[..., 0] - upright.astype(int)).max() <= 3


@pytest.mark.parametrize("form", ["GIF", "TIFF", "PNG", "WEBP"])
def test_the_first_frame_is_taken(tmp_path, form):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a", form, save_all=True, append_images=frames[1:])
    picture = read(tmp_path / "a", (8, 8), 3)
    assert picture.animated
    assert (np.abs(picture.pixels - np.array([255, 0, 0])) <= 2).all()


def test_the_two_pictures_of_a_phone_are_one(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.jpg", "MPO", save_all=True, append_images=frames[1:])
    picture = read(tmp_path / "a.jpg", (8, 8), 3)
    assert not picture.animated and picture.pixels[0, 0, 0] > 250


@pytest.mark.parametrize("name", ["16 bits", "grey and alpha", "8 bits"])
def test_runs_of_before_go_on_with_what_they_saw(tmp_path, name):
    (tmp_path / "a.png").write_bytes(AS_GREY[name][0])
    seen = {"16 bits": np.where(RAMP == 0, 0, 255), "grey and alpha": BLACK, "8 bits": RAMP}[name]
    assert np.array_equal(read_before(tmp_path / "a.png", (16, 16), 1).pixels[..., 0], seen)


BROKEN = {
    "nothing": b"",
    "something else": b"garbage",
    "PostScript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 8 8\nshowpage\n",
    "PDF": b"%PDF-1.4\n%%EOF",
    "macOS's other half": b"\0\5\x16\7\0\2\0\0Mac OS X        " + bytes(60),
    "a PNG's head": AS_GREY["8 bits"][0][:8],
    "a PNG of 10^10 pixels": png(RAMP, 8, 0).replace(struct.pack(">II", 16, 16), struct.pack(">II", 10**5, 10**5)),
    "a PNG without pixels": png(RAMP, 8, 0).replace(b"IDAT", b"iDAT"),
    "floats of no stated range": tiff(RAMP.astype("f4"), 1, 32, t339=3),
    "floats that are NaN": tiff(np.full_like(RAMP, np.nan, "f4"), 1, 32, t339=3),
    "floats below 0": tiff(np.full_like(RAMP, -0.5, "f4"), 1, 32, t339=3),
    "32 bits of no stated range": tiff(RAMP.astype("i4"), 1, 32, t339=2),
    "a range that is none": tiff(RAMP.astype("f4"), 1, 32, t339=3, t340=1.0, t341=1.0),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_whole_picture_is_refused_by_name(tmp_path, name):
    (tmp_path / "a.png").write_bytes(BROKEN[name])
    with pytest.raises(InputError, match=r"a\.png (isn't a picture in PNG, JPEG, .*: |has .* say)"):
        read(tmp_path / "a.png", (8, 8), 1)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("name", ["8 bits", "TIFF", "TIFF, packed", "GIF", "BMP", "JPEG", "PGM"])
def test_what_was_cut_short_is_refused(tmp_path, name):
    content = saved(
        Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64), "uint8")),
        {"8 bits": "PNG", "TIFF, packed": "TIFF", "PGM": "PPM"}.get(name, name),
        **({"compression": "tiff_lzw"} if "packed" in name else {}),
    )
    for share in (0.3, 0.6, 0.9):
        (tmp_path / "a.png").write_bytes(content[: int(share * len(content))])
        with pytest.raises(InputError, match=r"a\.png"):
            read(tmp_path / "a.png", (8, 8), 1)


def test_a_text_that_unpacks_to_more_than_a_text_is_refused(tmp_path):
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", " " * (PngImagePlugin.MAX_TEXT_CHUNK + 1), zip=True)
    GREY.save(tmp_path / "a.png", pnginfo=info)
    with pytest.raises(InputError, match=r"a\.png isn't a picture .*: Decompressed data too large"):
        read(tmp_path / "a.png", (8, 8), 1)


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "PPM"])
def test_no_damage_is_worse_than_a_line(tmp_path, rng, form):
    """Whatever Pillow raises of a picture with bytes changed at random is an `InputError`, or nothing."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a camera"
    options = {"exif": exif} if form in ("PNG", "JPEG", "WEBP", "TIFF") else {}
    content = saved(Image.fromarray(COLOUR), form, **options)
    for _ in range(60):
        damaged = np.frombuffer(content, "uint8").copy()
        where = rng.integers(0, min(len(damaged), 300), 4)
        damaged[where] = rng.integers(0, 256, 4)
        (tmp_path / "a.png").write_bytes(damaged.tobytes())
        try:
            assert read(tmp_path / "a.png", (8, 8), 3).pixels.shape == (8, 8, 3)
        except InputError as error:
            assert "a.png" in str(error) and "\n" not in str(error)


def test_what_is_no_file_is_refused_at_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe.png")
    os.symlink("pipe.png", "link.png")
    os.symlink("nowhere", "dangling.png")
    os.symlink("circle.png", "circle.png")
    os.symlink("/dev/zero", "zeros.png")
    os.mkdir("folder.png")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.png")
        for name, message in {
            "pipe": "a FIFO",
            "link": "a FIFO",
            "dangling": "No such file",
            "circle": "Too many levels",
            "zeros": "a device",
            "folder": "a folder",
            "socket": "a socket",
        }.items():
            with pytest.raises(InputError, match=rf"{name}\.png(:| is) {message}"):
                read(f"{name}.png", (8, 8), 1)


@pytest.mark.parametrize("decode", [read, read_before])
def test_nothing_but_the_formats_is_opened(tmp_path, monkeypatch, decode):
    """Pillow hands PostScript to Ghostscript, whatever the file is called."""
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *args: pytest.fail("Ghostscript was called"))
    for form in ("EPS", "PCX", "TGA", "ICO"):
        Image.fromarray(COLOUR).save(tmp_path / "a.png", form)
        with pytest.raises(InputError, match=r"a\.png isn't a picture in PNG, JPEG"):
            decode(tmp_path / "a.png", (8, 8), 3)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_size_is_that_of_the_picture_turned_upright(tmp_path, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    for suffix in ("jpg", "png"):
        Image.fromarray(COLOUR[:, :7]).save(tmp_path / f"a.{suffix}", exif=exif)
        with Image.open(tmp_path / f"a.{suffix}") as image:
            width, height = ImageOps.exif_transpose(image).size
        assert size_of(tmp_path / f"a.{suffix}") == (height, width)


def test_what_has_no_alpha_is_missing_whatever_lies_under_it(tmp_path, rng):
    path = tmp_path / "x.png"
    pixels = rng.integers(0, 256, (4, 6, 4)).astype("uint8")
    pixels[..., 3] = rng.choice([0, 1, 255], (4, 6))
    Image.fromarray(pixels).save(path)
    gone = pixels[..., 3] == 0
    found = read_seen(path, (4, 6), 3).pixels
    assert found.dtype == "float32" and np.array_equal(np.isnan(found).all(-1), gone)
    assert np.array_equal(found[~gone], pixels[~gone][:, :3] / np.float32(255))
    pixels[gone, :3] = 255 - pixels[gone, :3]
    Image.fromarray(pixels).save(path)
    assert np.array_equal(read_seen(path, (4, 6), 3).pixels, found, equal_nan=True)
    # Each of 2 x 3 is made of four: the mean of those that are seen, where these are two at least.
    small = read_seen(path, (2, 3), 3).pixels
    blocks, seen = (x.reshape(2, 2, 3, 2, -1).transpose(0, 2, 1, 3, 4).reshape(2, 3, 4, -1) for x in (pixels, ~gone))
    for row, column in np.ndindex(2, 3):
        some = blocks[row, column][seen[row, column][:, 0], :3]
        if len(some) < 2:
            assert np.isnan(small[row, column]).all()
        else:
            assert np.allclose(small[row, column], some.mean(0) / 255, atol=0.51 / 255)
    opaque = tmp_path / "opaque.png"
    Image.fromarray(pixels[..., :3]).save(opaque)
    assert np.array_equal(read_seen(opaque, (4, 6), 1).pixels * 255, read(opaque, (4, 6), 1).pixels)
