// Files of a chart: its numbers from the server, its picture from what is drawn.
(function () {
  "use strict";
  const WIDE = 1000, SCALE = 2, LINE = 17, SIDE = 24;

  function save(address, name) {
    const link = document.createElement("a");
    link.href = address;
    link.download = name;
    document.body.appendChild(link);
    link.click();
    link.remove();
  }

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function text(id) {
    const node = document.getElementById(id);
    return node ? node.textContent.trim() : "";
  }

  function escaped(words) {
    return words.replace(/&/g, "&amp;").replace(/</g, "&lt;");
  }

  function wrapped(words, most) {
    const lines = [""];
    words.split(/\s+/).forEach(function (word) {
      const last = lines[lines.length - 1];
      if (last && (last + " " + word).length > most) lines.push(word);
      else lines[lines.length - 1] = last ? last + " " + word : word;
    });
    return lines;
  }

  // A ranking is plain HTML: its bars become a figure again.
  function figureOfBars(list) {
    const bars = Array.from(list.querySelectorAll(".bar"));
    const part = function (node, name) {
      return Number(getComputedStyle(node).getPropertyValue(name)) || 0;
    };
    const lines = bars.map(function (bar) { return bar.querySelector(".bar-line, .target-line"); });
    const starts = lines.map(function (line) { return part(line, "--from"); });
    const longest = starts.map(function (start, at) { return start + part(lines[at], "--part"); });
    return {
      height: 34 * bars.length + 20,
      data: [{
        type: "bar", orientation: "h", y: bars.map(function (_, at) { return at; }), base: starts,
        x: lines.map(function (line) { return part(line, "--part"); }),
        text: bars.map(function (bar) { return escaped(bar.querySelector(".bar-label").textContent); }),
        textposition: "outside", cliponaxis: false, textfont: { color: color("text"), size: 13 },
        marker: { color: bars.map(function (bar) {
          return getComputedStyle(bar.querySelector(".bar-fill")).backgroundColor;
        }) },
      }],
      layout: {
        bargap: 0.3, font: { family: getComputedStyle(document.body).fontFamily },
        xaxis: { visible: false, range: [0, 1.45 * Math.max.apply(null, longest.concat([0.01]))] },
        yaxis: {
          range: [bars.length - 0.5, -0.5], tickvals: bars.map(function (_, at) { return at; }),
          ticktext: bars.map(function (bar) {
            return escaped(bar.querySelector(".bar-name").textContent);
          }),
          showgrid: false, zeroline: false, automargin: true,
          tickfont: { color: color("text"), size: 13 },
        },
        shapes: bars.flatMap(function (bar, at) {
          const mark = bar.querySelector(".target-mark");
          if (!mark) return [];
          const x = part(mark, "--at");
          return [{ type: "line", x0: x, x1: x, y0: at - 0.45, y1: at + 0.45,
            line: { color: color("text"), width: 3 } }];
        }),
      },
    };
  }

  // The picture of a block, with its heading and the sentence that holds its figures.
  function figureOf(block) {
    const section = document.getElementById(block + "-title").closest("section");
    const plot = section.querySelector(".js-plotly-plot");
    const bars = section.querySelector(".bar-list");
    if (!plot && !bars) return null;
    const drawn = plot
      ? { height: plot.clientHeight, data: plot.data, layout: plot.layout } : figureOfBars(bars);
    const said = wrapped(text(block + "-summary"), 130);
    const notes = Array.from(section.querySelectorAll(".notes li")).flatMap(function (note, at) {
      return wrapped(at + 1 + ". " + note.textContent, 130);
    });
    const margin = Object.assign({ l: 8, r: 12, t: 10, b: 8 }, drawn.layout.margin);
    const top = 52 + LINE * said.length, foot = LINE * notes.length + (notes.length ? 14 : 0);
    const height = drawn.height + top + foot + 20;
    const words = function (lines, y, size, name, anchor) {
      return { text: lines.map(escaped).join("<br>"), xref: "paper", yref: "paper", x: 0, y: y,
        xanchor: "left", yanchor: anchor, align: "left", showarrow: false,
        font: { size: size, color: color(name) } };
    };
    const head = [{ text: "<b>" + escaped(text(block + "-title")) + "</b><br><span style='font-size:13px'>" +
      said.map(escaped).join("<br>") + "</span>", x: 0, xref: "container", y: 1 - 26 / height,
      yref: "container", xanchor: "left", yanchor: "top", pad: { l: SIDE },
      font: { size: 17, color: color("text") } }];
    const annotations = (drawn.layout.annotations || []).slice();
    if (notes.length) {
      annotations.push(Object.assign(words(notes, 0, 13, "text", "top"), { yshift: -44 }));
    }
    return {
      width: WIDE, height: height, data: drawn.data,
      layout: Object.assign({}, drawn.layout, {
        width: WIDE, height: height, autosize: false, title: head[0], annotations: annotations,
        paper_bgcolor: color("paper"), plot_bgcolor: color("paper"),
        margin: { l: margin.l + SIDE, r: margin.r + SIDE, t: margin.t + top,
          b: margin.b + foot + (notes.length ? 34 : 16) },
      }),
    };
  }

  // Small multiples and heat maps are plain HTML: each word, line and shade is drawn where it stands.
  function pictureOf(block) {
    const section = document.getElementById(block + "-title").closest("section");
    const body = section.querySelector(".multiples, .heat");
    if (!body) return null;
    const box = body.getBoundingClientRect(), said = wrapped(text(block + "-summary"), box.width / 7);
    const top = 58 + LINE * said.length, parts = [];
    const place = function (rect) {
      return { x: rect.left - box.left + SIDE, y: rect.top - box.top + top };
    };
    const write = function (words, x, y, style) {
      parts.push('<text x="' + x + '" y="' + y + '" dominant-baseline="central" fill="' + style.color +
        '" font-size="' + style.fontSize + '" font-weight="' + style.fontWeight + '">' +
        escaped(words) + "</text>");
    };
    const plain = function (size, weight, name) {
      return { color: color(name), fontSize: size, fontWeight: weight };
    };
    write(text(block + "-title"), SIDE, 28, plain(17, 700, "text"));
    said.forEach(function (line, at) { write(line, SIDE, 52 + LINE * at, plain(13, 400, "muted")); });
    body.querySelectorAll(".heat-cell, img").forEach(function (node) {
      const rect = node.getBoundingClientRect(), at = place(rect);
      const size = '" x="' + at.x + '" y="' + at.y + '" width="' + rect.width + '" height="' +
        rect.height + '"/>';
      parts.push(node.tagName === "IMG"
        ? '<image preserveAspectRatio="none" href="' + node.src + size
        : '<rect fill="' + getComputedStyle(node).backgroundColor + size);
    });
    const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode, style = getComputedStyle(node.parentElement);
      for (const word of node.textContent.matchAll(/\S+/g)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const rect = range.getBoundingClientRect(), at = place(rect);
        write(word[0], at.x, at.y + rect.height / 2, style);
      }
    }
    const width = Math.ceil(box.width) + 2 * SIDE, height = Math.ceil(box.height) + top + SIDE;
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="' + width + '" height="' + height +
      '" font-family="' + getComputedStyle(document.body).fontFamily.replace(/"/g, "'") + '">' +
      '<rect width="100%" height="100%" fill="' + color("paper") + '"/>' + parts.join("") + "</svg>";
    return { address: "data:image/svg+xml," + encodeURIComponent(svg), width: width, height: height };
  }

  // As SVG with its size; null for a block without marks.
  function drawing(block) {
    const picture = pictureOf(block);
    if (picture) return Promise.resolve(picture);
    const figure = figureOf(block);
    if (!figure) return Promise.resolve(null);
    return window.Plotly.toImage(
      { data: figure.data, layout: figure.layout, config: { staticPlot: true } },
      { format: "svg", width: figure.width, height: figure.height }
    ).then(function (address) {
      return { address: address, width: figure.width, height: figure.height };
    });
  }

  // Plotly's own PNG goes by an address of the kind blob:, which the page's policy forbids.
  function painted(svg) {
    return new Promise(function (resolve, reject) {
      const image = new Image();
      image.onerror = reject;
      image.onload = function () {
        const canvas = document.createElement("canvas");
        canvas.width = SCALE * svg.width;
        canvas.height = SCALE * svg.height;
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        resolve(canvas.toDataURL("image/png"));
      };
      image.src = svg.address;
    });
  }

  document.addEventListener("click", function (event) {
    const tool = event.target.closest && event.target.closest(".chart-tool");
    if (!tool) return;
    const block = tool.dataset.block;
    if (tool.dataset.kind === "CSV") {
      save("/chart/" + block + ".csv" + window.location.search, "");
      return;
    }
    drawing(block).then(function (svg) { return svg && painted(svg); }).then(function (address) {
      if (address) save(address, block + ".png");
    });
  });
  window.p360_drawing = drawing;
})();
