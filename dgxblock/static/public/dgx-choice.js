/**
 * Two versions of the same answers, side by side, and a button for each. Loaded by dgx.js when another window has saved
 * something else; it writes what is chosen into the form.
 * @param {HTMLFormElement} form
 * @param {any} theirs what the server tells: `html`, the answers by group, and the `nonce` of the try that is open now
 * @param {(form: HTMLFormElement, path: string, value: any) => void} fill
 * @returns {Promise<boolean>} when all is chosen: whether the try of this page was closed meanwhile
 */
export default function choose(form, theirs, fill) {
  const box = Object.assign(document.createElement("div"), { className: "dgx-note dgx-part", innerHTML: theirs.html });
  const old = form.querySelector("[data-conflict]");
  const place = /** @type {Element} */ (form.querySelector("[data-error]") || form.lastElementChild);
  box.dataset.conflict = "";
  if (old) old.replaceWith(box);
  else place.after(box);
  const pairs = /** @type {HTMLElement[]} */ (Array.from(box.querySelectorAll("[data-pair]")));

  /** @param {HTMLElement} button */
  function press(button) {
    pairs.forEach((pair) => {
      if (button.dataset.all) pair.dataset.choice = button.dataset.all;
      else if (pair.contains(button)) pair.dataset.choice = button.dataset.side;
      pair.querySelectorAll("[data-side]").forEach((side) => {
        const chosen = /** @type {HTMLElement} */ (side).dataset.side === pair.dataset.choice;
        side.setAttribute("aria-pressed", String(chosen));
        side.classList.toggle("dgx-main", chosen);
      });
    });
    return pairs.every((pair) => pair.dataset.choice);
  }

  /** What is chosen from here is in the form already. */
  function take() {
    pairs.forEach((pair) => {
      const path = pair.dataset.pair || "";
      const [group, id] = path.split(".");
      if (pair.dataset.choice === "there") fill(form, path, (theirs[group] || {})[id]);
    });
    box.remove();
    const data = JSON.parse(form.dataset.extra || "{}");
    const moved = !!(theirs.nonce && data.nonce && theirs.nonce !== data.nonce);
    if (moved) form.dataset.extra = JSON.stringify({ ...data, nonce: theirs.nonce });
    return moved;
  }

  return new Promise((resolve) =>
    box.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (
        /** @type {HTMLElement} */ (event.target).closest("[data-side], [data-all]")
      );
      if (button && press(button)) resolve(take());
    }),
  );
}
