import type { OpenAPIObject } from '@nestjs/swagger';
import { documentError } from '../../../openapi/document-error.js';
import { refreshCookieName } from '../cookie/refresh-cookie.js';

type Operation = NonNullable<OpenAPIObject['paths'][string]['post']>;

type Described = Operation['responses'][string] & { readonly headers?: object };

const scheme = 'refreshCookie';
const description = 'The refresh token of a browser; sent with the Origin of one of our pages';

/** Describes the cookie of SESSION_COOKIE=on: where it is set, and the two operations that it serves. */
export function documentRefreshCookie(document: OpenAPIObject): void {
  const { paths, components } = document;
  Object.assign(components?.securitySchemes ?? {}, {
    [scheme]: { type: 'apiKey', in: 'cookie', name: refreshCookieName, description },
  });
  const refresh = paths['/session/refresh/']?.post;
  const signOut = paths['/session/']?.delete;
  if (refresh) documentRefresh(document, refresh);
  if (signOut) signOut.security = [...(signOut.security ?? []), { [scheme]: [] }];
  for (const operation of [refresh, signOut])
    if (operation)
      documentError(document, operation, 403, {
        description: 'The cookie was sent without the Origin of one of our pages.',
      });
  // The sign-in of a user that returns tokens shares the response of a session's start.
  setsCookie(
    [paths['/session/']?.post?.responses['200'], refresh?.responses['200']],
    'The refresh token, for 30 days',
  );
  setsCookie(
    [signOut?.responses['204'], paths['/session/all/']?.delete?.responses['204']],
    'Expires the cookie',
  );
}

function documentRefresh({ components }: OpenAPIObject, refresh: Operation): void {
  refresh.parameters = [
    ...(refresh.parameters ?? []),
    { in: 'cookie', name: refreshCookieName, required: false, schema: { type: 'string' }, description },
  ];
  Object.assign(refresh.requestBody ?? {}, { required: false });
  const body = components?.schemas?.['RefreshRequest'];
  if (body && 'required' in body) delete body.required;
}

function setsCookie(responses: readonly (Described | undefined)[], text: string): void {
  for (const response of responses)
    Object.assign(response ?? {}, {
      headers: { ...response?.headers, 'Set-Cookie': { description: text, schema: { type: 'string' } } },
    });
}
