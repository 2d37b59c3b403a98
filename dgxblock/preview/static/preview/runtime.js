/**
 * The part of a platform's runtime that a block's script needs: the address of a handler, and somebody who listens
 * when Studio's editor has saved. The workbench's own brings jQuery along, which no block of ours wants.
 */
(() => {
  "use strict";
  const page = document.body.dataset;
  /** @type {any} */
  const scripts = window;

  /** @param {any} element */
  const node = (element) => /** @type {HTMLElement} */ (element[0] || element);

  /** @param {any} element */
  const usage = (element) => {
    const wrapper = /** @type {HTMLElement} */ (node(element).closest("[data-usage]"));
    return wrapper.dataset.usage || "";
  };

  const runtime = {
    /** @param {any} element @param {string} name @param {string} [suffix] @param {string} [query] */
    handlerUrl(element, name, suffix, query) {
      const path = `${page.handlers}${encodeURIComponent(usage(element))}/${name}/${suffix || ""}`;
      return query ? `${path}?${query}` : path;
    },
    /** What Studio does: after saving, and on cancel, back to the unit. @param {string} name @param {any} [details] */
    notify(name, details) {
      if (!page.back) return;
      if (name === "cancel") window.location.assign(page.back);
      if (name === "save" && details && details.state === "end")
        window.location.assign(`${page.back}?saved=${page.unit || ""}`);
    },
  };

  document.querySelectorAll("[data-runtime-version][data-init]").forEach((element) => {
    const start = scripts[/** @type {HTMLElement} */ (element).dataset.init || ""];
    const given = element.querySelector(":scope > .xblock_json_init_args");
    if (start) new start(runtime, element, JSON.parse((given && given.textContent) || "{}"));
  });
})();
