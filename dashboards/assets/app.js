// What the browser does by itself: the colour scheme, clicks on marks, links in grids.
(function () {
  "use strict";
  const root = document.documentElement;
  const KEY = "mantine-color-scheme-value"; // Where Mantine looks for the choice as well.

  function current() {
    const set = root.getAttribute("data-mantine-color-scheme");
    if (set === "light" || set === "dark") return set;
    let kept = null;
    try { kept = window.localStorage.getItem(KEY); } catch (_) { /* storage may be forbidden */ }
    if (kept === "light" || kept === "dark") return kept;
    return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  }

  function apply(scheme) {
    if (root.getAttribute("data-mantine-color-scheme") !== scheme) {
      root.setAttribute("data-mantine-color-scheme", scheme);
    }
    root.setAttribute("data-ag-theme-mode", scheme);
  }

  apply(current());
  let told = current();
  new MutationObserver(function () {
    const scheme = current();
    root.setAttribute("data-ag-theme-mode", scheme);
    const toggle = document.getElementById("scheme-toggle");
    if (toggle) toggle.textContent = scheme === "dark" ? "☾" : "☀";
    if (scheme !== told && window.dash_clientside && window.dash_clientside.set_props) {
      told = scheme;
      window.dash_clientside.set_props("scheme", { data: scheme });
    }
  }).observe(root, { attributes: true, attributeFilter: ["data-mantine-color-scheme"] });

  function copyLink(button) {
    const say = function (text) {
      button.textContent = text;
      window.setTimeout(function () { button.textContent = "Copy link"; }, 1600);
    };
    if (!navigator.clipboard) { say("Copy the address bar"); return; }
    navigator.clipboard.writeText(window.location.href).then(
      function () { say("Copied"); }, function () { say("Copy the address bar"); }
    );
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("button");
    if (!button) return;
    if (button.id === "scheme-toggle") {
      const next = current() === "dark" ? "light" : "dark";
      try { window.localStorage.setItem(KEY, next); } catch (_) { /* the choice is not kept */ }
      apply(next);
    } else if (button.id === "copy-link") {
      copyLink(button);
    } else if (button.id === "search-open") {
      openSearch();
    } else if (button.id === "nav-toggle") {
      const open = document.getElementById("navigation").classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
    } else if (button.id === "filters-toggle") {
      const body = document.getElementById("filters-body");
      const open = body.classList.toggle("is-open");
      button.setAttribute("aria-expanded", String(open));
    }
  });

  function openSearch() {
    const dialog = document.getElementById("search-dialog");
    if (!dialog || dialog.open) return;
    dialog.showModal();
    const input = dialog.querySelector("input");
    if (input) { input.focus(); input.select(); }
  }
  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openSearch();
      return;
    }
    const dialog = document.getElementById("search-dialog");
    if (!dialog || !dialog.open || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    const stops = [dialog.querySelector("input"), ...dialog.querySelectorAll("a[href]")];
    const step = event.key === "ArrowDown" ? 1 : -1;
    const next = stops[stops.indexOf(document.activeElement) + step];
    if (next) { next.focus(); event.preventDefault(); }
  });
  // A match is chosen, or the dark around the dialog: it closes.
  document.addEventListener("click", function (event) {
    const dialog = document.getElementById("search-dialog");
    if (!dialog || !dialog.open) return;
    if (event.target === dialog || event.target.closest("#search-dialog a[href]")) dialog.close();
  });

  // A link inside a page fills the page anew and takes itself away with the focus on it. Whoever
  // follows one by keyboard comes back to the same link, else to what it stood in.
  document.addEventListener("click", function (event) {
    const link = event.target.closest && event.target.closest("main a[href], .chips a[href]");
    if (!link || event.detail !== 0 || link.hasAttribute("download")) return;
    const block = link.closest("section, .chips");
    const label = block && (block.getAttribute("aria-labelledby") || block.id);
    const text = link.textContent;
    let tries = 0;
    const timer = window.setInterval(function () {
      tries += 1;
      const now = document.activeElement;
      if (now && now !== document.body && now.isConnected && now !== link) {
        window.clearInterval(timer);
        return;
      }
      if (now === link && tries < 40) return;
      const again = label && (document.querySelector('section[aria-labelledby="' + label + '"]') ||
        document.getElementById(label));
      const links = again ? Array.from(again.querySelectorAll("a[href]")) : [];
      const target = links.find(function (one) { return one.textContent === text; }) ||
        (tries > 8 && ((again && again.querySelector("summary, a[href]")) ||
          document.getElementById("page-title")));
      if (target) target.focus({ preventScroll: true });
      if (target || tries > 40) window.clearInterval(timer);
    }, 100);
  });

  // A filled shape has no marks: its trace says where it leads.
  function filled(property, curve) {
    const graph = document.getElementById(property.slice(0, property.lastIndexOf(".")));
    const plot = graph && graph.querySelector(".js-plotly-plot");
    const trace = plot && plot.data && plot.data[curve];
    return trace && trace.meta && trace.meta.href;
  }

  // An address without a path stays on the page.
  function go(address) {
    const [path, search] = address.split("?");
    window.dash_clientside.set_props("url", {
      pathname: path || window.location.pathname, search: search ? "?" + search : "",
    });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    p360: {
      // The scheme that is on when the page opens; the observer above tells of later ones.
      scheme: function (_path, known) {
        const scheme = current();
        told = scheme;
        return scheme === known ? window.dash_clientside.no_update : scheme;
      },
      // A click on a mark leads where the mark says.
      follow: function () {
        const cause = window.dash_clientside.callback_context.triggered[0];
        const point = cause && cause.value && cause.value.points && cause.value.points[0];
        const address = point && (point.customdata || filled(cause.prop_id, point.curveNumber));
        if (typeof address === "string" && address.startsWith("/")) go(address);
        return window.dash_clientside.no_update;
      },
      // What a person sets the slider to goes into the URL; what the page set it to does not.
      budget: function (value, given, search) {
        if (value === undefined || value === given) return;
        const asked = new URLSearchParams(search || "");
        asked.set("budget", String(value));
        window.dash_clientside.set_props("url", { search: "?" + asked.toString() });
      },
      // Each click on its summary opens or closes a table; a closed one is not drawn.
      table: function (clicks, table) { return clicks % 2 ? table : null; },
      // A page is chosen: the list of pages closes.
      close_pages: function () {
        const button = document.getElementById("nav-toggle");
        if (button) button.setAttribute("aria-expanded", "false");
        const nav = document.getElementById("navigation");
        if (nav) nav.classList.remove("is-open");
        return window.dash_clientside.no_update;
      },
      // Grids keep blocks of rows; other filters or another run make them worthless.
      renew_grids: function () {
        document.querySelectorAll(".ag-root-wrapper").forEach(function (node) {
          const holder = node.closest("[id]");
          let id = null;
          for (let one = node.parentElement; one; one = one.parentElement) {
            if (one.id && one.id.startsWith("{")) { id = JSON.parse(one.id); break; }
          }
          if (!id || !holder || !window.dash_ag_grid) return;
          const api = window.dash_ag_grid.getApi(id);
          if (!api) return;
          // An equal request would be no change to Dash, and nobody would answer it.
          window.dash_clientside.set_props(id, { getRowsRequest: null });
          window.setTimeout(function () { api.purgeInfiniteCache(); }, 0);
        });
        return window.dash_clientside.no_update;
      },
    },
  });

  const labels = (window.dashMantineFunctions = window.dashMantineFunctions || {});
  labels.percent = function (value) { return value + " %"; };

  // A cell whose row names an address for it is a link, reached by mouse and keyboard alike.
  const functions = (window.dashAgGridComponentFunctions =
    window.dashAgGridComponentFunctions || {});
  const part = React.createElement;
  function linked(address, text) {
    if (!address) return text;
    const follow = function (event) {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(address);
    };
    return part("a", { href: address, onClick: follow }, text);
  }
  // Names of rules and files may go on in the next line after a sign, not within a word.
  function breakable(text) {
    const words = String(text).split(/(?<=[_\/])/);
    if (words.length < 2) return text;
    return words.flatMap(function (word, at) {
      return at ? [part("wbr", { key: at }), word] : [word];
    });
  }
  // A name, and in small below it what tells it from others of that name.
  functions.TwoLines = function (props) {
    if (!props.data || props.value === undefined || props.value === null) return null;
    const name = props.colDef.field;
    const note = props.data[name + "_note"];
    return part(
      "span", { className: "cell-lines" },
      part("span", { className: note ? "cell-text" : "cell-text cell-alone" },
        linked(props.data[name + "_href"], breakable(props.value))),
      note ? part("span", { className: "cell-note" }, note) : null
    );
  };
  // A share of 1 as a bar in its cell, the figure beside it.
  functions.ShareBar = function (props) {
    if (!props.data || !props.value) return null;
    const wide = props.data[props.colDef.field + "_part"] || 0;
    return part(
      "span", { className: "cell-bar" },
      part("span", { className: "cell-bar-fill", style: { width: 100 * wide + "%" } }),
      part("span", { className: "cell-bar-text" }, props.value)
    );
  };
})();
