// Saving, sharing and printing: what the browser does by itself.
(function () {
  "use strict";
  const byId = function (id) { return document.getElementById(id); };

  function copy(button) {
    const was = button.textContent;
    const say = function (text) {
      button.textContent = text;
      window.setTimeout(function () { button.textContent = was; }, 1600);
    };
    const link = byId("views-link").href;
    if (!navigator.clipboard) { say("Copy it from the link beside"); return; }
    navigator.clipboard.writeText(link).then(
      function () { say("Copied"); }, function () { say("Copy it from the link beside"); }
    );
  }

  // The name as it stands: Dash hears of the last letter a moment after it was typed.
  function save() {
    const name = byId("views-name").value;
    window.dash_clientside.set_props("views-asked", { data: { name: name, at: Date.now() } });
  }

  document.addEventListener("click", function (event) {
    const button = event.target.closest && event.target.closest("button");
    const dialog = byId("views-dialog");
    if (button && button.id === "views-open" && dialog && !dialog.open) dialog.showModal();
    if (button && button.id === "views-copy") copy(button);
    if (button && button.id === "views-save") save();
    if (button && button.id === "views-print") { dialog.close(); window.print(); }
    // The dark around the dialog, or a way out of it: it closes.
    if (dialog && dialog.open && (event.target === dialog || event.target.closest("#views-dialog a")))
      dialog.close();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || event.target.id !== "views-name") return;
    event.preventDefault();
    save();
  });
})();
