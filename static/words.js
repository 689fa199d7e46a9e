/* How long a text is, as it is typed. The server says the same without it. ES2019, no inline scripts. */
(function () {
  "use strict";

  /** In characters, as the server counts: nothing around it, a pair of surrogates is one. */
  function show(meter, field, limit) {
    var n = Array.from(field.value.trim()).length;
    meter.textContent = n + " / " + limit + " 字";
    meter.classList.toggle("bad", n > limit);
  }
  document.addEventListener("input", function (event) {
    var field = event.target, meter = field.id && document.querySelector('[data-meter="' + field.id + '"]');
    if (meter) { show(meter, field, Number(meter.textContent.split("/")[1].replace(/\D/g, ""))); }
  });
  document.querySelectorAll("textarea[data-limit-words]").forEach(function (field) {
    var meter = document.createElement("small");
    meter.className = "meter";
    meter.setAttribute("data-meter", field.id);
    field.insertAdjacentElement("afterend", meter);
    show(meter, field, Number(field.dataset.limitWords));
  });
})();
