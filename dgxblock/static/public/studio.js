/**
 * Studio form of a dgxblock component: save by its handler, errors beside their fields.
 * @param {{handlerUrl: Function, notify?: Function}} runtime
 * @param {any} element DOM node or jQuery object
 */
function DgxStudio(runtime, element) {
  const root = /** @type {HTMLElement} */ (element[0] || element);
  const form = /** @type {HTMLFormElement} */ (root.querySelector("[data-studio]"));
  const page = /** @type {HTMLElement} */ (root.querySelector("[data-dgx-studio]") || root);
  const alertBox = /** @type {HTMLElement} */ (form.querySelector("[data-error]"));

  /** @param {string} name @param {any} [details] */
  const notify = (name, details) => runtime.notify && runtime.notify(name, details);

  /** @param {string} message @param {Record<string, string>} fields */
  function show(message, fields) {
    alertBox.textContent = message;
    alertBox.hidden = !message;
    form.querySelectorAll("[data-error-for]").forEach((node) => {
      const line = /** @type {HTMLElement} */ (node);
      const name = line.dataset.errorFor || "";
      const text = fields[name] || "";
      line.textContent = text;
      line.hidden = !text;
      form.querySelectorAll(`[name="${name}"]`).forEach((control) => {
        if (text) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      });
    });
    const first = /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid]"));
    if (first) first.focus();
  }

  form.addEventListener("change", (event) => {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.type !== "radio") return;
    form.querySelectorAll(".dgx-opt").forEach((option) => {
      const radio = /** @type {HTMLInputElement | null} */ (option.querySelector("input"));
      option.classList.toggle("dgx-now", !!radio && radio.checked);
    });
  });

  const bank = DgxBank(runtime, element, form, (message) => show("", { bank: message }));

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    notify("save", { state: "start" });
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    fetch(runtime.handlerUrl(element, "studio_save"), {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" },
      body: JSON.stringify(Object.assign(Object.fromEntries(new FormData(form)), bank.taken())),
    })
      .then((response) => response.json())
      .then((answer) => {
        if (answer.error) {
          show(answer.error.message, answer.error.fields || {});
          notify("error", { title: "", message: answer.error.message });
        } else {
          show("", {});
          notify("save", { state: "end" });
        }
      })
      .catch(() => show(page.dataset.msgUnknown || "", {}))
      .finally(() => form.removeAttribute("aria-busy"));
  });
  const cancel = form.querySelector("[data-cancel]");
  if (cancel) cancel.addEventListener("click", () => notify("cancel", {}));
}

/**
 * The import of questions: look at what a file gives, and send it along with the next save.
 * @param {{handlerUrl: Function}} runtime
 * @param {any} element
 * @param {HTMLFormElement} form
 * @param {(message: string) => void} refuse
 * @returns {{taken: () => Record<string, unknown>}}
 */
function DgxBank(runtime, element, form, refuse) {
  const found = /** @type {HTMLElement | null} */ (form.querySelector("[data-bank]"));
  /** @type {Record<string, string> | null} */
  let looked = null;
  /** @type {Record<string, string> | null} */
  let taken = null;
  let asked = 0;
  if (!found) return { taken: () => ({}) };
  const place = found;

  /** @template {HTMLElement} T @param {string} name @returns {T} */
  const part = (name) => /** @type {T} */ (place.querySelector(`[data-bank-${name}]`));
  const file = /** @type {HTMLInputElement} */ (part("file"));
  const status = part("status");
  const take = part("take");

  /** @param {HTMLElement} list @param {string[]} lines */
  function fill(list, lines) {
    list.replaceChildren(
      ...lines.map((line) => {
        const item = document.createElement("li");
        item.textContent = line;
        return item;
      }),
    );
  }

  /** @param {string} name */
  const chosen = (name) => {
    const select = /** @type {HTMLSelectElement | null} */ (place.querySelector(`[data-bank-${name}]`));
    return select ? select.value : "";
  };

  /** @param {File} from @returns {Promise<string>} base64 */
  const read = (from) =>
    new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).replace(/^[^,]*,?/, ""));
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(from);
    });

  async function look() {
    const mine = ++asked;
    looked = taken = null;
    status.textContent = "";
    part("preview").hidden = true;
    refuse("");
    const one = file.files && file.files[0];
    if (!one) return;
    try {
      const data = await read(one);
      const body = { name: one.name, data, lang: chosen("lang"), pool: chosen("pool"), objective: chosen("objective") };
      const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
      const response = await fetch(runtime.handlerUrl(element, "bank_preview"), {
        method: "POST",
        credentials: "same-origin",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" },
        body: JSON.stringify(body),
      });
      const answer = await response.json();
      if (mine !== asked) return; // another file was chosen meanwhile
      if (answer.error) {
        refuse(answer.error.message);
        return;
      }
      part("summary").textContent = answer.summary;
      fill(
        part("taken"),
        answer.taken.map((/** @type {{id: string, text: string}} */ each) => `${each.id} — ${each.text}`),
      );
      fill(
        part("lost"),
        answer.refused.map((/** @type {{place: string, text: string}} */ each) =>
          each.place ? `${each.place}: ${each.text}` : each.text,
        ),
      );
      part("lost-title").hidden = !answer.refused.length;
      take.textContent = answer.take;
      take.hidden = !answer.count;
      part("preview").hidden = false;
      looked = body;
    } catch {
      if (mine === asked) refuse(place.dataset.msgLook || "");
    }
  }

  place.addEventListener("change", look);
  take.addEventListener("click", () => {
    taken = looked;
    take.hidden = true;
    status.textContent = status.dataset.msgReady || "";
  });
  return { taken: () => (taken ? { bank: taken } : {}) };
}
