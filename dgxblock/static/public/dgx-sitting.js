/**
 * An assessment under way: one question at a time, with a navigator. Without it the page is all questions, one below the
 * other, and can still be handed in.
 * @param {HTMLElement} box
 * @param {{owner: string, recall: Function, remember: Function}} kit
 */
export default function sitting(box, { owner, recall, remember }) {
  /** @param {Element} scope @param {string} selector @returns {HTMLElement[]} */
  const all = (scope, selector) => Array.from(scope.querySelectorAll(selector));
  const steps = all(box, "[data-step]");
  const links = all(box, "[data-goto]");
  let at = 0;
  /** @param {HTMLElement} step @returns {"" | "half" | "full"} */
  function answered(step) {
    const controls = /** @type {HTMLInputElement[]} */ (
      all(step, "input:not([type=hidden]):not([data-flag]), textarea:not([data-aside]), select[data-pick]")
    );
    const filled = controls.filter((c) =>
      /radio|checkbox/.test(c.type) ? c.checked : c.value.trim() && c.value !== c.dataset.starter,
    );
    const [names, done] = [controls, filled].map((some) => new Set(some.map((c) => c.name)).size);
    if (step.querySelector("[data-touched]") || (names && done === names)) return "full";
    return done ? "half" : "";
  }
  /** @param {HTMLElement} step */
  const flagged = (step) => !!step.querySelector("[data-flag]:checked");
  function marks() {
    links.forEach((link) => {
      const index = Number(link.dataset.goto);
      const step = steps[index];
      const mark = link.querySelector(".dgx-mark");
      if (!step || !mark) return;
      const state = flagged(step) ? "stop" : answered(step);
      mark.className = `dgx-mark ${flagged(step) ? "dgx-part" : state ? "dgx-now" : ""}`;
      /** @type {HTMLElement} */ (mark).dataset.s = state;
      const words = [link.dataset.label, state === "stop" ? box.dataset.flagged : box.dataset[state || "open"]];
      link.setAttribute("aria-label", words.filter(Boolean).join(box.dataset.comma || ", "));
      if (index === at) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    });
    all(box, "[data-count]").forEach((line) => {
      const kind = line.dataset.count;
      const which = steps
        .filter((s) => s.dataset.step !== "review")
        .filter((s) => (kind === "flagged" ? flagged(s) : kind === "answered" ? answered(s) : !answered(s)));
      line.textContent = String(which.length);
    });
  }
  /** @param {number} index @param {boolean} [quiet] */
  function go(index, quiet) {
    at = Math.max(0, Math.min(index, steps.length - 1));
    steps.forEach((step, i) => (step.hidden = i !== at));
    marks();
    if (quiet) return;
    const heading = /** @type {HTMLElement | null} */ (steps[at].querySelector("h2, h3, h4"));
    if (heading) {
      heading.setAttribute("tabindex", "-1");
      heading.focus();
    }
  }
  box.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target).closest("[data-goto], [data-prev], [data-next]");
    if (!target) return;
    event.preventDefault();
    const { goto } = /** @type {HTMLElement} */ (target).dataset;
    go(goto !== undefined ? Number(goto) : at + (target.matches("[data-next]") ? 1 : -1));
  });
  ["input", "change", "dgx:moved", "dgx:filled"].forEach((name) =>
    box.addEventListener(name, (event) => {
      if (name === "dgx:moved") /** @type {HTMLElement} */ (event.target).dataset.touched = "";
      marks();
    }),
  );
  const place = `dgx:step:${owner}`;
  box.addEventListener("click", () => remember("sessionStorage", place, at));
  box.addEventListener("dgx:sent", () => remember("sessionStorage", place, null), true);
  all(box, "[data-later]").forEach((node) => (node.hidden = false));
  go(Number(recall("sessionStorage", place) || 0), true);
}
