import { createHash } from 'node:crypto';

/** What the page behind a link of a mail does with its token. */
interface AccountPage {
  readonly title: string;
  readonly explanation: string;
  readonly button: string;
  readonly done: string;
  /** The route that takes the token, from the root of the service. */
  readonly route: string;
  readonly asksPassword?: boolean;
  /** The route is for a caller who is signed in. */
  readonly signsIn?: boolean;
}

/** By their names in the path, which the notification service links. */
export const accountPages: Readonly<Record<string, AccountPage>> = {
  verify: {
    title: 'Confirm your e-mail address',
    explanation: 'Press the button to confirm that you read the mails to this address.',
    button: 'Confirm',
    done: 'Your address is confirmed.',
    route: 'user/verification/confirm/',
  },
  reset: {
    title: 'Choose a new password',
    explanation: 'All devices will be signed out.',
    button: 'Set the password',
    done: 'Your password is changed. Sign in with the new one.',
    route: 'user/password/reset/',
    asksPassword: true,
  },
  email: {
    title: 'Use your new e-mail address',
    explanation: 'Sign in with your present e-mail address once more to confirm the new one.',
    button: 'Use the new address',
    done: 'Your address is changed. Sign in with it from now on.',
    route: 'user/me/email/confirm/',
    signsIn: true,
  },
  undo: {
    title: 'Get your e-mail address back',
    explanation: 'Your account gets its old address back, and every device is signed out.',
    button: 'Undo the change',
    done: 'Your address is back. Ask for a new password now, if someone else had changed it.',
    route: 'user/email/undo/',
  },
};

/** The token stands in the fragment, so no server and no log has seen it before the button is pressed. */
const script = `
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const token = new URLSearchParams(location.hash.slice(1)).get('token');
history.replaceState(null, '', location.pathname);
if (!token) status.textContent = 'This link is not complete. Open it from the mail again.';
form.hidden = !token;
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(form));
  const post = (route, body, headers = {}) =>
    fetch('../../' + route, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const session = email && (await post('session/', { email, password }));
  const bearer = session?.ok ? { Authorization: 'Bearer ' + (await session.json()).access_token } : {};
  const response =
    session && !session.ok ? session : await post(form.dataset.route, { token, password }, bearer);
  form.hidden = response.ok;
  const { detail } = response.ok ? {} : await response.json().catch(() => ({}));
  const message = typeof detail === 'string' ? detail : Object.values(detail ?? {})[0]?.msg;
  status.textContent = response.ok ? form.dataset.done : (message ?? 'This did not work. Try again.');
});
`;

const hash = createHash('sha256').update(script).digest('base64');

export const accountPageHeaders = {
  'Content-Security-Policy':
    `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; connect-src 'self'; ` +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
};

/** It loads nothing from elsewhere, and works under any prefix and in the dark. */
export function renderAccountPage(page: AccountPage): string {
  const { title, explanation, button, done, route } = page;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 sans-serif; }
main { max-width: 35rem; margin: 0 auto; padding: 1.5rem 1rem; }
input, button { font: inherit; padding: 0.5rem 0.75rem; max-width: 100%; box-sizing: border-box; }
</style>
</head>
<body>
<main>
<h1>${title}</h1>
<form hidden data-route="${route}" data-done="${done}">
<p>${explanation}</p>
${fieldsOf(page)}
<p><button>${button}</button></p>
</form>
<p role="status"></p>
<noscript><p>This page needs JavaScript.</p></noscript>
</main>
<script>${script}</script>
</body>
</html>
`;
}

function fieldsOf({ asksPassword, signsIn }: AccountPage): string {
  const field = (label: string, name: string, type: string, autocomplete: string) =>
    `<p><label>${label}<br><input name="${name}" type="${type}" autocomplete="${autocomplete}" required></label></p>`;
  if (asksPassword) return field('New password', 'password', 'password', 'new-password');
  if (!signsIn) return '';
  return (
    field('Present e-mail address', 'email', 'email', 'username') +
    field('Password', 'password', 'password', 'current-password')
  );
}
