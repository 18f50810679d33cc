/** What the main thread of a page does, task by task, as Chromium's own trace tells it. */

/**
 * The longest task of the page's main thread while `run` goes on, in milliseconds: of the thread's own time, which is
 * what the page can help, and by the clock, in which the other programs of this machine have their share.
 */
export async function longestTask(browser, page, run) {
  await browser.startTracing(page, { categories: ['toplevel', 'disabled-by-default-devtools.timeline'] });
  let trace;
  try {
    await run();
  } finally {
    trace = await browser.stopTracing();
  }
  const { traceEvents: events } = JSON.parse(trace);
  const thread = ({ pid, tid }) => `${pid}:${tid}`;
  const named = events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain');
  const main = new Set(named.map(thread));
  const tasks = events.filter((event) => event.ph === 'X' && event.name.endsWith('RunTask') && main.has(thread(event)));
  if (tasks.length < 100) throw new Error(`The trace holds ${tasks.length} tasks of the main thread only.`);
  const longest = (times) => times.reduce((most, time) => Math.max(most, time ?? 0), 0) / 1000;
  return { own: longest(tasks.map(({ tdur }) => tdur)), clock: longest(tasks.map(({ dur }) => dur)) };
}
