// Whether this phone has asked for little data: then what is large and only nicer is not fetched.

export function sparing() {
  return navigator.connection?.saveData === true || matchMedia("(prefers-reduced-data: reduce)").matches;
}
