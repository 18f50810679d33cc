/**
 * A signal that the first Ctrl-C sets off, for loops to see; the second Ctrl-C ends the program at once. Node hears of
 * either only when its event loop turns, so loops must let it turn now and then.
 */
export function interruptible(): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  return controller.signal;
}
