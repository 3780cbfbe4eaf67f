// On paper a page is as wide as a sheet and light: its charts are drawn anew for that, then back.
(function () {
  "use strict";
  const root = document.documentElement;

  // The colours of the theme by name, as they are in a scheme.
  function colors(scheme) {
    const names = ["page", "paper", "line", "grid", "text", "muted", "accent", "previous", "good",
      "bad", "pending", "cancelled", "returned", "other"];
    const was = root.getAttribute("data-mantine-color-scheme");
    root.setAttribute("data-mantine-color-scheme", scheme);
    const style = getComputedStyle(root);
    const found = names.map(function (name) { return style.getPropertyValue("--" + name).trim(); });
    root.setAttribute("data-mantine-color-scheme", was);
    return found;
  }

  // The marks of a dark chart in the light scheme's colours.
  function lightened(plot, dark, light) {
    const marks = JSON.stringify({ data: plot.data, layout: plot.layout });
    return JSON.parse(marks.replace(/#[0-9a-f]{6}\b/gi, function (color) {
      const at = dark.indexOf(color.toLowerCase());
      return at < 0 ? color : light[at];
    }));
  }

  const kept = new Map(); // The dark marks of each plot, while the light ones are printed.
  function recolor(back) {
    if (back) {
      kept.forEach(function (marks, plot) { window.Plotly.react(plot, marks.data, marks.layout); });
      kept.clear();
      return;
    }
    if (root.getAttribute("data-mantine-color-scheme") !== "dark") return;
    const dark = colors("dark"), light = colors("light");
    document.querySelectorAll(".chart-frame .js-plotly-plot").forEach(function (plot) {
      kept.set(plot, { data: plot.data, layout: plot.layout });
      const marks = lightened(plot, dark, light);
      window.Plotly.react(plot, marks.data, marks.layout);
    });
  }

  function draw(back) {
    recolor(back);
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
