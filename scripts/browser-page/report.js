/** Put into the page by `check.mjs`: posts what the page says when it is done, or the first error. */
const post = (answer) => fetch('/answer', { method: 'POST', body: JSON.stringify(answer) });

addEventListener('error', ({ message }) => post({ error: message }));
addEventListener('unhandledrejection', ({ reason }) => post({ error: String(reason) }));

addEventListener('DOMContentLoaded', () => {
  const result = document.querySelector('#result');
  const textsOf = (selector) => Array.from(document.querySelectorAll(selector), ({ textContent }) => textContent);
  const answer = () => post({ losses: textsOf('tbody td:last-child'), result: result.value });
  new MutationObserver(answer).observe(result, { childList: true, characterData: true, subtree: true });
});
