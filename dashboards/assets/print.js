// On paper a page is as wide as a sheet: its charts are drawn anew for that width, then back.
(function () {
  "use strict";
  const root = document.documentElement;

  function draw(back) {
    document.querySelectorAll(".chart-frame .js-plotly-plot").forEach(function (plot) {
      const frame = plot.closest(".chart-frame");
      window.Plotly.relayout(plot, back
        ? { autosize: true, width: undefined, height: undefined }
        : { autosize: false, width: frame.clientWidth, height: frame.clientHeight });
    });
  }

  window.addEventListener("beforeprint", function () {
    root.classList.add("is-printing");
    draw(false);
  });
  window.addEventListener("afterprint", function () {
    root.classList.remove("is-printing");
    draw(true);
  });
})();
