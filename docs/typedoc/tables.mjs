/** Tables that are wider than a phone scroll by themselves, instead of the page. */

/** For TypeDoc's option `markdownItLoader`. */
export function loadTables(markdown) {
  markdown.renderer.rules.table_open = () => '<div class="table"><table>\n';
  markdown.renderer.rules.table_close = () => '</table></div>\n';
}
