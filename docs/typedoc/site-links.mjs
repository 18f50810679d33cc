/**
 * Links to the playground, which TypeDoc does not make: in Markdown its address is the one from the root of the repository,
 * `/docs/playground/index.html`, and in the site the one from the page that links to it.
 */
import { PageEvent } from 'typedoc';

const SOURCE = '/docs/playground/index.html';
/** From the root of the site. */
export const PLAYGROUND = 'playground/index.html';

/** Of the page that is rendered now. */
let depth = 0;

/** For TypeDoc's option `plugin`. */
export function followPages(app) {
  app.renderer.on(PageEvent.BEGIN, ({ url }) => {
    depth = url.split('/').length - 1;
  });
}

/** For TypeDoc's option `markdownItLoader`. */
export function loadSiteLinks(markdown) {
  markdown.core.ruler.push('site-links', (state) => {
    const inline = state.tokens.flatMap(({ children }) => children ?? []);
    for (const token of inline.filter((t) => t.type === 'link_open' && t.attrGet('href') === SOURCE)) {
      token.attrSet('href', '../'.repeat(depth) + PLAYGROUND);
    }
  });
}
