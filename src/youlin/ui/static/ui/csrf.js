// The token against forged requests: from Django's cookie, or fresh from the server.

export function csrfFromCookie() {
  return document.cookie.match(/(?:^|;\s*)(?:__Host-)?csrftoken=([^;]+)/)?.[1] ?? "";
}

export async function freshCsrf() {
  const response = await fetch(document.body.dataset.csrfUrl ?? "/ui/csrf", { credentials: "same-origin" });
  return (await response.json()).token;
}
