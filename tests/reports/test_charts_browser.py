"""Charts in a real browser: a picture first, Plotly in its place when touched, the same numbers in both."""

import io

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page
from pypdf import PdfReader

from reports.charts.samples import samples
from reports.documents import pdf
from tests import factories
from tests.reports.editions import squeezed

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_guide(new_page, live_server, client_of):
    """``open_guide(width=…)``: the style guide, which shows every kind of chart, signed in."""

    def opened(**options) -> Page:
        district = factories.make_district(f"d{len(options)}")
        client = client_of(factories.make_leader(district))
        page = new_page(**options)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([session])
        page.goto("/styleguide/")
        return page

    return opened


def take_over(page: Page, chart: str) -> None:
    page.locator(f"#{chart} .plot").hover()
    page.locator(f"#{chart}[data-live=yes]").wait_for()


def test_plotly_is_fetched_at_a_touch_and_not_before(open_guide):
    page, asked = open_guide(width=1440), []
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.reload()
    page.wait_for_load_state("networkidle")
    assert "plotly.min.js" not in asked
    take_over(page, "sample-gap")
    assert "plotly.min.js" in asked


@pytest.mark.parametrize("width", [360, 1440])
def test_every_chart_is_taken_over_without_a_shift(open_guide, width):
    page = open_guide(width=width)
    for chart in samples():
        page.locator(f"#{chart.ident}").scroll_into_view_if_needed()
        before = page.locator(f"#{chart.ident}").bounding_box()
        take_over(page, chart.ident)
        assert page.locator(f"#{chart.ident}").bounding_box() == before
    assert page.evaluate("document.documentElement.scrollWidth") <= width


# What stands on the picture, and what on Plotly's; both as they are drawn, texts with the middle of their boxes.
READ = """id => {
    const plot = document.querySelector('#' + id + ' .plot'), gd = plot.querySelector('.live');
    const svg = plot.querySelector('.on-wide svg'), round = Math.round;
    const middle = box => [round(box.left + box.width / 2), round(box.top + box.height / 2)];
    const texts = root => [...root.querySelectorAll('text')]
        .filter(t => t.textContent.trim() && t.getClientRects().length)
        .map(t => [t.textContent, ...middle(t.getBoundingClientRect())]);
    const shown = trace => (trace.type === 'heatmap' ? trace.hovertext.flat() : trace.hovertext || []).filter((_, n) =>
        trace.type === 'bar' ? (trace.orientation === 'h' ? trace.x : trace.y)[n]
        : trace.type === 'heatmap' ? trace.z.flat()[n] !== null
        : trace.mode.includes('markers') && trace.y[n] !== null);
    return {
        picture: {ranges: [svg.dataset.x, svg.dataset.y].map(text => text.split(' ').map(Number)),
                  says: [...svg.querySelectorAll('.marks title')].map(t => t.textContent),
                  texts: texts(svg.querySelector('.marks'))},
        plotly: {ranges: ['xaxis', 'yaxis'].map(name => gd._fullLayout[name].range),
                 says: gd.data.flatMap(shown), texts: texts(gd)},
    };
}"""


def test_picture_plotly_and_pdf_of_every_kind_show_the_same_numbers_in_the_same_ranges(open_guide):
    page = open_guide(width=1440)
    charts = samples()
    made = PdfReader(io.BytesIO(printed(charts)))
    for chart, sheet in zip(charts, made.pages, strict=True):
        take_over(page, chart.ident)
        shown = page.evaluate(READ, chart.ident)
        picture, plotly = shown["picture"], shown["plotly"]

        for ours, theirs in zip(picture["ranges"], plotly["ranges"], strict=True):
            assert theirs == pytest.approx(ours, abs=1e-5), chart.ident
        assert sorted(picture["says"]) == sorted(plotly["says"]), chart.ident
        assert_same_texts(picture["texts"], plotly["texts"], chart.ident)
        paper = squeezed(sheet.extract_text())
        assert [text for text, *_ in picture["texts"] if squeezed(text) not in paper] == [], chart.ident


def printed(charts) -> bytes:
    """A page for each, drawn as those of a bulletin's PDF are."""
    drawn = "".join(render_to_string("reports/_print_chart.html", {"chart": chart}) for chart in charts)
    return pdf.drawn(f"<style>figure {{ break-after: page }}</style>{drawn}", pdf.STYLE)


def assert_same_texts(ours, theirs, ident):
    """The same words and numbers, each at the same place to some pixels: on the axes, on bars, beside them."""
    assert sorted(text for text, *_ in theirs) == sorted(text for text, *_ in ours), ident
    for text, x, y in theirs:
        near = [(a, b) for other, a, b in ours if other == text and abs(a - x) <= 12 and abs(b - y) <= 8]
        assert near, (ident, text, x, y, [place for place in ours if place[0] == text])


def test_bars_of_plotly_lie_on_those_of_the_picture(open_guide):
    page = open_guide(width=1440)
    # Left, top, width and height of bars within their plot.
    measure = """selector => [...document.querySelectorAll(selector)].map(mark => {
        const box = mark.getBoundingClientRect(), plot = mark.closest('.plot').getBoundingClientRect();
        return [box.left - plot.left, box.top - plot.top, box.width, box.height].map(Math.round);
    }).filter(box => box[2] > 0)"""
    drawn = page.evaluate(measure, "#sample-gap .on-wide .marks rect")
    take_over(page, "sample-gap")

    taken = page.evaluate(measure, "#sample-gap .live .bars .point path")

    assert len(taken) == len(drawn) == 3
    for ours, theirs in zip(drawn, taken, strict=True):
        assert theirs == pytest.approx(ours, abs=2)


def test_keyboard_takes_a_chart_over(open_guide):
    page = open_guide(width=1440)
    page.locator("#sample-trend .plot").focus()

    page.locator("#sample-trend[data-live=yes]").wait_for()


def test_narrower_window_brings_the_picture_back(open_guide):
    page = open_guide(width=1440)
    take_over(page, "sample-trend")

    page.set_viewport_size({"width": 360, "height": 900})

    page.locator("#sample-trend:not([data-live])").wait_for()
    assert page.locator("#sample-trend .on-narrow svg").is_visible()
    assert page.locator("#sample-trend .live").count() == 0


def test_without_javascript_picture_and_table_remain(open_guide):
    page = open_guide(width=1440, java_script_enabled=False)

    assert page.locator("#sample-status .on-wide svg").is_visible()
    page.locator("#sample-status summary").click()
    assert page.locator("#sample-status table").is_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_a_long_table_is_folded_on_a_screen_and_whole_on_paper(open_guide, width):
    page = open_guide(width=width, java_script_enabled=False)
    assert not page.locator(".folded").is_visible()
    page.locator("label[for=fold-sample]").click()
    assert page.locator(".folded").is_visible()
    page.locator("label[for=fold-sample]").click()
    page.emulate_media(media="print")
    assert (page.locator(".folded").is_visible(), page.locator(".fold-label").is_visible()) == (True, False)
