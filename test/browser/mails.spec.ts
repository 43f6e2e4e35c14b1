/**
 * The HTML form of the mails, as a phone and a desktop show it, in the light and in the dark.
 * Real: the mail, Chromium. Fake: nothing. SCREENSHOT names a folder for pictures.
 */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readSettings } from '../../src/config/settings.js';
import { mailKindNames } from '../../src/notification-service/template/mail-kinds.js';
import type { MailKindName } from '../../src/notification-service/template/mail-kinds.js';
import { MailTemplates } from '../../src/notification-service/template/mail-templates.service.js';
import { launchBrowser } from './browser.js';

const ordinary = { SERVICE_NAME: 'Example Accounts', PUBLIC_URL: 'https://accounts.example.com' };
const token = 'W'.repeat(65);
interface Shown {
  readonly kind?: MailKindName;
  readonly name: string;
  readonly variables: Record<string, string>;
}
const mails: Record<string, Shown> = {
  ...Object.fromEntries(
    mailKindNames.map((kind) => [`of the kind ${kind}`, { kind, name: 'John', variables: ordinary }]),
  ),
  'without a name': { name: 'evil.example', variables: ordinary },
  'from right to left': { name: 'محمد عبد الله', variables: ordinary },
  'with nothing that can be broken': {
    name: 'W'.repeat(60),
    variables: {
      SERVICE_NAME: 'M'.repeat(60),
      PUBLIC_URL: `https://${'sub'.repeat(20)}.example.com/${'path'.repeat(20)}`,
      WELCOME_LINK: `https://accounts.example.com/activate?token=${'W'.repeat(200)}`,
    },
  },
};

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

const cases = Object.keys(mails).flatMap((what) =>
  [375, 1200].flatMap((width) =>
    (['light', 'dark'] as const).map((scheme) => [what, width, scheme] as const),
  ),
);

describe('A mail', () => {
  it.each(cases)('%s fits %i pixels and is readable in %s', async (what, width, scheme) => {
    const { kind = 'welcome', name, variables } = mails[what]!;
    const page = await browser.newPage({ viewport: { width, height: 700 }, colorScheme: scheme });
    try {
      const requests: string[] = [];
      page.on('request', (request) => requests.push(request.url()));
      const templates = await MailTemplates.load(readSettings(variables));
      const { html } = templates.compose(kind, 'key', { email: 'a@b.example', name, token, code: '012345' });
      await page.setContent(html, { waitUntil: 'load' });

      const { overflow, widest, texts } = await look(page);
      expect(overflow).toBe(0);
      expect(widest).toBeLessThanOrEqual(560);
      expect(texts.length).toBeGreaterThanOrEqual(5);
      for (const { text, size, contrast } of texts) {
        expect([text, contrast >= 4.5]).toEqual([text, true]);
        expect([text, size >= 14]).toEqual([text, true]);
      }
      const isDark = scheme === 'dark';
      expect(await pageLightness(page)).toBe(isDark ? 'dark' : 'light');
      expect(requests).toEqual([]);

      const folder = process.env['SCREENSHOT'];
      if (folder) await page.screenshot({ path: join(folder, `${what}-${width}-${scheme}.png`) });
    } finally {
      await page.close();
    }
  });
});

interface Look {
  readonly overflow: number;
  readonly widest: number;
  readonly texts: readonly { readonly text: string; readonly size: number; readonly contrast: number }[];
}

/**
 * What a reader sees: pixels to scroll sideways, the widest text, and each text with its size and contrast (WCAG 2).
 */
function look(page: Page): Promise<Look> {
  return page.evaluate(`(() => {
    const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
    const luminance = (color) => {
      const [red, green, blue] = channels(color).map((value) => {
        const part = value / 255;
        return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const backgroundOf = (element) => {
      for (let each = element; each; each = each.parentElement) {
        const color = getComputedStyle(each).backgroundColor;
        if (channels(color)[3] !== 0) return color;
      }
      return 'rgb(255, 255, 255)';
    };
    const shown = [...document.body.querySelectorAll('*')].filter((element) =>
      [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && textContent.trim()),
    );
    const root = document.documentElement;
    return {
      overflow: root.scrollWidth - root.clientWidth,
      widest: Math.max(...shown.map((element) => element.getBoundingClientRect().width)),
      texts: shown.map((element) => {
        const { color, fontSize } = getComputedStyle(element);
        const [light, dark] = [luminance(color), luminance(backgroundOf(element))].sort((a, b) => b - a);
        return {
          text: element.textContent.slice(0, 40),
          size: parseFloat(fontSize),
          contrast: (light + 0.05) / (dark + 0.05),
        };
      }),
    };
  })()`);
}

/** Of the background at the corner of the picture itself, whatever the style sheet says. */
async function pageLightness(page: Page): Promise<'light' | 'dark'> {
  const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 } });
  const value = await page.evaluate(`(async () => {
    const bytes = Uint8Array.from(atob('${picture.toString('base64')}'), (character) => character.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes]));
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    context.drawImage(bitmap, 0, 0);
    return context.getImageData(0, 0, 1, 1).data[0];
  })()`);
  return Number(value) > 128 ? 'light' : 'dark';
}
