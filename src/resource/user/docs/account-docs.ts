import { applyDecorators, type Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import { BodyErrorResponses, ErrorResponse, ServerErrorResponses } from '../../../openapi/error-responses.js';
import { deviceHeader } from '../device/this-device.decorator.js';

export interface AccountOperation {
  /** The heading in the document; User by default. */
  readonly tag?: string;
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly body: Type;
  /** The request as the page sends it. */
  readonly example: object;
  readonly badRequest?: { readonly description: string; readonly examples: Readonly<Record<string, string>> };
}

/** What the operations of an account have in common: a body, its errors, the throttle. */
export function AccountDocs(operation: AccountOperation): MethodDecorator {
  const { tag = 'User', operationId, summary, description, body, example, badRequest } = operation;
  return applyDecorators(
    ApiTags(tag),
    ApiOperation({ operationId, summary, description }),
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({ type: body, examples: { John: { summary: 'John Doe', value: example } } }),
    BodyErrorResponses(
      badRequest?.description ?? 'Fields missing or wrong, or body malformed.',
      { email: { type: 'missing', loc: ['email'], msg: 'Field required' } },
      badRequest?.examples,
    ),
    ErrorResponse(429, 'Too many requests from this network.'),
    ServerErrorResponses(),
  );
}

/** What an operation that takes credentials answers, and how it recognizes a client that has signed in before. */
export function CredentialResponses(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: deviceHeader,
      required: false,
      description:
        'The value of the cookie __Host-device of an earlier sign-in, from clients that keep no cookies: wrong passwords of ' +
        'others then do not delay this request.',
      schema: { type: 'string' },
    }),
    ErrorResponse(401, 'Invalid credentials.'),
    ErrorResponse(404, 'User not found.'),
    ErrorResponse(429, 'Too many requests from this network, or too many wrong passwords for this account.'),
  );
}
