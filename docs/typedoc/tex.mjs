/**
 * Formulas in doc comments: `$…$` within a sentence, `$$` on lines of their own around a display.
 * They become MathML, which browsers draw without a script or a font of ours. A formula that does not
 * parse fails the build.
 */
import { tex } from '@mdit/plugin-tex';
import katex from 'katex';

/** For TypeDoc's option `markdownItLoader`. */
export const loadTex = (markdown) =>
  markdown.use(tex, {
    render: (formula, displayMode) =>
      katex.renderToString(formula, { displayMode, output: 'mathml', throwOnError: true, strict: false }),
  });
