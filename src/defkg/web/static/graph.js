/* Replaces the picture of a neighbourhood, when that is asked for, by one that can be moved, from the list below it. The page says all without it. */
"use strict";
(() => {
  const box = document.getElementById("picture");
  const list = document.getElementById("edges");
  const row = document.getElementById("moving");
  if (!box || !list || !row) return;
  const begin = row.querySelector("button");

  begin.addEventListener("click", () => {
    begin.disabled = true;
    const library = document.createElement("script");
    library.src = row.dataset.library;
    library.addEventListener("load", draw);
    library.addEventListener("error", () => { begin.disabled = false; });
    document.head.append(library);
  });

  function draw() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    const things = new Map([[box.dataset.centre, { id: box.dataset.centre, label: box.dataset.name, href: "" }]]);
    const items = [...list.querySelectorAll("li")];
    for (const end of list.querySelectorAll("[data-end]")) {
      things.set(end.dataset.end, { id: end.dataset.end, label: end.textContent, href: end.getAttribute("href") || "" });
    }
    const edges = items.map((item, number) => ({
      data: { id: `edge ${number}`, source: item.dataset.source, target: item.dataset.target, label: item.dataset.word },
      classes: items.length > 24 ? "" : "told",
    }));

    /* Without this element Cytoscape would write a style sheet into the page, which the page's policy forbids. */
    const marker = document.createElement("i");
    marker.id = "__________cytoscape_stylesheet";
    marker.hidden = true;
    document.body.append(marker);

    const drawn = document.createElement("div");
    drawn.className = "moving __________cytoscape_container";
    drawn.setAttribute("role", "img");
    drawn.setAttribute("aria-label", "The same as the list below, as a picture that can be moved");
    const still = [...box.children].filter((part) => part !== row);
    drawn.style.height = `${box.clientHeight - 2 * parseFloat(getComputedStyle(box).paddingTop)}px`; /* nothing below moves */
    box.replaceChildren(row, drawn);
    begin.remove();

    const look = () => [
      { selector: "node", style: {
        label: "data(label)", shape: "round-rectangle", width: 150, height: 52, "text-wrap": "wrap", "text-max-width": 138,
        "text-valign": "center", "text-halign": "center", "font-size": 11, "font-family": "system-ui, sans-serif",
        color: colour("--text"), "background-color": colour("--soft"), "border-width": 1, "border-color": colour("--bar"),
      } },
      { selector: "node.centre", style: { "border-width": 3, "font-weight": "bold" } },
      { selector: "node.near", style: { "border-width": 3 } },
      { selector: "edge", style: {
        "curve-style": "bezier", "target-arrow-shape": "triangle", width: 1.3, "font-size": 10,
        "font-family": "system-ui, sans-serif", "font-style": "italic", "line-color": colour("--line"),
        "target-arrow-color": colour("--quiet"), color: colour("--quiet"), "text-background-color": colour("--page"),
        "text-background-opacity": 0.85, "text-background-padding": 2,
      } },
      { selector: "edge.told, edge.near", style: { label: "data(label)" } },
      { selector: "edge.near", style: { width: 2, color: colour("--text"), "z-index": 9, "line-color": colour("--bar"), "target-arrow-color": colour("--bar") } },
    ];
    /* Rings around the thing, the nearest first: what fits on each, in the order of the list. */
    const order = new Map([...things.keys()].filter((id) => id !== box.dataset.centre).map((id, number) => [id, number]));
    const ring = (id) => {
      if (!order.has(id)) return 0;
      let left = order.get(id), level = 1, room = 8;
      while (left >= room) { left -= room; level += 1; room += 8; }
      return level;
    };
    const short = (text) => (text.length > 60 ? `${text.slice(0, 59)}…` : text);
    const nodes = [...things.values()].map((thing) => ({
      data: { ...thing, label: short(thing.label) },
      classes: thing.id === box.dataset.centre ? "centre" : "",
    }));
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const graph = cytoscape({
      container: drawn,
      elements: [...nodes, ...edges],
      style: look(),
      layout: {
        name: "concentric", animate: false, padding: 34, minNodeSpacing: order.size > 10 ? 14 : 90, startAngle: 0, levelWidth: () => 1,
        concentric: (node) => -ring(node.data("id")), transform: (_, at) => ({ x: at.x, y: at.y * 0.62 }),
      },
      minZoom: 0.2,
      maxZoom: 2.5,
      userZoomingEnabled: false,
    });
    graph.on("tap", "node", (event) => {
      const href = event.target.data("href");
      if (href.startsWith("/") && !href.startsWith("//")) location.assign(href);
    });
    graph.on("mouseover", "node", (event) => event.target.closedNeighborhood().addClass("near"));
    graph.on("mouseout", "node", (event) => event.target.closedNeighborhood().removeClass("near"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => graph.style(look()));

    const button = (words, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.textContent = words;
      made.addEventListener("click", act);
      row.append(made);
      return made;
    };
    const zoom = (by) => () => graph.animate({ zoom: { level: graph.zoom() * by, renderedPosition: { x: drawn.clientWidth / 2, y: drawn.clientHeight / 2 } }, duration: calm ? 0 : 150 });
    button("Larger", zoom(1.3));
    button("Smaller", zoom(1 / 1.3));
    button("All of it", () => graph.fit(undefined, 20));
    const swap = button("Hold still", () => {
      const moving = box.contains(drawn);
      box.replaceChildren(row, ...(moving ? still : [drawn]));
      swap.textContent = moving ? "Move" : "Hold still";
      if (!moving) graph.resize();
    });
    const steps = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] };
    box.addEventListener("keydown", (event) => {
      const step = steps[event.key];
      if (!step || !box.contains(drawn)) return;
      event.preventDefault();
      graph.panBy({ x: step[0], y: step[1] });
    });
    swap.focus();
  }
})();
