// <youlin-security-key data-act="create|get" data-options="id">: its button asks the browser for a security key and sends
// the form around it with what the key answered in the field `credential`. The options stand in a JSON script of the page.

import { t } from "../words.js";
import { toast } from "../toast.js";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class SecurityKey extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.button.addEventListener("click", () => this.ask());
  }

  async ask() {
    if (!window.PublicKeyCredential) {
      toast(t("这个浏览器不支持安全密钥，请换一个，或用验证器应用。"), { late: true });
      return;
    }
    this.button.disabled = true;
    try {
      const { publicKey } = this.options();
      const found = await navigator.credentials[this.dataset.act]({ publicKey });
      const form = this.closest("form");
      form.elements.credential.value = JSON.stringify(plain(found));
      form.submit();
    } catch (error) {
      this.button.disabled = false;
      toast(words(error), { late: true });
    }
  }

  // What the server asks for, with bytes where it could only write text.
  options() {
    const given = JSON.parse(document.getElementById(this.dataset.options).textContent);
    const { publicKey } = given[this.dataset.act === "create" ? "creation_options" : "request_options"];
    publicKey.challenge = bytes(publicKey.challenge);
    if (publicKey.user) publicKey.user.id = bytes(publicKey.user.id);
    for (const name of ["excludeCredentials", "allowCredentials"]) {
      for (const known of publicKey[name] ?? []) known.id = bytes(known.id);
    }
    return { publicKey };
  }
}

// The key's answer as text.
function plain(found) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (found.response[name]) response[name] = text(found.response[name]);
  }
  if (found.response.getTransports) response.transports = found.response.getTransports();
  return {
    id: found.id,
    rawId: text(found.rawId),
    type: found.type,
    authenticatorAttachment: found.authenticatorAttachment,
    clientExtensionResults: found.getClientExtensionResults(),
    response,
  };
}

function words(error) {
  if (error.name === "InvalidStateError") return t("这把密钥已经添加过了。");
  if (error.name === "SecurityError") return t("这个网址不能用安全密钥：要用域名和加密连接打开。");
  return t("没有用上安全密钥，可以再试一次。");
}

customElements.define("youlin-security-key", SecurityKey);
