/**
 * A workbook that answers a question: looked at here for type and size, sent, and shown with what was read of it.
 * Until the server has taken a file, the one before it stays. Loaded by dgx.js (`data-module`).
 * @param {HTMLElement} element the controls of the question
 * @param {{owner?: string, post: (handler: string, data: any) => Promise<any>}} page
 */
export default function upload(element, page) {
  const input = /** @type {HTMLInputElement} */ (element.querySelector("input[type=file]"));
  const line = /** @type {HTMLElement} */ (element.querySelector("[data-said]"));
  const fault = /** @type {HTMLElement} */ (element.querySelector("[data-fault]"));
  const form = /** @type {HTMLFormElement} */ (element.closest("form"));
  const most = Number(element.dataset.most);

  /** @param {string} key @param {string} name */
  const say = (key, name) => (element.dataset[`msg${key}`] || "").replace("{name}", name);

  /** @param {string} sentence */
  function complain(sentence) {
    line.textContent = "";
    fault.textContent = sentence;
    fault.hidden = !sentence;
    input.value = ""; // so that the same file, once mended, can be chosen again
    if (sentence) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
  }

  /** Put the question's controls in the place of those that are there. @param {string} html @returns {HTMLElement} */
  function draw(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const next = /** @type {HTMLElement} */ (holder.content.firstElementChild);
    element.replaceWith(next);
    next.querySelectorAll("[data-js]").forEach((node) => node.removeAttribute("hidden"));
    next.dataset.opened = "";
    upload(next, page);
    return next;
  }

  /** Show what was read, and have the answer saved. @param {string} html */
  function show(html) {
    const next = draw(html);
    const told = /** @type {HTMLElement} */ (next.querySelector("[data-told]"));
    told.setAttribute("tabindex", "-1");
    told.focus();
    next.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** @param {File} file */
  async function send(file) {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    /** @type {Record<string, string>} */
    const headers = { "X-CSRFToken": token ? token[1] : "" };
    if (page.owner) headers["X-Dgx-Owner"] = page.owner;
    const body = new FormData();
    body.append("file", file, file.name);
    const response = await fetch(element.dataset.upload || "", {
      method: "POST",
      credentials: "same-origin",
      headers,
      body,
    });
    if (response.status === 413) return { error: { message: say("Size", file.name) } };
    return response.json();
  }

  /** The answer may have become another one: what waited on this device, or what somebody chose of two versions. */
  function follow() {
    const { item, shown } = element.dataset;
    const number = /** @type {HTMLInputElement} */ (element.querySelector("input[type=hidden]")).value;
    if (!element.isConnected || number === shown) return;
    page.post("uploaded", { item, upload: number }).then(
      (answer) => answer.html && element.isConnected && draw(answer.html),
      () => undefined, // the answer is right all the same, and the page's next drawing will show it
    );
  }
  form.addEventListener("dgx:filled", follow);
  follow();

  input.addEventListener("change", async (event) => {
    event.stopPropagation(); // choosing a file is no answer yet
    const file = input.files && input.files[0];
    if (!file || form.getAttribute("aria-busy") === "true") return;
    if (!/\.xlsx$/i.test(file.name)) return complain(say("Type", file.name));
    if (file.size > most) return complain(say("Size", file.name));
    complain("");
    form.setAttribute("aria-busy", "true"); // nothing is handed in meanwhile
    const timer = window.setTimeout(() => (line.textContent = say("Busy", file.name)), 1000);
    try {
      const answer = await send(file);
      if (!answer.error) show(answer.html);
      else {
        complain(Object.values(answer.error.fields || {})[0] || answer.error.message);
        input.focus();
      }
    } catch {
      complain(say("Lost", file.name));
    } finally {
      window.clearTimeout(timer);
      form.removeAttribute("aria-busy");
    }
  });
}
