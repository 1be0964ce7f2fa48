(() => {
  // Opens every table, then gives the contrast of each visible text, and of each mark, with what is behind it.
  document.querySelectorAll("details").forEach(each => { each.open = true; });
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const rgba = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = "#000";
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = element => {
    const layers = [];
    for (let each = element; each; each = each.parentElement) {
      layers.push(rgba(getComputedStyle(each).backgroundColor));
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255, 1]);
  };
  const backgrounds = element => {
    const band = element.closest("svg.line, svg.plot")?.querySelector(".recent");
    return [behind(element), ...(band ? [rgba(getComputedStyle(band).fill)] : [])];
  };
  const seen = [];
  const measure = (kind, element, colour) => {
    const worst = Math.min(...backgrounds(element).map(each => ratio(over(rgba(colour), each), each)));
    seen.push({kind, text: element.textContent.trim().slice(0, 60), ratio: worst});
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest("title") || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    measure("text", element, element instanceof SVGElement ? style.fill : style.color);
  }
  for (const mark of document.querySelectorAll(".spot .mark")) {
    const style = getComputedStyle(mark.querySelector(".done") ?? mark);
    const drawn = mark.matches(".failed, .archived, .progressing") ? style.stroke : style.fill;
    measure("mark", mark, drawn);
  }
  return seen;
})()
