// Who is signed in, so that one person's drafts and outbox are never another's on a shared device.

export const person = () => document.body?.dataset.person ?? "";
