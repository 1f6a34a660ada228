// The card beside the point that is looked at: the page's own, in its letters and colours. (ECharts would write its own as
// HTML with styles in it, which the content policy refuses.)

const LINES = ["chart-tip-when", "chart-tip-value"];

export class Tip {
  constructor(element) {
    this.element = element;
    this.node = document.createElement("div");
    this.node.className = "chart-tip";
    this.node.setAttribute("aria-hidden", "true"); // what it says is said by the live region
    this.node.hidden = true;
    element.append(this.node);
  }

  show(words, x, y) {
    this.node.replaceChildren(...words.map((text, place) => {
      const line = document.createElement("p");
      line.className = LINES[place] ?? "chart-tip-of";
      line.textContent = text;
      return line;
    }));
    this.node.hidden = false;
    const { width, height } = this.node.getBoundingClientRect();
    const room = this.element.getBoundingClientRect();
    const left = x + 14 + width > room.width ? x - 14 - width : x + 14;
    this.node.style.left = `${Math.max(left, 0)}px`;
    this.node.style.top = `${Math.min(Math.max(y - height / 2, 0), Math.max(room.height - height, 0))}px`;
  }

  hide() {
    this.node.hidden = true;
  }

  remove() {
    this.node.remove();
  }
}
