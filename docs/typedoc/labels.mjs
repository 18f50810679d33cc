/**
 * The labels of our doc comments (`Shapes:`, `Errors:`, …) as a list, each beginning a line of its own. In a source
 * they follow each other in one paragraph, after the sentence that says what a thing does.
 */
const names = ['Shapes', 'Units', 'Errors', 'Saves', 'Numerics', 'Differs'];

/** A label at the beginning of a line or after a sentence; `Shapes, errors:` is one for two. */
const label = new RegExp(`(^|[.;)] )((?:${names.join('|')})(?:, [a-z]+)*):(?: |$)`);

/** For TypeDoc's option `markdownItLoader`. */
export const loadLabels = (markdown) => markdown.core.ruler.push('labels', listLabels);

function listLabels(state) {
  const tokens = [];
  for (let i = 0; i < state.tokens.length; i++) {
    const [open, inline, close] = state.tokens.slice(i, i + 3);
    const parts = open.type === 'paragraph_open' && !open.hidden ? divide(inline.children, state) : [];
    if (parts.length < 2) {
      tokens.push(open);
      continue;
    }
    const [{ children: before }, ...labelled] = parts;
    if (before.length > 0) tokens.push(open, inlineOf(before, state), close);
    // What an earlier paragraph began goes on.
    if (tokens.at(-1)?.type === 'labels_close') tokens.pop();
    else tokens.push(tag('labels_open', 'dl', 1, state));
    for (const { name, children } of labelled) {
      tokens.push(tag('label_open', 'dt', 1, state), inlineOf([textOf(name, state)], state));
      tokens.push(tag('label_close', 'dt', -1, state), tag('label_text_open', 'dd', 1, state));
      tokens.push(inlineOf(children, state), tag('label_text_close', 'dd', -1, state));
    }
    tokens.push(tag('labels_close', 'dl', -1, state));
    i += 2;
  }
  state.tokens = tokens;
}

/** What stands before the first label, and then each label with what follows it. */
function divide(children, state) {
  const parts = [{ name: '', children: [] }];
  for (const [i, child] of children.entries()) {
    const atLineBegin = i === 0 || children[i - 1].type === 'softbreak';
    let rest = child.type === 'text' ? child.content : '';
    let found = label.exec(rest);
    if (found === null || (found[1] === '' && !atLineBegin)) {
      parts.at(-1).children.push(child);
      continue;
    }
    for (; found !== null; found = label.exec(rest)) {
      const said = rest.slice(0, found.index) + found[1].trimEnd();
      if (said !== '') parts.at(-1).children.push(textOf(said, state));
      parts.push({ name: found[2], children: [] });
      rest = rest.slice(found.index + found[0].length);
    }
    if (rest !== '') parts.at(-1).children.push(textOf(rest, state));
  }
  for (const part of parts) if (part.children.at(-1)?.type === 'softbreak') part.children.pop();
  return parts;
}

function inlineOf(children, state) {
  const inline = new state.Token('inline', '', 0);
  inline.children = children;
  inline.content = children.map(({ content }) => content).join('');
  return inline;
}

function textOf(content, state) {
  const text = new state.Token('text', '', 0);
  text.content = content;
  return text;
}

function tag(type, name, nesting, state) {
  const token = new state.Token(type, name, nesting);
  token.block = true;
  if (type === 'labels_open') token.attrSet('class', 'labels');
  return token;
}
