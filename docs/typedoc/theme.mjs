/**
 * What the site adds to TypeDoc's theme: pages that are named after their headings, have the addresses of their files
 * and stand in groups in the navigation; and a way from each guide to the next.
 */
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Application, DefaultTheme, DocumentReflection, JSX, KindRouter, ReflectionKind, RendererEvent } from 'typedoc';
import { groups, pages } from './pages.mjs';
import { PLAYGROUND } from './site-links.mjs';

/** For TypeDoc's option `plugin`. */
export function load(app) {
  app.on(Application.EVENT_PROJECT_REVIVE, nameAfterHeadings, EARLY);
  app.renderer.defineRouter('unroll', UnrollRouter);
  app.renderer.defineTheme('unroll', UnrollTheme);
  app.renderer.hooks.on('head.end', () =>
    JSX.createElement('script', null, JSX.createElement(JSX.Raw, { html: OPEN })),
  );
  app.renderer.hooks.on('content.end', neighbours);
  app.renderer.on(RendererEvent.END, bringMathFont);
}

/** Few systems have a font that knows where exponents stand; pages with formulas load this one. */
function bringMathFont({ outputDirectory }) {
  const font = createRequire(import.meta.url).resolve(
    '@fontsource/stix-two-math/files/stix-two-math-latin-400-normal.woff2',
  );
  copyFileSync(font, join(outputDirectory, 'assets', 'stix-two-math.woff2'));
}

/** Before TypeDoc's own listeners, which sort and link. */
const EARLY = 20_000;

/** The guides are open in the navigation until a reader closes them. */
const OPEN =
  "try{localStorage.getItem('tsd-accordion-Guides')??localStorage.setItem('tsd-accordion-Guides','true')}catch{}";

/** The page that a file became; TypeDoc keeps the order in which it was told of the files. */
const pageOf = (project, file) => project.documents[pages.indexOf(file)];

/** A page's first heading becomes its name, which the theme writes above it; a package's would stand there twice. */
function nameAfterHeadings(project) {
  for (const document of project.documents) document.name = takeHeading(document.content);
  for (const { readme } of project.getChildrenByKind(ReflectionKind.Module)) takeHeading(readme);
}

function takeHeading([first]) {
  const heading = /^# (.+)\n+/.exec(first.text);
  if (heading === null) throw new Error(`A page begins with "# " and its name, not with "${first.text.slice(0, 40)}…"`);
  first.text = first.text.slice(heading[0].length);
  return heading[1];
}

class UnrollRouter extends KindRouter {
  getIdealBaseName(reflection) {
    if (!(reflection instanceof DocumentReflection)) return super.getIdealBaseName(reflection);
    const file = pages[reflection.project.documents.indexOf(reflection)];
    return file.replace(/^docs\/|\/README[.]md$|[.]md$/g, '').toLowerCase();
  }
}

class UnrollTheme extends DefaultTheme {
  buildNavigation(project) {
    const entries = new Map(super.buildNavigation(project).map((entry) => [entry.path, entry]));
    const take = (file) => {
      const path = this.router.getFullUrl(pageOf(project, file));
      const entry = entries.get(path);
      entries.delete(path);
      return entry;
    };
    const grouped = groups.map(({ title, first, index, files }) => {
      const head = index === undefined ? {} : { path: take(index).path };
      return { first, entry: { ...head, text: title, children: files.map(take) } };
    });
    const where = (wanted) => grouped.filter(({ first }) => first === wanted).map(({ entry }) => entry);
    const playground = { text: 'Playground', path: PLAYGROUND };
    return [...where(true), playground, ...entries.values(), ...where(false)];
  }
}

/** Links to the guides before and after this one. */
function neighbours({ model, page, urlTo }) {
  const [{ index, files }] = groups;
  const order = [index, ...files].map((file) => pageOf(page.project, file));
  const at = order.indexOf(model);
  if (at < 0) return JSX.createElement(JSX.Fragment, null);
  const link = (relation, to) => to && JSX.createElement('a', { href: urlTo(to), rel: relation }, to.name);
  return JSX.createElement(
    'nav',
    { class: 'neighbours', 'aria-label': 'Guides' },
    link('prev', order[at - 1]),
    link('next', order[at + 1]),
  );
}
