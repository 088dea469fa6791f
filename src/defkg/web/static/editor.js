/* The editor at /sparql: Yasqe over the form's text. Without this file the form works all the same.
   The form alone asks queries, and only this server: whatever of Yasqe could send, keep or share a query is taken out. */
"use strict";
(() => {
  const form = document.getElementById("editor");
  const text = document.getElementById("query");
  if (!form || !text || !window.Yasqe) return;
  const Yasqe = window.Yasqe.default || window.Yasqe;
  const WAIT = 400;
  const LONG = 6000;
  const MOST = 60;
  const terms = fetch("/sparql/terms.json")
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
    .catch(() => ({ prefixes: {}, classes: [], properties: [] }));

  Yasqe.prototype.query = () => Promise.resolve(form.requestSubmit());
  Yasqe.prototype.saveQuery = () => {};
  Yasqe.prototype.checkSyntax = () => {};
  Yasqe.defaults.prefixCcApi = "";
  Yasqe.defaults.requestConfig.endpoint = "/sparql";
  for (const name of ["prefixes", "class", "property"]) complete(name);
  Yasqe.defaults.autocompleters = ["variables", "own-prefixes", "own-class", "own-property"];

  /* A completer of Yasqe's, in its places in a query, that asks nobody for what it offers. */
  function complete(name) {
    const own = { name: `own-${name}`, persistenceId: null, autoShow: true };
    if (name === "prefixes") {
      own.get = () => terms.then((known) => Object.entries(known.prefixes).map(([p, iri]) => `${p}: <${iri}>`));
    } else {
      const list = name === "class" ? "classes" : "properties";
      own.get = (yasqe, token) => terms.then((known) => fitting(known[list], token, known.prefixes));
      own.postProcessSuggestion = (yasqe, token, iri) => iri;
      own.postprocessHints = (yasqe, hints) => terms.then((known) => hints.map((hint) => drawn(hint, known, list)));
    }
    Yasqe.forkAutocompleter(name, own, false);
    delete Yasqe.Autocompleters[name];
  }

  function fitting(entries, token, prefixes) {
    const written = (token && (token.autocompletionString || token.string) || "").trim();
    const [prefix, rest] = written.includes(":") ? [written.split(":", 1)[0], written.slice(written.indexOf(":") + 1)] : ["", ""];
    const begun = prefix in prefixes ? prefixes[prefix] + rest : written;
    const word = written.toLowerCase();
    const like = (entry) =>
      entry.iri.startsWith(begun) || (!written.includes(":") && `${entry.name} ${entry.label || ""}`.toLowerCase().includes(word));
    const begins = (entry) => entry.name.slice(entry.name.indexOf(":") + 1).toLowerCase().startsWith(word) ? 0 : 1;
    return entries.filter(like).sort((one, other) => begins(one) - begins(other)).slice(0, MOST).map((entry) => entry.iri);
  }

  /* What stands in the list: name, label and count as text, never as markup; picking it declares its prefix. */
  function drawn(hint, known, list) {
    const entry = known[list].find((one) => one.iri === hint.text);
    const prefix = entry.name === entry.iri ? "" : entry.name.split(":", 1)[0];
    hint.text = prefix && !/[/#]/.test(entry.name.slice(prefix.length + 1)) ? entry.name : `<${entry.iri}>`;
    hint.displayText = entry.name;
    hint.render = (element) => {
      element.append(part("b", entry.name), part("span", entry.label || ""));
      if (entry.count !== undefined) element.append(part("i", entry.count.toLocaleString("en")));
      element.title = entry.definition || entry.iri;
    };
    hint.hint = (cm, data, picked) => {
      cm.replaceRange(picked.text, picked.from || data.from, picked.to || data.to, "complete");
      const declared = yasqe.getPrefixesFromQuery();
      if (prefix && picked.text === entry.name && !(prefix in declared)) yasqe.addPrefixes({ [prefix]: known.prefixes[prefix] });
    };
    return hint;
  }

  function part(name, words) {
    const element = document.createElement(name);
    element.textContent = words;
    return element;
  }

  const yasqe = new Yasqe(text.parentElement, {
    value: text.value,
    persistenceId: null,
    consumeShareLink: null,
    createShareableLink: null,
    createShortLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "100%",
    lineWrapping: true,
    extraKeys: { Tab: false, "Shift-Tab": false, Esc: false, "Ctrl-S": false, "Shift-Ctrl-F": false },
  });
  const input = yasqe.getInputField();
  input.setAttribute("aria-labelledby", "query-label");
  input.setAttribute("aria-describedby", "keys");
  text.hidden = true;
  document.getElementById("query-label").addEventListener("click", () => (text.hidden ? yasqe : text).focus());
  document.documentElement.classList.add("with-script");

  const marks = [];
  mark([{ line: form.dataset.line, column: form.dataset.column, message: "The answer's problem is here" }], "problem-line");

  function mark(places, name) {
    for (const place of places) {
      const line = Number(place.line) - 1;
      if (!(line >= 0 && line < yasqe.lineCount())) continue;
      const sign = part("span", name === "problem-line" ? "✗" : "!");
      sign.className = "sign";
      sign.title = place.message;
      yasqe.setGutterMarker(line, "gutterErrorBar", sign);
      yasqe.addLineClass(line, "background", name);
      marks.push([line, name]);
    }
  }

  function unmark() {
    yasqe.clearGutter("gutterErrorBar");
    for (let line = 0; line < yasqe.lineCount(); line++) for (const [, name] of marks) yasqe.removeLineClass(line, "background", name);
    marks.length = 0;
  }

  let waiting = 0;
  let checking = new AbortController();
  yasqe.on("change", () => {
    text.value = yasqe.getValue();
    clearTimeout(waiting);
    waiting = setTimeout(check, WAIT);
  });
  text.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, WAIT);
  });

  async function check() {
    checking.abort();
    checking = new AbortController();
    if (text.value.length > LONG) return tell([]);
    try {
      const answer = await fetch(`/sparql/lint?${new URLSearchParams({ query: text.value })}`, { signal: checking.signal });
      if (answer.ok) tell((await answer.json()).warnings);
    } catch (error) {
      if (error.name !== "AbortError") tell([]);
    }
  }

  function tell(warnings) {
    const list = document.createElement("ul");
    for (const warning of warnings) list.append(part("li", `Line ${warning.line}: ${warning.message}`));
    document.getElementById("warnings").replaceChildren(...(warnings.length ? [list] : []));
    unmark();
    mark(warnings, "warning-line");
  }

  form.addEventListener("submit", () => {
    form.method = text.value.length > LONG ? "post" : "get";
  });

  /* The plain text is one button away. */
  const plain = part("button", "Plain text");
  plain.type = "button";
  plain.className = "second";
  plain.setAttribute("aria-pressed", "false");
  plain.addEventListener("click", () => {
    const now = text.hidden;
    text.hidden = !now;
    yasqe.rootEl.hidden = now;
    plain.setAttribute("aria-pressed", String(now));
    if (!now) {
      yasqe.setValue(text.value);
      yasqe.refresh();
    }
  });
  form.querySelector(".buttons").append(" ", plain);

  const share = document.getElementById("share");
  const copying = document.getElementById("copying");
  if (share && copying && navigator.clipboard) {
    const copy = part("button", "Copy link");
    copy.type = "button";
    copy.className = "second";
    const told = part("span", "");
    told.setAttribute("role", "status");
    copy.addEventListener("click", () =>
      navigator.clipboard.writeText(share.href).then(
        () => (told.textContent = "Copied."),
        () => (told.textContent = "It cannot be copied here; the link beside it has the address.")
      )
    );
    copying.append(copy, " ", told);
  }
})();
