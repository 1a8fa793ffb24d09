"""The page in the browser: in headless Chromium (`pytest -m browser`), and what can be known without one."""

import functools
import http.server
import json
import os
import shutil
import tempfile
import threading
import time

import numpy as np
import pytest

import zoo
from tests.conftest import tensorflow_only
from zoo.errors import InputError
from zoo.runs.sample import sample_from

pytestmark = tensorflow_only
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def fake_runtime(tmp_path):
    """A folder that looks like npm's."""
    from zoo.export.web import LITERT

    for file in LITERT:
        path = tmp_path / "node_modules" / "@litertjs" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("runtime")
    return tmp_path / "node_modules"


def test_the_runtime_is_found_where_it_may_be(fake_runtime, monkeypatch):
    from zoo.export.web import find_litert

    found = fake_runtime / "@litertjs"
    for given in (fake_runtime, fake_runtime.parent, found):
        assert find_litert(given) == found
    monkeypatch.setenv("ZOO_LITERT", str(fake_runtime))
    assert find_litert() == found
    monkeypatch.delenv("ZOO_LITERT")
    monkeypatch.chdir(fake_runtime.parent)
    assert find_litert().resolve() == found
    (found / "core/wasm/litert_wasm_internal.wasm").unlink()
    with pytest.raises(InputError, match=r"npm install @litertjs/core` and give --litert node_modules"):
        find_litert()


@pytest.mark.long
def test_nothing_that_is_there_is_lost(fake_runtime, tmp_path):
    from zoo.export.web import export_web

    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/thesis.tex").write_text("years")
    with pytest.raises(InputError, match="is there already"):
        export_web(model, "small", tmp_path / "mine", fake_runtime)
    with pytest.raises(InputError, match="isn't a page of ours"):
        export_web(model, "small", tmp_path / "mine", fake_runtime, overwrite=True)
    export_web(model, "small", tmp_path / "page", fake_runtime)
    export_web(model, "small", tmp_path / "page", fake_runtime, overwrite=True)
    assert json.loads((tmp_path / "page/model/model.json").read_text())["name"] == "small"
    assert (tmp_path / "mine/thesis.tex").read_text() == "years"


def test_the_vectors_of_attributes_are_told_to_the_page(tmp_path, monkeypatch):
    from zoo.export import web

    monkeypatch.setattr(web, "write_saved_model", lambda *_: (tmp_path / "saved_model").mkdir())
    monkeypatch.setattr(web, "write_tflite", lambda *_: None)
    monkeypatch.setattr(web, "Interpreter", lambda _: None)
    monkeypatch.setattr(web, "fixed_signatures", lambda _: {})
    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    web._write_model(model, "small", tmp_path, {"label=3": np.array([0.5, -1.0])})
    facts = json.loads((tmp_path / "model.json").read_text())
    assert facts["attributes"] == [{"name": "label=3", "vector": [0.5, -1.0]}]
    web._write_model(model, "small", tmp_path)
    assert json.loads((tmp_path / "model.json").read_text())["attributes"] == []


def test_an_autoencoder_has_no_page(fake_runtime, tmp_path):
    from zoo.export.web import export_web

    with pytest.raises(InputError, match=r"autoencoder has no way to sample.*which the page needs"):
        export_web(zoo.build("autoencoder", image_shape=(8, 8, 1)), "ae", tmp_path / "page", fake_runtime)


@pytest.mark.parametrize(("name", "where"), [("hyperspherical_vae", "unit sphere"), ("poincare_vae", "unit ball")])
def test_codes_whose_numbers_do_not_move_by_themselves_have_no_page(name, where, fake_runtime, tmp_path):
    from zoo.export.web import export_web

    model = zoo.build(name, image_shape=(8, 8, 1), latent_dim=2, units=(4,))
    with pytest.raises(InputError, match=rf"has codes in the {where}, but the page's sliders"):
        export_web(model, "small", tmp_path / "page", fake_runtime)


@pytest.mark.long
@pytest.mark.parametrize("name", ["vae", "iaf_mixture_vae", "conditional_vae"])
def test_the_pages_model_has_fixed_shapes_and_the_models_images(name, tmp_path):
    from ai_edge_litert.interpreter import Interpreter

    from zoo.export.tflite import foreign_operators
    from zoo.export.web import _write_model
    from zoo.random import key

    model = zoo.build(name, image_shape=(8, 8, 1), latent_dim=3, units=(8,))
    _write_model(model, name, tmp_path)
    content = (tmp_path / "model.tflite").read_bytes()
    assert foreign_operators(content) == []
    interpreter = Interpreter(model_content=content)
    for signature in interpreter.get_signature_list():
        runner = interpreter.get_signature_runner(signature)
        for tensor in runner.get_input_details().values():
            assert -1 not in tensor["shape_signature"], f"{signature} has a size that LiteRT.js would get wrong"
    images = interpreter.get_signature_runner("sample")(seed=key(5))["image"]
    assert np.allclose(images, model.sample(64, seed=5), atol=1e-6)


def test_what_is_said_of_a_model_is_true_of_it():
    """An encoder that reads its two first codes off two pixels and ignores the image elsewhere."""
    from zoo.export.web import describe

    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(3,))
    found = describe(model)
    axes = np.array(found["axes"])
    assert np.allclose(axes @ axes.T, np.eye(2), atol=1e-5)
    assert sorted(found["active"]) == [0, 1, 2]
    codes = np.concatenate([model.encode(model.sample_pixels(100, seed=i)) for i in range(10)])
    assert found["active"][0] == int(np.argmax(codes.var(0)))
    along = (codes - codes.mean(0)) @ axes.T
    assert along[:, 0].var() >= codes.var(0).max() - 1e-6, "the first principal axis has the largest variance"
    assert np.interp(np.median(along[:, 0]), found["axis_levels"][0], np.linspace(0, 1, 41)) == pytest.approx(
        0.5, abs=0.02
    )
    assert all(np.diff(levels).min() > 0 for levels in found["axis_levels"])


def test_a_label_is_no_dimension_of_the_map():
    from zoo.export.web import describe

    model = zoo.build("conditional_vae", image_shape=(8, 8, 1), latent_dim=2, labels=3, units=(4,))
    found = describe(model, 100)
    assert found["labels"] == 3
    assert found["mean"] == [1, 0, 0, 0, 0]
    assert sorted(found["active"]) == [3, 4]
    assert found["axes"] == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    model = zoo.build("conditional_vae", image_shape=(8, 8, 1), latent_dim=4, labels=3, units=(4,))
    found = describe(model, 100)
    assert np.allclose(np.array(found["axes"])[:, :3], 0, atol=1e-6)
    assert sorted(found["active"]) == [3, 4, 5, 6]


def test_the_page_is_told_what_is_black_and_what_is_white():
    from zoo.export.web import describe

    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, likelihood="gaussian", range=None)
    model.seen = (-4.0, 9.0)
    assert describe(model, 100)["shown"] == [-4.0, 9.0]
    # All that an untrained model draws is about 0, which is in the darker half.
    assert describe(model, 100)["dark"]
    model.seen = (-9.0, 4.0)
    assert not describe(model, 100)["dark"]


# In the browser.


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


def host(folder):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/"


def open_browser():
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for argument in (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,1400",
        f"--user-data-dir={tempfile.mkdtemp()}",
    ):
        options.add_argument(argument)
    browser = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    browser.set_script_timeout(60)
    return browser


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of a model with two latent dimensions and of one with more."""
    from zoo.export.web import export_web

    folder = tmp_path_factory.mktemp("pages")
    for name in ("frey-2d", "digits-iaf-mixture"):
        export_web(zoo.load(name), name, folder / name)
    return folder


@pytest.fixture(scope="module")
def browser():
    opened = open_browser()
    yield opened
    opened.quit()


def visit(browser, url):
    browser.get(url)
    wait_for(lambda: browser.execute_script("return !!window.zoo || document.body.classList.contains('failed')"))
    assert error(browser) == ""


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def error(browser):
    return browser.find_element("id", "error").text


def picture(browser, canvas="picture"):
    return browser.execute_script(f"return document.getElementById('{canvas}').toDataURL()")


def changes(browser, action, canvas="picture"):
    before = picture(browser, canvas)
    action()
    wait_for(lambda: picture(browser, canvas) != before)


SAMPLES = """
const done = arguments[1];
zoo.model.sample(zoo.keyOf(arguments[0])).then((images) => done(Array.from(images)));
"""


@pytest.mark.browser
@pytest.mark.parametrize("name", ["frey-2d", "digits-iaf-mixture"])
def test_the_pixels_of_a_seed_are_pythons(browser, pages, name):
    visit(browser, host(pages / name))
    for seed in (0, 7, 2**40 + 3):
        expected = sample_from(name, 64, seed)
        found = np.reshape(browser.execute_async_script(SAMPLES, str(seed)), expected.shape)
        assert np.abs(found - expected).max() < 1e-4
    # And what is shown is what was computed, to the byte's rounding.
    box = browser.find_element("id", "seed")
    box.clear()
    box.send_keys("7")
    wait_for(lambda: browser.find_element("id", "seed-shown").text == "7")
    shown = browser.execute_script(
        "const c = document.getElementById('samples');"
        "return Array.from(c.getContext('2d').getImageData(0, 0, c.width, c.height).data.filter((_, i) => i % 4 === 0))"
    )
    _, height, width, _ = expected.shape
    shown = np.reshape(shown, [8 * (height + 1) - 1, 8 * (width + 1) - 1])
    first = np.round(sample_from(name, 64, 7)[0, ..., 0] * 255)
    assert np.abs(shown[:height, :width] - first).max() <= 1


SAMPLES_OF_A_LABEL = """
const done = arguments[2];
zoo.model.sample(zoo.keyOf(arguments[0]), arguments[1]).then((images) => done(Array.from(images)));
"""


@pytest.mark.browser
def test_the_class_box_shows_images_of_a_label_and_moves_the_explored_one_there(browser, tmp_path):
    from selenium.webdriver.support.select import Select

    from zoo.export.web import export_web

    model = zoo.build("conditional_vae", image_shape=(8, 8, 1), latent_dim=2, labels=3, units=(8,))
    export_web(model, "classes", tmp_path / "page")
    visit(browser, host(tmp_path / "page"))
    assert "2 latent dimensions, 3 classes" in browser.find_element("id", "facts").text
    images = np.asarray(model.sample_label(np.full(64, 2), seed=7))
    found = np.reshape(browser.execute_async_script(SAMPLES_OF_A_LABEL, "7", 2), images.shape)
    assert np.abs(found - images).max() < 1e-4
    box = Select(browser.find_element("id", "label"))
    assert [option.text for option in box.options] == ["any", "0", "1", "2"]
    changes(browser, lambda: box.select_by_visible_text("2"), "samples")
    assert "--seed 0 --label 2" in browser.find_element("id", "seed-note").text
    before = browser.execute_script("return zoo.state.z")
    assert before[:3] == [1, 0, 0]
    changes(browser, lambda: Select(browser.find_element("id", "explored-label")).select_by_visible_text("1"))
    after = browser.execute_script("return zoo.state.z")
    assert after[:3] == [0, 1, 0]
    assert after[3:] == before[3:]
    assert len(browser.find_elements("css selector", "#sliders input")) == 2
    assert error(browser) == ""


@pytest.mark.browser
def test_a_model_without_labels_has_no_class_box(browser, pages):
    visit(browser, host(pages / "frey-2d"))
    assert not any(each.is_displayed() for each in browser.find_elements("css selector", ".of-labels"))


#: A runtime that gives grey images, for what has to do with codes alone.
GREY = """
export class Tensor {
  constructor(data) { this._data = data; }
  async data() { return this._data; }
  delete() {}
}
export async function loadLiteRt() {}
export async function loadAndCompile() {
  return { run: async () => ({ image: new Tensor(new Float32Array(64 * 64)), z: new Tensor(new Float32Array(3)) }) };
}
"""


@pytest.mark.browser
def test_an_attributes_slider_moves_the_code_along_its_vector(browser, fake_runtime, tmp_path):
    from zoo.export.web import export_web

    (fake_runtime / "@litertjs/core/dist/index.js").write_text(GREY)
    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=3, units=(8,))
    vector = np.array([0.5, -1.0, 0.0])
    export_web(model, "edited", tmp_path / "page", fake_runtime, attributes={"label=3": vector, "label=5": np.ones(3)})
    visit(browser, host(tmp_path / "page"))
    assert [each.text.split()[0] for each in browser.find_elements("css selector", "#attributes label")] == [
        "label=3",
        "label=5",
    ]
    move = "const s = document.querySelector('#attributes input'); s.value = arguments[0];"
    move += "s.dispatchEvent(new Event('input')); return zoo.state.z"
    start = np.array(browser.execute_script("return zoo.state.z"))
    for t in (1.5, -0.25):
        assert np.allclose(browser.execute_script(move, t), start + t * vector, atol=1e-6)
    assert np.allclose(browser.execute_script(move, 0), start, atol=1e-6)
    assert error(browser) == ""
    export_web(model, "plain", tmp_path / "page", fake_runtime, overwrite=True)
    visit(browser, host(tmp_path / "page"))
    assert not browser.find_element("id", "attributes").is_displayed()


ENCODE = """
const done = arguments[1];
zoo.model.encode(Float32Array.from(arguments[0])).then(done);
"""


@pytest.mark.browser
def test_real_values_are_shown_between_black_and_white_and_encoded_as_they_are(browser, tmp_path):
    from zoo.data.pixels import grey
    from zoo.export.web import export_web

    model = zoo.build("vae", image_shape=(8, 8, 1), latent_dim=2, likelihood="gaussian", range=(-2, 3))
    export_web(model, "real", tmp_path / "page")
    visit(browser, host(tmp_path / "page"))
    images = np.asarray(model.sample(64, seed=7))
    found = np.reshape(browser.execute_async_script(SAMPLES, "7"), images.shape)
    assert np.abs(found - grey(images, (-2, 3))).max() < 1e-4
    z = browser.execute_async_script(ENCODE, grey(images[:1], (-2, 3)).ravel().tolist())
    assert np.allclose(z, np.asarray(model.encode(images[:1]))[0], atol=1e-4)


@pytest.mark.browser
@pytest.mark.parametrize("name", ["frey-2d", "digits-iaf-mixture"])
def test_every_way_of_moving_moves_the_picture(browser, pages, name):
    from selenium.webdriver import ActionChains, Keys

    visit(browser, host(pages / name))
    area = browser.find_element("id", "map")
    wait_for(lambda: browser.execute_script("return document.getElementById('map').width") > 90)
    changes(browser, lambda: ActionChains(browser).move_to_element(area).click_and_hold().perform())
    # While the button is held the picture follows.
    for offset in ((40, 30), (-60, 20), (10, -70)):
        changes(browser, lambda o=offset: ActionChains(browser).move_by_offset(*o).perform())
    ActionChains(browser).release().perform()
    before = picture(browser)
    ActionChains(browser).move_by_offset(30, 30).perform()
    time.sleep(0.3)
    assert picture(browser) == before, "it follows no pointer that isn't held"
    changes(browser, lambda: area.send_keys(Keys.SHIFT + Keys.ARROW_LEFT))
    slider = browser.find_element("css selector", "#sliders input")
    for _ in range(2):
        slider.send_keys(Keys.HOME)
    changes(browser, lambda: slider.send_keys(Keys.END))
    samples = browser.find_element("id", "samples")
    changes(browser, lambda: ActionChains(browser).move_to_element_with_offset(samples, 30, 30).click().perform())
    changes(browser, lambda: samples.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_DOWN, Keys.ENTER))
    assert "ms" in browser.find_element("id", "timing").text


@pytest.mark.browser
def test_a_picture_is_encoded_as_python_does_it_and_two_are_joined(browser, pages, tmp_path):
    from PIL import Image

    visit(browser, host(pages / "frey-2d"))
    images = sample_from("frey-2d", 2, 3)
    for slot, image in enumerate(np.round(images * 255).astype("uint8")):
        Image.fromarray(image[..., 0]).save(tmp_path / f"{slot}.png")
        browser.find_element("css selector", f"[data-slot='{slot}'] input").send_keys(str(tmp_path / f"{slot}.png"))
        wait_for(lambda s=slot: browser.execute_script(f"return !!zoo.state.slots[{s}]"))
    codes = [browser.execute_script(f"return zoo.state.slots[{slot}].z") for slot in (0, 1)]
    assert np.allclose(codes, zoo.load("frey-2d").encode(np.round(images * 255) / 255), atol=0.02)
    wait_for(lambda: browser.find_element("id", "strip").is_displayed())
    from selenium.webdriver import Keys

    changes(browser, lambda: browser.find_element("id", "mix").send_keys(Keys.HOME))
    wait_for(lambda: np.allclose(browser.execute_script("return zoo.state.z"), codes[0]))


@pytest.mark.browser
def test_black_on_white_is_turned_round_for_digits(browser, pages, tmp_path):
    from PIL import Image

    visit(browser, host(pages / "digits-iaf-mixture"))
    image = sample_from("digits-iaf-mixture", 1, 3)[0, ..., 0]
    for name, pixels in (("white", image), ("black", 1 - image)):
        Image.fromarray(np.round(255 * pixels).astype("uint8")).save(tmp_path / f"{name}.png")
        browser.execute_script("zoo.state.slots[0] = null")
        browser.find_element("css selector", "[data-slot='0'] input").send_keys(str(tmp_path / f"{name}.png"))
        wait_for(lambda: browser.execute_script("return !!zoo.state.slots[0]"))
        box = browser.find_element("css selector", "[data-slot='0'] .invert")
        assert box.is_selected() == (name == "black")
        found = browser.execute_script("return Array.from(zoo.state.slots[0].pixels)")
        assert np.abs(np.reshape(found, [8, 8]) - image).max() < 0.01
    box.click()
    pixel = "return zoo.state.slots[0].pixels[0]"
    wait_for(lambda: abs(browser.execute_script(pixel) - (1 - image[0, 0])) < 0.01)


@pytest.mark.browser
def test_errors_are_shown_and_go_away(browser, pages, tmp_path):
    visit(browser, host(pages / "frey-2d"))
    box = browser.find_element("id", "seed")
    for text, message in (("seven", "must be an integer"), (str(2**64), "from -2^63 to 2^64 - 1")):
        box.clear()
        box.send_keys(text)
        wait_for(lambda m=message: m in error(browser))
    box.clear()
    box.send_keys("5")
    wait_for(lambda: error(browser) == "")
    (tmp_path / "notes.png").write_text("not a picture")
    browser.find_element("css selector", "[data-slot='0'] input").send_keys(str(tmp_path / "notes.png"))
    wait_for(lambda: "notes.png isn't an image" in error(browser))
    shutil.copytree(pages / "frey-2d", tmp_path / "broken")
    (tmp_path / "broken/model/model.tflite").write_bytes(b"0000TFL3")
    browser.get(host(tmp_path / "broken"))
    wait_for(lambda: "couldn't be loaded" in error(browser))
    browser.get(f"file://{pages / 'frey-2d' / 'index.html'}")
    wait_for(lambda: "needs a web server" in error(browser))


@pytest.mark.browser
def test_a_browser_without_webassembly_is_told_so(pages):
    without = open_browser()
    without.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": "delete globalThis.WebAssembly"})
    try:
        without.get(host(pages / "frey-2d"))
        wait_for(lambda: "no WebAssembly" in error(without))
    finally:
        without.quit()


@pytest.mark.browser
def test_zoo_serve_shows_the_same_page(browser, tmp_path):
    from tests.serving.test_server import Process

    server = Process("digits-iaf-mixture", "--litert", os.environ["ZOO_LITERT"], cwd=tmp_path)
    try:
        visit(browser, f"http://127.0.0.1:{server.port}/")
        expected = sample_from("digits-iaf-mixture", 64, 7)
        found = np.reshape(browser.execute_async_script(SAMPLES, "7"), expected.shape)
        assert np.abs(found - expected).max() < 1e-4
        # Its Content-Security-Policy lets its own scripts run, and those of the API's page, but nothing put in.
        browser.execute_script(
            "const added = document.createElement('script'); added.textContent = 'window.added = 1';"
            "document.head.append(added)"
        )
        assert browser.execute_script("return window.added === undefined")
        browser.get(f"http://127.0.0.1:{server.port}/docs")
        wait_for(lambda: browser.find_elements("css selector", ".swagger-ui .opblock"))
    finally:
        server.process.kill()
        server.process.wait()
