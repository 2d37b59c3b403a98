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
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
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
