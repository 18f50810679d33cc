import { defineConfig, type UserConfig } from 'vite';

/** The page as a part of the site: one folder that works wherever it is put, and asks for nothing from elsewhere. */
const config: UserConfig = defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: '../site/playground',
    emptyOutDir: true,
    // Files stay files: an address that holds its contents would need leave of the content security policy.
    assetsInlineLimit: 0,
    modulePreload: false,
  },
  worker: { format: 'es' },
});

export default config;
