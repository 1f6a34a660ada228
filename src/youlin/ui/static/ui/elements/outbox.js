// <youlin-outbox>: a chip that says what waits ("无网络 · 3 件待发，已存好") and opens the list of it.

import { person } from "../person.js";
import { addresses } from "../outbox.js";
import { drop, flush, items, onChange, retry } from "../outbox-core.js";
import { t } from "../words.js";

class Outbox extends HTMLElement {
  connectedCallback() {
    this.setAttribute("role", "status");
    this.stopListening = onChange((change) => this.update(change));
    this.onNetwork = () => this.update();
    window.addEventListener("online", this.onNetwork);
    window.addEventListener("offline", this.onNetwork);
    this.update();
  }

  disconnectedCallback() {
    this.stopListening();
    window.removeEventListener("online", this.onNetwork);
    window.removeEventListener("offline", this.onNetwork);
  }

  async update(change = {}) {
    const kept = await items(person()).catch(() => []);
    const refused = kept.filter((item) => item.state === "refused").length;
    const { text, look } = this.words(kept, refused, change);
    this.hidden = !text;
    if (!this.chip) {
      this.chip = document.createElement("button");
      this.chip.type = "button";
      this.chip.addEventListener("click", () => this.open());
      this.append(this.chip);
    }
    this.chip.className = `outbox-chip ${look}`;
    this.chip.textContent = text;
    if (this.dialog?.open) this.list(kept);
  }

  words(kept, refused, change) {
    const receipts = kept.filter((item) => item.state === "sent").length;
    const n = kept.length - refused - receipts;
    if (refused) return { text: t("%(n)s 件被退回，请看一下", { n: refused }), look: "is-refused" };
    if (!navigator.onLine) {
      const text = n ? t("无网络 · %(n)s 件待发，已存好", { n }) : t("无网络 · 写的都会存好");
      return { text, look: "" };
    }
    if (!n) return { text: receipts ? t("%(n)s 件已发出，看回执", { n: receipts }) : "", look: "" };
    if (kept.some((item) => item.state === "signin")) return { text: t("%(n)s 件待发，登录后发出", { n }), look: "" };
    if (change.kind === "sending") {
      return { text: t("正在发送 %(at)s / %(of)s", change), look: "is-sending" };
    }
    if (kept.some((item) => item.away)) return { text: t("系统暂时不能保存 · %(n)s 件待发，已存好", { n }), look: "" };
    return { text: t("%(n)s 件待发，已存好", { n }), look: "" };
  }

  async open() {
    this.dialog ??= this.build();
    this.list(await items(person()));
    this.dialog.showModal();
  }

  build() {
    const dialog = document.createElement("dialog");
    const head = element("div", "dialog-head", element("h2", "", t("待发的内容")));
    const close = element("button", "btn btn-quiet btn-icon", "✕");
    close.setAttribute("aria-label", t("关闭"));
    close.addEventListener("click", () => dialog.close());
    head.append(close);
    this.body = element("ul", "list");
    dialog.append(head, this.body);
    dialog.setAttribute("aria-label", t("待发的内容"));
    document.body.append(dialog);
    return dialog;
  }

  list(kept) {
    this.body.replaceChildren(...kept.map((item) => this.row(item)));
    if (!kept.length) this.body.append(element("li", "list-row muted", t("都发出去了。")));
  }

  row(item) {
    const words = element("div", "grow stack stack-tight");
    words.append(element("b", "", item.label), element("p", "muted small", this.about(item)));
    for (const { message, remedy } of item.problem?.problems ?? []) {
      words.append(element("p", "is-late small", [message, remedy].filter(Boolean).join(" ")));
    }
    const acts = element("div", "row row-tight");
    if (item.state === "refused") {
      const edit = element("a", "btn btn-small btn-primary", t("去改"));
      edit.href = `${item.page}#outbox=${encodeURIComponent(item.id)}`;
      edit.addEventListener("click", () => setTimeout(() => location.reload()));
      acts.append(edit);
    }
    if (item.state === "sent") {
      const look = element("a", "btn btn-small btn-primary", t("看回执"));
      look.href = item.receipt;
      acts.append(look);
      words.append(acts);
      return element("li", "list-row", words);
    }
    acts.append(
      this.act(t("再发一次"), async () => {
        await retry(item.id);
        await flush({ ...addresses(), force: true });
      }),
      this.act(t("删除"), () => confirm(t("删除后找不回来，确定吗？")) && drop(item.id)),
    );
    words.append(acts);
    return element("li", "list-row", words);
  }

  about(item) {
    const photos = item.entries.filter(([, value]) => value instanceof Blob).length;
    const time = new Date(item.created).toLocaleString(document.documentElement.lang, {
      month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit",
    });
    return photos ? t("%(time)s 写的 · %(n)s 个附件", { time, n: photos }) : t("%(time)s 写的", { time });
  }

  act(text, run) {
    const button = element("button", "btn btn-small", text);
    button.type = "button";
    button.addEventListener("click", async () => {
      await run();
      this.update();
    });
    return button;
  }
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

customElements.define("youlin-outbox", Outbox);
