import { applyDecorators } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { BodyErrorResponses, ErrorResponse, ServerErrorResponses } from '../../../openapi/error-responses.js';
import { IntrospectionRequest, RefreshRequest } from '../dto/session-fields.dto.js';
import { SessionList } from '../dto/session-view.dto.js';
import { TokenView } from '../dto/token-view.dto.js';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
}

const missing = (field: string) => ({ [field]: { type: 'missing', loc: [field], msg: 'Field required' } });

/** The parts that all session operations share. The document adds the 401 of those that need an access token. */
const SessionDocs = (operation: Operation) =>
  applyDecorators(ApiTags('Session'), ApiOperation({ ...operation }), ServerErrorResponses());

const TokenBody = (type: Type, field: string) =>
  applyDecorators(
    ApiConsumes('application/json', 'application/x-www-form-urlencoded'),
    ApiBody({ type }),
    BodyErrorResponses('Field missing or wrong, or body malformed.', missing(field)),
  );

const Ended = () => ApiResponse({ status: 204, description: 'Ended.' });

export const RefreshSessionDocs = (): MethodDecorator =>
  applyDecorators(
    SessionDocs({
      operationId: 'refreshSession',
      summary: 'Session refresh',
      description:
        'Exchange a refresh token for the next tokens. Repeated within 30 seconds, it returns the same refresh token; used later ' +
        'than that, it ends the session.',
    }),
    TokenBody(RefreshRequest, 'refresh_token'),
    ApiResponse({ status: 200, description: 'The next tokens.', type: TokenView }),
    ErrorResponse(401, 'The refresh token cannot be used, or was used before.'),
    ErrorResponse(429, 'Too many requests from this network.'),
  );

export const ListSessionsDocs = (): MethodDecorator =>
  applyDecorators(
    SessionDocs({
      operationId: 'listSessions',
      summary: 'Session list',
      description: 'The live sessions of the account, the newest first.',
    }),
    ApiResponse({ status: 200, description: 'The live sessions.', type: SessionList }),
  );

export const SignOutDocs = (): MethodDecorator =>
  applyDecorators(
    SessionDocs({
      operationId: 'signOut',
      summary: 'Sign out',
      description: 'End the session of this request.',
    }),
    Ended(),
  );

export const SignOutEverywhereDocs = (): MethodDecorator =>
  applyDecorators(
    SessionDocs({
      operationId: 'signOutEverywhere',
      summary: 'Sign out everywhere',
      description: 'End all sessions of the account.',
    }),
    Ended(),
  );

export const EndSessionDocs = (): MethodDecorator =>
  applyDecorators(
    SessionDocs({
      operationId: 'endSession',
      summary: 'Session end',
      description: 'End another session of the account.',
    }),
    ApiParam({ name: 'id', schema: { type: 'string' } }),
    Ended(),
    ErrorResponse(404, 'The account has no live session of this id.'),
  );

export const IntrospectDocs = (): MethodDecorator =>
  applyDecorators(
    SessionDocs({
      operationId: 'introspectToken',
      summary: 'Token introspection',
      description: 'Ask whether an access token is live at this moment (RFC 7662).',
    }),
    TokenBody(IntrospectionRequest, 'token'),
    ApiResponse({
      status: 200,
      description: 'What is known of the token.',
      schema: {
        type: 'object',
        required: ['active'],
        properties: {
          active: { type: 'boolean' },
          ...Object.fromEntries(
            ['iss', 'aud', 'sub', 'sid', 'jti'].map((name) => [name, { type: 'string' }]),
          ),
          ...Object.fromEntries(['iat', 'exp', 'auth_time'].map((name) => [name, { type: 'integer' }])),
          permissions: { type: 'array', items: { type: 'string' }, description: 'As of now' },
        },
        example: { active: false },
      },
    }),
    ErrorResponse(403, 'The caller lacks the permission session:introspect.'),
  );
