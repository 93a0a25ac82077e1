"use strict";
(() => {
  const zh = document.body.dataset.language === "zh";
  const words = zh
    ? { title: "客服看板", token: "访问令牌", enter: "进入", live: "实时", lost: "连接已断开，正在重新连接…", waiting: "等待中", oldest: "最久等待", held: "处理中", urgent: "紧急", overdue: "超时", open: "服务中", closed: "已下班", parked: "搁置的投递", outbox: "待发送", dead: "发送失败", day: "近 24 小时达标" }
    : { title: "Service board", token: "Access token", enter: "Enter", live: "live", lost: "Connection lost, trying again…", waiting: "waiting", oldest: "oldest", held: "held", urgent: "urgent", overdue: "overdue", open: "open", closed: "closed", parked: "parked deliveries", outbox: "to be sent", dead: "not deliverable", day: "kept in the last 24 h" };
  const $ = (id) => document.getElementById(id);
  $("title").textContent = words.title;
  $("token-label").textContent = words.token;
  $("enter").textContent = words.enter;

  const duration = (seconds) => seconds == null ? "–" : seconds < 3600 ? `${Math.floor(seconds / 60)} min` : `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;

  function show(board) {
    $("status").textContent = `${words.live} · ${new Date(board.at).toLocaleTimeString()}`;
    const clocks = board.clocks_24h, decided = (clocks.met || 0) + (clocks.breached || 0);
    $("summary").textContent = [
      `${words.day}: ${decided ? Math.round(1000 * (clocks.met || 0) / decided) / 10 + " %" : "–"}`,
      `${words.outbox}: ${(board.outbox.queued || 0) + (board.outbox.sending || 0)}`, `${words.dead}: ${board.outbox.dead || 0}`, `${words.parked}: ${board.parked}`,
    ].join(" · ");
    $("queues").replaceChildren(...board.queues.map((queue) => {
      const item = document.createElement("li");
      if (queue.overdue > 0) item.className = "late";
      const head = document.createElement("h2"), state = document.createElement("span"), big = document.createElement("div"), rest = document.createElement("div");
      head.append(queue.title[zh ? "zh" : "en"] || queue.queue);
      state.className = "hint";
      state.textContent = queue.open ? words.open : words.closed;
      head.append(state);
      big.className = "big";
      big.textContent = queue.waiting;
      rest.className = "hint";
      rest.textContent = `${words.waiting} · ${words.oldest} ${duration(queue.oldest_waiting_seconds)} · ${words.held} ${queue.held} · ${words.urgent} ${queue.urgent} · ${words.overdue} ${queue.overdue}`;
      item.append(head, big, rest);
      return item;
    }));
  }

  /* EventSource cannot send a bearer token, so the stream is read by hand. */
  async function listen(token) {
    const answer = await fetch("/api/v1/board/events", { headers: { Authorization: `Bearer ${token}` } });
    if (answer.status === 401) { sessionStorage.removeItem("patchbay.token"); return ask(); }
    if (!answer.ok) throw new Error(String(answer.status));
    $("login").hidden = true;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("ended");
      rest += value;
      const events = rest.split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data: ")).map((line) => line.slice(6)).join("\n");
        if (data) show(JSON.parse(data));
      }
    }
  }

  function follow(token) {
    listen(token).catch(() => { $("status").textContent = words.lost; setTimeout(() => follow(token), 2000); });
  }

  function ask() {
    $("login").hidden = false;
    $("token").focus();
    $("login").onsubmit = (event) => {
      event.preventDefault();
      sessionStorage.setItem("patchbay.token", $("token").value.trim());
      follow($("token").value.trim());
    };
  }

  const known = sessionStorage.getItem("patchbay.token");
  if (known) follow(known); else ask();
})();
