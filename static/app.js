/* Small manners of every page; each page works without them. ES2019, no inline scripts. */
(function () {
  "use strict";

  document.documentElement.classList.add("js"); /* .needs-js shows, .without-js does not */

  /** Say something at the head of the page; `kind` is success, info, warning or error. */
  function notify(kind, text) {
    var box = document.getElementById("notices");
    if (!box) { return; }
    var old = box.querySelector("[data-said]");
    if (old) { old.remove(); }
    var notice = document.createElement("div");
    notice.className = "notice " + kind;
    notice.setAttribute("data-said", "");
    var inner = document.createElement("div");
    inner.textContent = text;
    notice.appendChild(inner);
    box.appendChild(notice);
  }

  function unsay() {
    var old = document.querySelector("#notices [data-said]");
    if (old) { old.remove(); }
  }

  /* form[data-once]: a second click does nothing. form[data-confirm]: asks first. */
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var asker = event.submitter && event.submitter.dataset.confirm ? event.submitter : form;
    if (asker.dataset.confirm && !window.confirm(asker.dataset.confirm)) {
      event.preventDefault();
      return;
    }
    if (form.hasAttribute("data-once")) {
      if (form.dataset.sent) { event.preventDefault(); return; }
      form.dataset.sent = "1";
      form.querySelectorAll("button").forEach(function (button) { button.classList.add("busy"); });
    }
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) {
      delete form.dataset.sent;
      form.querySelectorAll("button.busy").forEach(function (button) { button.classList.remove("busy"); });
    });
  });

  /* [data-autosubmit]: a filter sends its form when changed (its button serves those without JavaScript). */
  document.addEventListener("change", function (event) {
    var field = event.target;
    if (field.matches("[data-autosubmit]") && field.form) { field.form.requestSubmit ? field.form.requestSubmit() : field.form.submit(); }
    /* [data-check-all="name"]: ticks every box of that name in its form. */
    if (field.dataset.checkAll) {
      field.form.querySelectorAll('input[type="checkbox"][name="' + field.dataset.checkAll + '"]').forEach(function (box) {
        box.checked = field.checked;
      });
    }
  });

  /* input[data-limit]: a file that is too large is told before it has been sent over a slow line. */
  document.addEventListener("change", function (event) {
    var field = event.target, file = field.files && field.files[0];
    if (!file || !field.dataset.limit || file.size <= Number(field.dataset.limit)) { return; }
    event.stopImmediatePropagation();
    field.value = "";
    notify("error", "“" + file.name + "”超过 " + field.dataset.limit / 1048576 + " MB，没有上传。照片可以先压缩，扫描件可以降低清晰度。");
  }, true);

  /* [data-copy="#id"]: copies that element's text. [data-print]: prints. */
  document.addEventListener("click", function (event) {
    var button = event.target.closest && event.target.closest("[data-copy], [data-print]");
    if (!button) { return; }
    if (button.hasAttribute("data-print")) { window.print(); return; }
    var source = document.querySelector(button.dataset.copy);
    copy(source.value || source.innerText).then(function () {
      notify("success", "已复制，可以粘贴到群里。");
    }, function () {
      notify("warning", "浏览器不让复制，请选中文字后按 Ctrl+C。");
    });
  });

  function copy(text) {
    if (navigator.clipboard && window.isSecureContext) { return navigator.clipboard.writeText(text); }
    var area = document.createElement("textarea");
    area.value = text;
    document.body.appendChild(area);
    area.select();
    var done = document.execCommand("copy");
    area.remove();
    return done ? Promise.resolve() : Promise.reject(new Error("copy"));
  }

  /* An open menu closes on Escape and on a click elsewhere. */
  document.addEventListener("click", function (event) {
    document.querySelectorAll("details.who[open]").forEach(function (menu) {
      if (!menu.contains(event.target)) { menu.open = false; }
    });
  });
  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" && document.querySelector("details.who[open]");
    if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
  });

  /* Print opens every definition, and closes those that were closed. */
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("main details[data-print-open]:not([open])").forEach(function (details) {
      details.dataset.wasClosed = "1";
      details.open = true;
    });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll("details[data-was-closed]").forEach(function (details) {
      delete details.dataset.wasClosed;
      details.open = false;
    });
  });

  /* A broken line loses nothing: say so. Values typed into form[data-keep] are kept until the server has them. */
  ["htmx:sendError", "htmx:timeout"].forEach(function (name) {
    document.addEventListener(name, function () {
      notify("error", "网络断开或超时，刚才这一步没有保存成功。您填的内容仍在页面上，网络恢复后改动任何一处或点“保存”即可。");
    });
  });
  document.addEventListener("htmx:responseError", function (event) {
    var status = event.detail.xhr.status;
    notify("error", status === 403 ? "没有保存：登录已过期或没有权限。请在新窗口登录后再保存，您填的内容仍在页面上。"
      : "没有保存成功（错误 " + status + "）。您填的内容仍在页面上，请稍后再试。");
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    if (event.detail.successful) { unsay(); forget(event.detail.elt); }
  });

  function drawer(form) { return "keep:" + form.dataset.keep; }
  function read(form) {
    try { return JSON.parse(localStorage.getItem(drawer(form))) || {}; } catch (error) { return {}; }
  }
  function write(form, kept) {
    try {
      if (Object.keys(kept).length) { localStorage.setItem(drawer(form), JSON.stringify(kept)); }
      else { localStorage.removeItem(drawer(form)); }
    } catch (error) { /* private window: nothing is kept */ }
  }
  function plain(text) { return String(text).normalize("NFKC").replace(/[\s,]/g, ""); }
  var formOf = new WeakMap(); // a field that its own answer has replaced stands in no form any more
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.elt.form) { formOf.set(event.detail.elt, event.detail.elt.form); }
  });
  function forget(field) {
    var form = field && (field.form || formOf.get(field));
    if (!form || !form.dataset.keep || !field.name) { return; }
    var kept = read(form);
    delete kept[field.name];
    write(form, kept);
  }
  document.addEventListener("input", function (event) {
    var field = event.target;
    if (!field.name || field.type === "hidden" || !field.form || !field.form.dataset.keep) { return; }
    var kept = read(field.form);
    kept[field.name] = field.value;
    write(field.form, kept);
  });

  /** Offer what the server does not have yet. */
  function offer(form) {
    var kept = read(form);
    var open = Object.keys(kept).filter(function (name) {
      var field = form.elements[name];
      return field && !field.disabled && !field.readOnly && plain(field.value) !== plain(kept[name]);
    });
    write(form, open.reduce(function (all, name) { all[name] = kept[name]; return all; }, {}));
    if (!open.length) { return; }
    notify("warning", "上次有 " + open.length + " 处填写没有保存成功，本机还留着。");
    var button = document.createElement("button");
    button.className = "btn quiet";
    button.textContent = "填回这些内容";
    button.addEventListener("click", function () {
      unsay();
      open.forEach(function (name) {
        form.elements[name].value = kept[name];
        form.elements[name].dispatchEvent(new Event("input", { bubbles: true }));
        form.elements[name].dispatchEvent(new Event("change", { bubbles: true }));
      });
    });
    document.querySelector("#notices [data-said]").appendChild(button);
  }
  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("form[data-keep]").forEach(offer);
  });
})();
