// What axe complains of on the page, as [rule, what it asks for, where]: everything of these rules on the whole page,
// and the contrast of each kind of text once.
async (rules) => {
  const backgrounds = new Map();
  const background = (element) => {
    if (!element) return "";
    if (!backgrounds.has(element)) {
      const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(element);
      const own = [backgroundColor, backgroundImage, opacity, filter].join();
      const plain = own === "rgba(0, 0, 0, 0),none,1,none";
      backgrounds.set(element, background(element.parentElement) + (plain ? "" : own));
    }
    return backgrounds.get(element);
  };
  const kind = (element) => {
    const { color, fontSize, fontWeight, position } = getComputedStyle(element);
    return [element.localName, element.className, color, fontSize, fontWeight, position, background(element)].join();
  };
  const speaks = (element) =>
    element.matches("input, select, textarea") || [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  const texts = new Map();
  for (const element of document.body.querySelectorAll("*")) {
    if (speaks(element) && element.checkVisibility()) {
      const look = kind(element);
      if (!texts.has(look)) texts.set(look, element);
    }
  }
  const asked = { resultTypes: ["violations"] };
  const found = [await axe.run(document, { ...asked, runOnly: rules, rules: { "color-contrast": { enabled: false } } })];
  if (texts.size) found.push(await axe.run([...texts.values()], { ...asked, runOnly: { type: "rule", values: ["color-contrast"] } }));
  return found.flatMap(({ violations }) => violations.map(({ id, help, nodes }) => [id, help, nodes.map(({ target }) => target)]));
}
