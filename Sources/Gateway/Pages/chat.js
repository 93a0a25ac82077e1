"use strict";
(() => {
  const zh = document.body.dataset.language === "zh";
  const words = zh
    ? { send: "发送", label: "您的消息", placeholder: "请描述您的问题。请勿填写完整卡号、密码或验证码。", open: "客服在线", closed: "现在是非工作时间，您可以留言。下次上线：", offline: "连接已断开，正在重新连接…", failed: "未发送。", again: "重新发送", log: "对话", you: "您", us: "客服", bot: "自动回复", topic: "问题类别", attach: "添加截图或文件", remove: "移除", file: "文件", typing: "客服正在输入", seen: "已看", end: "结束聊天", ended: "聊天已结束。如需继续，直接发送消息即可。", mail: "把对话发到我的邮箱", email: "发送到（电子邮箱）", mailSend: "发送", cancel: "取消", mailed: "已发送至 ", answers: "这些可能有帮助", helped: "问题已解决", write: "联系我们", thanks: "很高兴能帮到您。", reconnected: "已重新连接", rating: "您对这次服务满意吗？", comment: "想补充什么？（可不填）", rate: "提交", later: "不评价", rated: "谢谢您的评价！", of: "星，共 5 星", options: "可选的回答" }
    : { send: "Send", label: "Your message", placeholder: "Tell us what happened. Never send full card numbers, passwords or codes.", open: "We are here", closed: "We are closed now; leave a message. Open again: ", offline: "Connection lost, trying again…", failed: "Not sent.", again: "Send again", log: "Conversation", you: "You", us: "Support", bot: "Automatic reply", topic: "Topic", attach: "Add a screenshot or file", remove: "Remove", file: "file", typing: "Support is typing", seen: "Seen", end: "End chat", ended: "You have ended the chat. To go on, just write.", mail: "E-mail me this conversation", email: "Send it to (e-mail address)", mailSend: "Send", cancel: "Cancel", mailed: "Sent to ", answers: "This may help", helped: "That helped", write: "Write to us", thanks: "Glad that helped.", reconnected: "Connected again", rating: "How did we do?", comment: "Anything to add? (optional)", rate: "Send", later: "Not now", rated: "Thank you for rating!", of: "of 5", options: "Answers to choose from" };
  const $ = (id) => document.getElementById(id);
  const channel = document.body.dataset.channel;
  const base = `/chat/${encodeURIComponent(channel)}`;
  /* Who is logged in to the site around us, by its word; it stays out of addresses and histories. Such a session lives as long as its tab. */
  const claim = new URLSearchParams(location.hash.slice(1)).get("identity");
  if (claim !== null) history.replaceState(null, "", location.pathname + location.search);
  const known = { key: `patchbay.${channel}.identity`, get() { try { return sessionStorage.getItem(this.key); } catch { return this.value; } }, set(value) { this.value = value; try { if (value) sessionStorage.setItem(this.key, value); else sessionStorage.removeItem(this.key); } catch { /* private window: this page only */ } } };
  if (claim !== null) known.set(null);
  const store = { key: `patchbay.${channel}`, get() { try { return localStorage.getItem(this.key); } catch { return this.value; } }, set(value) { this.value = value; try { localStorage.setItem(this.key, value); } catch { /* private window: this page only */ } } };
  const shown = new Map();
  let category = null;
  let last = "0";
  let source = null;
  let openText = "";
  let wasOffline = false;
  let seenTo = "0";
  /* Ids have more digits than a Number. */
  const isAfter = (one, other) => /^\d+$/.test(one) && BigInt(one) > BigInt(other);

  $("say").hidden = false;
  $("log").setAttribute("aria-label", words.log);
  $("send").textContent = words.send;
  $("text-label").textContent = words.label;
  $("text").placeholder = words.placeholder;
  $("attach").title = words.attach;
  $("attach").setAttribute("aria-label", words.attach);
  $("chips").setAttribute("aria-label", words.topic);
  $("end").textContent = words.end;
  $("mail").textContent = words.mail;
  $("email-label").textContent = words.email;
  $("transcript-send").textContent = words.mailSend;
  $("transcript-close").textContent = words.cancel;
  $("answers").setAttribute("aria-label", words.answers);

  /* What went wrong, at the field that it is about. */
  function complain(problem, field = $("text"), place = $("problem")) {
    place.textContent = problem.message;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", place.id);
  }
  function contented(field = $("text"), place = $("problem")) {
    place.textContent = "";
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }

  async function session(fresh) {
    if (claim && !fresh && !known.get()) {
      const answer = await fetch(`${base}/session`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ identity: claim }) });
      if (answer.ok) known.set((await answer.json()).session);
    }
    if (fresh) known.set(null);
    if (known.get()) return known.get();
    let token = fresh ? null : store.get();
    if (!token) {
      const answer = await Problem.fetch(`${base}/session`, { method: "POST" });
      token = (await answer.json()).session;
      store.set(token);
    }
    return token;
  }

  const isAtEnd = () => $("log").scrollHeight - $("log").scrollTop - $("log").clientHeight < 80;
  const toEnd = () => { $("log").scrollTop = $("log").scrollHeight; };
  /* A panel that opens below must not hide the newest message. */
  let endIsSeen = true;
  $("log").addEventListener("scroll", () => { endIsSeen = isAtEnd(); });
  new ResizeObserver(() => { if (endIsSeen) toEnd(); }).observe($("log"));

  /* Messages come ordered by id from the stream; one that this page sent is already there under its client id. */
  function show(message) {
    const clientID = message.client_id;
    const known = shown.get(message.id) || (clientID && shown.get(clientID));
    const wasAtEnd = isAtEnd();
    const item = known || document.createElement("li");
    item.className = message.direction;
    item.replaceChildren();
    const who = document.createElement("small");
    const time = new Date(message.sent_at || Date.now()).toLocaleTimeString(zh ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit" });
    who.textContent = `${message.direction === "in" ? words.you : message.direction === "bot" ? words.bot : words.us} · ${time}`;
    const files = (message.attachments || []).map(fileLink);
    /* Each text runs in its own direction. */
    const text = document.createElement("span");
    text.className = "text";
    text.dir = "auto";
    text.textContent = message.text ?? (files.length ? "" : "…");
    item.append(text, ...files, who);
    if (!known) $("entries").append(item);
    /* The topic goes with the first message; afterwards the room belongs to the conversation. */
    $("chips").hidden = true;
    $("answers").hidden = true;
    $("tools").hidden = false;
    if (message.direction === "out") $("typing").textContent = "";
    if (!known) for (const row of $("log").querySelectorAll(".options")) row.remove();
    if (item === $("entries").lastElementChild) offer(message.options || [], item);
    item.dataset.id = message.id;
    shown.set(message.id, item);
    if (clientID) shown.set(clientID, item);
    /* Whoever reads further up is left there. */
    if (wasAtEnd || (!known && message.direction === "in")) toEnd();
    return item;
  }

  /* Answers to tap stand below the newest message only; what is tapped is said. */
  function offer(options, item) {
    if (!options.length) return;
    const row = document.createElement("div");
    row.className = "options";
    row.setAttribute("role", "group");
    row.setAttribute("aria-label", words.options);
    row.append(...options.map((label) => {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = label;
      button.onclick = () => { $("text").focus(); say(label, []); };
      return button;
    }));
    item.append(row);
  }

  /* What the page itself sends is shown by name; what is stored can be looked at. */
  function fileLink(file) {
    const name = file.filename || words.file;
    if (!file.id || file.state !== "stored") {
      const line = document.createElement("small");
      line.textContent = name;
      return line;
    }
    const link = document.createElement("a");
    link.href = `${base}/files/${file.id}?session=${encodeURIComponent(known.get() || store.get() || "")}`;
    link.download = name;
    link.rel = "noreferrer";
    if (file.type === "image") {
      const picture = document.createElement("img");
      picture.alt = name;
      picture.loading = "lazy";
      picture.src = link.href;
      const wasAtEnd = isAtEnd();
      picture.onload = () => { if (wasAtEnd) toEnd(); };
      picture.onerror = () => picture.replaceWith(name);
      link.append(picture);
    } else link.textContent = name;
    return link;
  }

  function listen(token) {
    source?.close();
    source = new EventSource(`${base}/events?session=${encodeURIComponent(token)}&after=${last}`);
    source.addEventListener("message", (event) => {
      const message = JSON.parse(event.data);
      if (isAfter(event.lastEventId, last)) last = event.lastEventId;
      show(message);
      markSeen();
      if (message.direction !== "in") noteRead();
    });
    source.addEventListener("signs", (event) => {
      const signs = JSON.parse(event.data);
      if (signs.seen_to) { seenTo = signs.seen_to; markSeen(); }
      showTyping(signs.agent_typing);
    });
    source.addEventListener("survey", (event) => askForRating(JSON.parse(event.data).survey));
    source.onopen = () => {
      $("status").textContent = wasOffline ? `${words.reconnected}${zh ? "。" : ". "}${openText}` : openText;
      if (wasOffline) retryFailed();
      wasOffline = false;
      noteRead();
    };
    source.onerror = async () => {
      wasOffline = true;
      $("status").textContent = words.offline;
      if (source.readyState !== EventSource.CLOSED) return;
      /* Refused. Only the desk itself says that a session is over; a proxy in front of it says other things while it restarts. */
      const asked = await fetch(`${base}/messages?session=${encodeURIComponent(token)}&after=${last}`).catch(() => null);
      if (asked?.status === 401) {
        try { return listen(await session(true)); } catch { /* once more, later */ }
      }
      setTimeout(() => listen(token), 5000);
    };
  }

  /* Beside the messages: small words to the desk that may get lost. */
  async function tell(what, members) {
    try {
      return await fetch(`${base}/${what}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session: await session(false), ...members }) });
    } catch { return null; }
  }

  /* "Seen" stands under the newest of our own messages that an agent has been shown. */
  function markSeen() {
    const own = [...$("log").querySelectorAll("li.in")].filter((item) => /^\d+$/.test(item.dataset.id || "") && !isAfter(item.dataset.id, seenTo));
    for (const mark of $("log").querySelectorAll(".seen")) mark.remove();
    if (!own.length) return;
    const mark = document.createElement("span");
    mark.className = "seen";
    mark.textContent = ` · ${words.seen}`;
    own[own.length - 1].querySelector("small:last-child")?.append(mark);
  }

  let typingEnds = null;
  function showTyping(isTyping) {
    clearTimeout(typingEnds);
    $("typing").textContent = isTyping ? words.typing : "";
    if (isTyping) typingEnds = setTimeout(() => showTyping(false), 6000);
  }

  /* What stands on a page that is looked at has been read. */
  let readTo = "0";
  let reading = null;
  function noteRead() {
    clearTimeout(reading);
    reading = setTimeout(() => {
      if (document.visibilityState !== "visible") return;
      let newest = readTo;
      for (const item of $("log").querySelectorAll("li.out, li.bot")) if (isAfter(item.dataset.id || "", newest)) newest = item.dataset.id;
      if (newest === readTo) return;
      readTo = newest;
      tell("read", { to: newest });
    }, 400);
  }
  document.addEventListener("visibilitychange", noteRead);

  let toldTyping = 0;
  $("text").addEventListener("input", () => {
    contented();
    const isTyping = $("text").value !== "";
    if (!source || (isTyping && Date.now() - toldTyping < 4000) || (!isTyping && !toldTyping)) return;
    toldTyping = isTyping ? Date.now() : 0;
    tell("typing", { typing: isTyping });
  });

  /* Closed, or only loaded again: the desk waits a moment before it believes that we have left. */
  addEventListener("pagehide", () => {
    const token = known.get() || store.get();
    if (token && shown.size) navigator.sendBeacon(`${base}/leave`, JSON.stringify({ session: token }));
  });
  addEventListener("pageshow", (event) => { if (event.persisted) session(false).then(listen); });

  function retryFailed() { for (const item of $("log").querySelectorAll("li.failed .again")) item.click(); }
  addEventListener("online", retryFailed);

  $("end").onclick = async () => {
    $("transcript").hidden = true;
    await tell("leave", { ended: true });
    $("status").textContent = words.ended;
    $("text").focus();
  };

  $("mail").onclick = () => {
    $("transcript").hidden = false;
    $("transcript-status").textContent = "";
    $("email").focus();
  };
  const closeTranscript = () => { $("transcript").hidden = true; $("mail").focus(); };
  $("transcript-close").onclick = closeTranscript;
  $("transcript").addEventListener("keydown", (event) => { if (event.key === "Escape" && !event.isComposing) { event.preventDefault(); closeTranscript(); } });
  /* In the widget, Escape belongs to the page around us as well. */
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented && parent !== window) parent.postMessage({ patchbay: "close" }, "*");
  });
  $("transcript").addEventListener("submit", async (event) => {
    event.preventDefault();
    const field = $("email"), place = $("transcript-problem");
    contented(field, place);
    $("transcript-status").textContent = "";
    $("transcript-send").disabled = true;
    try {
      if (!field.value.trim() || !field.validity.valid) throw new Problem("email");
      const body = JSON.stringify({ session: await session(false), email: field.value.trim() });
      const answer = await Problem.fetch(`${base}/transcript`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      $("transcript-status").textContent = words.mailed + (await answer.json()).to;
    } catch (error) {
      complain(Problem.from(error), field, place);
      field.focus();
    }
    $("transcript-send").disabled = false;
  });
  $("email").addEventListener("input", () => contented($("email"), $("transcript-problem")));
  /* The browser's own bubbles speak the browser's language. */
  for (const id of ["transcript", "survey", "say"]) $(id).noValidate = true;

  /* After a resolution: asked once, on this page. */
  let survey = null;
  function askForRating(token) {
    if (!token || token === survey) return;
    survey = token;
    $("survey-stars").replaceChildren(...[5, 4, 3, 2, 1].map((count) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      input.type = "radio";
      input.name = "stars";
      input.value = String(count);
      input.required = true;
      input.setAttribute("aria-label", `${count} ${words.of}`);
      label.append(input, ` ${"★".repeat(count)}${"☆".repeat(5 - count)}`);
      return label;
    }));
    $("survey").hidden = false;
    $("status").textContent = words.rating;
  }
  $("survey-legend").textContent = words.rating;
  $("survey-label").textContent = words.comment;
  $("survey-send").textContent = words.rate;
  $("survey-close").textContent = words.later;
  $("survey-close").onclick = () => { $("survey").hidden = true; $("text").focus(); };
  $("survey").addEventListener("submit", async (event) => {
    event.preventDefault();
    $("survey-problem").textContent = "";
    const stars = Number($("survey").querySelector("input[name=stars]:checked")?.value);
    const body = JSON.stringify({ stars, comment: $("survey-comment").value });
    try {
      if (!stars) throw new Problem("stars");
      await Problem.fetch(`/survey/${survey}`, { method: "POST", headers: { "Content-Type": "application/json" }, body });
      $("status").textContent = words.rated;
      $("survey").hidden = true;
      $("text").focus();
    } catch (error) {
      $("survey-problem").textContent = Problem.from(error).message;
      $("survey").querySelector(error.code === "stars" ? "input[name=stars]" : "#survey-send").focus();
    }
  });

  /* Answers to a topic, read before anything is written. */
  async function offerAnswers(topic) {
    $("answers").hidden = true;
    if (!topic || shown.size) return;
    const reply = await fetch(`${base}/answers?category=${encodeURIComponent(topic)}&language=${zh ? "zh" : "en"}`).catch(() => null);
    const answers = reply?.ok ? (await reply.json()).answers : [];
    if (!answers.length || category !== topic || shown.size) return;
    const outcome = (word) => fetch(`${base}/helped`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ category: topic, outcome: word }) }).catch(() => null);
    const title = document.createElement("h2");
    title.textContent = words.answers;
    const items = answers.map((answer) => {
      const details = document.createElement("details");
      const summary = document.createElement("summary");
      const text = document.createElement("p");
      details.open = answers.length === 1;
      summary.textContent = answer.title;
      text.textContent = answer.text;
      details.append(summary, text);
      return details;
    });
    const row = document.createElement("p");
    const choice = (id, text, word, then) => {
      const button = document.createElement("button");
      button.type = "button";
      button.id = id;
      button.textContent = text;
      button.onclick = () => { outcome(word); $("answers").hidden = true; then(); };
      row.append(button);
      return button;
    };
    row.className = "row";
    choice("helped", words.helped, "helped", () => { $("status").textContent = words.thanks; $("text").focus(); });
    choice("write", words.write, "wrote", () => $("text").focus()).className = "quiet";
    $("answers").replaceChildren(title, ...items, row);
    $("answers").hidden = false;
    $("answers").focus();
    outcome("offered");
  }

  async function post(text, files, clientID) {
    const body = { session: await session(false), client_id: clientID, text, language: zh ? "zh" : "en" };
    if (files.length) body.attachments = files;
    if (category) body.category = category;
    const send = () => Problem.fetch(`${base}/messages`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    let answer;
    try { answer = await send(); } catch (problem) {
      if (problem.status !== 401) throw problem;
      body.session = await session(true);
      listen(body.session);
      answer = await send();
    }
    show(await answer.json());
  }

  function say(text, files) {
    const clientID = crypto.randomUUID ? crypto.randomUUID() : `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    const item = show({ id: clientID, client_id: clientID, direction: "in", text, attachments: files.map(({ filename }) => ({ filename })) });
    /* Back into the box, before what was typed since: to be changed. */
    const takeBack = (problem) => {
      item.remove();
      shown.delete(clientID);
      $("text").value = [text, $("text").value].filter(Boolean).join("\n");
      chosen.unshift(...files);
      showChosen();
      complain(problem);
      $("text").focus();
    };
    const attempt = () => {
      item.classList.remove("failed");
      item.querySelector(".undelivered")?.remove();
      post(text, files, clientID).catch((error) => {
        const problem = Problem.from(error);
        if (problem.isFinal) return takeBack(problem);
        /* The same client id again: the desk files it once however often it comes. */
        const line = document.createElement("p"), button = document.createElement("button");
        item.classList.add("failed");
        line.className = "undelivered";
        button.type = "button";
        button.className = "again";
        button.textContent = words.again;
        button.setAttribute("aria-label", text ? `${words.again}: ${text.slice(0, 60)}` : words.again);
        button.onclick = () => {
          const hadFocus = document.activeElement === button;
          attempt();
          if (hadFocus) $("text").focus();
        };
        line.append(`${words.failed}${zh ? "" : " "}${problem.message} `, button);
        item.querySelector(".undelivered")?.remove();
        item.append(line);
        if (endIsSeen) toEnd();
      });
    };
    attempt();
  }

  $("say").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = $("text").value.trim();
    if (!text && !chosen.length) return $("text").focus();
    contented();
    $("text").value = "";
    toldTyping = 0;
    say(text, chosen.splice(0));
    showChosen();
  });

  /* Files that go with the next message: chosen, dropped or pasted, as base64. */
  const chosen = [];
  const filesMax = Number(document.body.dataset.files), sizeMax = Number(document.body.dataset.size);
  function showChosen() {
    $("text").required = chosen.length === 0;
    $("files").replaceChildren(...chosen.map((file) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = `${file.filename} ✕`;
      button.setAttribute("aria-label", `${words.remove}: ${file.filename}`);
      button.onclick = () => { chosen.splice(chosen.indexOf(file), 1); contented(); showChosen(); $("text").focus(); };
      item.append(button);
      return item;
    }));
  }
  async function add(files) {
    let refused = null;
    contented();
    for (const file of files) {
      const size = chosen.reduce((sum, { data }) => sum + data.length * 3 / 4, 0);
      if (file.size === 0) { refused = "file_empty"; continue; }
      if (chosen.length >= filesMax) { refused = "files_max"; break; }
      if (size + file.size > sizeMax) { refused = "too_large"; continue; }
      try {
        const url = await new Promise((done, fail) => {
          const reader = new FileReader();
          reader.onload = () => done(reader.result);
          reader.onerror = () => fail(reader.error);
          reader.readAsDataURL(file);
        });
        chosen.push({ filename: file.name || "screenshot.png", content_type: file.type, data: url.slice(url.indexOf(",") + 1) });
      } catch { refused = "file_unreadable"; }
    }
    showChosen();
    if (refused) complain(new Problem(refused));
    $("text").focus();
  }
  $("attach").onclick = () => $("file").click();
  $("file").onchange = () => { add([...$("file").files]); $("file").value = ""; };
  $("text").addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (files.length) { event.preventDefault(); add(files); }
  });
  $("say").addEventListener("dragover", (event) => event.preventDefault());
  $("say").addEventListener("drop", (event) => { event.preventDefault(); add([...event.dataTransfer.files]); });

  $("text").addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("say").requestSubmit();
    }
  });

  async function begin() {
    const answer = await Problem.fetch(`${base}/hours?language=${zh ? "zh" : "en"}`);
    const hours = await answer.json();
    openText = hours.open ? words.open : words.closed + hours.text;
    $("status").textContent = openText;
    $("mail").hidden = !hours.transcript;
    $("chips").replaceChildren();
    for (const topic of hours.categories || []) {
      const chip = document.createElement("button");
      chip.type = "button";
      chip.textContent = topic.title[zh ? "zh" : "en"] || topic.id;
      chip.setAttribute("aria-pressed", "false");
      chip.onclick = () => {
        category = category === topic.id ? null : topic.id;
        for (const other of $("chips").children) other.setAttribute("aria-pressed", String(other === chip && category !== null));
        $("text").focus();
        offerAnswers(category);
      };
      $("chips").append(chip);
    }
    listen(await session(false));
    $("text").focus();
  }
  const start = () => begin().then(() => contented(), (error) => {
    $("status").textContent = words.offline;
    /* A line that is down comes back by itself; a refusal deserves its reason. */
    if (error instanceof Problem && error.status) $("problem").textContent = error.message;
    setTimeout(start, 5000);
  });
  start();
})();
