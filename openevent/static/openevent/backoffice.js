// Small helps of the back office; every page works without them.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (button) window.print();
});
document.addEventListener("change", (event) => {
  // a select that shows what only one of its choices needs: <div data-when="payment=custom">
  const field = event.target.name;
  document.querySelectorAll(`[data-when^="${CSS.escape(field)}="]`).forEach((part) => {
    const wanted = part.dataset.when.split("=")[1].split(",");
    part.hidden = !wanted.includes(event.target.value);
  });
});
document.addEventListener("input", (event) => {
  // a value beside a box that says whether it counts: <tr data-pick="name of the box">
  const row = event.target.closest("[data-pick]");
  const box = row && row.querySelector(`[name="${CSS.escape(row.dataset.pick)}"]`);
  if (box && box !== event.target) box.checked = true;
});
document.addEventListener("DOMContentLoaded", () => {
  // the theme has no landmark for what the page is about
  const content = document.getElementById("content");
  if (content) {
    content.setAttribute("role", "main");
    content.setAttribute("tabindex", "-1");
  }
  // browsers leave autofocus alone when something else on a slow page had the focus for a moment
  const first = document.querySelector("[autofocus]");
  if (first && document.activeElement === document.body) first.focus();
});
