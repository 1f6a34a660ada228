// The embedded map: the moving map when somebody reaches for it, and nothing else.

import { wordsReady } from "../ui/words.js";

await wordsReady;
await import("../ui/elements/map.js");
