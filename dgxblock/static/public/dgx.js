/**
 * What scripts add to a dgxblock page that is complete without them: sending forms, keeping drafts, moving list
 * items. Everything is driven by data attributes; nothing here knows a question or a key.
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

  /** A browser may forbid its stores, or have them full: then nothing is kept there, and nothing breaks.
   * @typedef {"localStorage" | "sessionStorage"} Store */
  /** @param {Store} store @param {string} key @returns {any} what was kept there, null if nothing */
  function recall(store, key) {
    try {
      return JSON.parse(window[store].getItem(key) || "null");
    } catch {
      return null;
    }
  }
  /** @param {Store} store @param {string} key @param {any} value null to forget @returns {boolean} whether it worked */
  function remember(store, key, value) {
    try {
      if (value === null) window[store].removeItem(key);
      else window[store].setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }

  /** @typedef {"offline" | "login" | "server"} Loss why there is no answer
   * @param {Loss} kind @param {string} [message] @returns {Error & {kind: Loss}} */
  const lost = (kind, message) => Object.assign(new Error(message || ""), { kind });

  /** Answers with what the server says, a refusal included (`error`); rejects with a `lost` where it says nothing.
   * @param {string} handler @param {any} data @param {boolean} [keepalive] @returns {Promise<any>} */
  async function post(handler, data, keepalive) {
    const token = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    /** @type {Response} */
    let response;
    try {
      response = await fetch(url(handler), {
        method: "POST",
        credentials: "same-origin",
        redirect: "manual", // handlers never redirect: this is the way to a login
        keepalive: !!keepalive,
        headers: {
          "Content-Type": "application/json",
          "X-CSRFToken": token ? token[1] : "",
          "X-Dgx-Owner": args.owner || "",
        },
        body: JSON.stringify(data),
      });
    } catch {
      throw lost("offline");
    }
    if (response.type === "opaqueredirect") throw lost("login");
    const answer = await response.json().catch(() => null);
    const { code, message } = (answer && answer.error) || {};
    if (code === "nobody" || code === "csrf") throw lost("login");
    if (code === "somebody-else") throw lost("login", message);
    if (response.status >= 500 || response.status === 429) throw lost("server", message);
    if (code || (response.ok && answer)) return answer;
    // A login page instead of an answer, or a refusal by the host that is not ours.
    const page = response.ok && !/json/.test(response.headers.get("Content-Type") || "");
    throw lost(page || response.status === 401 || response.status === 403 ? "login" : "server");
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

  /** The reverse of `collect` for one answer; without a value it becomes unanswered.
   * @param {HTMLFormElement} form @param {string} path @param {any} value */
  function fill(form, path, value) {
    Array.from(form.elements).forEach((node) => {
      const control = /** @type {HTMLInputElement} */ (node);
      if (control.name !== path && !control.name.startsWith(path + ".")) return;
      const names = control.name.slice(path.length).split(".").filter(Boolean);
      const own = names.reduce((at, name) => at && at[name], value) || "";
      if (control.dataset.many !== undefined || control.type === "radio")
        control.checked = [].concat(own).some((each) => each === control.value);
      else if (control.type === "checkbox") control.checked = !!own;
      else control.value = own;
      const select = /** @type {HTMLSelectElement} */ (node);
      if (select.selectedIndex < 0) select.selectedIndex = 0;
    });
    all(form, "[data-order]").forEach((box) => {
      if (box.dataset.order !== path) return;
      delete box.dataset.touched;
      const ids = Array.isArray(value) ? value : [];
      ids.forEach((id) => box.append(...all(box, "[data-id]").filter((item) => item.dataset.id === id)));
      if (ids.length) box.dataset.touched = "";
      box.dispatchEvent(new Event("dgx:ordered"));
    });
    paint(form);
    form.dispatchEvent(new Event("dgx:filled", { bubbles: true }));
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
    // What somebody has opened and set up stays as it is, if it is still about the same data.
    all(root, "[data-carry][data-opened]").forEach((old) => {
      const heir = all(next, "[data-carry]").find((each) => each.id === old.id);
      if (heir && heir.dataset.carry === old.dataset.carry) heir.replaceWith(old);
    });
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

  /** The drafts of the page, by their forms.
   * @typedef {{
   *   save: (leaving?: boolean) => Promise<void>, settled: () => Promise<void>, version: () => number,
   *   stale: (theirs: any) => boolean, disputed: () => boolean, later: () => void, retry: () => void,
   *   restore: () => void, sent: () => void, unkept: () => boolean,
   * }} Draft
   * @type {Map<HTMLFormElement, Draft>} */
  const drafts = new Map();

  /** What the server said, for the page's own modules. @param {HTMLFormElement} form @param {any} detail */
  const tell = (form, detail) => form.dispatchEvent(new CustomEvent("dgx:said", { detail, bubbles: true }));

  /** @param {HTMLFormElement} form */
  function wireSubmit(form) {
    const handler = form.dataset.handler || "";
    /** @param {any} data @param {Draft} [draft] @returns {Promise<any>} */
    async function send(data, draft) {
      // The newest version that this page knows: what another window has saved since is not to be lost by this.
      const answer = await post(handler, draft ? { ...data, version: draft.version() } : data);
      const theirs = answer.error && answer.error.theirs;
      return draft && theirs && draft.stale(theirs) ? send(data, draft) : answer;
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const draft = drafts.get(form);
      if (form.getAttribute("aria-busy") === "true") return;
      if (draft && draft.disputed()) return complain(form, say("Disputed"), {});
      form.setAttribute("aria-busy", "true");
      const data = collect(form);
      const button = /** @type {HTMLButtonElement | null} */ (/** @type {SubmitEvent} */ (event).submitter);
      if (button && button.name) put(data, button.name, button.value);
      try {
        // What was typed elsewhere on the page a moment ago goes first: the answer replaces the page.
        await Promise.all(Array.from(drafts.values(), (each) => (each === draft ? each.settled() : each.save())));
        const answer = await send(data, draft);
        tell(form, answer);
        if (answer.error) {
          complain(form, draft && draft.disputed() ? "" : answer.error.message, answer.error.fields || {});
          if (draft) draft.later();
          return;
        }
        if (draft) draft.sent();
        form.dispatchEvent(new Event("dgx:sent"));
        if (answer.html) replace(answer.html);
      } catch (error) {
        const { kind, message } = /** @type {Error & {kind?: Loss}} */ (error);
        const said =
          kind === "offline" && draft ? "Unsent" : kind !== "login" ? "Unknown" : draft ? "Login" : "Expired";
        complain(form, message || say(said), {});
        form.dataset.unsent = "";
        if (draft) draft.later();
      } finally {
        form.removeAttribute("aria-busy");
      }
    });
  }

  /** Whether the page has just been opened: then it also takes up what others have left behind. */
  let fresh = true;
  /** Which page of this device wrote something: two of them must not write over each other. */
  let tab = recall("sessionStorage", "dgx:tab") || Math.random().toString(36).slice(2);
  remember("sessionStorage", "dgx:tab", tab);

  /** Drafts: saved 0.8 s after the last change. What cannot be saved waits on this device and is sent again after 2 s,
   * 4 s … 60 s, and as soon as the network is back or somebody looks at the page. @param {HTMLFormElement} form */
  function wireDraft(form) {
    const handler = form.dataset.autosave || "";
    const shelf = `dgx:${args.owner}:${url(handler)}:`;
    const snapshot = () => JSON.stringify(collect(form));
    const alive = () => root.contains(form);
    let version = Number(form.dataset.version || 0);
    let known = snapshot(); // what the server has
    /** What was sent and may have arrived without our hearing of it. @type {string[]} */
    let unheard = [];
    /** The other window's version, while somebody is to choose. @type {any} */
    let theirs = null;
    let timer = 0;
    let wait = 0;
    let busy = 0;
    let dirty = false;
    let kept = true;
    let flight = Promise.resolve();

    /** @param {string} kind @param {string} state @param {string} text @param {HTMLElement} [more] */
    function status(kind, state, text, more) {
      all(root, "[data-status]").forEach((line) => {
        if (line.dataset.said === text) return; // said once is enough
        line.dataset.said = text;
        line.className = `dgx-status ${kind} ${line.classList.contains("dgx-push") ? "dgx-push" : ""}`;
        const mark = Object.assign(document.createElement("span"), { className: "dgx-mark" });
        if (state) mark.dataset.s = state;
        line.replaceChildren(mark, document.createTextNode(text + (more ? " " : "")), ...(more ? [more] : []));
      });
    }

    const keep = () =>
      (kept = remember("localStorage", shelf + tab, { data: collect(form), version, unheard, at: Date.now() }));
    const forget = () => remember("localStorage", shelf + tab, null);

    /** How many answers differ from what the server has. */
    function unsaved() {
      const [before, now] = [JSON.parse(known || "{}"), collect(form)];
      return Object.keys(now).reduce((sum, group) => {
        if (typeof now[group] !== "object") return sum;
        const was = before[group] || {};
        return sum + Object.keys(now[group]).filter((id) => same(now[group][id], was[id]) === false).length;
      }, 0);
    }

    /** The server has lists of one, no empty boxes. @param {any} a @param {any} b */
    function same(a, b) {
      /** @param {any} value @param {string} path @returns {string[]} */
      const parts = (value, path) =>
        value && typeof value === "object"
          ? Object.entries(value).flatMap(([key, each]) => parts(each, `${path}.${key}`))
          : value
            ? [`${path} ${value}`]
            : [];
      const plain = (/** @type {any} */ value) => JSON.stringify(parts([].concat(value), "").sort());
      return plain(a) === plain(b);
    }

    /** @param {boolean} [leaving] @returns {Promise<void>} never rejects */
    async function send(leaving) {
      const data = collect(form);
      const text = JSON.stringify(data);
      if (text === known) {
        dirty = false;
        forget(); // leaving a field is no change
        return;
      }
      if (!wait) status("", "half", say("Saving"));
      unheard = [...unheard, text].slice(-4);
      // The next page may be drawn before this arrives: it finds the words here, and sends them once more.
      keep();
      dirty = false;
      busy += 1;
      try {
        hear(text, await post(handler, { ...data, version }, leaving));
      } catch (error) {
        fail(/** @type {any} */ (error));
      }
      busy -= 1;
    }

    /** @param {string} text @param {any} answer */
    function hear(text, answer) {
      if (!alive()) return;
      wait = 0;
      tell(form, answer);
      if (answer.error && answer.error.theirs) return void (stale(answer.error.theirs) && again(0));
      known = text;
      unheard = [];
      if (answer.error) {
        status("dgx-bad", "stop", say("Unsaved"));
        complain(form, answer.error.message, answer.error.fields || {});
        return;
      }
      version = answer.version;
      if (form.dataset.unsent === undefined) complain(form, "", {});
      if (snapshot() === text) forget();
      status("dgx-ok", "full", say("Saved", { time: answer.saved_at }));
      all(form, "[data-reading]").forEach((line) => {
        line.textContent = (answer.readings || {})[line.dataset.reading || ""] || "";
      });
    }

    /** @param {Error & {kind: Loss}} error */
    function fail(error) {
      if (!alive()) return;
      dirty = true;
      keep();
      const count = unsaved();
      const local = kept ? say(count === 1 ? "Localone" : "Local", { count: String(count) }) : say("Localnot");
      if (error.kind === "login") {
        const link = Object.assign(document.createElement("a"), { target: "_blank", rel: "noopener" });
        link.href = root.dataset.login || "";
        link.textContent = say("Again");
        status("dgx-bad", "stop", error.message || say("Login"), link);
      } else if (error.kind === "offline") status("dgx-part", "half", local);
      else status("dgx-part", "half", say(kept ? "Server" : "Localnot"));
      wait = Math.min(wait * 2 || 2000, 60000);
      again(wait);
    }

    /** @param {number} after ms */
    function again(after) {
      dirty = true;
      window.clearTimeout(timer);
      timer = window.setTimeout(save, after);
    }

    /** One request after the other, so that versions count up. @param {boolean} [leaving] @returns {Promise<void>} */
    function save(leaving) {
      window.clearTimeout(timer);
      if (!dirty || !alive()) return flight;
      if (theirs) keep();
      else flight = leaving === true ? send(true) : flight.then(() => send());
      return flight;
    }

    function later() {
      dirty = true;
      window.clearTimeout(timer);
      if (wait || theirs) keep(); // it may be long until it is sent
      timer = window.setTimeout(save, Math.max(wait, 800));
    }

    /** Somebody else's version arrived first. @param {any} found @returns {boolean} whether it is our own after all */
    function stale(found) {
      const own = unheard.some((text) => {
        const data = JSON.parse(text);
        const groups = Object.keys(data).filter((group) => typeof data[group] === "object" && found[group]);
        return groups.every((group) => Object.keys(data[group]).every((id) => same(data[group][id], found[group][id])));
      });
      if (own && found.version !== version) {
        version = found.version;
        unheard = [];
        return true;
      }
      theirs = found;
      dirty = true;
      keep();
      status("dgx-bad", "stop", say("Unsaved"));
      complain(form, "", {});
      import(found.module)
        .then((loaded) => loaded.default(form, found, fill))
        .then((/** @type {boolean} */ moved) => {
          if (theirs !== found) return;
          version = found.version;
          theirs = null;
          unheard = [];
          known = "";
          again(0);
          const line = /** @type {HTMLElement | null} */ (root.querySelector("[data-status]"));
          if (line) (line.setAttribute("tabindex", "-1"), line.focus());
          // Handed in elsewhere: what was said about it is on the page as it is now.
          if (moved) save().then(() => snapshot() === known && window.location.reload());
        })
        .catch(() => {
          theirs = null;
          fail(lost("offline"));
        });
      return false;
    }

    /** What waits on this device from before; own words first, else what another page has left behind. */
    function restore() {
      /** @type {string[]} */
      let keys = [];
      try {
        keys = Object.keys(window.localStorage).filter((key) => (fresh ? key.startsWith(shelf) : key === shelf + tab));
      } catch {
        return;
      }
      const waiting = keys.map((key) => ({ key, ...recall("localStorage", key) })).filter((each) => each.data);
      const newest = (/** @type {any} */ each) => (each.key === shelf + tab ? Infinity : each.at);
      const [found] = waiting.sort((a, b) => newest(b) - newest(a));
      if (!found) return;
      const nonce = collect(form).nonce;
      Object.entries(found.data).forEach(([group, answers]) => {
        if (answers && typeof answers === "object")
          Object.entries(answers).forEach(([id, value]) => fill(form, `${group}.${id}`, value));
      });
      remember("localStorage", found.key, null);
      if (snapshot() === known) return;
      // Handed in since these words were written: whatever version there is now, they are older.
      version = found.data.nonce === nonce ? found.version : 999999999;
      unheard = found.unheard || [];
      keep();
      again(0);
    }

    form.addEventListener("input", (event) => {
      const [, item, ...part] = /** @type {HTMLInputElement} */ (event.target).name.split(".");
      const names = `[data-reading="${item}"], [data-reading="${[item, ...part].join(".")}"]`;
      all(form, names).forEach((line) => (line.textContent = ""));
      later();
    });
    // Enter in a field would press the form's button, and a counted try would be gone.
    form.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && /** @type {HTMLElement} */ (event.target).matches("input:not([type=file])"))
        event.preventDefault();
    });
    form.addEventListener("change", later);
    form.addEventListener("dgx:moved", later);
    // A tab that was opened as a copy of this one has its name too.
    window.addEventListener("storage", (event) => {
      if (event.key !== shelf + tab || event.newValue === null || !alive()) return;
      tab = Math.random().toString(36).slice(2);
      remember("sessionStorage", "dgx:tab", tab);
      if (dirty) keep();
    });
    if (form.dataset.handler === undefined) form.addEventListener("submit", (event) => event.preventDefault());
    drafts.set(form, {
      save,
      later,
      stale,
      restore,
      version: () => version,
      disputed: () => !!theirs,
      settled: () => (window.clearTimeout(timer), flight),
      retry: () => void (wait && dirty && save()),
      unkept: () => dirty && !kept,
      sent: () => {
        dirty = false;
        forget();
      },
    });
  }
  const eachDraft = (/** @type {(draft: Draft) => void} */ act) => drafts.forEach(act);
  window.addEventListener("online", () => eachDraft((draft) => draft.retry()));
  window.addEventListener("focus", () => eachDraft((draft) => draft.retry()));
  window.addEventListener("pagehide", () => eachDraft((draft) => void draft.save(true)));
  document.addEventListener("visibilitychange", () =>
    eachDraft((draft) => (document.hidden ? void draft.save(true) : draft.retry())),
  );
  window.addEventListener("beforeunload", (event) => eachDraft((draft) => draft.unkept() && event.preventDefault()));

  /** Ordering: the buttons come first, dragging is an extra. @param {HTMLElement} list */
  function wireOrder(list) {
    const items = () => all(list, "[data-id]");
    function count() {
      items().forEach((each, index, every) => {
        const number = /** @type {HTMLElement | null} */ (each.querySelector("b"));
        if (number) number.textContent = String(index + 1);
        const up = /** @type {HTMLButtonElement} */ (each.querySelector('[data-move="up"]'));
        const down = /** @type {HTMLButtonElement} */ (each.querySelector('[data-move="down"]'));
        up.disabled = index === 0;
        down.disabled = index === every.length - 1;
      });
    }
    list.addEventListener("dgx:ordered", count);
    /** @param {HTMLElement} item */
    function settle(item) {
      count();
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
    // A selection would be dragged along next time.
    list.addEventListener("mousedown", (event) => held && event.preventDefault());
    list.addEventListener("pointermove", (event) => {
      if (!held) return;
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

  /** What is chosen and written before it is sent for good stays on this device. @param {HTMLFormElement} form */
  function wireKeep(form) {
    const key = `dgx:keep:${args.owner}:${form.dataset.keep}`;
    const kept = recall("localStorage", key) || {};
    Array.from(form.elements).forEach((node) => {
      const control = /** @type {HTMLInputElement} */ (node);
      if (!(control.name in kept)) return;
      if (control.type === "radio") control.checked = control.value === kept[control.name];
      else control.value = kept[control.name];
    });
    form.addEventListener("input", () => remember("localStorage", key, collect(form)));
    form.addEventListener("dgx:sent", () => remember("localStorage", key, null));
  }

  /** Ask the server for more of this page: what was typed goes first, and the reader stays where they are.
   * @param {HTMLElement} button */
  function act(button) {
    const form = /** @type {HTMLFormElement} */ (button.closest("form"));
    if (form.getAttribute("aria-busy") === "true") return;
    form.setAttribute("aria-busy", "true");
    const item = button.closest(".dgx-item");
    const at = item ? all(root, ".dgx-item").indexOf(/** @type {HTMLElement} */ (item)) : -1;
    Promise.all(Array.from(drafts.values(), (draft) => draft.save()))
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

  /** What is chosen looks it. @param {HTMLFormElement} form */
  function paint(form) {
    all(form, ".dgx-opt").forEach((option) => {
      const control = /** @type {HTMLInputElement | null} */ (option.querySelector("input"));
      option.classList.toggle("dgx-now", !!control && control.checked);
    });
  }

  /** @param {Event} event */
  function change(event) {
    const input = /** @type {HTMLInputElement} */ (event.target);
    if (input.closest(".dgx-opt") && input.form) paint(input.form);
  }

  /**
   * The seam for what only some pages need: `data-module` is the address of an ES module whose default export is called
   * with the element and what it may use of this page. It is loaded at once or, where there is a `[data-open]` button
   * inside, when that is pressed; what was open is opened again after a reload. `data-style` is a style sheet of its own.
   * @param {HTMLElement} element
   */
  function wireModule(element) {
    if (element.dataset.opened !== undefined) return;
    const opener = /** @type {HTMLElement | null} */ (element.querySelector("[data-open]"));
    const line = element.querySelector("[data-said]");
    const place = `dgx:open:${args.owner}:${element.id}`;
    let tries = 0;
    /** @param {boolean} pressed */
    function load(pressed) {
      const { style, module } = element.dataset;
      if (style && !document.querySelector(`link[href="${style}"]`))
        document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: style }));
      element.setAttribute("aria-busy", "true");
      tries += 1; // a browser remembers that an address failed
      import(module + (tries > 1 ? `?${tries}` : ""))
        .then((loaded) => {
          element.dataset.opened = "";
          if (opener) opener.hidden = true;
          remember("sessionStorage", place, 1);
          const { owner } = args;
          return loaded.default(element, { post, say, recall, remember, owner, pressed, root: () => root });
        })
        .catch(() => {
          if (line) line.textContent = say("Module");
          window.addEventListener("online", () => root.contains(element) && load(pressed), { once: true });
        })
        .finally(() => element.removeAttribute("aria-busy"));
    }
    if (opener) opener.addEventListener("click", () => load(true));
    if (!opener || recall("sessionStorage", place)) load(false);
  }

  function wire() {
    drafts.clear();
    all(root, "[data-js]").forEach((node) => (node.hidden = false));
    all(root, "form[data-handler]").forEach((form) => wireSubmit(/** @type {HTMLFormElement} */ (form)));
    all(root, "form[data-autosave]").forEach((form) => wireDraft(/** @type {HTMLFormElement} */ (form)));
    all(root, "form[data-keep]").forEach((form) => wireKeep(/** @type {HTMLFormElement} */ (form)));
    all(root, "[data-order]").forEach(wireOrder);
    all(root, "[data-module]").forEach(wireModule);
    wirePoll();
    root.addEventListener("click", press);
    root.addEventListener("change", change);
    drafts.forEach((draft) => draft.restore());
    fresh = false;
  }
  wire();
}
