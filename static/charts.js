/* Charts stand on the page as SVG. When someone points at, focuses or taps one, Plotly takes over the same figure.
   Plotly comes from this installation, once, and only then: a page is light until somebody wants more of it. */
(function () {
  "use strict";

  var loading = null;

  function library(address) {
    if (window.Plotly) { return Promise.resolve(window.Plotly); }
    if (!loading) {
      loading = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = address;
        script.onload = function () { resolve(window.Plotly); };
        script.onerror = function () { loading = null; script.remove(); reject(new Error(address)); };
        document.head.appendChild(script);
      });
    }
    return loading;
  }

  function shownSvg(plot) {
    return Array.prototype.find.call(plot.querySelectorAll("svg[data-legend]"), function (svg) {
      return svg.getClientRects().length > 0;
    });
  }

  /** The figure's layout, as large as the SVG stands on the page: nothing moves when Plotly takes over. */
  function fitted(layout, svg, box, colour) {
    var scale = box.width / svg.viewBox.baseVal.width;
    var margin = {};
    Object.keys(layout.margin).forEach(function (side) { margin[side] = layout.margin[side] * scale; });
    return Object.assign({}, layout, {
      autosize: false,
      width: box.width,
      height: layout.height * scale,
      margin: margin,
      font: { family: layout.font.family, size: layout.font.size * scale, color: colour },
      hoverlabel: { font: { family: layout.font.family, size: 14 } },
      xaxis: axis(thinned(layout.xaxis, Number(svg.dataset.every)), 12 * scale, 3),
      yaxis: axis(layout.yaxis, layout.font.size * scale, 6)
    });
  }

  /** Every n-th label, counted from the last, as the SVG has it. */
  function thinned(given, every) {
    var last = given.tickvals.length - 1;
    function stays(_, n) { return (last - n) % every === 0; }
    return Object.assign({}, given, { tickvals: given.tickvals.filter(stays), ticktext: given.ticktext.filter(stays) });
  }

  function axis(given, size, away) {
    return Object.assign({ automargin: false, ticks: "", ticklabeloverflow: "allow", tickfont: { size: size }, ticklabelstandoff: away }, given,
      { gridcolor: given.gridcolor ? faded(given.gridcolor, given.gridwidth) : undefined, gridwidth: 1 });
  }

  function faded(colour, opacity) {
    var parts = [1, 3, 5].map(function (n) { return parseInt(colour.slice(n, n + 2), 16); });
    return "rgba(" + parts.join(",") + "," + opacity + ")";
  }

  function scaled(data, scale) {
    return data.map(function (trace) {
      var made = Object.assign({}, trace);
      if (trace.textfont) { made.textfont = Object.assign({}, trace.textfont, { size: trace.textfont.size * scale }); }
      if (trace.marker && trace.marker.size) { made.marker = Object.assign({}, trace.marker, { size: trace.marker.size * scale }); }
      return made;
    });
  }

  function takeOver(chart) {
    if (chart.dataset.live) { return; }
    chart.dataset.live = "loading";
    library(chart.dataset.plotly).then(function (Plotly) { return draw(chart, Plotly); }).catch(function () {
      delete chart.dataset.live; /* the SVG and its table stay; the next touch tries again */
    });
  }

  function draw(chart, Plotly) {
    var plot = chart.querySelector(".plot");
    var svg = shownSvg(plot);
    if (!svg) { delete chart.dataset.live; return null; }
    var figure = JSON.parse(document.getElementById(chart.dataset.chart).textContent);
    var box = svg.getBoundingClientRect();
    var scale = box.width / svg.viewBox.baseVal.width;
    var live = document.createElement("div");
    live.className = "live";
    live.style.top = Number(svg.dataset.legend) * scale + "px";
    plot.appendChild(live);
    var layout = fitted(figure.layout, svg, box, getComputedStyle(plot).color);
    return Plotly.newPlot(live, scaled(figure.data, scale), layout, { displayModeBar: false, responsive: false }).then(function () {
      plot.classList.add("is-live");
      chart.dataset.live = "yes";
    });
  }

  /** Back to the SVG: the page's width, colours or paper changed. */
  function release() {
    document.querySelectorAll(".chart[data-live=yes]").forEach(function (chart) {
      var live = chart.querySelector(".live");
      window.Plotly.purge(live);
      live.remove();
      chart.querySelector(".plot").classList.remove("is-live");
      delete chart.dataset.live;
    });
  }

  function touched(event) {
    var plot = event.target.closest && event.target.closest(".plot");
    if (plot) { takeOver(plot.closest(".chart")); }
  }
  ["pointerover", "focusin", "click"].forEach(function (name) { document.addEventListener(name, touched); });
  window.addEventListener("resize", function (known) {
    return function () { if (window.innerWidth !== known) { known = window.innerWidth; release(); } };
  }(window.innerWidth));
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", release);
})();
