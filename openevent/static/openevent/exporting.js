// Asks how far an export is until it is done, then fetches the file. Without script the page loads itself anew.
const box = document.querySelector("[data-export]");

async function ask() {
  const answer = await fetch(box.dataset.export, { headers: { Accept: "application/json" } });
  if (answer.redirected || [403, 404].includes(answer.status)) return location.reload(); // logged out, or expired
  if (!answer.ok) throw new Error(answer.statusText);
  show(await answer.json());
}

function show(job) {
  box.querySelector("[data-text]").textContent = job.text;
  const bar = box.querySelector("progress");
  if (job.total) [bar.max, bar.value] = [job.total, job.done];
  if (!job.is_finished) return wait(1000);
  bar.hidden = true;
  if (!job.is_good) return box.querySelector("[data-text]").classList.add("oe-error");
  const link = box.querySelector("[data-file]");
  [link.href, link.hidden] = [job.file, false];
  location.assign(job.file); // a download: the page stays
}

function wait(milliseconds) {
  setTimeout(() => ask().catch(() => wait(5000)), milliseconds); // the network may come back
}

if (box && box.dataset.finished !== "1") wait(300);
