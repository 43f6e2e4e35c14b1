import { queueOf } from '../../ddd/outbox/index.js';
import type { MessageHistory, MessageView, OutboxStatus, Selection } from '../../ddd/outbox/index.js';
import { renderPage } from './console-layout.js';
import { html } from './html.js';
import type { Html } from './html.js';
import { inTime, nextTryBy } from './next-try.js';
import { historyFacts, stateCounts } from './outbox-views.js';
import { messageStates } from './selection.js';
import { duration } from './table.js';

interface Overview {
  readonly status: OutboxStatus;
  readonly dead: readonly MessageView[];
  readonly selected: readonly MessageView[];
  readonly selection: Selection;
  readonly now: number;
}

const signOutForm = html`<form method="post" action="/outbox/sign-out"><button>Sign out</button></form>`;

/** States, ages, what is held back, dead letters, and the selected messages. */
export function overviewPage({ status, dead, selected, selection, now }: Overview): string {
  const rows = (messages: readonly MessageView[]) => messageTable(messages, status, now);
  return renderPage(
    'Outbox',
    html`${signOutForm}
      <section>${statusTable(status)}</section>
      <p>${oldestText(status, now)}</p>
      ${warnings(status, now)}
      <section>
        <h2>Dead letters</h2>
        ${rows(dead)}
      </section>
      <section>
        <h2>Messages</h2>
        ${filterForm(selection)} ${rows(selected)}
      </section>`,
  );
}

/** One message and its attempts. */
export function messagePage(history: MessageHistory, now: number): string {
  const attempts = history.attemptsMade.map(
    ({ number, startedAt, outcome, status, duration: took, error }) =>
      html`<tr>
        <td class="number">${number}</td>
        <td>${duration(now - startedAt)} ago</td>
        <td>${outcome}</td>
        <td>${status ?? '-'}</td>
        <td>${duration(took)}</td>
        <td>${error ?? '-'}</td>
      </tr>`,
  );
  return renderPage(
    `Message ${history.id}`,
    html`<p><a href="/outbox/">All messages</a></p>
      <section>
        <table>
          ${historyFacts(history).map(
            ([name, value]) =>
              html`<tr>
                <th scope="row">${name}</th>
                <td>${value}</td>
              </tr>`,
          )}
        </table>
      </section>
      ${decisionForms(history)}
      <section>
        <h2>Attempts</h2>
        <table>
          ${headings('attempt', 'started', 'outcome', 'status', 'took', 'error')} ${attempts}
        </table>
      </section>`,
  );
}

/** @param problem why the last token was refused */
export const signInPage = (problem?: string): string =>
  renderPage(
    'Outbox',
    html`${problem === undefined ? [] : html`<p class="warning" role="alert">${problem}</p>`}
      <form method="post" action="/outbox/sign-in">
        <p>
          <label>
            Access token of an account with the permission outbox:operate
            <input name="token" type="password" autocomplete="off" required />
          </label>
          <button>Sign in</button>
        </p>
      </form>`,
  );

export const problemPage = (problem: string): string =>
  renderPage(
    'Outbox',
    html`<p class="warning" role="alert">${problem}</p>
      <p><a href="/outbox/">All messages</a></p>`,
  );

const headings = (...names: readonly string[]) =>
  html`<tr>
    ${names.map((name) => html`<th scope="col">${name}</th>`)}
  </tr>`;

const statusTable = (status: OutboxStatus) =>
  html`<table>
    ${headings('state', 'messages')}
    ${[...stateCounts(status), ['pending for later', status.scheduled] as const].map(
      ([state, count]) =>
        html`<tr>
          <td>${state}</td>
          <td class="number">${count}</td>
        </tr>`,
    )}
  </table>`;

const oldestText = ({ oldestUndelivered }: OutboxStatus, now: number) =>
  oldestUndelivered === null
    ? 'Nothing waits to be delivered.'
    : `The oldest undelivered message is ${duration(now - oldestUndelivered)} old.`;

const warnings = ({ held, unhandled }: OutboxStatus, now: number): Html[] => [
  ...held.map(
    ({ since, probeAt, reason, ...name }) =>
      html`<p class="warning">
        ${queueOf(name)} is held back for ${duration(now - since)}, because its service keeps failing
        (${reason}). The next probe goes ${inTime(probeAt - now)}; a retry sends one at once.
      </p>`,
  ),
  ...unhandled.map(
    ({ messages, ...name }) =>
      html`<p class="warning">${queueOf(name)} has no handler: ${messages} of its messages are pending.</p>`,
  ),
];

function messageTable(messages: readonly MessageView[], status: OutboxStatus, now: number): Html {
  if (!messages.length) return html`<p>No messages.</p>`;
  const nextTry = nextTryBy(status, now);
  return html`<table>
    ${headings('message', 'for', 'state', 'attempts', 'age', 'next try', 'last error', 'decision')}
    ${messages.map(
      (message) =>
        html`<tr>
          <td><a href="/outbox/${encodeURIComponent(message.id)}">${message.id}</a></td>
          <td>${queueOf(message)}</td>
          <td>${message.state}</td>
          <td class="number">${message.attempts}</td>
          <td>${message.createdAt > now ? '-' : duration(now - message.createdAt)}</td>
          <td>${nextTry(message).text}</td>
          <td>${message.lastError ?? '-'}</td>
          <td>${decisionForms(message)}</td>
        </tr>`,
    )}
  </table>`;
}

const decisionForms = ({ id, state }: MessageView): Html[] =>
  state === 'dead' || state === 'pending'
    ? ['retry', 'discard'].map(
        (decision) =>
          html`<form method="post" action="/outbox/${encodeURIComponent(id)}/${decision}">
            <button>${decision}</button>
          </form> `,
      )
    : [];

const filterForm = ({ state, topic = '', consumer = '', newest, limit }: Selection) =>
  html`<form method="get" action="/outbox/">
    <label>
      State
      <select name="state">
        <option value="">undelivered first</option>
        ${messageStates.map((each) =>
          each === state ? html`<option selected>${each}</option>` : html`<option>${each}</option>`,
        )}
      </select>
    </label>
    <label>Topic <input name="topic" value="${topic}" /></label>
    <label>Consumer <input name="consumer" value="${consumer}" /></label>
    <label>At most <input name="limit" inputmode="numeric" size="5" value="${limit}" /></label>
    <label>
      <input name="newest" type="checkbox" value="true" ${newest ? html`checked` : []} />
      newest first
    </label>
    <button>Show</button>
  </form>`;
