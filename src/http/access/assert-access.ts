import type { INestApplication } from '@nestjs/common';
import { declaredRoutes } from './declared-routes.js';
import type { DeclaredRoute } from './declared-routes.js';
import type { TokenVerifier } from './token-verifier.js';

/** Routes that declare no access, or whose callers the program cannot verify. */
export class UndeclaredAccessError extends Error {
  override readonly name = 'UndeclaredAccessError';

  constructor(
    problem: string,
    routes: readonly Pick<DeclaredRoute, 'method' | 'path' | 'handler'>[],
    wayOut: string,
  ) {
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
      'These routes do not declare who may use them',
      undeclared,
      'Give the method or its class @Public(), @SignedIn() or @Requires(permission), or declare access for each verb of ' +
        'the RestController',
    );
  const guarded = routes.filter(({ access }) => access !== 'public');
  if (guarded.length && !verifier)
    throw new UndeclaredAccessError(
      'These routes need a caller, and the program cannot verify access tokens',
      guarded,
      'Provide a TokenVerifier in the assembly, or declare the routes @Public()',
    );
}
