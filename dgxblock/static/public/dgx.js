/**
 * What scripts add to a dgxblock page that is complete without them: sending forms, keeping drafts, moving list
 * items, one question at a time. Everything is driven by data attributes; nothing here knows a question or a key.
 * @param {{handlerUrl: Function}} runtime
 * @param {any} element DOM node or jQuery object
 * @param {{owner: string}} args whose work this is, so that a shared computer never sends one person's draft as another's
 */
function DgxBlock(runtime, element, args) {
  const host = /** @type {HTMLElement} */ (element[0] || element);
  /** @type {HTMLElement} */
  let root = /** @type {HTMLElement} */ (host.matches("[data-dgx]") ? host : host.querySelector("[data-dgx]"));
  if (!root) return;

  /** @param {string} handler */
  const url = (handler) => runtime.handlerUrl(element, handler);
  /** @param {string} key @param {Record<string, string>} [params] */
  const say = (key, params) =>
    Object.entries(params || {}).reduce((text, [k, v]) => text.replace(`{${k}}`, v), root.dataset[`msg${key}`] || "");
  /** @param {Element} scope @param {string} selector @returns {HTMLElement[]} */
  const all = (scope, selector) => Array.from(scope.querySelectorAll(selector));

  /** @param {string} handler @param {any} data @param {boolean} [keepalive] @returns {Promise<any>} */
  function post(handler, data, keepalive) {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return fetch(url(handler), {
      method: "POST",
      credentials: "same-origin",
      keepalive: !!keepalive,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token ? token[1] : "" },
      body: JSON.stringify(data),
    }).then((response) => response.json());
  }

  /** Put a value at a dotted path. @param {any} into @param {string} path @param {any} value */
  function put(into, path, value) {
    const names = path.split(".");
    const last = /** @type {string} */ (names.pop());
    names.reduce((at, name) => (at[name] = at[name] || {}), into)[last] = value;
  }

  /** The form as the JSON that its handler takes. @param {HTMLFormElement} form */
  function collect(form) {
    /** @type {any} */
    const data = JSON.parse(form.dataset.extra || "{}");
    /** @type {Record<string, string[]>} */
    const many = {};
    Array.from(form.elements).forEach((node) => {
      const control = /** @type {HTMLInputElement} */ (node);
      if (!control.name || control.tagName === "BUTTON") return;
      if (control.dataset.many !== undefined) {
        many[control.name] = many[control.name] || [];
        if (control.checked) many[control.name].push(control.value);
      } else if (control.type === "checkbox") put(data, control.name, control.checked);
      else if (control.type !== "radio" || control.checked) put(data, control.name, control.value);
    });
    Object.entries(many).forEach(([name, values]) => put(data, name, values));
    // Only an order that somebody made is an answer.
    all(form, "[data-order][data-touched]").forEach((list) =>
      put(
        data,
        list.dataset.order || "",
        all(list, "[data-id]").map((item) => item.dataset.id),
      ),
    );
    return data;
  }

  /** Errors beside their fields. @param {HTMLElement} form @param {string} message @param {Record<string, string>} fields */
  function complain(form, message, fields) {
    const box = /** @type {HTMLElement | null} */ (form.querySelector("[data-error]"));
    if (box) {
      box.textContent = message;
      box.hidden = !message;
    }
    all(form, "[data-error-for]").forEach((line) => {
      const name = line.dataset.errorFor || "";
      line.textContent = fields[name] || "";
      line.hidden = !fields[name];
      all(form, `[name="${name}"]`).forEach((control) => {
        if (fields[name]) control.setAttribute("aria-invalid", "true");
        else control.removeAttribute("aria-invalid");
      });
    });
    const first = /** @type {HTMLElement | null} */ (form.querySelector("[aria-invalid]"));
    if (message && first && Object.keys(fields).length) first.focus();
  }

  /** @param {string} html @param {boolean} [quiet] nobody pressed anything: no scrolling, and no stealing of the focus */
  function replace(html, quiet) {
    const holder = document.createElement("template");
    holder.innerHTML = html.trim();
    const next = /** @type {HTMLElement} */ (holder.content.querySelector("[data-dgx]"));
    const elsewhere = document.activeElement !== document.body && !root.contains(document.activeElement);
    root.replaceWith(next);
    root = next;
    wire();
    const target = /** @type {HTMLElement} */ (root.querySelector("[data-focus]") || root);
    target.setAttribute("tabindex", "-1");
    if (!quiet || !elsewhere) target.focus({ preventScroll: true });
    if (!quiet) target.scrollIntoView({ block: "start" });
  }

  /** Ask every 5 s whether there is something new, while the page says that there may be. */
  function wirePoll() {
    const box = /** @type {HTMLElement | null} */ (root.querySelector("[data-poll]"));
    const handler = box && box.dataset.poll;
    if (!box || !handler) return;
    const again = () => void (root.contains(box) && wirePoll());
    window.setTimeout(() => {
      if (!root.contains(box) || document.hidden) return again();
      post(handler, { state: box.dataset.state })
        .then((answer) => (answer.html && root.contains(box) ? replace(answer.html, true) : again()))
        .catch(again);
    }, 5000);
  }

  /** What saves each draft of the page now, if it has changed. @type {Array<() => Promise<void>>} */
  let drafts = [];

  /** @param {HTMLFormElement} form */
  function wireSubmit(form) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (form.getAttribute("aria-busy") === "true") return;
      form.setAttribute("aria-busy", "true");
      const data = collect(form);
      const button = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
      if (button && button.name) put(data, button.name, button.value);
      form.dispatchEvent(new Event("dgx:sending"));
      // What was typed elsewhere on the page a moment ago goes first: the answer replaces the page.
      Promise.all(drafts.map((save) => save()))
        .then(() => post(form.dataset.handler || "", data))
        .then((answer) => {
          if (answer.error) return complain(form, answer.error.message, answer.error.fields || {});
          form.dispatchEvent(new Event("dgx:sent"));
          if (answer.html) replace(answer.html);
        })
        .catch(() => complain(form, say("Unknown"), {}))
        .finally(() => form.removeAttribute("aria-busy"));
    });
  }

  /** Drafts: saved 0.8 s after the last change, kept on this device while the network is gone. @param {HTMLFormElement} form */
  function wireDraft(form) {
    const handler = form.dataset.autosave || "";
    const key = `dgx:${args.owner}:${url(handler)}`;
    let timer = 0;
    let dirty = false;
    let flight = Promise.resolve();
    let known = JSON.stringify(collect(form));

    /** @param {string} kind @param {string} state @param {string} text */
    function status(kind, state, text) {
      all(root, "[data-status]").forEach((line) => {
        line.className = `dgx-status ${kind} ${line.classList.contains("dgx-push") ? "dgx-push" : ""}`;
        line.replaceChildren(
          Object.assign(document.createElement("span"), { className: "dgx-mark" }),
          document.createTextNode(text),
        );
        if (state) /** @type {HTMLElement} */ (line.firstChild).dataset.s = state;
      });
    }

    /** @param {boolean} [leaving] @returns {Promise<void>} never rejects */
    function send(leaving) {
      const data = collect(form);
      if (JSON.stringify(data) === known) return Promise.resolve(); // leaving a field is no change
      data.version = Number(form.dataset.version || 0);
      status("", "half", say("Saving"));
      // The next page may be drawn before this arrives: it finds the words here, and sends them once more.
      if (leaving) localStorage.setItem(key, JSON.stringify(data));
      return post(handler, data, leaving)
        .then((answer) => {
          localStorage.removeItem(key);
          delete data.version;
          known = JSON.stringify(data);
          if (answer.error) {
            status("dgx-bad", "stop", say("Unsaved"));
            complain(form, answer.error.message, answer.error.fields || {});
            return;
          }
          complain(form, "", {});
          form.dataset.version = answer.version;
          status("dgx-ok", "full", say("Saved", { time: answer.saved_at }));
          all(form, "[data-reading]").forEach((line) => {
            line.textContent = (answer.readings || {})[line.dataset.reading || ""] || "";
          });
        })
        .catch(() => {
          dirty = true;
          localStorage.setItem(key, JSON.stringify(data));
          status("dgx-part", "half", say("Local"));
        });
    }

    /** One request after the other, so that versions count up. @param {boolean} [leaving] @returns {Promise<void>} */
    function save(leaving) {
      window.clearTimeout(timer);
      if (dirty && root.contains(form)) {
        dirty = false;
        flight = leaving ? send(true) : flight.then(() => send());
      }
      return flight;
    }

    const later = () => {
      dirty = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, 800);
    };
    form.addEventListener("input", (event) => {
      const [, item, ...part] = /** @type {HTMLInputElement} */ (event.target).name.split(".");
      const names = `[data-reading="${item}"], [data-reading="${[item, ...part].join(".")}"]`;
      all(form, names).forEach((line) => (line.textContent = ""));
      later();
    });
    // Enter in a field would press the form's button, and a counted try would be gone.
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && /** @type {HTMLElement} */ (event.target).matches("input")) event.preventDefault();
    });
    form.addEventListener("change", later);
    form.addEventListener("dgx:moved", later);
    form.addEventListener("dgx:sending", () => {
      dirty = false;
      window.clearTimeout(timer);
    });
    form.addEventListener("dgx:sent", () => localStorage.removeItem(key));
    drafts.push(save);
    window.addEventListener("online", () => save());
    window.addEventListener("pagehide", () => save(true));
    const kept = JSON.parse(localStorage.getItem(key) || "null");
    if (kept)
      post(handler, kept)
        .then((answer) => {
          localStorage.removeItem(key);
          delete kept.version;
          if (answer.error) complain(form, answer.error.message, {});
          else if (JSON.stringify(kept) !== known) window.location.reload();
        })
        .catch(() => status("dgx-part", "half", say("Local")));
    if (form.dataset.handler === undefined) form.addEventListener("submit", (event) => event.preventDefault());
  }

  /** Ordering: the buttons come first, dragging is an extra. @param {HTMLElement} list */
  function wireOrder(list) {
    const items = () => all(list, "[data-id]");
    /** @param {HTMLElement} item */
    function settle(item) {
      items().forEach((each, index, every) => {
        const number = /** @type {HTMLElement | null} */ (each.querySelector("b"));
        if (number) number.textContent = String(index + 1);
        const up = /** @type {HTMLButtonElement} */ (each.querySelector('[data-move="up"]'));
        const down = /** @type {HTMLButtonElement} */ (each.querySelector('[data-move="down"]'));
        up.disabled = index === 0;
        down.disabled = index === every.length - 1;
      });
      const line = list.parentElement && list.parentElement.querySelector("[data-order-status]");
      const what = item.querySelector("[data-label]");
      if (line && what)
        line.textContent = say("Place", {
          what: (what.textContent || "").trim(),
          place: String(items().indexOf(item) + 1),
          count: String(items().length),
        });
      list.dataset.touched = "";
      list.dispatchEvent(new Event("dgx:moved", { bubbles: true }));
    }
    list.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest("[data-move]");
      const item = /** @type {HTMLElement | null} */ (button && button.closest("[data-id]"));
      if (!button || !item) return;
      const up = /** @type {HTMLElement} */ (button).dataset.move === "up";
      const other = up ? item.previousElementSibling : item.nextElementSibling;
      if (!other) return;
      if (up) other.before(item);
      else other.after(item);
      settle(item);
      const focus = /** @type {HTMLButtonElement} */ (button);
      if (focus.disabled) /** @type {HTMLElement} */ (item.querySelector("[data-move]:not(:disabled)")).focus();
      else focus.focus();
    });
    /** @type {HTMLElement | null} */
    let held = null;
    list.addEventListener("pointerdown", (event) => {
      const target = /** @type {HTMLElement} */ (event.target);
      if (event.pointerType === "mouse" && !target.closest("button")) held = target.closest("[data-id]");
    });
    list.addEventListener("pointermove", (event) => {
      if (!held) return;
      event.preventDefault();
      const over = items().find((item) => {
        const box = item.getBoundingClientRect();
        return item !== held && event.clientY > box.top && event.clientY < box.bottom;
      });
      if (!over) return;
      if (items().indexOf(over) < items().indexOf(held)) over.before(held);
      else over.after(held);
    });
    window.addEventListener("pointerup", () => {
      if (held) settle(held);
      held = null;
    });
  }

  /** One question at a time, with a navigator. @param {HTMLElement} box */
  function wireSteps(box) {
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
    ["input", "change", "dgx:moved"].forEach((name) =>
      box.addEventListener(name, (event) => {
        if (name === "dgx:moved") /** @type {HTMLElement} */ (event.target).dataset.touched = "";
        marks();
      }),
    );
    const place = `dgx:step:${args.owner}`;
    box.addEventListener("click", () => sessionStorage.setItem(place, String(at)));
    root.addEventListener("dgx:sent", () => sessionStorage.removeItem(place), true);
    go(Number(sessionStorage.getItem(place) || 0), true);
  }

  /** What is chosen and written before it is sent for good stays on this device. @param {HTMLFormElement} form */
  function wireKeep(form) {
    const key = `dgx:keep:${args.owner}:${form.dataset.keep}`;
    const kept = JSON.parse(localStorage.getItem(key) || "{}");
    Array.from(form.elements).forEach((node) => {
      const control = /** @type {HTMLInputElement} */ (node);
      if (!(control.name in kept)) return;
      if (control.type === "radio") control.checked = control.value === kept[control.name];
      else control.value = kept[control.name];
    });
    form.addEventListener("input", () => localStorage.setItem(key, JSON.stringify(collect(form))));
    form.addEventListener("dgx:sent", () => localStorage.removeItem(key));
  }

  /** Ask the server for more of this page: what was typed goes first, and the reader stays where they are.
   * @param {HTMLElement} button */
  function act(button) {
    const form = /** @type {HTMLFormElement} */ (button.closest("form"));
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const item = button.closest(".dgx-item");
    const at = item ? all(root, ".dgx-item").indexOf(/** @type {HTMLElement} */ (item)) : -1;
    Promise.all(drafts.map((save) => save()))
      .then(() => post(button.dataset.act || "", JSON.parse(button.dataset.send || "{}")))
      .then((answer) => {
        if (answer.error) return complain(form, answer.error.message, {});
        replace(answer.html, true);
        const told = all(all(root, ".dgx-item")[at] || root, "[data-told]").pop();
        if (told) {
          told.setAttribute("tabindex", "-1");
          told.focus();
        }
      })
      .catch(() => complain(form, say("Unknown"), {}))
      .finally(() => form.removeAttribute("aria-busy"));
  }

  /** @param {MouseEvent} event */
  function press(event) {
    const button = /** @type {HTMLElement | null} */ (
      /** @type {HTMLElement} */ (event.target).closest("[data-print], [data-copy], [data-act]")
    );
    if (!button) return;
    if (button.dataset.act) act(button);
    else if (button.dataset.print !== undefined) window.print();
    else {
      const text = button.dataset.copy || "";
      // Browsers offer no clipboard to pages without https: then show the text, ready to be copied.
      (navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject()).then(
        () => (button.textContent = button.dataset.done || button.textContent),
        () => window.prompt(button.textContent || "", text),
      );
    }
  }

  /** @param {Event} event */
  function choose(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (!input.closest(".dgx-opt") || !input.form) return;
    all(input.form, ".dgx-opt").forEach((option) => {
      const control = /** @type {HTMLInputElement | null} */ (option.querySelector("input"));
      option.classList.toggle("dgx-now", !!control && control.checked);
    });
  }

  /** What only some pages need: `data-module` is the address of an ES module whose default export gets the
   * element, `data-style` of a style sheet of its own.
   * @param {HTMLElement} element */
  function wireModule(element) {
    const { style, module } = element.dataset;
    if (style && !document.querySelector(`link[href="${style}"]`))
      document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
    import(module || "")
      .then((loaded) => loaded.default(element, { post, say, root: () => root }))
      .catch(() => undefined);
  }

  function wire() {
    drafts = [];
    all(root, "[data-js]").forEach((node) => (node.hidden = false));
    all(root, "form[data-handler]").forEach((form) => wireSubmit(/** @type {HTMLFormElement} */ (form)));
    all(root, "form[data-autosave]").forEach((form) => wireDraft(/** @type {HTMLFormElement} */ (form)));
    all(root, "form[data-keep]").forEach((form) => wireKeep(/** @type {HTMLFormElement} */ (form)));
    all(root, "[data-order]").forEach(wireOrder);
    all(root, "[data-steps]").forEach(wireSteps);
    all(root, "[data-module]").forEach(wireModule);
    wirePoll();
    root.addEventListener("click", press);
    root.addEventListener("change", choose);
  }
  wire();
}
