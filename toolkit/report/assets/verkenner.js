"use strict";
/* Walk from a theme, a wijk or a point in a triad to the stories behind it. Text is only ever set as text. */
(() => {
  const data = JSON.parse(document.getElementById("gegevens").textContent);
  const byId = (id) => document.getElementById(id);
  const STEP = 25;
  const stories = data.verhalen.map((story) => ({ ...story, laag: story.tekst.toLocaleLowerCase("nl") }));
  const chosen = { thema: "", gebied: "", rol: "", toon: "", gevoel: "", zoek: "", hoek: "", los: "" };
  let triad = data.driehoeken[0] || null;
  let found = [];
  let shown = STEP;

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    if (text) made.textContent = text;
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const number = (value) => value.toLocaleString("nl-NL");

  /* The seven parts of a triad: near a pole, between two poles, or in the middle. */
  const corner = (shares) => {
    const high = shares.findIndex((share) => share >= 0.6);
    if (high >= 0) return String(high);
    const low = shares.findIndex((share) => share <= 0.15);
    return low >= 0 ? `tegenover ${low}` : "midden";
  };
  const cornerName = (key) => {
    if (key === "midden") return "van alle drie iets";
    if (key.startsWith("tegenover")) {
      const other = triad.polen.filter((_, index) => index !== Number(key.slice(-1)));
      return `${other[0]} én ${other[1]}`;
    }
    return `vooral ${triad.polen[Number(key)]}`;
  };

  const matches = (story) =>
    (!chosen.los || story.nr === chosen.los) &&
    (!chosen.thema || story.themas.includes(chosen.thema)) &&
    (!chosen.gebied || story.gebied === chosen.gebied) &&
    (!chosen.rol || story.rol === chosen.rol) &&
    (!chosen.toon || story.toon === chosen.toon) &&
    (!chosen.gevoel || story.gevoel === chosen.gevoel) &&
    (!chosen.hoek || (triad && story.punten[triad.id] && corner(story.punten[triad.id]) === chosen.hoek)) &&
    (!chosen.zoek || story.laag.includes(chosen.zoek));

  const marked = (text) => {
    const holder = document.createDocumentFragment();
    let rest = text;
    const word = chosen.zoek;
    while (word) {
      const at = rest.toLocaleLowerCase("nl").indexOf(word);
      if (at < 0) break;
      holder.append(rest.slice(0, at), element("mark", rest.slice(at, at + word.length)));
      rest = rest.slice(at + word.length);
    }
    holder.append(rest);
    return holder;
  };

  const article = (story) => {
    const made = element("article", "", { id: `verhaal-${story.nr}`, "aria-labelledby": `kop-${story.nr}` });
    made.append(element("h3", `Verhaal ${story.nr}`, { id: `kop-${story.nr}` }));
    const text = element("p", "", { class: "tekst" });
    text.append(marked(story.tekst));
    made.append(text);
    const list = element("ul", "", { "aria-label": "Kenmerken" });
    const add = (word) => word && list.append(element("li", word));
    add(story.rol && `verteld door een ${story.rol}`);
    add(story.gebied && data.gebieden[story.gebied]);
    story.themas.forEach((theme) => add(data.themas[theme]));
    add(story.toon && `toon: ${story.toon}`);
    add(story.gevoel && `eigen gevoel: ${story.gevoel}`);
    made.append(list);
    return made;
  };

  const showList = () => {
    const part = document.createDocumentFragment();
    found.slice(0, shown).forEach((story) => part.append(article(story)));
    byId("lijst").replaceChildren(part);
    byId("meer").hidden = found.length <= shown;
  };

  const showFigures = () => {
    const area = chosen.gebied || data.gemeente;
    const lines = data.cijfers.filter((one) => one.thema === chosen.thema && one.gebied === area && (!chosen.rol || one.rol === chosen.rol));
    byId("cijfers").replaceChildren(...(chosen.thema ? lines.map((one) => element("p", one.zin)) : []));
  };

  const showCount = () => {
    const total = found.length;
    let text = `${number(total)} verhalen om te lezen.`;
    if (total === 0) text = "Er zijn geen verhalen om te lezen bij deze keuze.";
    else if (total < data.minimum) text = `Minder dan ${data.minimum} verhalen om te lezen.`;
    if (chosen.los) text = "Het verhaal bij het punt dat u koos.";
    byId("telling").textContent = text;
  };

  const place = (shares, box) => {
    const [, second, third] = shares;
    return { x: box.left + (second + third / 2) * box.size, y: box.bottom - third * box.size * Math.sqrt(0.75) };
  };

  const draw = () => {
    if (!triad) return;
    const canvas = byId("tekening");
    const pen = canvas.getContext("2d");
    const style = getComputedStyle(document.body);
    const colour = (name) => style.getPropertyValue(`--${name}`).trim();
    const box = { left: 70, bottom: 540, size: 500 };
    pen.clearRect(0, 0, canvas.width, canvas.height);
    const corners = [[1, 0, 0], [0, 1, 0], [0, 0, 1]].map((one) => place(one, box));
    pen.strokeStyle = colour("lijn");
    pen.lineWidth = 2;
    pen.beginPath();
    corners.forEach((at, index) => (index ? pen.lineTo(at.x, at.y) : pen.moveTo(at.x, at.y)));
    pen.closePath();
    pen.stroke();
    pen.fillStyle = colour("inkt");
    pen.font = "600 24px system-ui, sans-serif";
    triad.polen.forEach((pole, index) => {
      pen.textAlign = index === 2 ? "center" : index ? "right" : "left";
      pen.fillText(pole, index === 2 ? corners[2].x : index ? 636 : 4, index === 2 ? 60 : 580, index === 2 ? 620 : 310);
    });
    const inside = new Set(found);
    for (const story of stories) {
      const shares = story.punten[triad.id];
      if (!shares) continue;
      const at = place(shares, box);
      const on = inside.has(story);
      pen.globalAlpha = on ? 0.55 : 0.25;
      pen.fillStyle = on ? colour("accent") : colour("lijn");
      pen.beginPath();
      pen.arc(at.x, at.y, on ? 7 : 4, 0, 7);
      pen.fill();
    }
    pen.globalAlpha = 1;
  };

  const update = () => {
    shown = STEP;
    found = stories.filter(matches);
    showCount();
    showFigures();
    showList();
    draw();
  };

  const select = (name, label, options) => {
    const holder = element("div", "", { class: "veld" });
    holder.append(element("label", label, { for: `keuze-${name}` }));
    const made = element("select", "", { id: `keuze-${name}`, name });
    made.append(element("option", "alle", { value: "" }));
    options.forEach(([value, text]) => made.append(element("option", text, { value })));
    made.addEventListener("change", () => { chosen[name] = made.value; chosen.los = ""; update(); });
    holder.append(made);
    byId("keuzes").append(holder);
  };

  const showCorners = () => {
    const keys = ["0", "1", "2", "tegenover 2", "tegenover 1", "tegenover 0", "midden"];
    byId("hoeken").replaceChildren(...keys.map((key) => {
      const button = element("button", cornerName(key), { type: "button", "aria-pressed": String(chosen.hoek === key) });
      button.addEventListener("click", () => {
        chosen.hoek = chosen.hoek === key ? "" : key;
        chosen.los = "";
        byId("hoeken").querySelectorAll("button").forEach((one) => one.setAttribute("aria-pressed", String(one === button && chosen.hoek === key)));
        update();
      });
      return button;
    }));
    byId("driehoek-vraag").textContent = triad.vraag;
    const told = stories.filter((story) => story.punten[triad.id]).length;
    const skipped = stories.length - told;
    const few = skipped > 0 && skipped < data.minimum ? `Minder dan ${data.minimum}` : number(skipped);
    byId("driehoek-uitleg").textContent = `Elk punt is een verhaal. Klik op een punt, of kies hieronder een plek. ${few} van deze vertellers sloegen de vraag over.`;
    byId("tekening").setAttribute("aria-label", `Driehoek: ${triad.vraag} Hoeken: ${triad.polen.join(", ")}. Kies met de knoppen hieronder een plek.`);
  };

  const start = () => {
    const present = (name) => new Set(stories.flatMap((story) => story[name]));
    const some = (name, all) => all.filter(([value]) => present(name).has(value));
    select("thema", "Thema", some("themas", Object.entries(data.themas)));
    select("gebied", "Wijk", some("gebied", Object.entries(data.gebieden)));
    select("rol", "Wie vertelt", some("rol", [["inwoner", "inwoners"], ["professional", "professionals"]]));
    select("toon", "Toon volgens de computer", some("toon", ["negatief", "gemengd", "neutraal", "positief"].map((one) => [one, one])));
    select("gevoel", "Eigen gevoel van de verteller", some("gevoel", ["negatief", "neutraal", "positief"].map((one) => [one, one])));
    byId("zoek").addEventListener("input", (event) => { chosen.zoek = event.target.value.trim().toLocaleLowerCase("nl"); chosen.los = ""; update(); });
    byId("filters").addEventListener("submit", (event) => event.preventDefault());
    byId("filters").addEventListener("reset", () => {
      Object.keys(chosen).forEach((name) => { chosen[name] = ""; });
      if (triad) showCorners();
      update();
    });
    byId("meer").addEventListener("click", () => {
      const next = found[shown];
      shown += STEP;
      showList();
      const heading = next && byId(`kop-${next.nr}`);
      if (heading) { heading.setAttribute("tabindex", "-1"); heading.focus(); }
    });
    if (triad) {
      byId("driehoek").hidden = false;
      byId("welke-driehoek").hidden = data.driehoeken.length < 2;
      data.driehoeken.forEach((one, index) => byId("driehoek-keuze").append(element("option", one.vraag, { value: index })));
      byId("driehoek-keuze").addEventListener("change", (event) => { triad = data.driehoeken[Number(event.target.value)]; chosen.hoek = ""; showCorners(); update(); });
      byId("tekening").addEventListener("click", (event) => {
        const canvas = event.currentTarget;
        const scale = canvas.width / canvas.clientWidth;
        const box = { left: 70, bottom: 540, size: 500 };
        const near = found
          .filter((story) => story.punten[triad.id])
          .map((story) => { const at = place(story.punten[triad.id], box); return { story, far: Math.hypot(at.x - event.offsetX * scale, at.y - event.offsetY * scale) }; })
          .sort((a, b) => a.far - b.far)[0];
        if (!near || near.far > 24) return;
        chosen.los = near.story.nr;
        update();
        byId("verhalen").focus();
      });
      showCorners();
    }
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
    update();
  };
  start();
})();
