/**
 * The SQL console of a question: runs a query without a try and shows what it gives. In the browser where it can (a
 * worker with SQLite, loaded when somebody enters the box), else on the server, which also says what is wrong.
 * @typedef {{columns: string[], rows: any[][], count: number, ms: number}} Result
 * @typedef {{refused: string, code: string}} Refusal
 */

const SHOWN = 10;
const SECOND = 1000;
const OPENING = 20 * SECOND;

/** What ran last in each console of the page, and on what: the page is drawn anew after a check.
 * @type {Map<string, {sql: string, said: string, nodes: Node[]}>} */
const last = new Map();
/** @type {Map<string, Local>} */
const locals = new Map();

class Late extends Error {}

/** SQLite in a worker, on the learner's own tables. */
class Local {
  /** @param {DOMStringMap} links @param {string} source where the tables are */
  constructor(links, source) {
    this.links = links;
    this.source = source;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {ArrayBuffer | null} */
    this.bytes = null;
    /** @type {Promise<any> | null} */
    this.opening = null;
  }

  /** Get it ready; rejects where the browser cannot. @returns {Promise<any>} */
  open() {
    if (!this.opening) this.opening = this.start();
    return this.opening;
  }

  async start() {
    if (typeof WebAssembly === "undefined" || typeof Worker === "undefined") throw new Error("no WebAssembly");
    if (!this.bytes) {
      const response = await fetch(this.source, { credentials: "same-origin" });
      if (!response.ok || !/sqlite/.test(response.headers.get("Content-Type") || "")) throw new Error("no data");
      this.bytes = await response.arrayBuffer();
    }
    const { worker, script, wasm } = this.links;
    // files that a content network serves are of another origin: then this fails, and the server runs the queries
    this.worker = new Worker(absolute(worker));
    await this.ask({ bytes: this.bytes, script: absolute(script), wasm: absolute(wasm) }, OPENING);
  }

  /** @param {any} message @param {number} most milliseconds @returns {Promise<any>} */
  ask(message, most) {
    const worker = /** @type {Worker} */ (this.worker);
    return new Promise((resolve, reject) => {
      const timer = window.setTimeout(() => {
        worker.terminate();
        this.opening = null; // the next query gets a new one
        reject(new Late());
      }, most);
      worker.onmessage = ({ data }) => {
        window.clearTimeout(timer);
        if (data.failed === undefined) resolve(data.done);
        else reject(new Error(data.failed));
      };
      worker.onerror = (event) => {
        window.clearTimeout(timer);
        event.preventDefault();
        reject(new Error(event.message || "worker"));
      };
      worker.postMessage(message);
    });
  }

  /** @param {string} sql @returns {Promise<Result>} */
  run(sql) {
    return this.ask({ sql, show: SHOWN }, SECOND);
  }
}

/** @param {string | undefined} address */
const absolute = (address) => new URL(address || "", document.baseURI).href;

/** A cell as it is shown: numbers to 12 digits, as the data have them. @param {any} cell */
function text(cell) {
  if (cell === null) return "NULL";
  return typeof cell === "number" && !Number.isInteger(cell) ? String(Number(cell.toPrecision(12))) : String(cell);
}

/** @param {string} name @param {string} [content] @param {Record<string, string>} [attributes] */
function make(name, content, attributes) {
  const node = document.createElement(name);
  if (content) node.textContent = content;
  Object.entries(attributes || {}).forEach(([key, value]) => node.setAttribute(key, value));
  return node;
}

/** @param {Result} result @param {string} label */
function table(result, label) {
  const rows = result.rows.slice(0, SHOWN);
  const kinds = result.columns.map((_name, at) => {
    const cells = rows.map((row) => row[at]).filter((cell) => cell !== null);
    return /** @type {Record<string, string>} */ (
      cells.length && cells.every((cell) => typeof cell === "number") ? { class: "dgx-n" } : {}
    );
  });
  const head = make("tr");
  result.columns.forEach((name, at) => head.append(make("th", name, { scope: "col", ...kinds[at] })));
  const body = make("tbody");
  rows.forEach((row) => {
    const line = make("tr");
    row.forEach((cell, at) => line.append(make("td", text(cell), kinds[at])));
    body.append(line);
  });
  const top = make("thead");
  top.append(head);
  const grid = make("table");
  grid.append(top, body);
  const box = make("div", "", { class: "dgx-wrap", tabindex: "0", role: "region", "aria-label": label });
  box.append(grid);
  return box;
}

/**
 * @param {HTMLElement} element the console
 * @param {{post: (handler: string, data: any) => Promise<any>}} page
 */
export default function open(element, { post }) {
  const links = element.dataset;
  const item = links.item || "";
  const box = /** @type {HTMLTextAreaElement} */ (element.querySelector("textarea"));
  const button = /** @type {HTMLButtonElement} */ (element.querySelector("[data-run]"));
  const said = /** @type {HTMLElement} */ (element.querySelector("[data-said]"));
  const refused = /** @type {HTMLElement} */ (element.querySelector("[data-refused]"));
  const out = /** @type {HTMLElement} */ (element.querySelector("[data-out]"));
  const label = button.textContent;
  const source = `${links.source}${(links.source || "").includes("?") ? "&" : "?"}item=${encodeURIComponent(item)}`;
  const place = `${source}#${links.key}`;
  const local = locals.get(place) || new Local(links, source);
  locals.set(place, local);
  /** @param {string} key @param {Record<string, any>} [params] */
  const say = (key, params) =>
    Object.entries(params || {}).reduce(
      (words, [k, v]) => words.replace(`{${k}}`, String(v)),
      links[`msg${key}`] || "",
    );

  /** @param {string} sql @returns {Promise<any>} a result, a refusal or an error with a message */
  async function ask(sql) {
    const ready = await local.open().then(
      () => true,
      () => false,
    );
    if (ready) {
      try {
        return await local.run(sql);
      } catch (error) {
        // what takes too long here may be quick there; a new worker is ready for what comes next
        if (error instanceof Late) local.open().catch(() => undefined);
      }
    }
    return post("run_sql", { item, sql });
  }

  async function run() {
    const sql = box.value;
    if (button.disabled || !sql.trim()) return;
    button.disabled = true;
    button.textContent = say("Running");
    element.setAttribute("aria-busy", "true");
    complain("", "");
    try {
      show(await ask(sql), sql);
    } catch (error) {
      // what a browser says of a lost network is not for people
      const { kind, message } = /** @type {Error & {kind?: string}} */ (error);
      complain((kind && message) || say("Lost"), "");
    } finally {
      button.disabled = false;
      button.textContent = label;
      element.removeAttribute("aria-busy");
    }
  }

  /** @param {string} sentence @param {string} code */
  function complain(sentence, code) {
    refused.textContent = sentence;
    refused.className = code === "deadline" ? "dgx-note dgx-part" : "dgx-error";
    refused.hidden = !sentence;
  }

  /** @param {any} answer @param {string} sql */
  function show(answer, sql) {
    if (answer.error) return complain(answer.error.message, "");
    if (answer.refused) return complain(answer.refused, answer.code);
    const { count, ms } = answer;
    const shown = Math.min(SHOWN, answer.rows.length);
    said.textContent = count
      ? say(count === 1 ? "One" : count > shown ? "First" : "Many", { n: count, m: shown, ms })
      : "";
    if (count) out.replaceChildren(table(answer, say("Result")));
    else {
      const empty = make("div", "", { class: "dgx-empty" });
      empty.append(make("p", say("None")), make("p", say("Codes"), { class: "dgx-hint" }));
      out.replaceChildren(empty);
      said.textContent = say("None");
      said.classList.add("dgx-vh");
    }
    said.classList.toggle("dgx-vh", !count);
    last.set(place, { sql, said: said.textContent || "", nodes: Array.from(out.childNodes) });
  }

  button.addEventListener("click", run);
  // whoever enters the box means to run something
  box.addEventListener("focus", () => void local.open().catch(() => undefined), { once: true });

  // Tab walks through the page until somebody writes here, and after Esc.
  let writing = false;
  box.addEventListener("input", () => (writing = true));
  box.addEventListener("blur", () => (writing = false));
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    } else if (event.key === "Escape") writing = false;
    else if (event.key === "Tab" && writing && !event.shiftKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      box.setRangeText("  ", box.selectionStart, box.selectionEnd, "end");
      box.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });

  const before = last.get(place);
  if (before && before.sql === box.value) {
    said.textContent = before.said;
    out.replaceChildren(...before.nodes);
  }
  button.disabled = false; // a press before now would go unheard
}
