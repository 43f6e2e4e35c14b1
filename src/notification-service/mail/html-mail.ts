import { escapeHtml } from '../../http/escape-html.js';

/**
 * The HTML form of a mail: one column, readable on a phone and in the dark, with nothing loaded from elsewhere. Colours
 * stand in the elements, since some mail programs drop the style sheet; it only turns them for the dark.
 * @param title as the subject says it
 * @param paragraphs as HTML: what comes from outside has gone through {@link escapeHtml}
 */
export function htmlMail(title: string, paragraphs: readonly string[], language: string): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escapeHtml(title)}</title>
<style>
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #14171a !important; color: #e8eaed !important; }
  .link { color: #8ab4f8 !important; }
  .button { background: #8ab4f8 !important; color: #14171a !important; }
}
</style>
</head>
<body class="page" style="margin: 0; background: #ffffff; color: #202124">
<div class="page" style="${column}; background: #ffffff; color: #202124">
${paragraphs.map((paragraph) => `<p style="margin: 0 0 16px">${paragraph}</p>`).join('\n')}
</div>
</body>
</html>
`;
}

const column =
  'box-sizing: border-box; max-width: 560px; margin: 0 auto; padding: 24px 16px; overflow-wrap: anywhere; ' +
  "font: 16px/1.5 -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif";

/** A link within a text. */
export function htmlLink(url: string): string {
  return `<a class="link" style="color: #174ea6" href="${escapeHtml(url)}">${escapeHtml(url)}</a>`;
}

/** The link that the mail is about, easy to hit with a thumb. */
export function htmlButton(url: string, label: string): string {
  const style =
    'display: inline-block; padding: 12px 20px; border-radius: 6px; background: #174ea6; color: #ffffff; ' +
    'font-weight: 600; text-decoration: none';
  return `<a class="button" style="${style}" href="${escapeHtml(url)}">${escapeHtml(label)}</a>`;
}
