import { createHash } from 'node:crypto';
import { Html, html } from './html.js';

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 sans-serif; }
body { margin: 0 auto; padding: 1rem; max-width: 75rem; }
section { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { border-bottom: 1px solid; padding: 0.25rem 0.75rem; text-align: left; vertical-align: top; }
td.number { text-align: right; }
input, select, button { font: inherit; padding: 0.125rem 0.5rem; max-width: 100%; box-sizing: border-box; }
td form { display: inline; }
td:last-child { white-space: nowrap; }
.warning { border-left: 0.25rem solid; padding-left: 0.75rem; font-weight: bold; }
`;

const hash = createHash('sha256').update(style).digest('base64');

/** A form needs the origin of its page, so the referrer policy must send it. */
export const consoleHeaders = {
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${hash}'; form-action 'self'; base-uri 'none'; ` +
    "frame-ancestors 'none'",
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'Cache-Control': 'no-store',
};

/** A whole page. It loads nothing from elsewhere, and runs no script. */
export const renderPage = (title: string, content: Html): string =>
  html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <h1>${title}</h1>
        ${content}
      </body>
    </html>`.text;
