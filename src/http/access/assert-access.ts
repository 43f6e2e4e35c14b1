import type { INestApplication } from '@nestjs/common';
import { declaredRoutes } from './declared-routes.js';
import type { DeclaredRoute } from './declared-routes.js';
import type { TokenVerifier } from './token-verifier.js';

/** Routes that no one has said who may use, or that need what the program lacks. The message names them, and the way out. */
export class UndeclaredAccessError extends Error {
  override readonly name = 'UndeclaredAccessError';

  constructor(problem: string, routes: readonly DeclaredRoute[], wayOut: string) {
    const list = routes.map(({ method, path, handler }) => `${method} ${path} (${handler})`).join(', ');
    super(`${problem}: ${list}. ${wayOut}`);
  }
}

/** @throws UndeclaredAccessError unless every route declares its access, and callers can be verified where one needs them */
export function assertAccess(app: INestApplication, verifier: TokenVerifier | undefined): void {
  const routes = declaredRoutes(app);
  const undeclared = routes.filter(({ access }) => access === undefined);
  if (undeclared.length)
    throw new UndeclaredAccessError(
      'Who may use a route is not declared',
      undeclared,
      'Give the method or its class @Public(), @SignedIn() or @Requires(permission); a RestController names it for each ' +
        'verb, under access',
    );
  const guarded = routes.filter(({ access }) => access !== 'public');
  if (guarded.length && !verifier)
    throw new UndeclaredAccessError(
      'Nothing verifies the caller of a route',
      guarded,
      'Provide a TokenVerifier in the assembly, or declare the route @Public()',
    );
}
