import { newAccount } from './accounts.js';
import type { TestResponse, TestApp } from './test-app.js';

export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: string;
  readonly expires_in: number;
  readonly refresh_token: string;
  readonly session_id: string;
}

export type Account = ReturnType<typeof newAccount>;

export const bearer = (accessToken: string) => ({ Authorization: `Bearer ${accessToken}` });

/** The body of a response that must be a success. */
export function bodyOf<Body = TokenResponse>({ status, text }: TestResponse): Body {
  if (status !== 200) throw new Error(`Answered ${status}: ${text}`);
  return JSON.parse(text) as Body;
}

export async function activeAccount(app: TestApp): Promise<Account> {
  const account = newAccount();
  bodyOfNothing(await app.post('/user/', account));
  bodyOfNothing(await app.post('/user/activate/', account));
  return account;
}

export const signIn = async (app: TestApp, account: Account): Promise<TokenResponse> =>
  bodyOf(await app.post('/session/', account));

/** A new account with a session. */
export async function signedIn(app: TestApp) {
  const account = await activeAccount(app);
  const tokens = await signIn(app, account);
  return { account, tokens, headers: bearer(tokens.access_token) };
}

export const refresh = (app: TestApp, refreshToken: string): Promise<TestResponse> =>
  app.post('/session/refresh/', { refresh_token: refreshToken });

/** The status of a guarded read. */
export const statusOf = async (app: TestApp, accessToken: string): Promise<number> =>
  (await app.send('/user/me/', { headers: bearer(accessToken) })).status;

export const claimsOf = (accessToken: string) =>
  JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

function bodyOfNothing({ status, text }: TestResponse): void {
  if (status !== 200) throw new Error(`Answered ${status}: ${text}`);
}
