/** Light or dark, as the reader has chosen on the other pages of the site; else as the system is. */
try {
  document.documentElement.dataset.theme = localStorage.getItem('tsd-theme') ?? 'os';
} catch {
  // Storage is closed to this page: the system decides.
}
