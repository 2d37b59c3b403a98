/**
 * An assessment under way: one question at a time, with a navigator. Without it the page is all questions, one below the
 * other, and can still be handed in.
 * @param {HTMLElement} box
 * @param {{owner: string, recall: Function, remember: Function, post: Function}} kit
 */
export default function sitting(box, { owner, recall, remember, post }) {
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
      const list = box.querySelector(`[data-list="${kind}"]`);
      if (!list || at !== steps.length - 1) return;
      // A link to each, so that nobody has to count along the navigator.
      list.replaceChildren(
        ...which.flatMap((s) => {
          const index = steps.indexOf(s);
          const link = Object.assign(document.createElement("a"), { href: "#" + s.getAttribute("aria-labelledby") });
          link.dataset.goto = String(index);
          link.textContent = (links.find((l) => l.dataset.goto === link.dataset.goto) || link).dataset.label || "";
          return [" ", link];
        }),
      );
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

  const form = /** @type {HTMLFormElement} */ (box.querySelector("form"));
  const gone = /** @type {HTMLElement} */ (box.querySelector("[data-gone]"));
  const shut = ["not-open", "time-up", "closed", "no-attempts-left"];
  box.addEventListener("dgx:said", (event) => {
    const { error, left } = /** @type {CustomEvent} */ (event).detail;
    if (error && shut.includes(error.code)) gone.hidden = false;
    if (left !== undefined) clock.set(left);
  });
  gone.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).matches("[data-reload]")) window.location.reload();
  });
  const clock = time(box, form, () => post("time_left", {}));
}

/**
 * The time left, by the server's clock: this device's own tells only how much has passed since the server spoke, and
 * not by the time of day, which anybody may set.
 * @param {HTMLElement} box @param {HTMLFormElement} form @param {() => Promise<any>} ask
 */
function time(box, form, ask) {
  const line = /** @type {HTMLElement | null} */ (box.querySelector("[data-timer]"));
  if (!line) return { set: () => {} };
  const shown = /** @type {HTMLElement} */ (line.querySelector("[data-clock]"));
  const button = /** @type {HTMLElement} */ (line.querySelector("[data-hide]"));
  const voice = /** @type {HTMLElement} */ (box.querySelector("[data-tell]"));
  const { minutes, minute, over, waits } = box.dataset;
  let end = 0;
  let said = Infinity;
  let tries = 0;
  /** @param {number} left seconds */
  const set = (left) => {
    end = performance.now() + left * 1000;
    tick();
  };
  function tick() {
    if (!box.isConnected) return window.clearInterval(timer);
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const [h, m, s] = [Math.floor(left / 3600), Math.floor((left % 3600) / 60), left % 60];
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    shown.textContent = h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
    line?.classList.toggle("dgx-part", left <= 300 && left > 60);
    line?.classList.toggle("dgx-bad", left <= 60);
    const mark = [1, 5, 10].find((each) => left <= each * 60);
    if (mark !== undefined && mark < said && left) {
      said = mark;
      voice.textContent = (mark === 1 ? minute : (minutes || "").replace("{n}", String(mark))) || "";
    }
    if (left) tries = 0;
    else finish();
  }
  /** Every 5 s until the page is the result: the server takes what was sent in time, and knows what was saved. */
  function finish() {
    const text = navigator.onLine ? over : waits;
    if (voice.textContent !== text) voice.textContent = text || "";
    shown.textContent = text || "";
    if (navigator.onLine && tries++ % 5 === 0 && tries < 600) form.requestSubmit();
  }
  const again = () => {
    if (!document.hidden && box.isConnected)
      ask().then(
        (answer) => answer.left !== undefined && set(answer.left),
        () => {},
      );
  };
  button.addEventListener("click", () => {
    shown.hidden = !shown.hidden;
    [button.textContent, button.dataset.other] = [button.dataset.other || "", button.textContent || ""];
  });
  // A device that slept does not count the time that it slept.
  document.addEventListener("visibilitychange", again);
  window.addEventListener("pageshow", again);
  window.addEventListener("online", again);
  const timer = window.setInterval(tick, 1000);
  set(Number(box.dataset.left));
  return { set };
}
