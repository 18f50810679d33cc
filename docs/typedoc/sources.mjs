/** Links to source files keep their text and lose their address: the site holds pages, and knows no host of the sources. */
const source = /^(?!https?:).*\.(ts|mjs|json|py)(#.*)?$/;

/** For TypeDoc's option `markdownItLoader`. */
export function loadSources(markdown) {
  markdown.core.ruler.push('sources', (state) => {
    for (const { children } of state.tokens) {
      if (children !== null) unlink(children);
    }
  });
}

function unlink(children) {
  let inside = false;
  for (const token of children) {
    if (token.type === 'link_open') inside = source.test(token.attrGet('href'));
    if (inside && (token.type === 'link_open' || token.type === 'link_close')) {
      inside = token.type === 'link_open';
      token.type = 'text';
      token.content = '';
    }
  }
}
