// Choosing a person or a category looks at the cases once more, so that the preview speaks of this choice.

for (const chooser of document.querySelectorAll("[data-look-again]")) {
  chooser.addEventListener("change", () => document.getElementById("look-again").click());
}
