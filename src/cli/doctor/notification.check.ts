import axios from 'axios';
import { proxyFor } from '../../ddd/component/index.js';
import { proxyRefusal } from '../../ddd/repository/index.js';
import type { Finding } from './finding.js';

const timeoutMs = 3_000;
const maxResponseBytes = 10_000;
const check = 'notification service';

/**
 * Checks that the notification service responds, and declares that it honors the Idempotency-Key. The declaration is
 * trusted: the only proof would be to send a mail twice.
 * @param url undefined for the bundled service, which is started with the API
 */
export async function checkNotificationService(url: string | undefined): Promise<Finding> {
  if (url === undefined)
    return {
      check,
      status: 'ok',
      found: 'the bundled one starts with the API, and honours the Idempotency-Key',
    };
  try {
    // The HTTP client of the deliveries, which unlike fetch accepts a user and a password in the address.
    const response = await axios.get<string>(`${url}/health/`, {
      signal: AbortSignal.timeout(timeoutMs),
      timeout: timeoutMs,
      maxRedirects: 0,
      ...proxyFor(url),
      maxContentLength: maxResponseBytes,
      responseType: 'text',
      transformResponse: (text: unknown) => text,
      validateStatus: () => true,
    });
    const { status, data } = response;
    const refusal = proxyRefusal(response, whereOf(url));
    if (refusal)
      return {
        check,
        status: 'failure',
        found: refusal.message,
        remedy:
          'Let the proxy of HTTPS_PROXY or HTTP_PROXY pass requests to it, or name it in NO_PROXY; until then messages wait',
      };
    if (status === 200 && honoursKeys(data))
      return {
        check,
        status: 'ok',
        found: `${whereOf(url)} responds, and declares that it honours the Idempotency-Key`,
      };
    return {
      check,
      status: 'warning',
      found: `${whereOf(url)} answers /health/ with ${status}, and does not declare that it honours the Idempotency-Key`,
      remedy:
        'Make sure that it sends one mail for a key, however many requests it gets; otherwise a retry may send a second one. ' +
        'It declares this with {"honours":["Idempotency-Key"]} at /health/',
    };
  } catch (error) {
    // Its message can repeat the address.
    const { code, name } = error as Error & { code?: string };
    return {
      check,
      status: 'failure',
      found: `${whereOf(url)} does not respond (${code ?? name})`,
      remedy: 'Start it, or correct NOTIFICATION_SERVICE_URL; until then messages wait and none is lost',
    };
  }
}

function honoursKeys(text: string): boolean {
  try {
    const { honours } = JSON.parse(text) as { honours?: unknown };
    return Array.isArray(honours) && honours.includes('Idempotency-Key');
  } catch {
    return false;
  }
}

/** Without credentials, which an address may carry. */
const whereOf = (url: string) => new URL(url).origin;
