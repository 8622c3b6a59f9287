"use strict";
// The door page: numbers every few seconds; scans by scanner (a keyboard that ends with Enter), camera, or one click.
(() => {
  const REFRESH = 4000; // milliseconds
  const LOOK = 200; // at the camera's picture
  const SAME_CODE = 3000; // a ticket that is still before the camera is scanned once
  const door = document.getElementById("door");
  if (!door) return;
  const words = door.dataset;
  const find = (name) => document.getElementById(`door-${name}`);
  const code = find("code");
  const csrf = door.querySelector("[name=csrfmiddlewaretoken]").value;

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  };
  const fill = (list, items) => list.replaceChildren(...items);

  // -- the scanner's field keeps the focus, unless somebody types elsewhere ----------------------
  const isTypedIn = (node) => node && node !== document.body && node.matches("input, select, textarea, button, a");
  const refocus = () => { if (!isTypedIn(document.activeElement)) code.focus({ preventScroll: true }); };
  code.addEventListener("blur", () => setTimeout(refocus, 50));
  document.addEventListener("click", () => setTimeout(refocus, 50));
  window.addEventListener("focus", refocus);
  find("station").addEventListener("change", () => code.focus({ preventScroll: true }));
  door.querySelectorAll("[name=kind]").forEach((kind) =>
    kind.addEventListener("change", () => code.focus({ preventScroll: true })));

  // -- scanning ------------------------------------------------------------------------------------
  const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");

  const show = (isGood, message, detail) => {
    const box = find("result");
    box.hidden = false;
    box.className = `door-result ${isGood ? "door-good" : "door-bad"}`;
    box.replaceChildren(document.createTextNode(message));
    if (detail) box.append(element("small", detail));
    if (navigator.vibrate) navigator.vibrate(isGood ? 80 : [80, 60, 80]);
  };

  const send = async (scan) => {
    const body = new URLSearchParams({ "scan-id": newId(), at: new Date().toISOString(), ...scan });
    for (const attempt of [1, 2, 3]) { // with the same id: it is counted once
      try {
        const answer = await fetch(words.scan, { method: "POST", body, headers: { "X-CSRFToken": csrf } });
        if (answer.status >= 500) throw new Error(answer.statusText);
        const said = await answer.json();
        const holder = said.attendee;
        show(said.result === "accepted", said.message || said.error, holder ? `${holder.name} · ${holder.ticket}` : "");
        refresh();
        return;
      } catch (error) {
        await new Promise((done) => setTimeout(done, 300 * attempt));
      }
    }
    show(false, words.offline, "");
  };

  const scanCode = (text) => {
    const scan = { code: text, kind: door.querySelector("[name=kind]:checked").value };
    if (find("station").value) {
      scan.station = find("station").value;
      if (!scan.kind) delete scan.kind; // what the station is for
    } else if (!scan.kind) scan.kind = "in";
    if (find("device").value.trim()) scan.device = find("device").value.replaceAll(",", " ").trim();
    return send(scan);
  };

  find("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = code.value.trim();
    code.value = "";
    if (text) scanCode(text);
    code.focus();
  });

  // -- searching, and one click for in or out ---------------------------------------------------------
  let asked = 0;
  const search = async () => {
    const turn = ++asked;
    const query = find("query").value.trim();
    if (query.length < 2) return fill(find("found"), [element("li", words.hint)]);
    const answer = await fetch(`${words.search}?q=${encodeURIComponent(query)}`);
    if (!answer.ok || turn !== asked) return undefined;
    const { attendees } = await answer.json();
    if (!attendees.length) return fill(find("found"), [element("li", words.nobody)]);
    return fill(find("found"), attendees.map(entry));
  };
  const entry = (attendee) => {
    const item = element("li");
    const text = element("div", attendee.name);
    text.append(element("small", [attendee.ticket, attendee.email].filter(Boolean).join(" · ")), element("small", attendee.state));
    const kind = attendee.inside ? "out" : "in";
    const button = element("button", kind === "in" ? words.in : words.out, kind === "out" ? "door-out" : "");
    button.type = "button";
    button.disabled = !attendee.valid && kind === "in";
    button.addEventListener("click", async () => {
      button.disabled = true;
      await send({ attendee: attendee.id, kind });
      await search();
    });
    item.append(text, button);
    return item;
  };
  let waiting;
  find("query").addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(search, 200); });

  // -- the camera ----------------------------------------------------------------------------------------
  let stream = null;
  let lastCode = "";
  let lastTime = 0;
  const look = async () => {
    const video = find("video");
    if (!stream) return;
    if (video.videoWidth) {
      const canvas = document.createElement("canvas");
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(video, 0, 0);
      const picture = context.getImageData(0, 0, canvas.width, canvas.height);
      const [found] = await ZXingWASM.readBarcodes(picture, { formats: ["QRCode"], maxNumberOfSymbols: 1, tryHarder: true });
      const now = Date.now();
      if (found && found.text && (found.text !== lastCode || now - lastTime > SAME_CODE)) {
        lastCode = found.text;
        await scanCode(found.text.trim());
      }
      if (found && found.text) lastTime = now;
    }
    setTimeout(look, LOOK);
  };
  const stopCamera = () => {
    stream.getTracks().forEach((track) => track.stop());
    stream = null;
    find("video").hidden = true;
    find("camera").textContent = words.start;
  };
  find("camera").addEventListener("click", async () => {
    if (stream) return stopCamera();
    try {
      ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => words.wasm } });
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" }, audio: false });
    } catch (error) {
      return show(false, words.cameraRefused, error.message);
    }
    const video = find("video");
    video.srcObject = stream;
    video.hidden = false;
    find("camera").textContent = words.stop;
    await video.play();
    return look();
  });

  // -- the numbers -------------------------------------------------------------------------------------------
  const drawChart = (minutes) => {
    const peak = Math.max(1, ...minutes);
    const width = 600 / minutes.length;
    fill(find("chart"), minutes.map((count, place) => {
      const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      const height = (count / peak) * 116;
      const shape = { x: place * width + 1, y: 120 - height, width: width - 2, height };
      Object.entries(shape).forEach(([name, value]) => bar.setAttribute(name, value.toFixed(2)));
      bar.dataset.count = count;
      return bar;
    }));
    find("peak").textContent = `max. ${Math.max(...minutes)}`;
  };
  const row = (...cells) => {
    const made = element("tr");
    made.append(...cells.map((cell) => element("td", cell)));
    return made;
  };
  const orNothing = (items, make) => (items.length ? items.map((item) => make(item)) : [element("li", words.nothing)]);
  const fillTable = (body, rows) => { // without rows no headings either
    const table = body.closest("table");
    table.tHead.hidden = !rows.length;
    if (rows.length) return fill(body, rows);
    return fill(body, [row(words.nothing)]);
  };
  const logged = (head, small) => {
    const item = element("li", head);
    item.append(element("small", small));
    return item;
  };
  const draw = (found) => {
    find("now").textContent = found.now;
    for (const name of ["inside", "arrived", "expected", "registered"]) find(name).textContent = found.occupancy[name];
    drawChart(found.minutes);
    fillTable(find("gates"), found.gates.map((gate) => row(gate.name, gate.scans, gate.refused, gate.last)));
    fillTable(find("devices"), found.devices.map((device) => {
      const made = row(device.device, device.scans, device.refused, device.last);
      if (device.revoked) made.className = "door-revoked";
      return made;
    }));
    fillTable(find("places"), [
      ...found.occupancy.rooms.map((room) => row(room.name, room.inside)),
      ...found.occupancy.sessions.map((session) => row(session.title, session.inside)),
    ]);
    fill(find("reasons"), found.reasons.map((reason) => element("li", `${reason.count} × ${reason.label}`)));
    fill(find("refused"), orNothing(found.refused, (r) => logged(`${r.at} ${r.name}`, `${r.message} (${r.gate})`)));
    fill(find("doubles"), orNothing(found.doubles, (d) => logged(d.name, `${d.first} → ${d.second}`)));
  };
  let timer;
  const refresh = async () => {
    clearTimeout(timer);
    try {
      const answer = await fetch(words.live);
      if (answer.ok) draw(await answer.json());
    } catch (error) {
      find("now").textContent = "–";
    }
    timer = setTimeout(refresh, REFRESH);
  };
  refocus();
  search();
  refresh();
})();
