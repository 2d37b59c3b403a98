/** The open page follows its files: it asks for their state, and reloads where the reader was once that is another. */
(() => {
  "use strict";
  const page = document.body.dataset;
  const place = `dgx:preview:${window.location.pathname}`;
  const ended = /** @type {HTMLElement} */ (document.querySelector("[data-ended]"));
  const kept = sessionStorage.getItem(place);

  // A page that says what is broken is shorter: the place is kept until the document is back.
  if (kept !== null && page.broken === undefined) {
    sessionStorage.removeItem(place);
    window.history.scrollRestoration = "manual";
    window.scrollTo(0, Number(kept));
  }

  async function look() {
    try {
      const answer = await fetch(page.changes || "", { cache: "no-store" });
      if (!answer.ok) throw new Error(answer.statusText);
      const state = await answer.text();
      ended.hidden = true;
      if (state !== page.state) {
        if (page.broken === undefined) sessionStorage.setItem(place, String(window.scrollY));
        window.location.reload();
        return;
      }
    } catch {
      ended.hidden = false;
    }
    setTimeout(look, 500);
  }
  setTimeout(look, 500);
})();
