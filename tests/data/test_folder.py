import os
import socket
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from zoo.data import folder as folders
from zoo.data import named
from zoo.data.splits import at_random
from zoo.errors import InputError
from zoo.pictures.grid import save_png


@pytest.fixture
def folder(tmp_path):
    """Red above blue, in two sizes and formats, below one another."""
    (tmp_path / "more").mkdir()
    for number in range(6):
        height = 40 + 20 * number
        pixels = np.zeros([height, 80, 3], "uint8")
        pixels[: height // 2, :, 0] = 255
        pixels[height // 2 :, :, 2] = 255
        Image.fromarray(pixels).save(
            tmp_path / ("more" if number % 2 else ".") / f"{number}.{'png' if number < 3 else 'JPG'}"
        )
    (tmp_path / "notes.txt").write_text("no image")
    return tmp_path


def test_images_are_resized_upright_and_in_colour(folder):
    splits = named.load(str(folder), image_size=(16, 12))
    assert splits.image_shape == (16, 12, 3)
    assert sum(len(s.images) for s in splits) == 6
    for split in splits:
        images = np.asarray(split.images)
        top, bottom = images[:, 2, 6], images[:, -3, 6]
        assert (top[:, 0] > 200).all() and (top[:, 2] < 60).all()
        assert (bottom[:, 2] > 200).all() and (bottom[:, 0] < 60).all()


def test_grey_is_to_be_had(folder):
    assert named.load(str(folder), image_size=(8, 8), channels=1).image_shape == (8, 8, 1)
    Image.fromarray(np.zeros([9, 9], "uint8")).save(folder / "!.png")
    assert named.load(str(folder), image_size=(8, 8)).image_shape == (8, 8, 1)


def test_a_folder_without_images_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"which has no \.png, \.jpg, .* files in it\."):
        named.load(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"garbage", None])
def test_a_broken_image_is_refused_by_name(folder, content):
    content = (folder / "0.png").read_bytes()[:-30] if content is None else content
    (folder / "zz_broken.png").write_bytes(content)
    with pytest.raises(InputError, match=r"zz_broken\.png isn't a picture"):
        named.load(str(folder), image_size=(8, 8))


def test_too_few_images_are_refused(tmp_path):
    Image.fromarray(np.zeros([9, 9], "uint8")).save(tmp_path / "0.png")
    with pytest.raises(InputError, match="has 1 image, but at least 3"):
        named.load(str(tmp_path), image_size=(8, 8))


def test_one_more_image_leaves_the_others_where_they_were(tmp_path, rng):
    """By their paths within the folder; copies stay together, in another format too."""
    for number in range(30):
        (tmp_path / f"{number % 3}").mkdir(exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (8, 8), "uint8")).save(tmp_path / f"{number % 3}/{number}.png")
    of = lambda folder: [{image.tobytes() for image in np.asarray(s.images)} for s in named.load(folder, (8, 8))]  # noqa: E731
    before = of(tmp_path)
    Image.fromarray(rng.integers(0, 256, (8, 8), "uint8")).save(tmp_path / "another.png")
    with Image.open(tmp_path / "0/0.png") as image:
        image.save(tmp_path / "0/copy.png", compress_level=0)
    tmp_path = tmp_path.rename(tmp_path.with_name("moved"))
    after = of(tmp_path)
    assert all(few <= more for few, more in zip(before, after, strict=True))
    assert sum(map(len, after)) == 31


def picture(path, value=128, mode="L", size=(9, 9)):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, size, value).save(path)
    return path


@pytest.fixture
def four(tmp_path):
    """Pictures of four greys, one of them two folders below."""
    for value, name in enumerate(("a.png", "b.png", "below/c.png", "below/further/d.png")):
        picture(tmp_path / "photos" / name, 60 * value)
    return tmp_path / "photos"


FOUR = ["a.png", "b.png", "below/c.png", "below/further/d.png"]


def found(folder):
    paths, passed = folders.find(folder)
    return [path.as_posix() for path in paths], dict(passed)


def test_pictures_are_found_in_a_stable_order(four):
    assert found(four) == (FOUR, {})
    assert sorted(np.concatenate([np.asarray(s.images) for s in named.load(four, (8, 8))])[:, 0, 0, 0]) == [
        0,
        60,
        120,
        180,
    ]


@pytest.mark.parametrize(
    "name",
    [
        "._a.png",
        ".a.png",
        ".hidden/a.png",
        ".ipynb_checkpoints/a-checkpoint.png",
        "__MACOSX/photos/._a.png",
        "__MACOSX/photos/a.png",
        "below/@eaDir/a.png/SYNOPHOTO_THUMB_M.jpg",
        "$RECYCLE.BIN/a.png",
        ".writing-x1/samples.png",
        "Thumbs.db",
        "desktop.ini",
        ".DS_Store",
    ],
)
def test_hidden_files_are_no_data(four, name):
    (four / name).parent.mkdir(parents=True, exist_ok=True)
    (four / name).write_bytes(b"\0\5\x16\7 no picture")
    assert found(four) == (FOUR, {"hidden files and folders": 1})
    said = []
    named.load(four, (8, 8), say=said.append)
    assert said == [f"the folder {four} has 4 pictures; passed over: hidden files and folders (1)."]


def test_a_folder_that_is_hidden_itself_is_data(four):
    assert found(four.rename(four.with_name(".photos")))[0] == FOUR


def test_other_files_are_counted(four):
    for name in ("notes.txt", "below/notes.TXT", "a.heic", "noending"):
        (four / name).write_bytes(b"")
    assert found(four) == (FOUR, {".txt files": 2, ".heic files": 1, "other files": 1})


@pytest.mark.parametrize("inside", ["runs/vae-photos", "run", "below/run", ""])
def test_a_runs_folder_is_no_data(four, inside):
    run = four / inside
    picture(run / "samples.png")
    picture(run / "export" / "preview.png")
    (run / "card.json").write_text('{"model": "vae", "arguments": {}}')
    assert found(four) == ((FOUR, {"folders of runs": 1}) if inside else ([], {"folders of runs": 1}))
    if inside:
        assert len(folders.find_before(four)) == 4
    else:
        with pytest.raises(InputError, match=r"no \.png.*passed over: folders of runs \(1\)"):
            named.load(four)


@pytest.mark.parametrize("card", ["[]", "{", "{}", '{"model": "vae"}', "\0", "[" * 10**5])
def test_a_card_that_is_no_runs_makes_no_run(four, card):
    picture(four / "x" / "e.png")
    (four / "x" / "card.json").write_text(card)
    assert found(four)[0] == [*FOUR, "x/e.png"]


def test_a_card_that_is_no_file_makes_no_run(four):
    os.mkfifo(four / "card.json")
    assert found(four)[0] == FOUR


def test_what_zoo_has_drawn_is_no_data(four):
    save_png(four / "samples.png", np.zeros([30, 30, 3], "uint8"))
    save_png(four / "below" / "neighbours.PNG", np.zeros([30, 30, 1], "uint8"))
    assert found(four) == (FOUR, {"pictures made by zoo": 2})


def test_links_are_followed_once(four, tmp_path):
    outside = picture(tmp_path / "outside" / "e.png").parent
    picture(outside / "further" / "f.png")
    (four / "0.png").symlink_to(outside / "e.png")
    (four / "again.png").symlink_to("a.png")
    (four / "0 outside").symlink_to(outside)
    (four / "outside too").symlink_to(outside)
    (four / "0 below").symlink_to("below")
    (four / "circle").symlink_to(".")
    (four / "below" / "further" / "up").symlink_to("../..")
    (four / "above").symlink_to("..")
    (outside / "back").symlink_to(four)
    (four / "nowhere").symlink_to("nothing")
    paths, passed = found(four)
    assert paths == sorted([*FOUR, "0.png", "again.png", "0 outside/e.png", "0 outside/further/f.png"])
    assert passed == {"links to folders that are looked through elsewhere": 6, "other files": 1}


def test_a_folder_called_like_a_picture_is_a_folder(four):
    picture(four / "e.png" / "f.png")
    assert found(four) == ([*FOUR, "e.png/f.png"], {})


@pytest.mark.parametrize("kind", ["pipe", "socket", "dangling", "circle", "device"])
def test_what_is_no_file_is_refused_before_anything_is_decoded(four, kind, monkeypatch):
    monkeypatch.chdir(four)
    monkeypatch.setattr(folders, "read", lambda *args, **kwargs: pytest.fail("it was decoded"))
    with socket.socket(socket.AF_UNIX) as server:
        make = {
            "pipe": lambda: os.mkfifo("z.png"),
            "socket": lambda: server.bind("z.png"),
            "dangling": lambda: os.symlink("nowhere", "z.png"),
            "circle": lambda: os.symlink("z.png", "z.png"),
            "device": lambda: os.symlink("/dev/zero", "z.png"),
        }
        make[kind]()
        with pytest.raises(InputError, match=r"z\.png(:| is a) "):
            named.load(four, (8, 8))


def test_each_grey_and_coloured_picture_is_taken_as_the_first_one_is(four):
    picture(four / "e.png", "red", "RGB")
    said = []
    assert named.load(four, (8, 8), say=said.append).image_shape == (8, 8, 1)
    assert said == [
        f"the folder {four} has 4 grey pictures and 1 coloured ones: all are taken grey, as the first of them is. "
        "--channels 3 takes them in colour."
    ]
    picture(four / "0.png", "red", "RGB")
    assert named.load(four, (8, 8), say=said.append).image_shape == (8, 8, 3)
    assert said[-1].endswith("all are taken in colour, as the first of them is. --channels 1 takes them grey.")
    assert named.load(four, (8, 8), channels=3, say=said.append).image_shape == (8, 8, 3)
    assert len(said) == 2


def test_further_frames_are_said(four):
    frames = [Image.new("L", (9, 9), value) for value in (0, 255)]
    frames[0].save(four / "e.tif", save_all=True, append_images=frames[1:])
    said = []
    named.load(four, (8, 8), say=said.append)
    assert said == [f"the folder {four} has 1 pictures of several frames or pages, of which the first is taken."]


def test_transparent_pictures_lie_on_the_ground(tmp_path):
    for number in range(3):
        picture(tmp_path / f"{number}.png", (0, 0, 0, 0), "RGBA")
    assert (np.asarray(named.load(tmp_path, (8, 8)).train.images) == 255).all()
    assert np.asarray(named.load(tmp_path, (8, 8), ground="#0000ff").train.images)[0, 0, 0].tolist() == [0, 0, 255]
    for ground in ("whiter", "#12", "", "rgba(1,2,3,4)"):
        with pytest.raises(InputError, match=r"ground is .*must be a colour"):
            named.load(tmp_path, (8, 8), ground=ground)


def test_16_bits_keep_their_greys(tmp_path):
    ramp = np.tile(np.linspace(0, 65535, 64), (64, 1)).astype("uint16")
    for number in range(5):
        Image.fromarray(ramp).save(tmp_path / f"{number}.png")
    row = np.asarray(named.load(tmp_path, (64, 64)).train.images)[0, 0, :, 0]
    assert np.array_equal(row, np.rint(ramp[0] / 257))
    assert len(np.unique(row)) == 64


def test_runs_of_before_see_what_they_saw(four):
    """What was hidden was data, 16 bits were white above 255, transparency was dropped, and the rule was another."""
    picture(four / ".e.png", 200)
    picture(four / "f.gif", 10)
    Image.fromarray(np.full([9, 9], 300, "uint16")).save(four / "g.png")
    Image.new("LA", (9, 9), (70, 0)).save(four / "h.png")
    splits = named.load(four, (8, 8), rule=at_random, ground=None)
    greys = [np.asarray(split.images)[:, 0, 0, 0].tolist() for split in splits]
    in_order = np.array([200, 0, 60, 120, 180, 255, 70])
    assert greys == [in_order[numbers].tolist() for numbers in at_random(range(7))]


def test_a_folder_that_may_not_be_read_is_refused(four, monkeypatch):
    scandir = os.scandir

    def refuse(path):
        if Path(path).name == "further":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(InputError, match=r"below/further can't be read: Permission denied"):
        named.load(four, (8, 8))


def test_a_broken_picture_stops_the_decoding(four, monkeypatch):
    """The first error is told when it is met; what hasn't been begun is left."""
    read, begun = folders.read, []
    started = threading.Event()

    def slow(path, *args, **kwargs):
        begun.append(path)
        if path.name != "a.png":
            started.wait(0.05)
        return read(path, *args, **kwargs)

    monkeypatch.setattr(folders, "read", slow)
    for number in range(50):
        picture(four / f"z{number}.png")
    (four / "a.png").write_bytes(b"")
    with pytest.raises(InputError, match=r"a\.png"):
        named.load(four, (8, 8))
    assert len(begun) < 50


def test_a_name_that_is_no_unicode_is_a_name(four):
    os.rename(four / "a.png", os.fsdecode(os.fsencode(four) + b"/\xff.png"))
    assert sum(len(split.images) for split in named.load(four, (8, 8))) == 4
    (four / "c\u0327.png").write_bytes(b"")
    with pytest.raises(InputError, match="isn't a picture"):
        named.load(four, (8, 8))
