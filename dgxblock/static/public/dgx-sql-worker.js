/**
 * SQLite in the browser, on a thread of its own that can be ended. It gets the learner's tables, then statements, one at
 * a time; what it refuses or cannot do is asked of the server, whose word counts.
 */
(() => {
  const self = /** @type {any} */ (globalThis);
  const MOST_ROWS = 1000;
  const LEADING = /^(?:\s+|--[^\n]*(?:\n|$)|\/\*[^]*?(?:\*\/|$))*/;
  /** @type {any} */
  let database = null;

  self.onmessage = (/** @type {MessageEvent} */ { data }) => {
    if (data.bytes) open(data).then(answer, fail);
    else {
      try {
        answer(run(data.sql, data.show));
      } catch (error) {
        fail(error);
      }
    }
  };
  const answer = (/** @type {any} */ value) => self.postMessage({ done: value });
  const fail = (/** @type {any} */ error) => self.postMessage({ failed: String((error && error.message) || error) });

  /** @param {{bytes: ArrayBuffer, script: string, wasm: string}} given */
  async function open({ bytes, script, wasm }) {
    self.importScripts(script);
    const { Database } = await self.initSqlJs({ locateFile: () => wasm });
    database = new Database(new Uint8Array(bytes));
    database.run("PRAGMA query_only = ON");
    Object.entries(SCALARS).forEach(([name, [count, call]]) => database.create_function(name, counted(call, count)));
    Object.entries(AGGREGATES).forEach(([name, [count, value]]) =>
      database.create_aggregate(name, {
        init: () => [],
        // sql.js counts the parameters of `step`, the state among them
        step: counted((/** @type {any[]} */ rows, /** @type {any[]} */ ...values) => keep(rows, values), count + 1),
        finalize: (/** @type {any[]} */ rows) => (rows.length ? value(rows) : null),
      }),
    );
    return true;
  }

  /** SQLite learns from the length of a function how many arguments it takes. @param {Function} call @param {number} count */
  const counted = (call, count) => Object.defineProperty(call, "length", { value: count });

  /** The first `show` rows, and how many there are. @param {string} sql @param {number} show */
  function run(sql, show) {
    if (!/^(?:select|with|values)\b/i.test(sql.replace(LEADING, ""))) throw new Error("no SELECT");
    const begin = performance.now();
    const statements = database.iterateStatements(sql);
    const statement = statements.next().value;
    const rows = [];
    let count = 0;
    try {
      if (statements.getRemainingSQL().replace(LEADING, "")) throw new Error("more than one statement");
      while (statement.step()) {
        count += 1;
        if (count > MOST_ROWS) throw new Error("too many rows");
        const row = statement.get();
        if (
          row.some(
            (/** @type {any} */ cell) => cell instanceof Uint8Array || (typeof cell === "number" && !isFinite(cell)),
          )
        )
          throw new Error("no ordinary cell");
        if (count <= show) rows.push(row);
      }
      return { columns: statement.getColumnNames(), rows, count, ms: Math.round(performance.now() - begin) };
    } finally {
      statement.free();
    }
  }

  /** @param {any} value @returns {number} */
  function number(value) {
    if (typeof value !== "number" || !isFinite(value)) throw new Error("takes numbers");
    return value;
  }

  /** A row in which an argument is NULL does not count. @param {any[]} rows @param {any[]} values */
  function keep(rows, values) {
    if (values.every((value) => value !== null)) rows.push(values.map(number));
    return rows;
  }

  /** NULL gives NULL, a text or what is not finite is refused. @param {(...numbers: number[]) => number} call */
  const numeric =
    (call) =>
    (/** @type {any[]} */ ...values) =>
      values.some((value) => value === null) ? null : number(call(...values.map(number)));

  /** Halves go away from 0 without digits; with digits an exact half goes to the even one, as the server's Python does.
   * @param {number} value @param {number} digits */
  function round(value, digits = 0) {
    if (!Number.isInteger(digits) || digits < 0 || digits > 12) throw new Error("0 to 12 digits");
    const size = Math.abs(value);
    const sign = value < 0 ? -1 : 1;
    if (digits === 0) return sign * Math.floor(size + 0.5);
    if (size >= 1e21) return value;
    const exact = size.toFixed(100);
    const cut = exact.indexOf(".") + 1 + digits;
    const half = /^50*$/.test(exact.slice(cut)) && Number(exact[cut - 1]) % 2 === 0;
    return sign * Number(half ? exact.slice(0, cut) : size.toFixed(digits));
  }

  /** @type {Record<string, [number, Function]>} */
  const SCALARS = {
    round: [-1, numeric(round)],
    sqrt: [1, numeric(Math.sqrt)],
    floor: [1, numeric(Math.floor)],
    ceil: [1, numeric(Math.ceil)],
    ceiling: [1, numeric(Math.ceil)],
    trunc: [1, numeric(Math.trunc)],
    ln: [1, numeric(Math.log)],
    log10: [1, numeric(Math.log10)],
    exp: [1, numeric(Math.exp)],
    power: [2, numeric(Math.pow)],
    pow: [2, numeric(Math.pow)],
    mod: [2, numeric((a, b) => a % b)],
  };

  /** A sum that loses nothing on the way (Neumaier). @param {number[]} values */
  function total(values) {
    let sum = 0;
    let lost = 0;
    for (const value of values) {
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    }
    return sum + lost;
  }

  /** @param {number[]} values */
  const mean = (values) => total(values) / values.length;

  /** @param {number} less what is taken off the count @param {boolean} root */
  const spread = (less, root) => (/** @type {number[][]} */ rows) => {
    if (rows.length <= less) return null;
    const values = rows.map(([value]) => value);
    const middle = mean(values);
    const square = total(values.map((value) => (value - middle) ** 2)) / (rows.length - less);
    return root ? Math.sqrt(square) : square;
  };

  /** Between neighbours in a straight line. @param {number[][]} rows */
  function percentile(rows) {
    const share = rows[0].length > 1 ? rows[0][1] : 50;
    if (share < 0 || share > 100 || rows.some((row) => row.length > 1 && row[1] !== share))
      throw new Error("percentage");
    const values = rows.map(([value]) => value).sort((a, b) => a - b);
    const place = ((values.length - 1) * share) / 100;
    const low = Math.floor(place);
    return place === low ? values[low] : values[low] + (place - low) * (values[low + 1] - values[low]);
  }

  /** Least squares of pairs (y, x). @param {"slope" | "intercept" | "corr"} what */
  const pairs = (what) => (/** @type {number[][]} */ rows) => {
    if (rows.length < 2) return null;
    const y = mean(rows.map((row) => row[0]));
    const x = mean(rows.map((row) => row[1]));
    const xx = total(rows.map((row) => (row[1] - x) ** 2));
    const yy = total(rows.map((row) => (row[0] - y) ** 2));
    const xy = total(rows.map((row) => (row[1] - x) * (row[0] - y)));
    if (xx === 0 || (what === "corr" && yy === 0)) return null;
    if (what === "corr") return Math.max(-1, Math.min(1, xy / Math.sqrt(xx) / Math.sqrt(yy)));
    return what === "slope" ? xy / xx : y - (xy / xx) * x;
  };

  /** Arguments, and the value of the rows that count; of none it is NULL.
   * @type {Record<string, [number, (rows: number[][]) => number | null]>} */
  const AGGREGATES = {
    percentile: [2, percentile],
    median: [1, percentile],
    stddev: [1, spread(1, true)],
    stddev_samp: [1, spread(1, true)],
    variance: [1, spread(1, false)],
    var_samp: [1, spread(1, false)],
    stddev_pop: [1, spread(0, true)],
    var_pop: [1, spread(0, false)],
    regr_slope: [2, pairs("slope")],
    regr_intercept: [2, pairs("intercept")],
    corr: [2, pairs("corr")],
  };
})();
