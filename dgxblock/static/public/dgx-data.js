/**
 * A learner's own tables: sorted, filtered, drawn and turned over page by page. The server does all of it; this asks,
 * and puts the answer where the last one was. Loaded by dgx.js when somebody opens the data (`data-module`).
 * @param {HTMLElement} element the figure
 * @param {{
 *   post: (handler: string, data: any) => Promise<any>, say: (key: string, params?: Record<string, string>) => string,
 *   recall: Function, remember: Function, owner: string, pressed: boolean,
 * }} page
 */
export default function show(element, { post, say, recall, remember, owner, pressed }) {
  const view = /** @type {HTMLElement} */ (element.querySelector("[data-view]"));
  const line = /** @type {HTMLElement} */ (element.querySelector("[data-said]"));
  const place = `dgx:view:${owner}:${element.id}:${element.dataset.carry}`;
  /** What the view shows now, as the handler takes it. @type {any} */
  let shown = recall("sessionStorage", place) || {};
  let asked = 0;

  /** @param {string} selector @returns {HTMLElement[]} */
  const all = (selector) => Array.from(view.querySelectorAll(selector));

  /** What the controls say; nothing before there are any. */
  function controls() {
    const form = /** @type {HTMLFormElement | null} */ (view.querySelector("[data-wish]"));
    if (!form) return shown;
    const data = new FormData(form);
    /** @type {any} */
    const wish = { ...shown, table: data.get("table") || form.dataset.table, filter: {} };
    if (wish.table !== form.dataset.table) return { table: wish.table };
    data.forEach((value, name) => {
      if (name.startsWith("filter.") && value) wish.filter[name.slice(7)] = value;
    });
    delete wish.chart;
    if (data.get("column")) wish.chart = { column: data.get("column"), kind: data.get("kind") };
    return wish;
  }

  /** @param {any} change @returns {Promise<void>} */
  async function ask(change) {
    const wish = { ...controls(), ...change };
    const turn = (asked += 1);
    element.setAttribute("aria-busy", "true");
    try {
      const answer = await post("data_page", wish);
      if (turn !== asked) return;
      complain(answer.error ? answer.error.fields || {} : {});
      if (answer.error) line.textContent = answer.error.message;
      else {
        draw(answer.html, wish.table !== shown.table);
        line.textContent = answer.said;
        shown = wish;
        remember("sessionStorage", place, shown);
      }
    } catch (error) {
      const { kind, message } = /** @type {Error & {kind?: string}} */ (error);
      if (turn === asked) line.textContent = message || say(kind === "offline" ? "Dataoffline" : "Datalost");
    } finally {
      if (turn === asked) element.removeAttribute("aria-busy");
    }
  }

  /** @param {Record<string, string>} fields */
  function complain(fields) {
    all("[data-error-for]").forEach((error) => {
      const name = error.dataset.errorFor || "";
      error.textContent = fields[name] || "";
      error.hidden = !fields[name];
      all(`[name="${name}"]`).forEach((control) => control.toggleAttribute("aria-invalid", !!fields[name]));
      all(`[name="${name}"][aria-invalid]`).forEach((control) => control.setAttribute("aria-invalid", "true"));
    });
  }

  /** What is being typed stays, unless the table is another one; the focus and the place in a wide table stay too.
   * @param {string} html @param {boolean} whole */
  function draw(html, whole) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const focus = document.activeElement instanceof HTMLElement ? document.activeElement : document.body;
    const held = view.contains(focus) ? focus : null;
    const left = all(".dgx-wrap").map((box) => box.scrollLeft);
    const old = view.querySelector("[data-result]");
    const next = holder.content.querySelector("[data-result]");
    if (whole || !old || !next) view.replaceChildren(holder.content);
    else old.replaceWith(next);
    all(".dgx-wrap").forEach((box, at) => !whole && (box.scrollLeft = left[at] || 0));
    if (held && !view.contains(held)) heir(held)?.focus({ preventScroll: true });
  }

  /** The control that stands where `held` stood. @param {HTMLElement} held @returns {HTMLElement | undefined} */
  function heir(held) {
    const { sort, way, page } = held.dataset;
    const same = sort
      ? all(`[data-sort="${sort}"]`)
      : way
        ? all(`[data-way="${way}"]:not(:disabled)`)
        : page
          ? []
          : all(held.id ? `#${held.id}` : "details summary");
    return same[0] || all("[data-page]:not(:disabled)")[0] || all(".dgx-wrap")[0];
  }

  view.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement} */ (event.target).closest("button");
    if (!button) return;
    const { sort, then, page, clear } = button.dataset;
    if (sort) ask(then === "none" ? { sort: "", direction: "ascending", page: 1 } : { sort, direction: then, page: 1 });
    else if (page) ask({ page: Number(page) });
    else if (clear !== undefined) {
      /** @type {HTMLInputElement[]} */ (all("[name^='filter.']")).forEach((control) => (control.value = ""));
      ask({ page: 1 });
    }
  });
  view.addEventListener("change", () => ask({ page: 1 }));
  view.addEventListener("submit", (event) => {
    event.preventDefault();
    ask({ page: 1 });
  });

  // What was kept may be of a table that the author has changed since: then begin anew.
  return ask({})
    .then(() => (view.querySelector("[data-wish]") ? undefined : ((shown = {}), ask({}))))
    .then(() => void (pressed && all("select, summary")[0]?.focus()));
}
