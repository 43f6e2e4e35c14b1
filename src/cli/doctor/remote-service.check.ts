import axios from 'axios';
import type { Settings } from '../../config/settings.js';
import { proxyFor } from '../../ddd/component/index.js';
import type { Finding } from './finding.js';
import type { Check } from './run-checks.js';

const timeoutMs = 3_000;

interface RemoteService {
  readonly check: Extract<Finding['check'], `${string} service`>;
  /** Its setting. */
  readonly variable: string;
  /** Undefined when the setting is not set. */
  readonly url: (settings: Settings) => string | undefined;
}

/** The services other than the notification service, which has a check of its own. */
const remoteServices: readonly RemoteService[] = [];

/** Whether each service responds, with any status. */
export const remoteServiceChecks = (settings: Settings): Check[] =>
  remoteServices.map(({ check, variable, url }) => ({
    check,
    run: () => checkRemoteService(check, variable, url(settings)),
  }));

async function checkRemoteService(
  check: Finding['check'],
  variable: string,
  url: string | undefined,
): Promise<Finding> {
  if (url === undefined)
    return {
      check,
      status: 'warning',
      found: 'its address is not set',
      remedy: `Set ${variable}; until then messages to it wait`,
    };
  // Without credentials, which an address may carry.
  const { origin } = new URL(url);
  try {
    // The HTTP client of the deliveries, which unlike fetch accepts a user and a password in the address.
    await axios.get(`${url}/health/`, {
      signal: AbortSignal.timeout(timeoutMs),
      timeout: timeoutMs,
      maxRedirects: 0,
      ...proxyFor(url),
      validateStatus: () => true,
    });
    return { check, status: 'ok', found: `${origin} responds` };
  } catch (error) {
    // Its message can repeat the address.
    const { code, name } = error as Error & { code?: string };
    return {
      check,
      status: 'failure',
      found: `${origin} does not respond (${code ?? name})`,
      remedy: `Start it, or correct ${variable}; until then messages wait and none is lost`,
    };
  }
}
