// Small lines in the cells of grids: amounts over the period, from zero.
(function () {
  "use strict";
  const functions = (window.dashAgGridComponentFunctions =
    window.dashAgGridComponentFunctions || {});
  const part = React.createElement;
  const WIDE = 100, HIGH = 26;

  functions.SparkLine = function (props) {
    const values = props.data && props.data.trend;
    if (!values || values.length < 2 || !values.some(Boolean)) return null;
    const top = Math.max(0, ...values), low = Math.min(0, ...values), last = values.length - 1;
    const at = function (value) { return 2 + (HIGH - 4) * (top - value) / (top - low); };
    const points = values.map(function (value, place) {
      return (WIDE * place / last).toFixed(1) + "," + at(value).toFixed(1);
    });
    const zero = { x1: 0, x2: WIDE, y1: at(0), y2: at(0), className: "spark-zero" };
    return part(
      "svg",
      {
        className: "spark", viewBox: "0 0 " + WIDE + " " + HIGH, preserveAspectRatio: "none",
        role: "img", "aria-label": "Trend: " + props.data.trend_text,
      },
      part("line", zero),
      part("polyline", { points: points.join(" "), className: "spark-line" })
    );
  };
})();
