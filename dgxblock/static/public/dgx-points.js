/**
 * Points of a chart that can be clicked: each click ticks the box of its row, which is the answer.
 * @param {HTMLElement} element the chart with its table
 */
export default function open(element) {
  const chart = /** @type {SVGElement} */ (element.querySelector("svg"));
  if (element.dataset.points !== "open") return; // answered: there are diamonds among the points now
  const points = Array.from(chart.querySelectorAll("circle"));
  const boxes = /** @type {HTMLInputElement[]} */ (Array.from(element.querySelectorAll("[data-many]")));

  const paint = () =>
    points.forEach((point, at) => {
      point.toggleAttribute("data-on", boxes[at].checked);
      point.setAttribute("r", boxes[at].checked ? "7" : "3");
    });

  chart.addEventListener("click", (event) => {
    // the nearest one: fingers are wider than points
    const away = points.map((point) => {
      const { left, top, width, height } = point.getBoundingClientRect();
      return Math.hypot(event.clientX - left - width / 2, event.clientY - top - height / 2);
    });
    const at = away.indexOf(Math.min(...away));
    if (!(away[at] <= 24)) return;
    boxes[at].checked = !boxes[at].checked;
    boxes[at].dispatchEvent(new Event("input", { bubbles: true }));
    boxes[at].dispatchEvent(new Event("change", { bubbles: true }));
  });
  element.addEventListener("change", paint);
  paint();
}
