"use strict";
(() => {
  const zh = document.body.dataset.language === "zh";
  const words = zh
    ? { title: "客服看板", token: "访问令牌", enter: "进入", wrong: "令牌无效。", live: "实时", lost: "连接已断开，正在重新连接…", waiting: "等待中", oldest: "最久等待", held: "处理中", urgent: "紧急", overdue: "超时", open: "服务中", closed: "已下班", parked: "搁置的投递", outbox: "待发送", dead: "发送失败", day: "近 24 小时达标", today: "今日服务水平", queues: "队列", risk: "即将超时", broken: "已超时（{1}），最近的在前", calm: "没有即将超时的会话。", agents: "坐席", channels: "渠道", late: "已超时", left: "剩余", free: "空闲", busy: "处理中", presence: { online: "在线", away: "暂离", offline: "离线" }, ok: "正常", slow: "缓慢", failing: "有失败", down: "中断", met: "达标", breached: "超时", answered: "接起", abandoned: "放弃", clocks: { first_response: "首次响应", next_reply: "后续回复", resolution: "解决" }, priorities: { urgent: "紧急", high: "高", normal: "普通", low: "低" } }
    : { title: "Service board", token: "Access token", enter: "Enter", wrong: "This token is not valid.", live: "live", lost: "Connection lost, trying again…", waiting: "waiting", oldest: "oldest", held: "held", urgent: "urgent", overdue: "overdue", open: "open", closed: "closed", parked: "parked deliveries", outbox: "to be sent", dead: "not deliverable", day: "kept in the last 24 h", today: "Service level today", queues: "Queues", risk: "At risk", broken: "Overdue ({1}), newest first", calm: "No promise is about to be broken.", agents: "Agents", channels: "Channels", late: "late", left: "left", free: "free", busy: "in hand", presence: { online: "online", away: "away", offline: "offline" }, ok: "ok", slow: "slow", failing: "failing", down: "down", met: "kept", breached: "missed", answered: "answered", abandoned: "abandoned", clocks: { first_response: "First response", next_reply: "Next reply", resolution: "Resolution" }, priorities: { urgent: "urgent", high: "high", normal: "normal", low: "low" } };
  const $ = (id) => document.getElementById(id);
  $("title").textContent = words.title;
  $("token-label").textContent = words.token;
  $("enter").textContent = words.enter;
  for (const part of ["today", "queues", "risk", "agents", "channels"]) $(part + "-title").textContent = words[part];

  const duration = (seconds) => {
    if (seconds == null) return "–";
    const whole = Math.max(0, Math.floor(seconds)), d = zh ? "天" : "d", h = zh ? "小时" : "h", min = zh ? "分" : "min", s = zh ? "秒" : "s";
    /* From two days on days, as the commands have it. */
    if (whole >= 172800) return `${Math.floor(whole / 86400)} ${d}`;
    return whole < 60 ? `${whole} ${s}` : whole < 3600 ? `${Math.floor(whole / 60)} ${min}` : `${Math.floor(whole / 3600)} ${h} ${Math.floor(whole / 60) % 60} ${min}`;
  };
  const element = (name, text, kind) => {
    const made = document.createElement(name);
    if (text != null) made.textContent = text;
    if (kind) made.className = kind;
    return made;
  };
  const tile = (title, side, big, rest, kind) => {
    const item = element("li", null, kind), head = element("h3", title);
    head.append(element("span", side, "hint"));
    item.append(head, element("div", big, "big"), element("div", rest, "hint"));
    return item;
  };
  const row = (first, second, third, kind) => {
    const item = element("li", null, kind);
    item.append(element("strong", first), element("span", second), element("span", third, "end"));
    return item;
  };

  /* The desk's clock, as its days are the desk's; in UTC where a browser does not know the zone. */
  const clock = (at, zone) => {
    const show = (timeZone) => new Date(at).toLocaleTimeString(zh ? "zh-CN" : "en-GB", { timeZone });
    try { return `${show(zone)} ${zone}`; } catch { return `${show("UTC")} UTC`; }
  };

  let latest = null, received = 0;

  /* Times go on between two messages: `age` is how old the board is. */
  function draw() {
    if (!latest) return;
    const board = latest, age = (Date.now() - received) / 1000;
    $("content").hidden = false;
    const clocks = board.clocks_24h, decided = (clocks.met || 0) + (clocks.breached || 0);
    $("summary").textContent = [
      `${words.day}: ${decided ? Math.round(1000 * (clocks.met || 0) / decided) / 10 + " %" : "–"}`,
      `${words.outbox}: ${(board.outbox.queued || 0) + (board.outbox.sending || 0)}`, `${words.dead}: ${board.outbox.dead || 0}`, `${words.parked}: ${board.parked}`,
    ].join(" · ");
    const promises = board.today.map((kind) => tile(
      words.clocks[kind.clock] || kind.clock, "", kind.percent == null ? "–" : `${kind.percent} %`,
      `${words.met} ${kind.met} · ${words.breached} ${kind.breached}`, kind.breached > 0 ? "late" : ""));
    /* Calls and chats, on a day that had some. */
    const live = (board.live ? [board.live] : []).map((level) => {
      const seconds = level.within_seconds.join("/");
      return tile(
        zh ? `${level.convention}（${seconds} 秒内）` : `${level.convention} in ${seconds} s`, "",
        level.percent == null ? "–" : `${level.percent} %`,
        `${words.answered} ${level.answered} · ${words.abandoned} ${level.abandoned}`, "");
    });
    $("today").replaceChildren(...promises, ...live);
    const titles = {};
    $("queues").replaceChildren(...board.queues.map((queue) => {
      titles[queue.queue] = queue.title[zh ? "zh" : "en"] || queue.queue;
      const oldest = queue.oldest_waiting_seconds == null ? null : queue.oldest_waiting_seconds + age;
      return tile(
        titles[queue.queue], queue.open ? words.open : words.closed, String(queue.waiting),
        [
          words.waiting, oldest == null ? null : `${words.oldest} ${duration(oldest)}`,
          ...["held", "urgent", "overdue"].map((name) => queue[name] ? `${words[name]} ${queue[name]}` : null),
        ].filter(Boolean).join(" · "),
        queue.overdue > 0 ? "late" : "");
    }));
    const risk = (promise) => {
      const left = promise.seconds_left - age, isLate = left < 0;
      return row(
        `#${promise.id}`, `${titles[promise.queue] || promise.queue} · ${words.clocks[promise.clock] || promise.clock} · ${words.priorities[promise.priority] || promise.priority}${promise.assignee ? " · " + promise.assignee : ""}`,
        isLate ? `${words.late} ${duration(-left)}` : `${words.left} ${duration(left)}`, isLate ? "bad" : "");
    };
    const risks = board.at_risk.map(risk);
    $("risk").replaceChildren(...(risks.length ? risks : [element("li", words.calm, "hint")]));
    $("overdue-part").hidden = board.overdue.count === 0;
    $("overdue-title").textContent = words.broken.replace("{1}", board.overdue.count);
    $("overdue").replaceChildren(...board.overdue.newest.map(risk));
    $("agents-part").hidden = board.agents.length === 0;
    $("agents").replaceChildren(...board.agents.map((agent) => row(
      agent.display || agent.name, [
        words.presence[agent.presence] || agent.presence,
        agent.holds ? `${words.busy} ${agent.holds}` : agent.presence === "online" ? words.free : null,
      ].filter(Boolean).join(" · "),
      agent.holds ? duration(agent.busy_seconds + age) : "")));
    $("channels").replaceChildren(...board.channels.map((channel) => row(
      channel.title || channel.name, [
        `${words.outbox} ${channel.queued}`, channel.oldest_seconds == null ? null : `${words.oldest} ${duration(channel.oldest_seconds + age)}`,
        channel.dead ? `${words.dead} ${channel.dead}` : null, channel.parked ? `${words.parked} ${channel.parked}` : null,
      ].filter(Boolean).join(" · "), words[channel.state] || channel.state, channel.state === "ok" ? "" : "bad")));
  }

  function show(board) {
    latest = board;
    received = Date.now();
    $("content").classList.remove("stale");
    $("status").textContent = `${words.live} · ${clock(board.at, board.zone)}`;
    draw();
  }
  setInterval(draw, 5000);

  /* EventSource cannot send a bearer token, so the stream is read by hand. */
  async function listen(token) {
    /* Something comes every 20 seconds. A road that has become silent looks no different from a quiet desk, so it is left. */
    const quiet = new AbortController();
    let patience = setTimeout(() => quiet.abort(), 50000);
    const heard = () => { clearTimeout(patience); patience = setTimeout(() => quiet.abort(), 50000); };
    const answer = await fetch("/api/v1/board/events", { headers: { Authorization: `Bearer ${token}` }, signal: quiet.signal });
    if (answer.status === 401) { clearTimeout(patience); sessionStorage.removeItem("patchbay.token"); return ask(words.wrong); }
    if (!answer.ok) throw new Error(String(answer.status));
    if (!$("login").hidden) { $("login").hidden = true; $("title").focus(); }
    $("status").textContent = "";
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("ended");
      heard();
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
    listen(token).catch(() => {
      $("status").textContent = latest ? `${words.lost} · ${clock(latest.at, latest.zone)}` : words.lost;
      $("content").classList.add("stale");
      setTimeout(() => follow(token), 2000);
    });
  }

  function ask(why) {
    $("status").textContent = why || "";
    $("status").classList.toggle("bad", Boolean(why));
    $("login").hidden = false;
    $("content").hidden = true;
    if (why) { $("token").setAttribute("aria-invalid", "true"); $("token").setAttribute("aria-describedby", "status"); }
    $("token").focus();
    $("token").select();
    $("login").onsubmit = (event) => {
      event.preventDefault();
      const token = $("token").value.trim();
      /* No header can carry anything else. */
      if (!/^[\x21-\x7e]+$/.test(token)) return ask(words.wrong);
      $("status").classList.remove("bad");
      $("token").removeAttribute("aria-invalid");
      sessionStorage.setItem("patchbay.token", token);
      follow(token);
    };
  }

  const known = sessionStorage.getItem("patchbay.token");
  if (known) follow(known); else ask();
})();
